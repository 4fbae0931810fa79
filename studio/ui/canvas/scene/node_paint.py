"""How a node looks: header, rows of ports, footer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from studio.core.graph.elements import Node, Port, PortId
from studio.ui.canvas.scene import node_shape
from studio.ui.canvas.scene.colours import backend_icon, pen, token_colour, type_colour
from studio.ui.canvas.scene.footer import NO_FIGURE, Footer, paint_footer
from studio.ui.canvas.scene.node_shape import NodeShape
from studio.ui.canvas.scene.text_drawing import BOTH_ENDS, CENTRE, LEFT, RIGHT, mark, write
from studio.ui.look.icons import paint_icon
from studio.ui.look.load_state import LOAD_SIGNS, LoadState
from studio.ui.look.theme import ui_font

_RADIUS = 6.0
_FADED = 0.45
_LEGIBLE = 0.5
"""Below this zoom the sign in the header is a few pixels."""
_BADGE = 20.0
"""Pixels of the sign that stands for it."""

PortHint: TypeAlias = Literal["", "fits", "target", "refused", "wrong"]
"""What a port is to the wire that is being dragged; "wrong" is a refused one under the pointer."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a node shows besides what it is."""

    chosen: bool = False
    state: LoadState = ""
    footer: Footer = NO_FIGURE
    failed: bool = False
    """Whether it failed the last request."""
    mark: Literal["", "only", "changed"] = ""
    """How it differs from the same step of another ensemble beside it."""
    hints: Mapping[PortId, PortHint] | None = None
    focus: PortId | Literal["", "node"] = ""
    hovered: PortId | None = None
    """The port under the pointer."""


