"""The lines of a chart as a picture, as sharp as the screen: made once a sample, so that a pointer costs nothing.

Importing this module imports pyqtgraph, which turns arrays into polygons without a loop over their points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from pyqtgraph.functions import arrayToQPath, arrayToQPolygonF
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from studio.core.serving.series import Floats
from studio.ui.look.theme import colour
from studio.ui.monitor import history
from studio.ui.monitor.history import TimeWindow

_FILL = 0.10
_STACK = 0.42
_WIDE = 1.5
_Known: TypeAlias = npt.NDArray[np.bool_]
_PIECE = 32
"""Points: Qt takes twenty times as long for a long jagged line in one piece that is wider than a pixel."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One line of a chart. `values` are what the legend tells, `tops` what is drawn: the same but in a stack."""

    name: str
    role: str
    times: Floats
    values: Floats
    tops: Floats


@dataclass(frozen=True, slots=True)
class Scale:
    """Where times and values lie in a picture."""

    window: TimeWindow
    top: float
    size: QSizeF

    def x(self, times: Floats) -> Floats:
        """Pixels from the left."""
        return (times - self.window.start) * (self.size.width() / self.window.seconds)

    def y(self, values: Floats) -> Floats:
        """Pixels from the top."""
        return self.size.height() - values * (self.size.height() / self.top)


def picture(
    lines: Sequence[ChartLine], scale: Scale, ratio: float, *, is_stack: bool, is_count: bool, has_fill: bool
) -> QPixmap:
    """The lines, and what is filled below them: each layer of a stack, otherwise the first line alone."""
    made = QPixmap((scale.size * ratio).toSize())
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        drawn = [history.steps(line.times, line.tops) if is_count else (line.times, line.tops) for line in lines]
        placed = [(scale.x(times), scale.y(tops)) for times, tops in drawn]
        for place, (x, y) in enumerate(placed):
            if is_stack or (has_fill and not place):
                below = placed[place - 1][1] if is_stack and place else np.full_like(y, scale.size.height())
                shade = colour(lines[place].role, _STACK if is_stack else _FILL)
                # Its ragged edge lies under the line: to smooth it takes ten times as long.
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.fillPath(area_path(x, y, below), shade)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour(lines[place].role), _WIDE))
            for first, last in _pieces(np.isfinite(y)):
                painter.drawPolyline(arrayToQPolygonF(x[first:last], y[first:last]))
    return made


def _pieces(known: _Known) -> Iterator[tuple[int, int]]:
    """Stretches without a gap, cut into pieces that have a point in common."""
    for start, end in _runs(known):
        for first in range(start, max(end - 1, start + 1), _PIECE):
            yield first, min(first + _PIECE + 1, end)


def _runs(known: _Known) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], known.astype(np.int8), [0]))))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def area_path(times: Floats, tops: Floats, below: Floats) -> QPainterPath:
    """The area between two lines; where one of them has a gap there is none.

    pyqtgraph's own takes the pieces of both lines in turn, which is wrong where their gaps differ.
    """
    path = QPainterPath()
    for start, end in _runs(np.isfinite(tops) & np.isfinite(below)):
        there = times[start:end]
        x, y = np.concatenate((there, there[::-1])), np.concatenate((tops[start:end], below[start:end][::-1]))
        path.addPath(arrayToQPath(x, y, connect="all", finiteCheck=False))
    return path
