"""A table of the form for a repeated message: as high as its rows, edited in place, rows dragged and removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QSizePolicy, QWidget

from studio.core.config.draft import Draft
from studio.text.paths import widget_key
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.cell_delegate import CellDelegate, fitting_widths, wanted_widths
from studio.ui.editor.form.tables.list_model import Column, Index, ListModel, TableRow
from studio.ui.look.theme import colour
from studio.ui.widgets import DenseTable

_ROW = 28
_HEAD = 26
_MOST_SHOWN = 40


class ListTable(DenseTable):
    """Rows of one repeated message. Delete or the cross removes; dragging the dots or Alt+Up and Alt+Down move."""

    row_chosen = Signal(int)

    def __init__(
        self,
        context: FormContext,
        path: Path,
        columns: Sequence[Column],
        read: Callable[[Draft], Sequence[TableRow]],
        noun: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_ROW, parent)
        self._context = context
        self._noun = noun
        self._dragged = self._target = -1
        self._quiet = False
        self._wanted: list[int] = []
        self.list_model = ListModel(context, path, columns, read, self)
        self.setObjectName(names.Form.TABLE.format(widget_key(path)))
        self.setAccessibleName(f"Table of {noun}s")
        self.setModel(self.list_model)
        self.setItemDelegate(CellDelegate(_ROW, self))
        self._set_behaviour()
        self.list_model.modelReset.connect(self._fit)
        self.list_model.dataChanged.connect(self._measure)
        self._fit()

    def _set_behaviour(self) -> None:
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed | trigger.SelectedClicked
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(8)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.clicked.connect(self._clicked)

    def show_draft(self, draft: Draft) -> None:
        """Shows the elements of a draft."""
        self.list_model.show_draft(draft)

    def select_element(self, row: int, name: str, forced: bool = False) -> None:
        """Selects an element as the text's cursor enters it, without telling that it was chosen here."""
        if 0 <= row < self.list_model.rowCount() and (forced or not self.hasFocus()):
            self._quiet = True
            self.setCurrentIndex(self.list_model.index(row, self.list_model.column_of(name)))
            self._quiet = False

    def edit_cell(self, path: Path) -> None:
        """Opens the cell of a path for typing; of an element as a whole, or of none, its first."""
        rest = path[len(self.list_model.path) :]
        row = rest[0] if rest and isinstance(rest[0], int) else max(self.currentIndex().row(), 0)
        index = self.list_model.index(row, self.list_model.column_of(str(rest[1]) if len(rest) > 1 else ""))
        if not index.isValid():
            return
        self.setFocus()
        self.setCurrentIndex(index)
        if len(rest) > 1 and self.list_model.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def _fit(self) -> None:
        rows = min(self.list_model.rowCount(), _MOST_SHOWN)
        self.setFixedHeight(_HEAD + _ROW * rows + 2 if rows else 0)
        self.updateGeometry()
        self._measure()

    def _measure(self) -> None:
        self._wanted = wanted_widths(self.list_model)
        self._fit_columns()

    def _fit_columns(self) -> None:
        header = self.horizontalHeader()
        for place, width in enumerate(fitting_widths(self.list_model, self._wanted, self.viewport().width())):
            header.resizeSection(place, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns share the new width."""
        super().resizeEvent(event)
        self._fit_columns()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(200, self.height())

    def currentChanged(self, current: Index, previous: Index) -> None:
        """The help follows the cell."""
        super().currentChanged(current, previous)
        self.row_chosen.emit(current.row())
        if not self._quiet:
            self._tell(current)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The help follows the keyboard too."""
        super().focusInEvent(event)
        self._tell(self.currentIndex())

    def _tell(self, index: Index) -> None:
        if index.isValid():
            name = self.list_model.columns[index.column()].name
            self._context.focused.emit((*self.list_model.path, index.row(), *([name] if name else [])))

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, Alt+Up and Alt+Down act on the current row; Enter edits the cell."""
        index = self.currentIndex()
        row = index.row()
        moved = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        typing = self.state() == QAbstractItemView.State.EditingState
        if event.key() == Qt.Key.Key_Delete and row >= 0:
            self.remove(row)
        elif moved and event.modifiers() & Qt.KeyboardModifier.AltModifier and row >= 0:
            self.move_row(row, row + moved)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not typing and row >= 0:
            self.edit(index)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """The keys that move and remove rows are this table's while it has the keyboard, not a command's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
            arrows = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
            if event.key() == Qt.Key.Key_Delete or (alt and arrows):
                event.accept()
                return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a row."""
        row = self.rowAt(event.pos().y()) if event.reason() == event.Reason.Mouse else self.currentIndex().row()
        if row >= 0:
            menu = self.row_menu(row)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    def row_menu(self, row: int) -> QMenu:
        """The menu of a row."""
        menu = QMenu(self)
        up = menu.addAction("Move up\tAlt+Up", lambda: self.move_row(row, row - 1))
        down = menu.addAction("Move down\tAlt+Down", lambda: self.move_row(row, row + 1))
        up.setEnabled(row > 0)
        down.setEnabled(row < self.list_model.rowCount() - 1)
        menu.addSeparator()
        menu.addAction("Remove\tDel", lambda: self.remove(row))
        return menu

    def _clicked(self, index: Index) -> None:
        if self.list_model.columns[index.column()].kind == "remove":
            self.remove(index.row())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the dots takes the row."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.list_model.columns[index.column()].kind == "handle":
            self._dragged = self._target = index.row()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A line shows where the row will stand."""
        if self._dragged < 0:
            super().mouseMoveEvent(event)
            return
        count = self.list_model.rowCount()
        self._target = min(max(round(event.position().y() / _ROW), 0), count)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The row stands where it was let go."""
        super().mouseReleaseEvent(event)
        row, target = self._dragged, self._target
        self._dragged = self._target = -1
        if row >= 0 and target not in (row, row + 1):
            self.move_row(row, target - 1 if target > row else target)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, and the line of a drag."""
        super().paintEvent(event)
        if self._dragged >= 0 and self._target not in (self._dragged, self._dragged + 1):
            with QPainter(self.viewport()) as painter:
                top = max(self._target * _ROW - 1, 0)
                painter.fillRect(0, top, self.viewport().width(), 2, colour("accent"))

    # Edits

    def remove(self, row: int) -> None:
        """Takes an element away."""
        path = (*self.list_model.path, row)
        self._context.edit(f"Remove {self._noun}", lambda draft: draft.clear(*path))

    def move_row(self, row: int, target: int) -> None:
        """Puts an element at another place among its like."""
        if 0 <= target < self.list_model.rowCount():
            path = (*self.list_model.path, row)
            self._context.edit(f"Move {self._noun}", lambda draft: draft.move(*path, index=target))
            self.setCurrentIndex(self.list_model.index(target, max(self.currentIndex().column(), 1)))
