"""The ten symbols that the image classifier tells apart, each drawn by one function."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from pen import Colour, Pen, arc, curve, mix

WHITE: Colour = (250, 249, 244)
DARK: Colour = (30, 38, 52)


@dataclass(frozen=True)
class Palette:
    """The colours of one drawing: the main one, a second that stands apart from it, a pale and a deep one."""

    main: Colour
    accent: Colour
    pale: Colour = WHITE
    deep: Colour = DARK


def anchor(pen: Pen, c: Palette) -> None:
    shade = mix(c.main, c.deep, 0.35)
    pen.stroke(arc(0, -0.76, 0.17, 0, 360), 0.1, c.main)
    pen.stroke(arc(0, 0.02, 0.72, 18, 162), 0.18, shade)
    for side in (-1, 1):
        tip, inner, outer = (side * 0.8, -0.06), (side * 0.47, 0.3), (side * 0.86, 0.36)
        pen.shape([tip, inner, outer], shade)
    pen.stroke([(0, -0.58), (0, 0.74)], 0.18, c.main)
    pen.stroke([(-0.42, -0.38), (0.42, -0.38)], 0.14, c.main)
    for side in (-1, 1):
        pen.disc(side * 0.44, -0.38, 0.1, c.accent)
    pen.stroke([(-0.04, -0.5), (-0.04, 0.6)], 0.035, mix(c.main, c.pale, 0.5))


def buoy(pen: Pen, c: Palette) -> None:
    def half_width(y: float) -> float:
        return 0.16 + 0.3 * (y + 0.55) / 1.05

    def band(top: float, bottom: float, fill: Colour) -> None:
        a, b = half_width(top), half_width(bottom)
        pen.shape([(-a, top), (a, top), (b, bottom), (-b, bottom)], fill)
        pen.shape([(0.4 * a, top), (a, top), (b, bottom), (0.4 * b, bottom)], mix(fill, c.deep, 0.22))

    pen.stroke([(0, -0.55), (0, -0.8)], 0.07, c.deep)
    pen.disc(0, -0.84, 0.13, c.accent)
    band(-0.55, 0.5, c.main)
    band(-0.2, 0.12, c.pale)
    pen.shape(arc(0, 0.5, 0.72, 0, 180, 0.34), mix(c.main, c.deep, 0.45))
    pen.disc(0, 0.5, 0.72, mix(c.main, c.deep, 0.2), 0.12)
    pen.stroke(
        curve([(-0.95, 0.72), (-0.6, 0.66), (-0.3, 0.74), (0, 0.67), (0.3, 0.74), (0.6, 0.66), (0.95, 0.72)]),
        0.07,
        c.pale,
    )


def compass(pen: Pen, c: Palette) -> None:
    pen.disc(0, 0, 0.94, c.deep)
    pen.disc(0, 0, 0.86, c.pale)
    for degrees in range(0, 360, 15):
        a = math.radians(degrees)
        inner = 0.72 if degrees % 45 == 0 else 0.77
        ends = [(r * math.cos(a), r * math.sin(a)) for r in (inner, 0.81)]
        pen.stroke(ends, 0.03, c.deep)
    for start, reach, tones in ((45, 0.46, (c.deep, mix(c.deep, c.pale, 0.45))), (0, 0.74, (c.main, c.accent))):
        for degrees in range(start, 360 + start, 90):
            _rose_point(pen, math.radians(degrees), reach, tones)
    pen.disc(0, 0, 0.09, c.pale)
    pen.disc(0, 0, 0.05, c.deep)


def _rose_point(pen: Pen, angle: float, reach: float, tones: tuple[Colour, Colour]) -> None:
    tip = (reach * math.cos(angle), reach * math.sin(angle))
    for side, tone in zip((-1, 1), tones, strict=True):
        a = angle + side * math.pi / 4
        pen.shape([(0, 0), tip, (0.2 * math.cos(a), 0.2 * math.sin(a))], tone)


def fish(pen: Pen, c: Palette) -> None:
    fin = mix(c.accent, c.deep, 0.15)
    pen.shape(curve([(0.42, 0), (0.72, -0.2), (0.98, -0.46), (0.86, 0), (0.98, 0.46), (0.72, 0.2), (0.42, 0)]), fin)
    pen.shape(curve([(-0.35, -0.36), (-0.02, -0.68), (0.32, -0.52), (0.3, -0.2)]), fin)
    pen.shape(curve([(-0.1, 0.34), (0.16, 0.62), (0.32, 0.46), (0.26, 0.2)]), fin)
    back = curve([(-0.94, 0.02), (-0.6, -0.34), (-0.1, -0.46), (0.35, -0.24), (0.62, 0)])
    belly = curve([(0.62, 0), (0.35, 0.24), (-0.1, 0.42), (-0.6, 0.32), (-0.94, 0.02)])
    pen.shape(back + belly, c.main)
    pen.shape(
        [(0.62, 0), *belly, (-0.94, 0.02), *curve([(-0.94, 0.04), (-0.2, 0.16), (0.62, 0)])], mix(c.main, c.pale, 0.45)
    )
    for x in (-0.12, 0.1, 0.32):
        height = 0.3 - 0.34 * max(0.0, x)
        pen.stroke(arc(x - 0.2, 0, 0.22, -55, 55, height), 0.06, c.accent)
    pen.stroke(arc(-0.62, 0, 0.24, -58, 58, 0.34), 0.05, mix(c.main, c.deep, 0.4))
    pen.disc(-0.63, -0.1, 0.1, c.pale)
    pen.disc(-0.65, -0.1, 0.055, c.deep)


def lifebuoy(pen: Pen, c: Palette) -> None:
    pen.stroke(arc(0, 0, 0.62, 0, 360), 0.46, mix(c.pale, c.deep, 0.25))
    pen.stroke(arc(0, 0, 0.63, 0, 360), 0.4, c.pale)
    for start in (22, 112, 202, 292):
        outer, inner = arc(0, 0, 0.83, start, start + 46), arc(0, 0, 0.43, start + 46, start)
        pen.shape(outer + inner, c.main)
        pen.stroke(arc(0, 0, 0.56, start + 2, start + 44), 0.05, mix(c.main, c.pale, 0.35))
    for start in (68, 158, 248, 338):
        rope = arc(0, 0, 0.94, start - 2, start + 46)
        pen.stroke(rope, 0.05, c.accent)


def lighthouse(pen: Pen, c: Palette) -> None:
    for side in (-1, 1):
        beam = [(0, -0.66), (side * 1.25, -0.95), (side * 1.25, -0.4)]
        pen.shape(beam, (255, 236, 150, 130))
    pen.shape(
        curve([(-0.85, 0.95), (-0.6, 0.72), (-0.3, 0.66), (0.1, 0.7), (0.5, 0.68), (0.85, 0.95)]),
        mix(c.deep, (120, 120, 120), 0.4),
    )
    rows = 5
    for row in range(rows):
        top, bottom = -0.48 + 1.2 * row / rows, -0.48 + 1.2 * (row + 1) / rows
        a, b = 0.19 + 0.13 * row / rows, 0.19 + 0.13 * (row + 1) / rows
        fill = c.main if row % 2 == 0 else c.pale
        pen.shape([(-a, top), (a, top), (b, bottom), (-b, bottom)], fill)
        pen.shape([(0.4 * a, top), (a, top), (b, bottom), (0.4 * b, bottom)], mix(fill, c.deep, 0.2))
    pen.shape([(-0.13, -0.8), (0.13, -0.8), (0.13, -0.52), (-0.13, -0.52)], (255, 220, 96))
    pen.stroke([(0, -0.8), (0, -0.54)], 0.04, c.deep)
    pen.stroke([(-0.26, -0.5), (0.26, -0.5)], 0.08, c.deep)
    pen.shape([(-0.2, -0.78), (0, -1), (0.2, -0.78)], mix(c.main, c.deep, 0.3))
    pen.shape([(-0.07, 0.72), (-0.07, 0.56), *arc(0, 0.56, 0.07, 180, 360), (0.07, 0.72)], c.deep)


def sailboat(pen: Pen, c: Palette) -> None:
    pen.stroke([(0, -0.96), (0, 0.44)], 0.06, mix(c.deep, (140, 96, 60), 0.5))
    pen.shape([*curve([(0.06, -0.9), (0.46, -0.3), (0.72, 0.32)]), (0.06, 0.34)], c.pale)
    pen.shape([*curve([(0.06, -0.14), (0.34, -0.1), (0.57, -0.06)]), (0.66, 0.14), (0.06, 0.12)], c.accent)
    pen.shape([*curve([(-0.06, -0.78), (-0.3, -0.2), (-0.6, 0.3)]), (-0.06, 0.32)], mix(c.pale, c.accent, 0.35))
    pen.shape([(0, -0.98), (-0.24, -0.9), (0, -0.82)], c.main)
    hull = [
        (-0.86, 0.42),
        (0.92, 0.42),
        *curve([(0.92, 0.42), (0.72, 0.74), (0.3, 0.84), (-0.4, 0.84), (-0.7, 0.7), (-0.86, 0.42)]),
    ]
    pen.shape(hull, c.main)
    pen.stroke([(-0.78, 0.5), (0.82, 0.5)], 0.06, c.pale)
    pen.stroke(
        curve([(-1, 0.88), (-0.66, 0.8), (-0.33, 0.9), (0, 0.81), (0.33, 0.9), (0.66, 0.8), (1, 0.88)]),
        0.08,
        mix(c.pale, (70, 150, 200), 0.35),
    )


def starfish(pen: Pen, c: Palette) -> None:
    points = []
    for k in range(10):
        angle, reach = math.radians(-90 + 36 * k), 0.96 if k % 2 == 0 else 0.4
        points.append((reach * math.cos(angle), reach * math.sin(angle)))
    pen.stroke([*points, points[0]], 0.16, mix(c.main, c.deep, 0.3))
    pen.shape(points, c.main)
    for k in range(5):
        a = math.radians(-90 + 72 * k)
        pen.stroke([(0, 0), (0.8 * math.cos(a), 0.8 * math.sin(a))], 0.06, mix(c.main, c.pale, 0.4))
        for reach, radius in ((0.26, 0.06), (0.46, 0.05), (0.64, 0.04)):
            for side in (-0.24, 0.24):
                b = a + side * 0.45 / reach
                pen.disc(reach * math.cos(b), reach * math.sin(b), radius * 0.8, c.accent)
    pen.disc(0, 0, 0.1, c.accent)


def wave(pen: Pen, c: Palette) -> None:
    back = curve([(-1, 0.72), (-0.72, 0.4), (-0.42, -0.14), (-0.08, -0.58), (0.4, -0.72), (0.8, -0.42), (0.88, -0.02)])
    inside = curve([(0.88, -0.02), (0.6, -0.28), (0.3, -0.26), (0.1, 0), (0.14, 0.34), (0.5, 0.56), (1, 0.6)])
    pen.shape([*back, *inside, (1, 0.84), (-1, 0.84)], c.main)
    for shift, tone in ((0.14, 0.35), (0.28, 0.6)):
        line = [
            (-0.86 + shift, 0.72),
            (-0.5 + shift, 0.26),
            (-0.2 + shift * 0.7, -0.18),
            (0.1, -0.5 + shift * 0.7),
            (0.42, -0.56 + shift * 0.6),
        ]
        pen.stroke(curve(line), 0.06, mix(c.main, c.pale, tone))
    pen.stroke(curve([(-0.3, -0.32), (-0.08, -0.6), (0.4, -0.74), (0.8, -0.44), (0.88, -0.04)]), 0.12, c.pale)
    for x, y, radius in (
        (0.9, 0.06, 0.09),
        (0.72, -0.22, 0.08),
        (0.52, -0.3, 0.07),
        (0.98, -0.32, 0.05),
        (0.8, 0.26, 0.05),
    ):
        pen.disc(x, y, radius, c.pale)
    pen.stroke(
        curve([(-1, 0.84), (-0.66, 0.76), (-0.33, 0.86), (0, 0.77), (0.33, 0.86), (0.66, 0.76), (1, 0.84)]),
        0.1,
        mix(c.main, c.deep, 0.35),
    )


def wheel(pen: Pen, c: Palette) -> None:
    shade = mix(c.main, c.deep, 0.3)
    for degrees in range(0, 360, 45):
        a = math.radians(degrees)
        pen.stroke([(0.1 * math.cos(a), 0.1 * math.sin(a)), (0.94 * math.cos(a), 0.94 * math.sin(a))], 0.09, shade)
        pen.stroke([(0.78 * math.cos(a), 0.78 * math.sin(a)), (0.93 * math.cos(a), 0.93 * math.sin(a))], 0.14, c.main)
    pen.stroke(arc(0, 0, 0.6, 0, 360), 0.2, c.main)
    pen.stroke(arc(0, 0, 0.6, 0, 360), 0.05, c.accent)
    pen.disc(0, 0, 0.24, c.main)
    pen.disc(0, 0, 0.15, shade)
    pen.disc(0, 0, 0.08, c.accent)


SYMBOLS: dict[str, Callable[[Pen, Palette], None]] = {
    "anchor": anchor,
    "buoy": buoy,
    "compass": compass,
    "fish": fish,
    "lifebuoy": lifebuoy,
    "lighthouse": lighthouse,
    "sailboat": sailboat,
    "starfish": starfish,
    "wave": wave,
    "wheel": wheel,
}
