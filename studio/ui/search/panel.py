"""The search over all configurations in the panel at the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QListView, QVBoxLayout, QWidget

from studio.app.repository.searching import ConfigurationSearch
from studio.core.operations.searching import MOST, Hit
from studio.text.tree import Span
from studio.ui.search import names
from studio.ui.search.delegate import FoundDelegate
from studio.ui.search.model import ROW, FoundModel
from studio.ui.widgets import ElidedLabel, IconButton, QuietButton, SearchField, TextField
from studio.ui.widgets.dialogs import confirm
from studio.ui.widgets.layouts.tabbed import TabbedAsRead
from studio.ui.widgets.search_choices import SearchChoices

if TYPE_CHECKING:
    from studio.app.session import Session

_PAUSE_MS = 150
_LIST_MS = 60
_LEAVE_OUT = "Delete leaves a line out of what is replaced."


class SearchPanel(TabbedAsRead):
    """Results come while a person types. A click previews, Enter or a double click opens."""

    opened = Signal(str, object, bool)
    """A model, a Span in its text, and whether that is only a preview."""
    counted = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Searching.PANEL)
        self.setProperty("kind", "panel")
        self.search = ConfigurationSearch(session, self)
        self.model = FoundModel(self)
        self._found: tuple[tuple[Hit, ...], ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=_LIST_MS)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._build()
        self._connect(session)
        self.set_replacing(on=False)

    def _build(self) -> None:
        self.field = SearchField("Find in all configurations")
        self.field.setObjectName(names.Searching.FIELD)
        self.new = TextField()
        self.new.setObjectName(names.Searching.NEW)
        self.new.setPlaceholderText("Replace by")
        self.new.setAccessibleName("What is put in its place")
        self.choices = SearchChoices()
        self.state = ElidedLabel("", "dim", 12)
        self.state.setObjectName(names.Searching.STATE)
        self._turn = IconButton("caret-right", "Replace as well")
        self._turn.setObjectName(names.Searching.TURN)
        self._stop = IconButton("stop-fill", "Stop looking")
        self._stop.setObjectName(names.Searching.STOP)
        self._stop.setEnabled(False)
        self.replace = QuietButton("Replace…", size="dense")
        self.replace.setObjectName(names.Searching.REPLACE)
        self.list = QListView()
        self.list.setObjectName(names.Searching.LIST)
        self.list.setAccessibleName("What was found")
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        # Thousands of lines are laid out in parts.
        self.list.setLayoutMode(QListView.LayoutMode.Batched)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self._delegate = FoundDelegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(8, 4, 12, 4)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        tools = QHBoxLayout()
        tools.setSpacing(2)
        tools.addWidget(self.choices)
        tools.addWidget(self._stop)
        grid.addWidget(self._turn, 0, 0)
        grid.addWidget(self.field, 0, 1)
        grid.addLayout(tools, 0, 2)
        grid.addWidget(self.state, 0, 3)
        grid.addWidget(self.new, 1, 1)
        grid.addWidget(self.replace, 1, 2, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(grid)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.field)

    def _connect(self, session: Session) -> None:
        self._pause.timeout.connect(self.look)
        self._soon.timeout.connect(self._list_found)
        for changed in (self.field.textChanged, self.new.textChanged, self.choices.changed):
            changed.connect(lambda *_: self._pause.start())
        self.field.returnPressed.connect(self.look)
        self._turn.clicked.connect(lambda: self.set_replacing(on=not self._delegate.is_replacing))
        self._stop.clicked.connect(self.search.cancel)
        self.replace.clicked.connect(self._ask)
        self.list.clicked.connect(lambda index: self._open(index, preview=True))
        self.list.doubleClicked.connect(lambda index: self._open(index, preview=False))
        self.search.began.connect(self._begin)
        self.search.found.connect(self._take)
        self.search.ended.connect(self._end)
        self.search.replaced.connect(lambda *_: self.look())
        session.repository_changed.connect(lambda _: self._pause.start() if self.field.text() else None)

    # Looking

    def open_search(self, words: str = "", *, replacing: bool = False) -> None:
        """Gives the keyboard to the field, with words to look for."""
        if replacing:
            self.set_replacing(on=True)
        if words:
            self.field.setText(words)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def set_replacing(self, *, on: bool) -> None:
        """Shows or hides the field for what replaces it."""
        self._delegate.is_replacing = on
        self._turn.set_icon("caret-down" if on else "caret-right")
        for each in (self.new, self.replace):
            each.setVisible(on)
        self.list.setToolTip(_LEAVE_OUT if on else "")
        self.list.viewport().update()

    def look(self) -> None:
        """Looks for what is in the field now."""
        self._pause.stop()
        self.search.start(self.choices.search(self.field.text()), self.new.text())

    def _begin(self) -> None:
        self._found = ()
        self.model.clear()
        self._stop.setEnabled(True)
        self._tell("Looking …")

    def _take(self, found: tuple[tuple[Hit, ...], ...]) -> None:
        """What comes first is listed at once, and then what comes in quick succession together."""
        self._found += found
        if not self.model.rowCount():
            self._list_found()
        elif not self._soon.isActive():
            self._soon.start()

    def _list_found(self) -> None:
        found, self._found = self._found, ()
        self._soon.stop()
        self.model.add(found)

    def _end(self, whole: bool) -> None:
        self._list_found()
        self._stop.setEnabled(self.search.is_running)
        wanted = self.choices.search(self.field.text())
        count = len(self.model.hits())
        models = self.model.rowCount() - count
        words = f"{count:,} in {models:,} model{'' if models == 1 else 's'}" if count else "Nothing found"
        more = "" if whole else f", and more than {MOST:,}" if count >= MOST else ", stopped"
        problem = wanted.problem or self.search.problem
        self._tell((problem or words + more) if wanted.words else "")

    def _tell(self, words: str) -> None:
        count = len(self.model.hits())
        self.state.setText(words)
        self.replace.setEnabled(count > 0)
        self.replace.setText(f"Replace {count:,}…" if count else "Replace…")
        self.counted.emit(count)

    # What was found

    def _open(self, index: QModelIndex, *, preview: bool) -> None:
        row = index.data(ROW)
        if isinstance(row, Hit):
            self.opened.emit(row.name, Span(row.start, row.end), preview)
        elif row is not None:
            self.opened.emit(row[0], None, preview)

    def _ask(self) -> None:
        # The repository may be read and looked through anew while the question stands.
        hits, texts = self.model.hits(), self.search.texts
        models = len({hit.name for hit in hits})
        title = f"Replace {len(hits):,} places in {models:,} model{'' if models == 1 else 's'}?"
        text = f"“{self.field.text()}” becomes “{self.new.text()}”: one step to undo in each. Nothing is saved by it."
        confirm(self.window(), title, text, "Replace", lambda: self.search.replace(hits, texts), "primary")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete leaves a line out, Escape stops looking."""
        index = self.list.currentIndex()
        on_row = self.list.hasFocus() and index.isValid()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and on_row:
            self._open(index, preview=False)
        elif event.key() == Qt.Key.Key_Delete and on_row and self._delegate.is_replacing:
            self.model.leave_out(index.row())
            self.list.setCurrentIndex(self.model.index(min(index.row(), self.model.rowCount() - 1), 0))
            self._end(True)
        elif event.key() == Qt.Key.Key_Escape and self.search.is_running:
            self.search.cancel()
        elif event.key() == Qt.Key.Key_Down and self.field.hasFocus() and self.model.rowCount():
            self.list.setFocus()
            self.list.setCurrentIndex(self.model.index(0, 0))
        else:
            super().keyPressEvent(event)
