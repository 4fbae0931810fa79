"""One node of the graph as one item, which paints its ports itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from studio.core.graph.elements import Node, PortId
from studio.ui.canvas.scene import node_shape
from studio.ui.canvas.scene.node_paint import Appearance, paint_badge, paint_node
from studio.ui.canvas.scene.node_shape import NodeShape

_TALLEST = 900.0
"""A node above this is painted row by row where it is seen, not kept as a picture."""


class NodeItem(QGraphicsItem):
    """Made, changed and moved by the scene alone."""

    def __init__(self, node: Node, footer: bool) -> None:
        super().__init__()
        self.node = node
        self.look = Appearance()
        self.shape_: NodeShape = node_shape.shape(node, footer)
        self._bounds = self._around()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._set_cache()

    def _set_cache(self) -> None:
        tall = self.shape_.height > _TALLEST
        mode = QGraphicsItem.CacheMode.NoCache if tall else QGraphicsItem.CacheMode.DeviceCoordinateCache
        self.setCacheMode(mode)

    def set_node(self, node: Node, footer: bool) -> bool:
        """Shows what the step has become; true where its ports moved."""
        found = node_shape.shape(node, footer)
        moved = found != self.shape_
        if moved:
            self.prepareGeometryChange()
            self.shape_ = found
            self._bounds = self._around()
            self._set_cache()
        self.node = node
        self.update()
        return moved

    def show_appearance(self, **changes: Any) -> None:
        """Changes some of what it shows besides what it is; paints only where that is something else."""
        if any(getattr(self.look, name) != value for name, value in changes.items()):
            self.look = look = replace(self.look, **changes)
            self.setZValue(1 if look.chosen else 0)
            self.update()

    def socket(self, port: PortId) -> QPointF:
        """The middle of a socket in the scene."""
        return self.pos() + self.shape_.socket(port)

    def area(self) -> QRectF:
        """The node in the scene, without what stands out."""
        return QRectF(self.x(), self.y(), self.shape_.width, self.shape_.height)

    def _around(self) -> QRectF:
        return self.shape_.rect.adjusted(-node_shape.MARGIN, -node_shape.MARGIN, node_shape.MARGIN, node_shape.MARGIN)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_node(painter, self.node, self.shape_, self.look, option.exposedRect)
        detail = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        paint_badge(painter, self.node, self.shape_, detail)


def covered(items: Collection[NodeItem]) -> QRectF:
    """What nodes cover together."""
    if not items:
        return QRectF()
    # By numbers: a rectangle for each of thousands of nodes, joined one by one, takes ten times as long.
    corners = [(item.x(), item.y(), item.shape_.width, item.shape_.height) for item in items]
    left, top = min(each[0] for each in corners), min(each[1] for each in corners)
    right = max(x + width for x, _, width, _ in corners)
    bottom = max(y + height for _, y, _, height in corners)
    return QRectF(left, top, right - left, bottom - top)
