"""The card of a wire that is watched: its value stays in sight and is renewed with each request."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.core.files.sizes import size_text
from studio.core.inference.wires.digest import Digest
from studio.core.inference.wires.seen import Seen
from studio.ui.canvas import names
from studio.ui.canvas.watch.digest_paint import (
    LINE,
    paint_histogram,
    paint_lines,
    paint_odd,
    paint_picture,
    paint_values,
)
from studio.ui.canvas.watch.words import age_text, digest_words, number, shape_text, warning
from studio.ui.look.theme import mono_font, ui_font
from studio.ui.widgets import IconButton, LinkButton, paint

SIZE = QSize(228, 114)
_STEP = 16
_FADED = 0.5


class WatchCard(QWidget):
    """It is moved by a drag or by the arrow keys; Delete takes it away, O opens its value, C copies it."""

    moved = Signal(QPoint)
    """Where its corner is wanted, in the widget that it lies in."""
    removed = Signal()
    open_wanted = Signal()
    copy_wanted = Signal()
    probe_wanted = Signal()
    chosen = Signal()

    def __init__(self, tensor: str, data_type: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.tensor, self.data_type = tensor, data_type
        self.setObjectName(names.Canvas.WATCH.format(tensor))
        self.setFixedSize(SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Drag it, or move it by the arrow keys; a double click or O opens the value, Delete unpins it")
        self._seen: Seen | None = None
        self._before: Digest | None = None
        self._labels: tuple[str, ...] = ()
        self._is_old = False
        self._grabbed: QPoint | None = None
        self.unpin = IconButton("push-pin-fill", f"Unpin {tensor}", "accent", 12, self)
        self.unpin.setObjectName(names.Canvas.WATCH.format(f"{tensor}.unpin"))
        self.unpin.move(4, 4)
        self.unpin.clicked.connect(self.removed)
        self.probe = LinkButton("Probe", size="dense", parent=self)
        self.probe.setObjectName(names.Canvas.WATCH.format(f"{tensor}.probe"))
        self.probe.setToolTip("Run the steps up to this wire with the last request")
        self.probe.move(6, SIZE.height() - 34)
        self.probe.clicked.connect(self.probe_wanted)

    def show_value(self, seen: Seen | None, before: Digest | None, labels: tuple[str, ...], *, is_old: bool) -> None:
        """What was last seen, with what was seen before; `is_old` where a newer request has not come so far."""
        self._seen, self._before, self._labels, self._is_old = seen, before, labels, is_old
        self.probe.setVisible(seen is None)
        digest = seen.digest if seen is not None else None
        said = digest_words(digest) if digest is not None else "not seen; probe it" if seen is None else "reading"
        odd = warning(digest)
        self.setAccessibleName(f"Watch of {self.tensor}: {said}{', ' + odd if odd else ''}")
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with QPainter(self) as painter:
            paint.round_rect(
                painter, QRectF(self.rect()), 6, fill="panel", edge="accent" if self.hasFocus() else "edge"
            )
            self._paint_head(painter)
            body = QRectF(self.rect()).adjusted(10, 32, -10, -8)
            digest = self._seen.digest if self._seen is not None else None
            if digest is None:
                words = "Not seen; probe it." if self._seen is None else "Reading …"
                paint.text(painter, QRectF(body.left(), body.top(), body.width(), LINE), words, ui_font(12), "dim")
                return
            painter.setOpacity(_FADED if self._is_old else 1.0)
            self._paint_value(painter, body, digest)

    def _paint_head(self, painter: QPainter) -> None:
        paint.mark(painter, QRectF(28, 8, 16, 16), self.data_type)
        age = age_text(self._seen.at) if self._seen is not None else ""
        room = QRectF(50, 7, SIZE.width() - 60, LINE)
        taken = paint.text(painter, room, age, ui_font(11), "dim", Qt.AlignmentFlag.AlignRight) if age else 0.0
        paint.text(painter, room.adjusted(0, 0, -taken - 6, 0), self.tensor, ui_font(12, 600))

    def _paint_value(self, painter: QPainter, body: QRectF, digest: Digest) -> None:
        line = QRectF(body.left(), body.top(), body.width(), LINE)
        odd = warning(digest)
        if digest.shown == "picture":
            self._paint_picture(painter, body, digest)
            return
        paint.text(painter, line, shape_text(digest.shape), mono_font(11), "dim")
        paint_odd(painter, line, odd, "error" if digest.odd else "warn")
        below = body.adjusted(0, LINE, 0, 0)
        if digest.shown == "values":
            paint_values(painter, below, digest, self._before, self._labels)
        elif digest.shown == "text":
            paint_lines(painter, below, digest.text)
        elif digest.histogram is not None:
            paint_histogram(painter, below, digest.histogram)

    def _paint_picture(self, painter: QPainter, body: QRectF, digest: Digest) -> None:
        side = body.height()
        paint_picture(painter, QRectF(body.left(), body.top(), side, side), digest)
        found = digest.statistics
        lines = [shape_text(digest.shape), digest.note, size_text(digest.size)]
        if found is not None:
            lines[2] = f"mean {number(found.mean)}"
        for place, words in enumerate(lines):
            row = QRectF(body.left() + side + 10, body.top() + place * LINE, body.width() - side - 10, LINE)
            paint.text(painter, row, words, ui_font(11) if place else mono_font(11), "dim")
        row = QRectF(body.left() + side + 10, body.top() + 3 * LINE, body.width() - side - 10, LINE)
        odd = warning(digest)
        paint.text(painter, row, odd, ui_font(11, 600), "error" if digest.odd else "warn")

    # Moving

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position().toPoint()
            self.chosen.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self.moved.emit(self.mapToParent(event.position().toPoint()) - self._grabbed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self.open_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        ways = {key.Key_Left: (-1, 0), key.Key_Right: (1, 0), key.Key_Up: (0, -1), key.Key_Down: (0, 1)}
        way = ways.get(key(event.key()))
        if way is not None:
            self.moved.emit(self.pos() + QPoint(*way) * _STEP)
        elif event.key() in (key.Key_Delete, key.Key_Backspace, key.Key_P):
            self.removed.emit()
        elif event.key() in (key.Key_O, key.Key_Return, key.Key_Enter):
            self.open_wanted.emit()
        elif event.key() == key.Key_C:
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.chosen.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
