"""The list at the left of the tester: saved requests by model, found by words and tags, and their last run below."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from studio.app.requests.requests import Requests
from studio.ui.tester.saved import names
from studio.ui.tester.saved.listed.environment_row import EnvironmentRow
from studio.ui.tester.saved.listed.foot import Foot
from studio.ui.tester.saved.listed.rows import SavedRows, Shown, tags_of
from studio.ui.tester.saved.listed.tag_row import TagRow
from studio.ui.tester.saved.listed.tree import SavedTree
from studio.ui.widgets import EmptyState, HairLine, IconButton, QuietButton, SearchField, SectionHeader

_TITLE = "No request is saved yet"
_DETAIL = "Fill the inputs at the right, then press Ctrl+S: the request becomes a small file beside the repository."


class RequestList(QFrame):
    """Follows the saved requests of a session and what came of them."""

    wanted = Signal(str)
    """The request that is to be opened."""
    run_wanted = Signal()
    """All are to be run."""
    runs_wanted = Signal()
    """What came of the last run is to be shown."""
    new_wanted = Signal()
    menu_asked = Signal(QPoint)
    more_asked = Signal(QPoint)
    environments_wanted = Signal()

    def __init__(self, requests: Requests, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Saved.LIST)
        self.setProperty("kind", "panel")
        self._requests = requests
        self._opened = ""
        self._changed: frozenset[str] = frozenset()
        self.rows = SavedRows(self)
        self.tree = SavedTree(self.rows)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show)
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        head = SectionHeader("Requests", line=True)
        self._counted = head.detail
        self.run_all = QuietButton("Run all", "play", "dense")
        self.run_all.setObjectName(names.Saved.RUN_ALL)
        self.run_all.setToolTip("Send all saved requests and compare their answers with what is expected")
        self.new = IconButton("plus", "New request")
        self.new.setObjectName(names.Saved.NEW)
        self.more = IconButton("dots-three", "More")
        self.more.setObjectName(names.Saved.MORE)
        for widget in (self.run_all, self.new, self.more):
            head.add_action(widget)
        head.box.setContentsMargins(12, 0, 8, 0)
        head.box.setSpacing(4)
        self.filter = SearchField("Name, model, tag", "funnel-simple")
        self.filter.setObjectName(names.Saved.FILTER)
        self.tags = TagRow()
        self.environment = EnvironmentRow(self._requests.saved)
        self.foot = Foot(self._requests)
        self.empty = EmptyState("bookmark-simple", _TITLE, _DETAIL)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.tree)
        self._search = QWidget()
        search = QVBoxLayout(self._search)
        search.setContentsMargins(8, 8, 8, 6)
        search.setSpacing(6)
        parts: tuple[QWidget, ...] = (self.filter, self.tags, self.environment)
        for part in parts:
            search.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (head, self._search, self.stack, HairLine(), self.foot):
            column.addWidget(part)
        column.setStretch(2, 1)
        self.setMinimumWidth(248)

    def _connect(self) -> None:
        requests = self._requests
        for signal in (requests.saved.changed, requests.runs.came, requests.runs.began):
            signal.connect(self._show_later)
        self.filter.textChanged.connect(lambda _words: self._later.start())
        self.tags.changed.connect(self._later.start)
        self.tree.wanted.connect(self.wanted)
        self.tree.menu_asked.connect(self.menu_asked)
        self.tree.typed.connect(self._type)
        self.run_all.clicked.connect(self.run_wanted)
        self.new.clicked.connect(self.new_wanted)
        self.more.clicked.connect(lambda: self.more_asked.emit(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        self.environment.edit_wanted.connect(self.environments_wanted)
        self.foot.shown.connect(self.runs_wanted)
        self.foot.run_wanted.connect(self.run_wanted)
        self.setFocusProxy(self.tree)

    def _show_later(self, *_: object) -> None:
        self._later.start()

    def _type(self, words: str) -> None:
        self.filter.setFocus()
        self.filter.setText(self.filter.text() + words)

    def set_open(self, name: str, changed: frozenset[str]) -> None:
        """Marks the request that is open, and those with changes that are not saved."""
        if (name, changed) != (self._opened, self._changed):
            self._opened, self._changed = name, changed
            self._show()

    def _show(self) -> None:
        saved, outcomes = self._requests.saved, self._requests.runs.outcomes
        self.tags.show_tags(tags_of(saved.entries))
        self.rows.show(
            Shown(saved.entries, outcomes, self.filter.text(), self.tags.chosen, self._opened, self._changed)
        )
        some, all_ = len(self.rows.shown), len(saved.entries)
        self._counted.setText("" if not all_ else str(all_) if some == all_ else f"{some} of {all_}")
        if not all_:
            self.empty.set_text(*self._nothing())
        elif not some:
            self.empty.set_text("Nothing fits", "No request has such a name, model or tag. Escape empties the filter.")
        self.stack.setCurrentIndex(1 if some else 0)
        self._search.setVisible(bool(all_) or bool(saved.environments) or bool(saved.environments_problem))
        self.run_all.setEnabled(bool(all_))

    def _nothing(self) -> tuple[str, str]:
        if self._requests.saved.folder is None:
            return "Nowhere to save", "Open a repository, or attach to a server: requests are kept beside it."
        return _TITLE, _DETAIL
