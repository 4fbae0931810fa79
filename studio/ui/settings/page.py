"""The settings as a page, made from what the application declares."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from studio.app import notices
from studio.app.declared_settings import DECLARED, Setting
from studio.app.failure import AppError
from studio.app.settings import settings
from studio.ui.look import theme
from studio.ui.settings import names
from studio.ui.widgets import Chooser, Label, LinkButton, NumberField, PageHeader, Row, Segmented, Switch, TextField

if TYPE_CHECKING:
    from studio.app.session import Session

_TITLES = {
    "theme": "Theme",
    "text_size": "Size of the text",
    "interface_percent": "Interface size",
    "restore": "Open what was open last",
    "engine": "Engine",
    "docker_image": "Docker image",
    "gpus": "GPUs",
    "http_port": "HTTP port",
    "grpc_port": "gRPC port",
    "metrics_port": "Metrics port",
    "cache_megabytes": "Response cache",
    "shared_memory_megabytes": "Shared memory",
    "ask_models": "Ask whether models answer",
    "ask_stateful_models": "Ask those with a state too",
    "slow_percentile": "A model is slow from",
    "largest_config_kilobytes": "Largest configuration",
    "poll_seconds": "Look at the folder every",
}
_UNITS = {"size": "px", "percent": "%", "megabytes": "MB", "kilobytes": "kB", "seconds": "s", "ms": "ms"}
_SECTIONS = (
    ("Appearance", ("theme", "text_size", "interface_percent", "restore")),
    (
        "Servers",
        (
            "engine",
            "docker_image",
            "gpus",
            "http_port",
            "grpc_port",
            "metrics_port",
            "cache_megabytes",
            "shared_memory_megabytes",
            "ask_models",
            "ask_stateful_models",
            "slow_percentile",
        ),
    ),
)
_ENGINES = (("", "Best there is"), ("embedded", "Embedded"), ("docker", "Docker"))
_HIDDEN = frozenset(
    {
        "recent",
        "request_environments",
        "model_environment",
        "target",
        "target_server",
        "target_backends",
        "target_gpus",
        "target_flags",
        "target_mount",
    }
)
"""What is set where it is used."""


def title(name: str) -> str:
    """What a setting is called on the page."""
    return _TITLES.get(name, name.replace("_", " ").capitalize())


def shown_percent() -> int:
    """The size of the interface that is in force, which Qt takes at the start alone."""
    try:
        return round(float(os.environ.get("QT_SCALE_FACTOR", "1")) * 100)
    except ValueError:
        return 100


class SettingsPage(QScrollArea):
    """One row a setting: its title, its field, what it does. A change is kept at once."""

    restart_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName(names.Settings.PAGE)
        self.setAccessibleName("Settings")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        body = QWidget()
        body.setProperty("kind", "page")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 24)
        column.setSpacing(0)
        header = PageHeader("gear-six", "Settings")
        header.detail.setText(str(settings().path))
        column.addWidget(header)
        column.addLayout(self._grid())
        column.addStretch(1)
        self.setWidget(body)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(32, 12, 32, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 160)
        grid.setColumnMinimumWidth(1, 280)
        grid.setColumnMinimumWidth(2, 420)
        grid.setColumnStretch(3, 1)
        by_name = {setting.name: setting for setting in DECLARED}
        placed = [name for _, held in _SECTIONS for name in held]
        rest = tuple(name for name in by_name if name not in placed and name not in _HIDDEN)
        for head, held in (*_SECTIONS, ("Files", rest)):
            row = grid.rowCount()
            label = Label(head, weight=600)
            label.setFixedHeight(36)
            grid.addWidget(label, row, 0, 1, 3, Qt.AlignmentFlag.AlignBottom)
            for name in held:
                if name in by_name:
                    self._add(grid, by_name[name])
        return grid

    def _add(self, grid: QGridLayout, setting: Setting) -> None:
        row = grid.rowCount()
        field = self._field(setting)
        field.setObjectName(names.Settings.FIELD.format(setting.name))
        field.setAccessibleName(title(setting.name))
        field.setAccessibleDescription(setting.prose)
        prose = Label(setting.prose, "dim", 12)
        prose.setWordWrap(True)
        prose.setMaximumWidth(520)
        grid.addWidget(Label(title(setting.name)), row, 0)
        held = field if setting.name != "interface_percent" else Row(field, self._restart_button(), parent=self)
        grid.addWidget(held, row, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(prose, row, 2)

    def _restart_button(self) -> QWidget:
        """Offered while the size that is set is not the one that is shown."""
        self.restart = LinkButton("Restart now", "arrow-clockwise", "small")
        self.restart.setObjectName(names.Settings.RESTART)
        self.restart.clicked.connect(self.restart_wanted)
        self._offer_restart()
        return self.restart

    def _offer_restart(self) -> None:
        self.restart.setVisible(int(settings().get("interface_percent")) != shown_percent())

    def _field(self, setting: Setting) -> QWidget:
        value = settings().get(setting.name)
        if setting.name == "engine":
            return self._engine_field(str(value))
        if setting.choices:
            return self._choice(setting, str(value))
        if isinstance(setting.default, bool):
            return self._switch(setting, bool(value))
        if isinstance(setting.default, int | float):
            return self._number(setting, float(value))
        field = TextField(str(value))
        field.setFixedWidth(280)
        field.editingFinished.connect(lambda: self._keep(setting.name, field.text().strip()))
        return field

    def _engine_field(self, value: str) -> QWidget:
        field = Chooser(tuple(text for _, text in _ENGINES))
        keys = [key for key, _ in _ENGINES]
        field.setFixedWidth(160)
        field.setCurrentIndex(keys.index(value) if value in keys else 0)
        field.currentIndexChanged.connect(lambda index: self._keep("engine", keys[index]))
        return field

    def _choice(self, setting: Setting, value: str) -> QWidget:
        field = Segmented([(choice, choice.capitalize()) for choice in setting.choices])
        field.set_value(value)
        field.changed.connect(lambda key: self._keep(setting.name, key))
        return field

    def _switch(self, setting: Setting, value: bool) -> QWidget:
        field = Switch()
        field.setChecked(value)
        field.toggled.connect(lambda on: self._keep(setting.name, on))
        return field

    def _number(self, setting: Setting, value: float) -> QWidget:
        whole = isinstance(setting.default, int)
        unit = _UNITS.get(setting.name.rpartition("_")[2], "")
        high = 65535 if setting.name.endswith("_port") else 1 << 20
        field = NumberField(value, unit, low=0 if whole else 0.1, high=high, decimals=0 if whole else 1)
        field.committed.connect(lambda number: self._keep(setting.name, int(number) if whole else number))
        return field

    def _keep(self, name: str, value: str | int | float | bool) -> None:
        try:
            settings().set(name, value)
        except AppError as failure:
            notices.post_failure(failure)
            return
        if name == "interface_percent":
            self._offer_restart()
        app = QApplication.instance()
        if name == "theme" and isinstance(app, QApplication):
            theme.apply(app, str(value))
