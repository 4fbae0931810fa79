"""Draws shapes given in units of a symbol (x right, y down, about -1 to 1) on a picture, turned and scaled."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = tuple[int, ...]


def arc(x: float, y: float, radius: float, start: float, end: float, height: float | None = None) -> list[Point]:
    """Points on a circle or ellipse between two angles in degrees, clockwise from the right."""
    steps = max(6, int(abs(end - start) / 6))
    angles = [math.radians(start + (end - start) * k / steps) for k in range(steps + 1)]
    tall = radius if height is None else height
    return [(x + radius * math.cos(a), y + tall * math.sin(a)) for a in angles]


def curve(points: Sequence[Point], steps: int = 10) -> list[Point]:
    """A smooth line (Catmull-Rom) through the points."""
    padded = [points[0], *points, points[-1]]
    line = [points[0]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        line += [_between(a, b, c, d, k / steps) for k in range(1, steps + 1)]
    return line


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    def blend(p: float, q: float, r: float, s: float) -> float:
        return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)))

    return blend(a[0], b[0], c[0], d[0]), blend(a[1], b[1], c[1], d[1])


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour that lies `share` of the way from a to b."""
    return tuple(round(p + (q - p) * share) for p, q in zip(a[:3], b[:3], strict=True))


class Pen:
    """A turned, scaled and shifted coordinate system over a picture."""

    def __init__(self, image: Image.Image, centre: Point, scale: float, degrees: float, mirrored: bool) -> None:
        self._draw = ImageDraw.Draw(image, "RGBA")
        self._centre, self._scale = centre, scale
        self._cos, self._sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        self._side = -1 if mirrored else 1

    def _place(self, points: Iterable[Point]) -> list[Point]:
        (cx, cy), k = self._centre, self._scale
        turned = [(self._side * x, y) for x, y in points]
        return [(cx + k * (x * self._cos - y * self._sin), cy + k * (x * self._sin + y * self._cos)) for x, y in turned]

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled polygon."""
        self._draw.polygon(self._place(points), fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour, height: float | None = None) -> None:
        """A filled circle or ellipse."""
        self.shape(arc(x, y, radius, 0, 360, height), fill)

    def stroke(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """A line with round ends and joints."""
        placed = self._place(points)
        thick = max(1, round(width * self._scale))
        self._draw.line(placed, fill=fill, width=thick, joint="curve")
        for x, y in (placed[0], placed[-1]):
            half = thick / 2
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=fill)
