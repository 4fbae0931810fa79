"""What models get of the person's environment: what they always get, and what the person adds by name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.app import notices
from studio.app.failure import AppError
from studio.app.settings import settings
from studio.environment import MODELS_GET, Variable, is_given, variables, wrong_name
from studio.ui.server import names
from studio.ui.widgets import (
    ElidedLabel,
    IconButton,
    Label,
    MonoLabel,
    QuietButton,
    Row,
    SectionHeader,
    TextField,
)

_SETTING = "model_environment"
_ROW = 24
_NAMES = 200
_CONTAINER = "A container gets nothing of your environment but these; who may ask Docker reads their values."


class ModelEnvironment(QWidget):
    """Names are kept as a setting at once. Values are those of this program, and hidden until they are asked for."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Serve.ENVIRONMENT)
        self.setAccessibleName("Environment of models")
        self._settings = settings()
        self._values = False
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        self.field = TextField(mono=True)
        self.field.setObjectName(names.Serve.VARIABLE)
        self.field.setAccessibleName("Name of a variable of yours")
        self.field.setPlaceholderText("A variable of yours that models get, as HF_HOME")
        self.add = QuietButton("Add", "plus")
        self.add.setObjectName(names.Serve.ADD_VARIABLE)
        self.add.setAccessibleName("Let models have this variable")
        self.problem = Label("", "error", 12)
        self.problem.setObjectName(names.Serve.VARIABLE_PROBLEM)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._added = QWidget()
        self._added_grid = _grid(self._added)
        self._given = QWidget()
        self._given.setObjectName(names.Serve.GIVEN)
        self._given_grid = _grid(self._given)
        self.head = SectionHeader("Every model gets", body=self._given, height=28)
        self.head.setObjectName(names.Serve.GIVEN_HEAD)
        self.head.box.setContentsMargins(0, 0, 0, 0)
        self.words = Label(_CONTAINER, "dim", 12)
        self.words.setWordWrap(True)
        self.eye = IconButton("eye", "Show the values")
        self.eye.setObjectName(names.Serve.SHOW_VALUES)
        self.eye.setCheckable(True)
        self._lay_out()
        self.head.set_open(False)

    def _lay_out(self) -> None:
        entry = QHBoxLayout()
        entry.setSpacing(8)
        entry.addWidget(self.field, 1)
        entry.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(entry)
        line = Row(self.head, self.words, "stretch", self.eye)
        line.box.setStretchFactor(self.words, 100)
        for part in (self.problem, self._added, line, self._given):
            column.addWidget(part)

    def _connect(self) -> None:
        self.add.clicked.connect(self._add)
        self.field.returnPressed.connect(self._add)
        self.field.textEdited.connect(lambda _text: self._say(""))
        self.eye.toggled.connect(self._show_values)
        self._settings.changed.connect(self._take_setting)

    def names(self) -> tuple[str, ...]:
        """The variables that the person lets models have."""
        return tuple(self._settings.get(_SETTING))

    def set_container(self, is_container: bool) -> None:
        """Tells whether models run in a container, which gets what is added and nothing else."""
        self.head.setVisible(not is_container)
        self.words.setVisible(is_container)
        self._given.setVisible(not is_container and self.head.is_open())

    def _add(self) -> None:
        name = self.field.text().strip()
        if reason := self._refusal(name):
            self._say(reason)
            return
        self._keep(name, added=True)
        self.field.clear()

    def _refusal(self, name: str) -> str:
        if reason := wrong_name(name):
            return reason
        if is_given(name):
            return f"Models get {name} already."
        return f"{name} is on the list already." if name in self.names() else ""

    def _say(self, reason: str) -> None:
        self.problem.setText(reason)
        self.problem.setVisible(bool(reason))
        self.field.set_state("error" if reason else "")

    def _keep(self, name: str, *, added: bool) -> None:
        try:
            (self._settings.add if added else self._settings.remove)(_SETTING, name)
        except AppError as failure:
            notices.post_failure(failure)

    def _take_setting(self, name: str) -> None:
        if name == _SETTING:
            self._show()
            self.changed.emit()

    def _show_values(self, shown: bool) -> None:
        self._values = shown
        self.eye.set_icon("eye-slash" if shown else "eye")
        self._show()

    def _show(self) -> None:
        _empty(self._added_grid)
        _empty(self._given_grid)
        for row, variable in enumerate(variables(self.names())):
            self._put(self._added_grid, row, variable, self._button(variable.name))
        given = tuple(variables(MODELS_GET))
        for row, variable in enumerate(given):
            self._put(self._given_grid, row, variable, None)
        self._added.setVisible(bool(self.names()))
        count = sum(variable.value is not None for variable in given)
        self.head.detail.setText(f"{count} of yours")

    def _button(self, name: str) -> IconButton:
        button = IconButton("x", f"Let models have {name} no longer", size=12)
        button.setObjectName(names.Serve.TAKE_VARIABLE.format(name))
        button.clicked.connect(lambda: self._keep(name, added=False))
        return button

    def _put(self, grid: QGridLayout, row: int, variable: Variable, button: IconButton | None) -> None:
        is_set = variable.value is not None
        state = "not set" if variable.value is None else variable.value if self._values else "set"
        name = MonoLabel(variable.name, "text" if is_set else "dim")
        value = ElidedLabel(state or "empty", "dim", 12)
        value.setAccessibleName(f"{variable.name}: {state}")
        name.setFixedHeight(_ROW)
        if not is_set and button is not None:
            value.set_role("warn")
        grid.addWidget(name, row, 0)
        grid.addWidget(value, row, 1)
        if button is not None:
            grid.addWidget(button, row, 2, Qt.AlignmentFlag.AlignRight)


def _grid(holder: QWidget) -> QGridLayout:
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(0)
    grid.setColumnMinimumWidth(0, _NAMES)
    grid.setColumnStretch(1, 1)
    return grid


def _empty(grid: QGridLayout) -> None:
    while (item := grid.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
