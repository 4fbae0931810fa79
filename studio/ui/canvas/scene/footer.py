"""The footer of a step: a bar, and figures below it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from studio.ui.canvas.scene.colours import token_colour
from studio.ui.canvas.scene.node_shape import FOOTER, NodeShape, text_width
from studio.ui.canvas.scene.text_drawing import RIGHT, write
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import tokens

_BAR = 6.0
_LEAST_BAR = 2.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the colour of its square ("" for none), a number and its unit."""

    colour: str
    number: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Footer:
    """What a footer shows, as it is painted: equal ones look alike. `bar` are colours with their lengths, 0 to 1.

    `words` stand in place of figures; `last` is the figure at the right, `is_most` marks the step that has most of it.
    """

    bar: tuple[tuple[str, float], ...] = ()
    figures: tuple[Figure, ...] = ()
    last: str = ""
    is_most: bool = False
    words: str = ""
    role: str = "dim"
    """The colour of the words and of the figure at the right."""


NO_FIGURE = Footer()


def paint_footer(painter: QPainter, shape: NodeShape, footer: Footer) -> None:
    """Draws it at the foot of a node."""
    top = shape.height - FOOTER
    painter.fillRect(QRectF(1, top, shape.width - 2, 1), token_colour("line"))
    bar = QRectF(12, top + 11, shape.width - 24, _BAR)
    painter.fillRect(bar, token_colour("hover"))
    left = bar.left()
    for colour, length in footer.bar:
        width = max(bar.width() * length, _LEAST_BAR) if length > 0 else 0.0
        width = min(width, bar.right() - left)
        painter.fillRect(QRectF(left, bar.top(), width, _BAR), token_colour(_colour(colour)))
        left += width + (1 if width > _LEAST_BAR else 0)
    row = QRectF(12, top + 20, shape.width - 24, 18)
    taken = _paint_last(painter, row, footer)
    row = row.adjusted(0, 0, -taken, 0)
    if footer.words:
        write(painter, row, footer.words, (12, 500 if footer.role != "dim" else 400), footer.role)
    for figure in footer.figures:
        row = row.adjusted(_paint_figure(painter, row, figure) + 10, 0, 0, 0)


def _paint_last(painter: QPainter, row: QRectF, footer: Footer) -> float:
    """The figure at the right, with a flame where it is the largest; how much room it takes."""
    if not footer.last:
        return 0.0
    role = footer.role if footer.role != "dim" else "text" if footer.is_most else "dim"
    taken = write(painter, row, footer.last, (12, 600 if footer.is_most else 400), role, RIGHT)
    if footer.is_most:
        flame = QRectF(row.right() - taken - 20, row.center().y() - 7, 14, 14)
        paint_icon(painter, flame, "flame", token_colour("warn_fill"))
    return taken + (24 if footer.is_most else 6)


def _paint_figure(painter: QPainter, row: QRectF, figure: Figure) -> float:
    inset = 0
    if figure.colour:
        painter.fillRect(QRectF(row.left(), row.center().y() - 3, 6, 6), token_colour(_colour(figure.colour)))
        inset = 11
    taken = write(painter, row.adjusted(inset, 0, 0, 0), figure.number, (12, 500))
    rest, wide = row.adjusted(inset + taken + 3, 0, 0, 0), text_width(figure.unit, 12, 400)
    if wide > rest.width():
        # A number alone is read more easily than one with half a unit.
        return inset + taken
    write(painter, rest, figure.unit, (12, 400), "dim")
    return inset + taken + 3 + wide


def _colour(name: str) -> str:
    """The colour of a stage of a request, or a token."""
    return str(getattr(tokens().stages, name, name))
