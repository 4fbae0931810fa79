"""Which environment gives the variables of requests their values, and which of them have none there."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.requests.store import SavedRequests
from studio.ui.tester.saved import names
from studio.ui.widgets import Chooser, IconButton, Label, Row

NONE = "No environment"
_MOST_NAMED = 3


class EnvironmentRow(QWidget):
    """Hidden while there is neither an environment nor a variable."""

    edit_wanted = Signal()

    def __init__(self, saved: SavedRequests, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._saved = saved
        self.chooser = Chooser(dense=True)
        self.chooser.setObjectName(names.Saved.ENVIRONMENT)
        self.chooser.setAccessibleName("Environment")
        self.chooser.setToolTip("The environment that gives variables such as ${NAME} their values")
        self.edit = IconButton("sliders-horizontal", "Edit environments")
        self.edit.setObjectName(names.Saved.EDIT_ENVIRONMENTS)
        self._unset = Label("", "warn", 12)
        self._unset.setObjectName(names.Saved.UNSET)
        self._unset.setWordWrap(True)
        row = Row(self.chooser, self.edit, spacing=4)
        row.box.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(row)
        column.addWidget(self._unset)
        self.chooser.activated.connect(self._choose)
        self.edit.clicked.connect(self.edit_wanted)
        saved.changed.connect(self._show)
        saved.environment_changed.connect(self._show)
        self._show()

    def _choose(self, place: int) -> None:
        self._saved.choose_environment(str(self.chooser.itemData(place) or ""))

    def _show(self, *_: object) -> None:
        known = sorted(self._saved.environments)
        self.chooser.clear()
        self.chooser.addItem(NONE, "")
        for name in known:
            self.chooser.addItem(name, name)
        self.chooser.setCurrentIndex(known.index(self._saved.environment) + 1 if self._saved.environment else 0)
        self._unset.setText(self._words())
        self._unset.setVisible(bool(self._unset.text()))
        uses = any(each.variables for each in self._saved.entries.values())
        self.setVisible(bool(known) or uses or bool(self._saved.environments_problem))

    def _words(self) -> str:
        if self._saved.environments_problem:
            return f"environments.json cannot be used: {self._saved.environments_problem}"
        unset = sorted({name for each in self._saved.entries.values() for name in each.unset})
        if not unset:
            return ""
        more = f" and {len(unset) - _MOST_NAMED} more" if len(unset) > _MOST_NAMED else ""
        where = f"in {self._saved.environment}" if self._saved.environment else "without an environment"
        return f"Not set {where}: {', '.join(unset[:_MOST_NAMED])}{more}"
