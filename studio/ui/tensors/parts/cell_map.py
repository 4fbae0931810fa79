"""The cells of a plane, each in whole pixels and never smoothed: zoomed and moved by mouse and keys, with a cursor."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.tensors.parts.colours import words_on
from studio.ui.tensors.parts.ticks import steps
from studio.ui.widgets import paint

_FLAT = 8
"""A plane that is so many times as wide as high has cells that are higher than wide."""
_ZOOM = 1.25
_MOST_SCALE = 96.0
_LEFT, _BELOW = 40, 20
_WORDS = (52, 18)
"""A cell of this size has its value written in it."""
Overlay = Callable[[QPainter, Callable[[float, float], QPointF]], None]
_MOVES = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class CellMap(QWidget):
    """Arrows move the cursor, + and - zoom, F shows all; the wheel zooms at the pointer, a drag moves."""

    pointed = Signal(int, int)
    hovered = Signal(int, int)
    paged = Signal(int)

    def __init__(self, *, ticks: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        self.cells = (0, 0)
        self.cell: tuple[int, int] | None = None
        self.words: Callable[[int, int], str] | None = None
        self.overlay: Overlay | None = None
        self._ticks = ticks
        self.scale = (1.0, 1.0)
        self.origin = QPointF()
        self._is_whole = True
        self._grabbed: QPointF | None = None
        self._dragged = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)

    def set_image(self, image: QImage, cells: tuple[int, int], name: str) -> None:
        """Shows cells of rows by columns, one pixel each or one for several; `name` is for screen readers."""
        is_other = cells != self.cells
        self.image, self.cells = image, cells
        self.setAccessibleName(f"{name}, {cells[1]:,} by {cells[0]:,}")
        if is_other or self._is_whole:
            self.show_all()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a usual plane."""
        return QSize(280, 260)

    def room(self) -> QRectF:
        """Where the cells are painted."""
        if not self._ticks:
            return QRectF(self.rect())
        return QRectF(_LEFT, 2, max(self.width() - _LEFT - 4, 1), max(self.height() - _BELOW - 2, 1))

    def show_all(self) -> None:
        """Makes the whole plane fit, in the middle."""
        room, (rows, columns) = self.room(), self.cells
        if not rows or not columns:
            return
        across, down = room.width() / columns, room.height() / rows
        scale = min(across, down)
        self.scale = (scale, scale)
        if max(rows, columns) > _FLAT * min(rows, columns):
            self.scale = (min(across, 4 * max(scale, 8)), min(down, 4 * max(scale, 8)))
        else:
            # Cells have whole pixels; a picture fills the room where its pixels are small anyway.
            whole = float(int(scale)) if scale >= (1 if self._ticks else 4) else scale
            self.scale = (whole, whole)
        self._is_whole = True
        self.origin = QPointF(0, 0)
        self._keep_inside()
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Makes the cells larger or smaller around a point, the cursor or the middle."""
        place = at or self._place_of_cursor()
        room = self.room()
        before = self._cell_at(place)
        fits = self._scale_that_fits()
        new = tuple(min(max(each * factor, fit), _MOST_SCALE) for each, fit in zip(self.scale, fits, strict=True))
        self.scale = (new[0], new[1])
        self._is_whole = self.scale[0] <= fits[0] and self.scale[1] <= fits[1]
        if self._is_whole:
            self.show_all()
            return
        self.origin = QPointF(
            before.x() - (place.x() - room.left()) / new[0], before.y() - (place.y() - room.top()) / new[1]
        )
        self._keep_inside()
        self.update()

    def point(self, row: int, column: int) -> None:
        """Moves the cursor to a cell, and what is shown so that it is seen."""
        self.cell = (min(max(row, 0), self.cells[0] - 1), min(max(column, 0), self.cells[1] - 1))
        room = self.room()
        sizes = (room.width() / self.scale[0], room.height() / self.scale[1])
        x = min(max(self.origin.x(), self.cell[1] + 1 - sizes[0]), float(self.cell[1]))
        y = min(max(self.origin.y(), self.cell[0] + 1 - sizes[1]), float(self.cell[0]))
        self.origin = QPointF(x, y)
        self._keep_inside()
        self.update()

    def cell_under(self, place: QPointF) -> tuple[int, int] | None:
        """The cell at a point of the widget; None where there is none."""
        found = self._cell_at(place)
        row, column = int(found.y() // 1), int(found.x() // 1)
        return (row, column) if 0 <= row < self.cells[0] and 0 <= column < self.cells[1] else None

    def _scale_that_fits(self) -> tuple[float, float]:
        kept = self.scale, self.origin, self._is_whole
        self.show_all()
        found = self.scale
        self.scale, self.origin, self._is_whole = kept
        return found

    def _place_of_cursor(self) -> QPointF:
        if self.cell is None:
            return self.room().center()
        return self._point_of(self.cell[1] + 0.5, self.cell[0] + 0.5)

    def _keep_inside(self) -> None:
        room, (rows, columns) = self.room(), self.cells
        wide, high = room.width() / self.scale[0], room.height() / self.scale[1]
        x = min(max(self.origin.x(), 0.0), columns - wide) if columns > wide else (columns - wide) / 2
        y = min(max(self.origin.y(), 0.0), rows - high) if rows > high else (rows - high) / 2
        self.origin = QPointF(x, y)

    def _cell_at(self, place: QPointF) -> QPointF:
        room = self.room()
        return QPointF(
            self.origin.x() + (place.x() - room.left()) / self.scale[0],
            self.origin.y() + (place.y() - room.top()) / self.scale[1],
        )

    def _point_of(self, column: float, row: float) -> QPointF:
        room = self.room()
        return QPointF(
            room.left() + (column - self.origin.x()) * self.scale[0],
            room.top() + (row - self.origin.y()) * self.scale[1],
        )

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells, ticks, values where there is room, the overlay and the cursor."""
        del event
        with QPainter(self) as painter:
            room = self.room()
            if not self._ticks:
                painter.fillRect(room, colour("canvas"))
            if self.image.isNull() or not self.cells[0] or not self.cells[1]:
                return
            painter.save()
            painter.setClipRect(room)
            rows, columns = self.cells
            target = QRectF(self._point_of(0, 0), self._point_of(columns, rows))
            painter.drawImage(target, self.image)
            if self._ticks:
                # The neutral colour of a difference is that of the ground.
                painter.setPen(colour("line"))
                painter.drawRect(target)
            self._paint_words(painter)
            if self.overlay is not None:
                self.overlay(painter, self._point_of)
            self._paint_cursor(painter)
            painter.restore()
            if self._ticks:
                self._paint_ticks(painter, room)

    def _paint_words(self, painter: QPainter) -> None:
        if self.words is None or self.scale[0] < _WORDS[0] or self.scale[1] < _WORDS[1]:
            return
        room = self.room()
        first, last = self._cell_at(room.topLeft()), self._cell_at(room.bottomRight())
        font = theme.mono_font(11)
        for row in range(max(int(first.y()), 0), min(int(last.y()) + 1, self.cells[0])):
            for column in range(max(int(first.x()), 0), min(int(last.x()) + 1, self.cells[1])):
                cell = QRectF(self._point_of(column, row), self._point_of(column + 1, row + 1))
                role = words_on(self._ground(row, column))
                paint.text(painter, cell, self.words(row, column), font, role, Qt.AlignmentFlag.AlignHCenter)

    def _ground(self, row: int, column: int) -> QColor:
        x = column * self.image.width() // max(self.cells[1], 1)
        y = row * self.image.height() // max(self.cells[0], 1)
        return self.image.pixelColor(x, y)

    def _paint_cursor(self, painter: QPainter) -> None:
        if self.cell is None:
            return
        row, column = self.cell
        cell = QRectF(self._point_of(column, row), self._point_of(column + 1, row + 1))
        grown = max(0.0, (7 - min(cell.width(), cell.height())) / 2)
        cell.adjust(-grown, -grown, grown, grown)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, ink in ((3, "#0b1417"), (1, "#ffffff")):
            painter.setPen(QPen(colour(ink), width))
            painter.drawRect(cell)

    def _paint_ticks(self, painter: QPainter, room: QRectF) -> None:
        font = theme.ui_font(11)
        top_left, bottom_right = self._cell_at(room.topLeft()), self._cell_at(room.bottomRight())
        columns = steps(max(top_left.x(), 0), min(bottom_right.x(), self.cells[1]), room.width() / 48)
        bottom = min(self._point_of(0, self.cells[0]).y(), room.bottom())
        for column in columns:
            x = self._point_of(column + 0.5, 0).x()
            where = QRectF(x - 30, bottom + 2, 60, 16)
            paint.text(painter, where, str(column), font, "dim", Qt.AlignmentFlag.AlignHCenter)
        left = max(self._point_of(0, 0).x(), room.left())
        for row in steps(max(top_left.y(), 0), min(bottom_right.y(), self.cells[0]), room.height() / 32):
            y = self._point_of(0, row + 0.5).y()
            where = QRectF(left - _LEFT, y - 8, _LEFT - 6, 16)
            paint.text(painter, where, str(row), font, "dim", Qt.AlignmentFlag.AlignRight)
        if self.hasFocus():
            paint.focus_ring(painter, room)

    # Mouse and keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Moves the cursor, zooms, pages through the slices."""
        key = Qt.Key(event.key())
        if key in _MOVES and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            row, column = self.cell or (0, 0)
            by = 10 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
            step = (0, 0) if self.cell is None else _MOVES[key]
            self.point(row + by * step[0], column + by * step[1])
            if self.cell is not None:
                self.pointed.emit(*self.cell)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM)
        elif key in (Qt.Key.Key_F, Qt.Key.Key_0):
            self.show_all()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and not event.modifiers():
            self.paged.emit(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms where it has the keyboard or Ctrl is held; else the page scrolls."""
        is_meant = self.hasFocus() or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not is_meant or not event.angleDelta().y():
            event.ignore()
            return
        self.zoom(_ZOOM if event.angleDelta().y() > 0 else 1 / _ZOOM, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press points a cell out when it is let go without a move."""
        self._grabbed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Moves the plane while a button is held, else tells which cell is below the pointer."""
        if self._grabbed is None:
            if (found := self.cell_under(event.position())) is not None:
                self.hovered.emit(*found)
            return
        by = event.position() - self._grabbed
        if not self._dragged and by.manhattanLength() < 4:
            return
        self._dragged = True
        self._grabbed = event.position()
        self.origin -= QPointF(by.x() / self.scale[0], by.y() / self.scale[1])
        self._keep_inside()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Points the cell out that was pressed."""
        found = self.cell_under(event.position())
        if not self._dragged and found is not None:
            self.cell = found
            self.update()
            self.pointed.emit(*found)
        self._grabbed = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What was shown whole stays so."""
        super().resizeEvent(event)
        if self._is_whole:
            self.show_all()
        else:
            self._keep_inside()
