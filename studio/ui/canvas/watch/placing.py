"""Where a card that floats over a canvas stands: beside what it is about, where it hides least."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

from studio.ui.canvas.scene.node_shape import FOOTER
from studio.ui.canvas.scene.scene import CanvasScene
from studio.ui.canvas.view import CanvasView

_MARGIN = 12
"""Between a card and an edge, or a bar."""


def beside(about: QRect, size: QSize, inside: QRect, obstacles: Sequence[QRect], away: int) -> QPoint:
    """The corner of a card of that size, below what it is about, above it, or at its side."""
    room = inside.adjusted(_MARGIN, _MARGIN, -size.width() - _MARGIN, -size.height() - _MARGIN)
    width, height, middle = size.width(), size.height(), about.center().x()
    rows = [about.bottom() + far for far in (away, 2 * away)]
    rows += [about.top() - far - height for far in (away, 2 * away)]
    columns = (middle - width // 2, middle - width // 4, middle - 3 * width // 4, middle - width, middle)
    aside = [(about.right() + away, about.center().y() - height // 2), (about.left() - away - width, about.top())]
    places = [
        QPoint(_within(x, room.left(), room.right()), _within(y, room.top(), room.bottom()))
        for x, y in [*((x, y) for y in rows for x in columns), *aside]
    ]

    def cost(place: QPoint) -> tuple[int, int]:
        own = QRect(place, size)
        covered = [own.intersected(area) for area in obstacles if own.intersects(area)]
        hidden = sum(area.width() * area.height() for area in covered) + 10**6 * own.intersects(about)
        return hidden, (own.center() - about.center()).manhattanLength()

    return min(places, key=cost)


def obstacles(view: CanvasView, scene: CanvasScene, pane: QWidget, card: QWidget) -> list[QRect]:
    """What a card in the pane would hide: nodes that are in sight, bars, and other cards."""
    corner = view.mapTo(pane, QPoint(0, 0))
    nodes = [scene.nodes[node] for node in scene.nodes_in(view.seen_area())]
    # The footers come with a server.
    areas = [node.area().adjusted(0, 0, 0, 0 if node.shape_.footer else FOOTER) for node in nodes]
    found = [view.mapFromScene(area).boundingRect().translated(corner) for area in areas]
    others = pane.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
    beside = (each for each in others if each not in (card, view) and not each.testAttribute(through))
    return [
        *found,
        *(each.geometry().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN) for each in beside if not each.isHidden()),
    ]


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
