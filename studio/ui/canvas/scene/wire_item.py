"""One wire as one item: a bezier that is worked out when an end moves, not when it is painted."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.core.graph.elements import Wire
from studio.ui.canvas.scene.colours import CHOSEN, WIRE, pen, token_colour, type_colour, wire_pen
from studio.ui.canvas.scene.node_shape import text_width
from studio.ui.look.theme import ui_font

_REACH = 0.55
_NEAREST, _FURTHEST = 20.0, 120.0
_BELOW = 110.0
_LABEL = 18.0
_ABOVE = 2.0
_HALO = 9.0
_RAISED = 18.0
"""What its name stands higher by where a ring is in the middle."""


def curve(start: QPointF, end: QPointF) -> QPainterPath:
    """The line between two sockets."""
    across = end.x() - start.x()
    reach = min(max(abs(across) * _REACH, _NEAREST), _FURTHEST)
    path = QPainterPath(start)
    if across < -_NEAREST:
        # Back to the left: below both of its ends, not behind the nodes between them.
        low = max(start.y(), end.y()) + _BELOW
        middle = QPointF((start.x() + end.x()) / 2, low)
        path.cubicTo(start.x() + _BELOW, start.y(), start.x() + _BELOW, low, middle.x(), low)
        path.cubicTo(end.x() - _BELOW, low, end.x() - _BELOW, end.y(), end.x(), end.y())
        return path
    path.cubicTo(start.x() + reach, start.y(), end.x() - reach, end.y(), end.x(), end.y())
    return path


class WireItem(QGraphicsItem):
    """Made, changed and moved by the scene alone."""

    def __init__(self, wire: Wire, data_type: str) -> None:
        super().__init__()
        self.wire = wire
        self.data_type = data_type
        self.start, self.end = QPointF(), QPointF()
        self.path = QPainterPath()
        self.chosen = False
        self.lit = False
        self.has_halo = False
        """Whether the pointer is on it, or its value is shown."""
        self.is_ringed = False
        """Whether a ring in its middle ties a card to it."""
        self.is_faded = False
        """Whether the step that gives its tensor failed the last request."""
        self.label = ""
        self._rect = QRectF()
        self.setZValue(-1)

    @property
    def line(self) -> QLineF:
        """The straight line between the two ends of the wire."""
        return QLineF(self.start, self.end)

    @property
    def role(self) -> str:
        """Its colour: that of its data type, or that of errors."""
        return "error" if self.wire.problem else type_colour(self.data_type)

    def set_wire(self, wire: Wire, data_type: str) -> None:
        """Shows what the wire has become."""
        if (wire, data_type) != (self.wire, self.data_type):
            self.wire, self.data_type = wire, data_type
            self.update()

    def route(self, start: QPointF, end: QPointF) -> None:
        """Runs between these places from now on."""
        if start == self.start and end == self.end and not self._rect.isNull():
            return
        self.prepareGeometryChange()
        self.start, self.end = start, end
        self.path = curve(start, end)
        self._fit()

    def _fit(self) -> None:
        rect = self.path.controlPointRect().adjusted(-5, -5, 5, 5)
        self._rect = rect.united(self._label_rect().adjusted(-2, -2, 2, 2)) if self.label else rect

    def show_state(self, *, chosen: bool, lit: bool, label: str) -> None:
        """Chosen itself, or lit because a node at its end is."""
        if (chosen, lit, label) == (self.chosen, self.lit, self.label):
            return
        if label != self.label:
            self.prepareGeometryChange()
        self.chosen, self.lit, self.label = chosen, lit, label
        self._fit()
        # A label may be longer than its wire: it is read above the nodes at the ends.
        self.setZValue(_ABOVE if label else -0.5 if chosen or lit else -1)
        self.update()

    def show_marks(self, *, halo: bool | None = None, faded: bool | None = None) -> None:
        """Gives it a halo or fades it; what is None stays as it is."""
        marks = (self.has_halo if halo is None else halo, self.is_faded if faded is None else faded)
        if marks != (self.has_halo, self.is_faded):
            self.prepareGeometryChange()
            self.has_halo, self.is_faded = marks
            self._fit()
            self.update()

    def set_ringed(self, ringed: bool) -> None:
        """Makes room for a ring in the middle, or not."""
        if ringed != self.is_ringed:
            self.prepareGeometryChange()
            self.is_ringed = ringed
            self._fit()
            self.update()

    def point_near(self, at: QPointF) -> QPointF:
        """The place on the wire that is nearest to another place, to a fiftieth of its length."""
        points = [self.path.pointAtPercent(place / 50) for place in range(51)]
        return min(points, key=lambda point: (point - at).manhattanLength())

    def _label_rect(self) -> QRectF:
        width = text_width(self.label, 11, 500) + 14
        middle = self.path.pointAtPercent(0.5) - QPointF(0, _RAISED if self.is_ringed or self.has_halo else 0)
        return QRectF(middle.x() - width / 2, middle.y() - _LABEL / 2, width, _LABEL)

    def is_near(self, at: QPointF, distance: float) -> bool:
        """Whether a place lies on the wire, give or take a distance."""
        if not self._rect.adjusted(-distance, -distance, distance, distance).contains(at):
            return False
        stroke = QPainterPathStroker()
        stroke.setWidth(distance * 2)
        return stroke.createStroke(self.path).contains(at)

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        strong = self.chosen or self.lit or self.has_halo
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width, share = (CHOSEN, 1.0) if strong else (WIRE, 0.5 if self.is_faded else 0.75)
        painter.setPen(wire_pen(self.role, width, share, bool(self.wire.problem) or self.is_faded))
        if self.has_halo:
            painter.save()
            painter.setPen(pen(self.role, _HALO, 0.22))
            painter.drawPath(self.path)
            painter.restore()
        if self.chosen:
            painter.save()
            painter.setPen(pen("accent", 6, 0.3))
            painter.drawPath(self.path)
            painter.restore()
        painter.drawPath(self.path)
        if self.label:
            self._paint_label(painter)

    def _paint_label(self, painter: QPainter) -> None:
        rect = self._label_rect()
        painter.setPen(pen(self.role, 1))
        painter.setBrush(token_colour("canvas"))
        painter.drawRoundedRect(rect, _LABEL / 2, _LABEL / 2)
        painter.setPen(token_colour(self.role))
        painter.setFont(ui_font(11, 500))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.label)
