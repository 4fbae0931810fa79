"""The tree of the saved requests: keys, carets, and the menu at the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from studio.ui.tester.saved import names
from studio.ui.tester.saved.listed.delegate import SavedDelegate
from studio.ui.tester.saved.listed.rows import Index, SavedRows

_CARET = 28
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class SavedTree(QTreeView):
    """Several requests can be chosen; Enter and a double click open one."""

    wanted = Signal(str)
    """The request that is to be opened."""
    menu_asked = Signal(QPoint)
    """Where on the screen the menu of what is chosen is to open."""
    typed = Signal(str)

    def __init__(self, rows: SavedRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setObjectName(names.Saved.TREE)
        self.setAccessibleName("Saved requests")
        self.setModel(rows)
        self.setItemDelegate(SavedDelegate(self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.customContextMenuRequested.connect(self._ask_menu)
        rows.modelAboutToBeReset.connect(self._keep)
        rows.modelReset.connect(self._bring_back)
        self._folded: set[str] = set()
        self._chosen: tuple[str, ...] = ()
        self.collapsed.connect(lambda index: self._folded.add(str(index.data())))
        self.expanded.connect(lambda index: self._folded.discard(str(index.data())))

    def chosen(self) -> tuple[str, ...]:
        """The chosen requests, from the top; those of a model where that is chosen."""
        found: list[str] = []
        for index in sorted(self.selectionModel().selectedRows(), key=lambda each: self.visualRect(each).top()):
            row = self._rows.row_at(index)
            if row is not None and row.listed is not None:
                found.append(row.listed.name)
            else:
                below = [self._rows.row_at(self._rows.index(at, 0, index)) for at in range(self._rows.rowCount(index))]
                found += [each.listed.name for each in below if each is not None and each.listed is not None]
        return tuple(dict.fromkeys(found))

    def choose(self, *wanted: str) -> None:
        """Selects these requests, and shows the first."""
        self.selectionModel().clear()
        for place, name in enumerate(wanted):
            index = self._rows.find(name)
            if index.isValid():
                flags = self.selectionModel().SelectionFlag
                self.selectionModel().select(index, flags.Select | flags.Rows)
                if not place:
                    self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
                    self.scrollTo(index)

    def _keep(self) -> None:
        self._chosen = self.chosen()

    def _bring_back(self) -> None:
        for place in range(self._rows.rowCount()):
            index = self._rows.index(place, 0)
            self.setExpanded(index, str(index.data()) not in self._folded)
        self.choose(*self._chosen)

    def _ask_menu(self, at: QPoint) -> None:
        self.menu_asked.emit(self.viewport().mapToGlobal(at))

    def _open(self, index: Index) -> None:
        row = self._rows.row_at(index)
        if row is not None and row.listed is not None:
            self.wanted.emit(row.listed.name)
        elif row is not None:
            at = self._rows.index(index.row(), 0)
            self.setExpanded(at, not self.isExpanded(at))

    # As Qt asks

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Nothing: the delegate paints the carets."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        is_top = index.isValid() and not index.parent().isValid()
        if event.button() == Qt.MouseButton.LeftButton and is_top and point.x() < _CARET:
            self.setExpanded(index, not self.isExpanded(index))
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._open(self.indexAt(event.position().toPoint()))
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Slash:
            self.typed.emit("")
        elif event.text().strip() and event.text().isprintable() and event.modifiers() in _PLAIN:
            # What is typed goes to the filter.
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)
