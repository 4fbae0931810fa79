"""The editor of environments: a row for each variable, a column for each environment; what is not set is marked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from studio.app import notices
from studio.app.requests.store import SavedRequests
from studio.core.failure import CoreError
from studio.core.saved_requests.environments import Environments, OthersWrote, is_alike
from studio.failure import Failure
from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.tester.saved import names
from studio.ui.tester.saved.environments_conflict import ConflictBox
from studio.ui.widgets import Label, QuietButton, Row
from studio.ui.widgets.dialogs import Question, prompt

_TEXT = (
    "A request takes ${NAME} from the environment that is chosen above the list, and before that from its folder. "
    "They stand in environments.json beside the requests: no place for passwords."
)
_NOT_SET = "not set"


class _Cell(QTableWidgetItem):
    """A value; one that requests use and that is not set says so."""

    is_missing = False

    @property
    def value(self) -> str:
        """What was typed."""
        return str(super().data(Qt.ItemDataRole.EditRole) or "")

    def data(self, role: int) -> Any:
        """What the view shows."""
        if self.is_missing and role == Qt.ItemDataRole.DisplayRole:
            return _NOT_SET
        if self.is_missing and role == Qt.ItemDataRole.ForegroundRole:
            return QBrush(colour("warn"))
        if self.is_missing and role == Qt.ItemDataRole.BackgroundRole:
            return QBrush(colour("warn_soft"))
        return super().data(role)


class EnvironmentsDialog(Question):
    """Edits a copy; Save writes the file."""

    def __init__(self, parent: QWidget, saved: SavedRequests) -> None:
        super().__init__(parent, "Environments", _TEXT, names.Saved.ENVIRONMENTS)
        self._saved = saved
        self._read = self._theirs = saved.environments
        """What the file said when it was read, and what it says now."""
        self.setMinimumWidth(620)
        self.table = QTableWidget()
        self.conflict = ConflictBox()
        self.problem = Label("", "error", 12)
        self._build()
        self._fill(saved.environments, _used(saved))
        self.add_button("", "Cancel")
        self.add_button("yes", "Save", "primary")
        self.finish()
        self.table.setFocus()
        self.table.itemChanged.connect(self._mark)
        self.conflict.mine_wanted.connect(self._keep_mine)
        self.conflict.theirs_wanted.connect(self._take_theirs)
        saved.environment_changed.connect(self._see_file)

    def _build(self) -> None:
        self.table.setObjectName(names.Saved.ENVIRONMENT_TABLE)
        self.table.setAccessibleName("Variables by environment")
        self.table.setFont(theme.mono_font())
        self.table.setMinimumHeight(220)
        self.table.setProperty("kind", "typed")
        self.table.setCornerButtonEnabled(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().setDefaultSectionSize(28)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setFont(theme.ui_font(12, 500))
        self.table.verticalHeader().setFont(theme.mono_font(12))
        self.table.verticalHeader().setMinimumWidth(120)
        add = QuietButton("Add environment", "plus", "dense")
        add.setObjectName(names.Saved.ADD_ENVIRONMENT)
        add.clicked.connect(lambda: self._ask("Add an environment", "Such as local or staging.", self.add_environment))
        variable = QuietButton("Add variable", "plus", "dense")
        variable.setObjectName(names.Saved.ADD_VARIABLE)
        variable.clicked.connect(lambda: self._ask("Add a variable", "Its name, without ${}.", self.add_variable))
        self._remove = QuietButton("Remove environment", "trash", "dense")
        self._remove.setObjectName(names.Saved.REMOVE_ENVIRONMENT)
        self._remove.clicked.connect(self.remove_environment)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.column.addWidget(Row(add, variable, self._remove, "stretch"))
        self.column.addWidget(self.table)
        self.column.addWidget(self.conflict)
        self.column.addWidget(self.problem)

    def _fill(self, given: Environments, used: frozenset[str]) -> None:
        variables = sorted({*used, *(name for values in given.values() for name in values)})
        for name in sorted(given) or ["local"]:
            self.add_environment(name)
        for variable in variables:
            self.add_variable(variable)
        for column, name in enumerate(sorted(given)):
            for row, variable in enumerate(variables):
                if variable in given[name]:
                    self._item(row, column).setText(_shown(given[name][variable]))
        self._mark()

    def _ask(self, title: str, words: str, then: Callable[[str], object]) -> None:
        prompt(self, title, words, "", "Add", lambda text: "" if text else "A name is needed.", then)

    def add_environment(self, name: str) -> None:
        """One more column, empty."""
        if name in self._names(self.table.columnCount(), self.table.horizontalHeaderItem):
            return
        column = self.table.columnCount()
        self.table.insertColumn(column)
        self.table.setHorizontalHeaderItem(column, QTableWidgetItem(name))
        for row in range(self.table.rowCount()):
            self.table.setItem(row, column, _Cell(""))
        self._mark()

    def add_variable(self, name: str) -> None:
        """One more row, empty."""
        if name in self._names(self.table.rowCount(), self.table.verticalHeaderItem):
            return
        row = self.table.rowCount()
        self.table.insertRow(row)
        self.table.setVerticalHeaderItem(row, QTableWidgetItem(name))
        for column in range(self.table.columnCount()):
            self.table.setItem(row, column, _Cell(""))
        self._mark()

    def remove_environment(self) -> None:
        """Takes the column away that has the cursor."""
        self.table.removeColumn(max(self.table.currentColumn(), 0))

    def _item(self, row: int, column: int) -> _Cell:
        item = self.table.item(row, column)
        if not isinstance(item, _Cell):
            item = _Cell("")
            self.table.setItem(row, column, item)
        return item

    def _names(self, count: int, head: Callable[[int], QTableWidgetItem | None]) -> list[str]:
        return [item.text() if (item := head(place)) is not None else "" for place in range(count)]

    def _mark(self, *_changed: object) -> None:
        """A cell without a value says so where a request uses the variable."""
        used = _used(self._saved)
        self.table.blockSignals(True)
        for row, variable in enumerate(self._names(self.table.rowCount(), self.table.verticalHeaderItem)):
            for column in range(self.table.columnCount()):
                item = self._item(row, column)
                item.is_missing = not item.value and variable in used
                item.setToolTip(f"{variable} is {_NOT_SET} here, and requests use it" if item.is_missing else "")
        self.table.blockSignals(False)
        self.table.viewport().update()

    def values(self) -> dict[str, dict[str, Any]]:
        """The environments as they stand; an empty cell is a variable without a value."""
        variables = self._names(self.table.rowCount(), self.table.verticalHeaderItem)
        found: dict[str, dict[str, Any]] = {}
        for column, name in enumerate(self._names(self.table.columnCount(), self.table.horizontalHeaderItem)):
            texts = {variable: self._item(row, column).value for row, variable in enumerate(variables)}
            found[name] = {variable: _value(text) for variable, text in texts.items() if text}
        return found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete empties the cells that are chosen."""
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            for item in self.table.selectedItems():
                item.setText("")
            return
        super().keyPressEvent(event)

    def accept(self) -> None:
        """Writes the file, and stays where that cannot be."""

        def failed(failure: Failure) -> None:
            if isinstance(failure, OthersWrote):
                self._show_theirs(failure.theirs)
                return
            self.problem.setText(str(failure))
            self.problem.show()

        self.problem.hide()
        done = super().accept
        self._saved.save_environments(self.values(), lambda _: done(), failed, self._read)

    # Another program

    def _see_file(self) -> None:
        if not self._saved.environments_problem and not is_alike(self._saved.environments, self._read):
            self._show_theirs(self._saved.environments)

    def _show_theirs(self, theirs: Environments) -> None:
        self._theirs = theirs
        self.conflict.show_difference(self.values(), theirs)

    def _keep_mine(self) -> None:
        self._read = self._theirs
        self.conflict.hide()

    def _take_theirs(self) -> None:
        self._read = self._theirs
        self.conflict.hide()
        self.table.setRowCount(0)
        self.table.setColumnCount(0)
        self._fill(self._read, _used(self._saved))


def edit_environments(parent: QWidget, saved: SavedRequests) -> EnvironmentsDialog | None:
    """Shows the editor; None where the file is broken, which the editor would replace."""
    if problem := saved.environments_problem:
        remedy = "Mend environments.json as text first."
        notices.post_failure(CoreError("Edit the environments", problem, remedy))
        return None
    dialog = EnvironmentsDialog(parent, saved)
    dialog.open()
    return dialog


def _used(saved: SavedRequests) -> frozenset[str]:
    return frozenset(name for each in saved.entries.values() for name in each.variables)


def _shown(value: object) -> str:
    if isinstance(value, str) and value and _value(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _value(text: str) -> Any:
    """What is JSON as what it says, so text in quotes as what stands in them; the rest as it is."""
    try:
        found = json.loads(text)
        # NaN and numbers out of range are read, but cannot be written.
        json.dumps(found, allow_nan=False)
    except (ValueError, RecursionError):
        return text
    return found
