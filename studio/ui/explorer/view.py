"""The explorer's tree: keys, carets, dragging models out and files in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from studio.ui.explorer import names
from studio.ui.explorer.delegate import ExplorerDelegate
from studio.ui.explorer.model import NODE, Index


class ExplorerTree(QTreeView):
    """A tree without indentation or branches of its own; what a person types goes to the filter."""

    typed = Signal(str)
    files_dropped = Signal(object, object)
    """The index that files were dropped on, and their paths."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Explorer.TREE)
        self.setAccessibleName("Models of the repository")
        self._turned = False
        """Whether the press was on a caret."""
        self._delegate = ExplorerDelegate(self, self)
        self.setItemDelegate(self._delegate)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setDragEnabled(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTreeView.Shape.NoFrame)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Nothing: the delegate paints the carets."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._turned = event.button() == Qt.MouseButton.LeftButton and self._on_caret(event.position().toPoint())
        if self._turned:
            self.setExpanded(index, not self.isExpanded(index))
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._turned:
            super().mouseReleaseEvent(event)

    def _on_caret(self, point: QPoint) -> bool:
        index = self.indexAt(point)
        left = self._delegate.caret(index.data(NODE)) if index.isValid() else -1
        return left >= 0 and left - 4 <= point.x() <= left + 14

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        elif event.text().isprintable() and event.text().strip() and not _with_control(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        if _dropped(event):
            self._mark_drop(self.indexAt(event.position().toPoint()))
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._mark_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _dropped(event)
        self._mark_drop(None)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(self.indexAt(event.position().toPoint()), paths)

    def _mark_drop(self, index: QModelIndex | None) -> None:
        self._delegate.drop = QPersistentModelIndex(index) if index is not None and index.isValid() else None
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.HoverMove:
            self.viewport().update()
        return super().viewportEvent(event)


def _dropped(event: QDropEvent) -> list[Path]:
    """The files that a drag from outside brings."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _with_control(event: QKeyEvent) -> bool:
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return bool(event.modifiers() & held)
