"""Help for the field under the cursor: what it does, and where the value in force comes from."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.app.editing.forecast import Forecast
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.config.help import FieldHelp, field_help
from studio.core.inference.model_index import is_ready
from studio.text.paths import dotted, field_names
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.field_values import FieldValue, Source, values
from studio.ui.editor.files.file_help import file_help
from studio.ui.widgets import ElidedLabel, HairLine, IconLabel, Label, LinkButton, MonoLabel
from studio.ui.widgets.deletion import unless_deleted

_ICONS: dict[Source, str] = {
    "here": "pencil-simple",
    "disk": "file-text",
    "filled": "magic-wand",
    "server": "hard-drives",
    "default": "circle-half",
}
_UNKNOWN = "Triton’s configuration has no field of this name here."
_NOTHING = "Click a field, or a line of the text, to see what it does and where its value comes from."


class _ValueRow(QWidget):
    """One source of the value; that in force stands out."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.setObjectName(names.Editor.HELP_VALUE.format(source))
        self._sign = IconLabel(_ICONS[source])
        self._source = source
        self._title = Label("", "dim")
        self.value = ElidedLabel("", "text")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._sign)
        row.addWidget(self._title)
        row.addWidget(self.value, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(HairLine())
        self.setFixedHeight(27)

    def show_value(self, value: FieldValue, in_force: bool) -> None:
        """Shows what one source says."""
        role = "text" if in_force else "dim"
        self._sign.set_icon(_ICONS[self._source], "accent" if in_force else "dim")
        for label, text in ((self._title, value.title), (self.value, value.text)):
            label.setText(text)
            label.set_role(role)
            font = label.font()
            font.setWeight(font.Weight.DemiBold if in_force else font.Weight.Normal)
            label.setFont(font)
        self.setAccessibleName(f"{value.title}: {value.text}{', in force' if in_force else ''}")


class _Part(QWidget):
    """A small title and the text below it; away where there is none."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.body = Label("")
        self.body.setWordWrap(True)
        self.body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        if title:
            column.addWidget(Label(title, "dim", 11, 600))
        column.addWidget(self.body)

    def set_text(self, text: str) -> None:
        """Shows a text under the heading; hidden where there is none."""
        self.body.setText(text)
        self.setVisible(bool(text))


class FieldInspector(QScrollArea):
    """Follows the field that has the keyboard, in the form or in the text."""

    field_wanted = Signal(str, object)
    """The model and the path of a field that a link leads to."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Editor.HELP)
        self.setAccessibleName("Field help")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._session = session
        self._model: OpenModel | None = None
        self._path: Path = ()
        self._last: dict[str, Path] = {}
        self._server: dict[str, Any] | None = None
        self._build()
        session.server.models_changed.connect(self._ask_server)
        session.model_closed.connect(self._closed)
        self._show_field()

    def _build(self) -> None:
        body = QWidget()
        body.setProperty("kind", "panel")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(6)
        self._title = Label("", px=16, weight=600)
        self._title.setObjectName(names.Editor.HELP_TITLE)
        self._title.setWordWrap(True)
        self._where = MonoLabel("", "dim")
        self._where.setWordWrap(True)
        self._what, self._when, self._cost = _Part(""), _Part("When to set it"), _Part("What it costs")
        for widget in (self._title, self._where, self._what):
            self._column.addWidget(widget)
        self._build_values()
        for part in (self._when, self._cost):
            self._column.addWidget(part)
        self._build_links()
        self._column.addStretch(1)
        self.setWidget(body)

    def _build_values(self) -> None:
        self._values = QWidget()
        column = QVBoxLayout(self._values)
        column.setContentsMargins(0, 10, 0, 4)
        column.setSpacing(0)
        column.addWidget(Label("Value in force", "dim", 11, 600))
        column.addSpacing(4)
        self.rows: dict[Source, _ValueRow] = {source: _ValueRow(source) for source in _ICONS}
        for row in self.rows.values():
            column.addWidget(row)
        self._column.addWidget(self._values)

    def _build_links(self) -> None:
        self._links = QWidget()
        column = QVBoxLayout(self._links)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label("Goes with", "dim", 11, 600))
        self._link_column = QVBoxLayout()
        self._link_column.setContentsMargins(0, 2, 0, 0)
        self._link_column.setSpacing(0)
        column.addLayout(self._link_column)
        self._linked: tuple[tuple[str, ...], Path] = ((), ())
        self._column.addWidget(self._links)

    def follow(self, model: str) -> None:
        """Shows the field of this model that was told last, or that none is chosen yet."""
        self.show_field(model, self._last.get(model, ()))

    def show_field(self, model: str, path: Path) -> None:
        """Shows the help of one field of one open model."""
        self._last[model] = path
        opened = self._session.models().get(model)
        if opened is not self._model:
            self._let_go()
            if opened is not None:
                opened.changed.connect(self._show_values)
                Forecast.of(self._session, opened).changed.connect(self._show_values)
                opened.saved.connect(self._show_values)
            self._model = opened
            self._ask_server()
        if opened is not None or path != self._path:
            self._path = path
            self._show_field()

    def show_file(self, path: FilePath, name: str) -> None:
        """Shows what a text file of a model is for."""
        self._let_go()
        self._path = ()
        self._show_field()
        title, told = file_help(path)
        self._title.setText(title)
        self._where.setText(name.replace("/", " › "))
        self._where.setVisible(True)
        self._what.set_text(told)

    def _let_go(self) -> None:
        if self._model is not None:
            self._model.changed.disconnect(self._show_values)
            Forecast.of(self._session, self._model).changed.disconnect(self._show_values)
            self._model.saved.disconnect(self._show_values)
        self._model, self._server = None, None

    def _closed(self, name: str) -> None:
        self._last.pop(name, None)
        if self._model is not None and self._model.name == name:
            self._let_go()
            self._path = ()
            self._show_field()

    def _ask_server(self) -> None:
        """What the server made of the configuration, once it has the model."""
        model = self._model
        rows = self._session.server.models.get(model.name, ()) if model else ()
        if model is None or not is_ready(rows):
            self._server = None
            self._show_values()
            return

        def told(config: dict[str, Any]) -> None:
            if self._model is model:
                self._server = config
                self._show_values()

        # A server that does not tell its configuration is one source less, not a problem to report.
        self._session.server.config(model.name, unless_deleted(self, told), lambda _failure: None)

    def _show_field(self) -> None:
        path = self._path
        entry = self._nearest(path)
        known = bool(path) and self._model is not None
        self._title.setText(entry.title if entry else str(path[-1]) if path else "No field chosen")
        self._where.setText(dotted(path).replace(".", " › "))
        self._where.setVisible(known)
        self._what.set_text(entry.what if entry else _UNKNOWN if known else _NOTHING)
        self._when.set_text(entry.when if entry else "")
        self._cost.set_text(entry.cost if entry else "")
        self._show_links(entry.see if entry else ())
        self._show_values()

    @staticmethod
    def _nearest(path: Path) -> FieldHelp | None:
        """The help of the field, or of the block that it stands in."""
        return next((found for n in range(len(path), 0, -1) if (found := field_help(path[:n]))), None)

    def _show_values(self, *_changed: object) -> None:
        model, path = self._model, self._path
        self._values.setVisible(bool(path) and model is not None)
        if model is None or not path:
            return
        entry = field_help(path)
        known, forecast = entry.default if entry else "", Forecast.of(self._session, model)
        filled = forecast.in_force(path)
        shown = values(path, model.draft, model.saved_draft, self._server, known, filled)
        self._values.setVisible(bool(shown))
        by_source = {value.source: value for value in shown}
        for source, row in self.rows.items():
            row.setVisible(source in by_source)
            if source in by_source:
                row.show_value(by_source[source], by_source[source] is shown[0])

    def _show_links(self, see: tuple[str, ...]) -> None:
        self._links.setVisible(bool(see))
        if (see, self._path[:-1]) == self._linked:
            return
        self._linked = (see, self._path[:-1])
        while (item := self._link_column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for name in see:
            parent, _, last = name.rpartition(".")
            link = LinkButton(last if parent == dotted(field_names(self._path)[:-1]) else name.replace(".", " › "))
            link.setToolTip(name)
            link.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            link.setFont(MonoLabel().font())
            link.setObjectName(names.Editor.HELP_LINK.format(name))
            link.clicked.connect(lambda _=False, name=name: self._follow(tuple(name.split("."))))
            self._link_column.addWidget(link)

    def _follow(self, path: Path) -> None:
        if self._model is not None:
            self.show_field(self._model.name, path)
            self.field_wanted.emit(self._model.name, path)
