"""The problems panel: what is wrong in the repository, with a way to it and a way out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from studio.core.checking.mending import has_safe
from studio.ui.problems import names
from studio.ui.problems.delegate import ProblemsDelegate, fix_width
from studio.ui.problems.model import FINDING, FIX, LINE, MESSAGE, MODEL, RULE, ProblemsModel
from studio.ui.problems.target import described
from studio.ui.problems.walk import Walk
from studio.ui.widgets import DenseTable, EmptyState, IconButton, KeyHint, Label, LinkButton

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.checking.findings import Finding

_WIDTHS = {RULE: 160, MODEL: 130, LINE: 56, FIX: 216}
_FIX_SHARE = 0.3
"""Of the table's width, which its fixes may have at most; a screen of 1280 has room for nearly all of them."""
_MOST_MEASURED = 100
_TITLES = {"error": "Errors", "warning": "Warnings", "hint": "Hints"}


class ProblemsPanel(QWidget):
    """The table of findings. `opened` asks to show the place of one, `fix_wanted` to mend one."""

    opened = Signal(object)
    """Finding"""
    fix_wanted = Signal(object)
    """Finding: the first of its fixes is wanted."""
    chosen = Signal(object)
    """Finding | None: the one whose row is selected."""
    menu_asked = Signal(QPoint)
    """The place on the screen of the menu of the row that is selected."""
    counted = Signal(int)
    target_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.walk = Walk(self._shown_of)
        """The way of a person from problem to problem."""
        self.setObjectName(names.Problems.PANEL)
        self._build()
        self._connect()
        self._take(session.findings)

    def _build(self) -> None:
        self.model = ProblemsModel(self)
        self.table = DenseTable()
        self.table.setObjectName(names.Problems.TABLE)
        self.table.setAccessibleName("Problems")
        self.table.setModel(self.model)
        delegate = ProblemsDelegate(self.table)
        delegate.fix_pressed.connect(self.fix_wanted)
        self.table.setItemDelegate(delegate)
        self.table.horizontalHeader().hide()
        self._size_columns()
        self.target = LinkButton("", size="small", parent=self)
        self.target.setObjectName(names.Problems.TARGET)
        self.target.setAccessibleName("The server that is checked for")
        self.target.clicked.connect(self.target_wanted)
        self.fix_all = LinkButton("Fix all safe…", "magic-wand", "small", self)
        self.fix_all.setObjectName(names.Problems.FIX_ALL)
        self.fix_all.setToolTip("Show what can be mended without a look at it (Ctrl+Shift+F8)")
        self.empty = EmptyState("check-circle", "No problems found", "")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(self._stack)

    def _size_columns(self) -> None:
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(MESSAGE, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)

    def _fit_fixes(self) -> None:
        """As wide as the widest fix, where the messages can spare it."""
        shown = self.model.findings()[:_MOST_MEASURED]
        wanted = max((fix_width(self.model.index(row, FIX)) for row in range(len(shown))), default=0)
        most = int(self.width() * _FIX_SHARE)
        self.table.horizontalHeader().resizeSection(FIX, max(_WIDTHS[FIX], min(wanted, most)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The fixes get their share."""
        super().resizeEvent(event)
        self._fit_fixes()

    def _connect(self) -> None:
        self._session.checker.findings_changed.connect(self._take)
        self._session.repository_changed.connect(self._take_again)
        self._session.checker.profile_changed.connect(self._show_target)
        self._session.server.status_changed.connect(self._show_target)
        self._show_target()
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit(self.current()))
        self.model.modelReset.connect(lambda: self.chosen.emit(self.current()))
        self.table.clicked.connect(self._open)
        self.table.activated.connect(self._open)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found in the repository."""
        return not self._session.findings

    def tools(self) -> list[QWidget]:
        """What belongs into the header of the panel: the server that is checked for, keys, the filter by severity."""
        keys = (KeyHint("F8"), Label("next", "dim", 11), KeyHint("Ctrl+."), Label("fix", "dim", 11))
        return [self.target, self.fix_all, *keys, self._filter_button()]

    def _show_target(self, *_: object) -> None:
        profile = self._session.profile
        target = self._session.target
        naming = target.project_path if target.is_automatic else None
        self.target.setText(f"For {profile.title} by {naming.name}" if naming else f"For {profile.title}")
        self.target.setToolTip(f"Checked for {described(profile)}: {target.why()}")

    def _filter_button(self) -> QWidget:
        button = IconButton("funnel-simple", "Filter by severity")
        button.setObjectName(names.Problems.FILTER)
        menu = QMenu(button)
        for severity, title in _TITLES.items():
            action = QAction(title, menu, checkable=True, checked=severity in self.model.shown)
            action.setData(severity)
            action.toggled.connect(lambda _: self._filter(menu))
            menu.addAction(action)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _filter(self, menu: QMenu) -> None:
        self.model.show_severities(frozenset(a.data() for a in menu.actions() if a.isChecked()))
        self._show()

    def _take(self, findings: tuple[Finding, ...]) -> None:
        held = self.current()
        self.model.set_findings(tuple(findings))
        row = next((i for i, f in enumerate(self.model.findings()) if _same(f, held)), -1)
        if row >= 0:
            self.table.selectRow(row)
        self._show()
        self.counted.emit(len(findings))

    def _take_again(self, *_: object) -> None:
        self._take(self._session.findings)

    def _show(self) -> None:
        self.fix_all.setVisible(any(map(has_safe, self._session.findings)))
        hidden = bool(self._session.findings) and not self.model.rowCount()
        title = "All problems are filtered out" if hidden else "No problems found"
        if self._session.repository is None:
            title = "No repository is open"
        self.empty.set_text(title)
        self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)
        self._fit_fixes()

    def current(self) -> Finding | None:
        """The finding that is selected."""
        row = self._row()
        return self.model.findings()[row] if row >= 0 else None

    def _row(self) -> int:
        # The current cell will not do: the table chooses one by itself when it gets the keyboard.
        rows = self.table.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    def _shown_of(self, model: str) -> list[Finding]:
        """The problems of a model that are not filtered out."""
        return [each for each in self._session.findings_of(model) if each.severity.value in self.model.shown]

    def focused(self) -> Finding | None:
        """The problem whose row has the keyboard."""
        return self.current() if self.table.hasFocus() else None

    def select(self, finding: Finding) -> None:
        """Selects the row of a problem, where it has one."""
        row = next((row for row, each in enumerate(self.model.findings()) if each is finding), -1)
        if row >= 0:
            self.table.setCurrentIndex(self.model.index(row, MESSAGE))

    def row_spot(self) -> QPoint:
        """The place on the screen below the row that is selected."""
        rect = self.table.visualRect(self.model.index(max(0, self._row()), MESSAGE))
        return self.table.viewport().mapToGlobal(rect.bottomLeft())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the row at the pointer, which is selected; by key that of the selected row."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        if by_mouse:
            row = self.table.rowAt(self.table.viewport().mapFromGlobal(event.globalPos()).y())
            if row < 0:
                return
            self.table.selectRow(row)
        if self.current() is not None:
            self.table.setFocus()
            self.menu_asked.emit(event.globalPos() if by_mouse else self.row_spot())

    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and not (index.column() == FIX and index.data(Qt.ItemDataRole.DisplayRole)):
            self.opened.emit(index.data(FINDING))


def _same(one: Finding, other: Finding | None) -> bool:
    """Whether a finding is what was selected before a new check."""
    return other is not None and (one.rule, one.model, one.message) == (other.rule, other.model, other.message)
