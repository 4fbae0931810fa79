"""Where everything of a node is: its size, its rows, its sockets. The layout and the pointer ask the same figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import ceil
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from studio.core.graph.elements import Node, Port, PortId
from studio.core.layout import Box, Link
from studio.ui.look.theme import mono_font, ui_font

HEADER = 36.0
ROW = 24.0
PAD = 8.0
FOOTER = 44.0
SOCKET = 5.0
MARGIN = 12.0
"""Room around a node for what stands out: sockets and their halos."""
_LEAST, _LEAST_OWN, _MOST = 188.0, 140.0, 264.0
_EDGE = 36.0
"""From the side to the name of a port, past socket and mark."""
_GAP = 12.0

NAME = (13, 400)
TITLE = (13, 600)
DETAIL = (12, 400)
_DIMS = (11, 400, True)
_MOST_LETTERS = 200
"""Of a text; a node is not as wide as that."""


@dataclass(frozen=True, slots=True)
class NodeShape:
    """The geometry of one node, from its upper left corner."""

    width: float
    height: float
    rows: dict[PortId, float] = field(default_factory=dict)
    note: bool = False
    """Whether a line below the header says what is wrong."""
    footer: bool = False

    @property
    def rect(self) -> QRectF:
        """The node without what stands out."""
        return QRectF(0, 0, self.width, self.height)

    def socket(self, port: PortId) -> QPointF:
        """The middle of a port's socket; the middle of the side for a port that is not there."""
        return QPointF(self.width if port.side == "out" else 0.0, self.rows.get(port, self.height / 2))

    def row(self, port: PortId) -> QRectF:
        """The whole row of a port."""
        return QRectF(0, self.rows[port] - ROW / 2, self.width, ROW)

    def port_in_row(self, at: QPointF) -> PortId | None:
        """The port whose row this place is in."""
        if not 0 <= at.x() <= self.width:
            return None
        return next((port for port, y in self.rows.items() if abs(at.y() - y) <= ROW / 2), None)


def shape(node: Node, footer: bool = False) -> NodeShape:
    """The geometry of a node; with a footer where its times are shown."""
    note = bool(note_of(node))
    top = HEADER + (ROW if note else 0) + PAD
    rows = {port.id: top + ROW * (index + 0.5) for index, port in enumerate(node.ports)}
    count = max(len(rows), 1)
    height = top + ROW * count + PAD + (FOOTER if footer else 0)
    return NodeShape(_width(node), height, rows, note, footer)


def box(node: Node, found: NodeShape) -> Box:
    """A node as the layout takes it."""
    return Box(str(node.id), found.width, found.height, _side(node))


def link(source: PortId, target: PortId, shapes: dict[int, NodeShape]) -> Link:
    """A wire as the layout takes it."""
    ends = shapes[source.node].socket(source).y(), shapes[target.node].socket(target).y()
    return Link(str(source.node), str(target.node), *ends)


def _side(node: Node) -> Literal["", "first", "last"]:
    return "first" if node.kind == "inputs" else "last" if node.kind == "outputs" else ""


def title_of(node: Node) -> str:
    """The name in the header."""
    return {"inputs": "Inputs", "outputs": "Outputs"}.get(node.kind, node.model or "no model")


def detail_of(node: Node) -> str:
    """The dim word beside it: the version that answers, or that is asked for."""
    if node.kind != "step":
        return "ensemble"
    version = node.shown_version if node.shown_version is not None else node.version
    return f"v{version}" if version > 0 else ""


def note_of(node: Node) -> str:
    """What is wrong with a step's model, in few words; the sentence is in its tool tip."""
    if node.state == "ok":
        return ""
    words = {"missing": "Not in the repository", "broken": "Would not load", "version": f"No version {node.version}"}
    return words[node.state]


def dims_of(port: Port) -> str:
    """Dims as they are drawn; nothing where nobody knows them."""
    return f"[{','.join(map(str, port.dims))}]" if port.dims or port.data_type else ""


@lru_cache(maxsize=20_000)
def text_width(text: str, px: int, weight: int, mono: bool = False) -> float:
    """How wide a text is."""
    return QFontMetricsF(mono_font(px, weight) if mono else ui_font(px, weight)).horizontalAdvance(text)


def learn_widths() -> None:
    """Measures what the geometry of nodes needs; on the UI thread, before others work it out."""
    for px, weight in (NAME, TITLE, DETAIL):
        _advances(px, weight, False)
    _advances(*_DIMS)


@cache
def _advances(px: int, weight: int, mono: bool) -> dict[str, float]:
    """How far each usual character reaches."""
    metrics = QFontMetricsF(mono_font(px, weight) if mono else ui_font(px, weight))
    return {letter: metrics.horizontalAdvance(letter) for letter in map(chr, range(32, 127))}


def _reach(text: str, px: int, weight: int, mono: bool = False) -> float:
    """About how wide a text is, character by character: for thousands of nodes, and on any thread."""
    known = _advances(px, weight, mono)
    return sum([known.get(letter, px) for letter in text[:_MOST_LETTERS]])


def _width(node: Node) -> float:
    header = 12 + _reach(title_of(node), *TITLE) + 6 + _reach(detail_of(node), *DETAIL)
    header += 12 if node.kind != "step" else 24 + 40
    rows = [_EDGE + _reach(p.name, *NAME) + _GAP + _reach(dims_of(p), *_DIMS) + _GAP for p in node.ports]
    wanted = max([header, _LEAST if node.kind == "step" else _LEAST_OWN, *rows])
    return min(ceil(wanted / 4) * 4.0, _MOST)