def paint_node(painter: QPainter, node: Node, shape: NodeShape, look: Appearance, exposed: QRectF) -> None:
    """Draws a node with its upper left corner at the origin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_body(painter, node, shape, look)
    _paint_header(painter, node, shape, look)
    for port in node.ports:
        if (
            shape.rows[port.id] + node_shape.ROW > exposed.top()
            and shape.rows[port.id] - node_shape.ROW < exposed.bottom()
        ):
            _paint_port(painter, port, shape, look)
    if not node.ports:
        row = QRectF(12, shape.height - node_shape.PAD - node_shape.ROW, shape.width - 24, node_shape.ROW)
        painter.setFont(ui_font(12))
        painter.setPen(token_colour("dim"))
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, _nothing(node))
    if shape.footer:
        paint_footer(painter, shape, look.footer)
    if look.focus == "node":
        painter.setPen(pen("text", 1.0, dashed=True))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(shape.rect.adjusted(-4, -4, 4, 4), _RADIUS + 3, _RADIUS + 3)


def paint_badge(painter: QPainter, node: Node, shape: NodeShape, zoom: float) -> None:
    """Where a node is too small to be read, the sign of its problem at a size that is seen."""
    if zoom >= _LEGIBLE or not (node.state != "ok" or node.problem):
        return
    side = min(_BADGE / max(zoom, 0.01), shape.height - 8, shape.width / 2)
    box = QRectF(shape.width - side - 4, 4, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(token_colour("panel"))
    painter.drawEllipse(box)
    role = "error" if node.state != "ok" else "warn_fill"
    inset = side * 0.12
    paint_icon(painter, box.adjusted(inset, inset, -inset, -inset), "warning-fill", token_colour(role))


def _nothing(node: Node) -> str:
    return {"inputs": "No inputs yet", "outputs": "No outputs yet"}.get(node.kind, "No tensors known")


def _paint_body(painter: QPainter, node: Node, shape: NodeShape, look: Appearance) -> None:
    bad = node.state in ("missing", "broken", "version") or look.failed
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(token_colour("panel"))
    painter.drawRoundedRect(shape.rect, _RADIUS, _RADIUS)
    top = QPainterPath()
    top.setFillRule(Qt.FillRule.WindingFill)
    top.addRoundedRect(QRectF(0, 0, shape.width, node_shape.HEADER), _RADIUS, _RADIUS)
    top.addRect(QRectF(0, node_shape.HEADER - _RADIUS, shape.width, _RADIUS))
    fill = "error_soft" if bad else "accent_soft" if look.chosen else "field" if node.kind == "step" else "panel"
    painter.setBrush(token_colour(fill))
    painter.drawPath(top)
    painter.fillRect(QRectF(0, node_shape.HEADER - 1, shape.width, 1), token_colour("line"))
    width = 2.0 if look.chosen else 1.5 if look.failed or look.mark else 1.0
    marked = {"only": "ok", "changed": "warn_fill"}.get(look.mark, "edge")
    role = "accent" if look.chosen else "error" if bad else marked
    painter.setPen(pen(role, width, dashed=node.state == "missing" and not look.chosen))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = width / 2
    painter.drawRoundedRect(shape.rect.adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)


def _paint_header(painter: QPainter, node: Node, shape: NodeShape, look: Appearance) -> None:
    left, right = 12.0, shape.width - 12
    if node.kind == "step":
        paint_icon(painter, QRectF(12, 10, 16, 16), backend_icon(node.backend), token_colour("dim"))
        left = 36.0
        right = _paint_state(painter, node, look, right)
    detail = node_shape.detail_of(node)
    room = right - left - (node_shape.text_width(detail, *node_shape.DETAIL) + 6 if detail else 0)
    place = QRectF(left, 0, room, node_shape.HEADER - 1)
    taken = write(painter, place, node_shape.title_of(node), node_shape.TITLE, elide=BOTH_ENDS)
    if detail:
        rest = QRectF(left + taken + 6, 0, right - left, node_shape.HEADER - 1)
        write(painter, rest, detail, node_shape.DETAIL, "text" if look.chosen else "dim")
    if shape.note:
        row = QRectF(12, node_shape.HEADER + 2, shape.width - 24, node_shape.ROW)
        paint_icon(painter, QRectF(12, row.center().y() - 7, 14, 14), "warning", token_colour("error"))
        write(painter, row.adjusted(22, 0, 0, 0), node_shape.note_of(node), (12, 400), "error")


def _paint_state(painter: QPainter, node: Node, look: Appearance, right: float) -> float:
    sign = LOAD_SIGNS[look.state] if look.state else None
    if node.state != "ok":
        sign = ("warning-fill", "error")
    elif look.failed:
        sign = ("x-circle-fill", "error")
    if sign is None and node.problem:
        sign = ("warning-fill", "warn_fill")
    if look.mark:
        sign = ("plus-circle", "ok") if look.mark == "only" else ("pencil-simple", "warn_fill")
    if sign is None:
        return right
    paint_icon(painter, QRectF(right - 15, 10.5, 15, 15), sign[0], token_colour(sign[1]))
    return right - 22


def _paint_port(painter: QPainter, port: Port, shape: NodeShape, look: Appearance) -> None:
    row, hint = shape.row(port.id), (look.hints or {}).get(port.id, "")
    if hint == "target" or look.focus == port.id or look.hovered == port.id:
        painter.fillRect(row.adjusted(1, 0, -1, 0), token_colour("select" if hint == "target" else "hover"))
    painter.save()
    if hint in ("refused", "wrong"):
        painter.setOpacity(_FADED)
    _paint_words(painter, port, row, hint)
    painter.restore()
    paint_socket(painter, shape.socket(port.id), port, hint)
    if look.focus == port.id:
        painter.setPen(pen("accent", 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(row.adjusted(4, 1, -4, -1), 3, 3)


def _paint_words(painter: QPainter, port: Port, row: QRectF, hint: PortHint) -> None:
    dims = node_shape.dims_of(port)
    width = node_shape.text_width(dims, 11, 400, True)
    out = port.is_source
    square = QRectF(row.right() - 30 if out else row.left() + 14, row.center().y() - 8, 16, 16)
    if port.data_type:
        mark(painter, square, port.data_type)
    else:
        write(painter, square, "?", (11, 600), "dim", CENTRE)
    inner = row.adjusted(12 if out else 36, 0, -36 if out else -12, 0)
    room = min(width, inner.width() / 2)
    beside = LEFT if out else RIGHT
    place = QRectF(inner.left() if out else inner.right() - room, inner.top(), room + 1, inner.height())
    write(painter, place, dims, (11, 400), "dim", beside, mono=True)
    sign = 17 if port.problem else 0
    name = inner.adjusted(room + 8 + sign, 0, 0, 0) if out else inner.adjusted(0, 0, -room - 8 - sign, 0)
    role = "error" if port.state == "missing" or port.problem else "text"
    weight = 600 if hint == "target" else 500 if port.is_source or hint == "fits" else 400
    side = RIGHT if out else LEFT
    used = write(painter, name, port.name, (13, weight), role, side, elide=BOTH_ENDS)
    if port.problem:
        left = name.right() - used - 17 if out else name.left() + used + 5
        paint_icon(painter, QRectF(left, row.center().y() - 6, 12, 12), "warning", token_colour("error"))
    elif port.optional and not out and used + 8 < name.width() - 40:
        write(painter, name.adjusted(used + 6, 0, 0, 0), "optional", (11, 400), "dim")


def paint_socket(painter: QPainter, centre: QPointF, port: Port, hint: PortHint = "") -> None:
    """A socket: filled where a wire ends at it, a ring where none does."""
    colour = type_colour(port.data_type)
    if hint in ("fits", "target"):
        painter.setPen(pen("canvas", 1))
        painter.setBrush(token_colour(colour, 0.28 if hint == "fits" else 0.4))
        painter.drawEllipse(centre, 11 if hint == "target" else 8.5, 11 if hint == "target" else 8.5)
        painter.setPen(pen(colour, 1.5))
        painter.setBrush(token_colour("canvas"))
        painter.drawEllipse(centre, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(token_colour(colour))
        painter.drawEllipse(centre, 4.5, 4.5)
        return
    if hint == "wrong":
        painter.setPen(pen("error", 1.75))
        painter.setBrush(token_colour("canvas"))
        painter.drawEllipse(centre, 7, 7)
        painter.drawLine(centre + QPointF(-4.5, 4.5), centre + QPointF(4.5, -4.5))
        return
    painter.setPen(pen("panel", 1.5))
    painter.setBrush(token_colour("panel"))
    painter.drawEllipse(centre, node_shape.SOCKET + 0.75, node_shape.SOCKET + 0.75)
    is_wired = port.tensor is not None
    painter.setPen(pen("error" if port.problem else colour, 1.5))
    painter.setBrush(token_colour(colour, 0.5 if hint == "refused" else 1.0) if is_wired else token_colour("canvas"))
    painter.drawEllipse(centre, node_shape.SOCKET - 0.75, node_shape.SOCKET - 0.75)
