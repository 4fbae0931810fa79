"""Whole pictures: a symbol in its colours, with a soft shadow, before one of several backgrounds."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from pen import Colour, Pen, arc, curve, mix
from PIL import Image, ImageDraw, ImageFilter
from symbols import SYMBOLS, Palette

Floats = npt.NDArray[np.float32]

ON_LIGHT = [
    Palette((24, 62, 110), (214, 84, 52)),
    Palette((196, 52, 48), (32, 60, 96)),
    Palette((10, 111, 128), (232, 150, 48)),
    Palette((122, 48, 92), (236, 170, 60)),
    Palette((40, 96, 72), (222, 92, 60)),
]
ON_DARK = [
    Palette((240, 98, 72), (250, 206, 110)),
    Palette((250, 190, 72), (236, 92, 72)),
    Palette((92, 206, 214), (250, 176, 84)),
    Palette((244, 234, 214), (238, 96, 74)),
    Palette((246, 150, 170), (252, 220, 130)),
]
OVERSAMPLING = 3
UPRIGHT = {"buoy", "lighthouse", "sailboat", "wave"}


def _gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    share = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None]
    rows = np.array(top, np.float32) * (1 - share) + np.array(bottom, np.float32) * share
    pixels = np.broadcast_to(rows, (size[1], size[0], 3)).round().astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(pixels))


def _sea(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, rng: Generator) -> None:
    width, height = size
    horizon = height * rng.uniform(0.58, 0.76)
    draw.rectangle((0, horizon, width, height), fill=colour)
    for _ in range(9):
        x, y, length = rng.uniform(-0.1, 0.9) * width, rng.uniform(horizon, height), rng.uniform(0.08, 0.3) * width
        draw.line((x, y, x + length, y), fill=(255, 255, 255, 46), width=max(1, height // 90))


def _day(size: tuple[int, int], rng: Generator) -> Image.Image:
    image = _gradient(size, (122, 190, 232), (226, 241, 247))
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(3):
        x, y, r = rng.uniform(0, size[0]), rng.uniform(0.05, 0.4) * size[1], rng.uniform(0.04, 0.09) * size[1]
        for shift, grow in ((-1.2, 0.7), (0, 1.0), (1.2, 0.75)):
            draw.ellipse(
                (x + shift * r - grow * r, y - grow * r, x + shift * r + grow * r, y + grow * r),
                fill=(255, 255, 255, 150),
            )
    _sea(draw, size, (96, 168, 200), rng)
    return image


def _sunset(size: tuple[int, int], rng: Generator) -> Image.Image:
    image = _gradient(size, (58, 52, 104), (242, 140, 96))
    draw = ImageDraw.Draw(image, "RGBA")
    x, y, r = rng.uniform(0.1, 0.9) * size[0], rng.uniform(0.5, 0.66) * size[1], 0.13 * size[1]
    for grow, alpha in ((1.9, 30), (1.4, 50), (1.0, 235)):
        draw.ellipse((x - grow * r, y - grow * r, x + grow * r, y + grow * r), fill=(255, 214, 130, alpha))
    _sea(draw, size, (52, 56, 98), rng)
    return image


def _night(size: tuple[int, int], rng: Generator) -> Image.Image:
    image = _gradient(size, (10, 18, 40), (40, 62, 98))
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(40):
        x, y, r = rng.uniform(0, size[0]), rng.uniform(0, 0.7) * size[1], rng.uniform(0.002, 0.007) * size[1]
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 255, 240, int(rng.uniform(90, 230))))
    _sea(draw, size, (16, 34, 58), rng)
    return image


def _chart(size: tuple[int, int], rng: Generator) -> Image.Image:
    image = _gradient(size, (244, 236, 214), (236, 224, 196))
    draw = ImageDraw.Draw(image, "RGBA")
    step = size[1] / 6
    thin = max(1, size[1] // 200)
    for k in range(int(size[0] / step) + 2):
        draw.line((k * step, 0, k * step, size[1]), fill=(150, 130, 96, 70), width=thin)
        draw.line((0, k * step, size[0], k * step), fill=(150, 130, 96, 70), width=thin)
    x, y = rng.uniform(0, 1) * size[0], rng.uniform(0, 1) * size[1]
    for ring in range(1, 6):
        wobble = [
            (x + (px - x) * rng.uniform(0.93, 1.07), py) for px, py in arc(x, y, ring * size[1] * 0.17, 0, 350)[::4]
        ]
        draw.line(curve([*wobble, wobble[0]]), fill=(84, 140, 170, 90), width=2 * thin)
    return image


def _underwater(size: tuple[int, int], rng: Generator) -> Image.Image:
    image = _gradient(size, (40, 146, 176), (8, 46, 88))
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(4):
        x, w = rng.uniform(-0.1, 1) * size[0], rng.uniform(0.05, 0.14) * size[0]
        draw.polygon([(x, 0), (x + w, 0), (x + 3 * w, size[1]), (x + w, size[1])], fill=(255, 255, 255, 18))
    for _ in range(12):
        x, y, r = rng.uniform(0, size[0]), rng.uniform(0, size[1]), rng.uniform(0.008, 0.026) * size[1]
        draw.ellipse((x - r, y - r, x + r, y + r), outline=(220, 245, 255, 120), width=max(1, int(r / 4)))
    return image


def _paper(size: tuple[int, int], rng: Generator) -> Image.Image:
    base = [(238, 242, 244), (250, 240, 230), (228, 240, 236), (236, 232, 246)][int(rng.integers(4))]
    return _gradient(size, mix(base, (255, 255, 255), 0.5), mix(base, (120, 130, 150), 0.16))


def _planks(size: tuple[int, int], rng: Generator) -> Image.Image:
    image = _gradient(size, (104, 78, 58), (82, 60, 46))
    draw = ImageDraw.Draw(image, "RGBA")
    rows = int(rng.integers(5, 8))
    for row in range(rows):
        top, bottom = size[1] * row / rows, size[1] * (row + 1) / rows
        draw.rectangle((0, top, size[0], bottom), fill=(30, 18, 10, int(rng.uniform(0, 50))))
        draw.line((0, bottom, size[0], bottom), fill=(20, 12, 8, 170), width=max(1, size[1] // 110))
    return image


def _flag(size: tuple[int, int], rng: Generator) -> Image.Image:
    first, second = [
        ((214, 232, 240), (196, 220, 232)),
        ((250, 232, 206), (246, 220, 186)),
        ((220, 236, 222), (204, 226, 208)),
    ][int(rng.integers(3))]
    image = Image.new("RGB", size, first)
    draw = ImageDraw.Draw(image)
    step, slant = size[1] / 5, size[1]
    for k in range(-6, int(size[0] / step) + 6, 2):
        x = k * step
        draw.polygon([(x, 0), (x + step, 0), (x + step + slant, size[1]), (x + slant, size[1])], fill=second)
    return image


BACKGROUNDS: dict[str, tuple[Callable[[tuple[int, int], Generator], Image.Image], list[Palette]]] = {
    "day": (_day, ON_LIGHT),
    "sunset": (_sunset, ON_DARK),
    "night": (_night, ON_DARK),
    "chart": (_chart, ON_LIGHT),
    "underwater": (_underwater, ON_DARK),
    "paper": (_paper, ON_LIGHT),
    "planks": (_planks, ON_DARK),
    "flag": (_flag, ON_LIGHT),
}


def _jitter(colour: Colour, rng: Generator, amount: int) -> Colour:
    return tuple(int(np.clip(v + rng.integers(-amount, amount + 1), 0, 255)) for v in colour)


def _symbol(name: str, size: tuple[int, int], palette: Palette, rng: Generator, calm: bool) -> Image.Image:
    short = min(size)
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    reach = 14 if name in UPRIGHT else 30
    spread, turn = (0.02, reach / 2) if calm else (0.08, reach)
    centre = tuple(s / 2 + rng.uniform(-spread, spread) * short for s in size)
    scale = short * (rng.uniform(0.36, 0.42) if calm else rng.uniform(0.28, 0.44))
    pen = Pen(layer, (centre[0], centre[1]), scale, rng.uniform(-turn, turn), bool(rng.integers(2)))
    SYMBOLS[name](pen, palette)
    return layer


def _with_shadow(image: Image.Image, layer: Image.Image) -> Image.Image:
    short = min(image.size)
    solid = layer.getchannel("A").point(lambda v: v if v > 200 else 0)  # light casts no shadow
    alpha = solid.filter(ImageFilter.GaussianBlur(short / 40))
    shadow = Image.new("RGBA", image.size, (0, 0, 0, 0))
    shadow.paste((8, 14, 26), (round(short / 50), round(short / 32)), alpha.point(lambda v: v * 0.4))
    together = Image.alpha_composite(image.convert("RGBA"), shadow)
    return Image.alpha_composite(together, layer).convert("RGB")


def scene(
    name: str, size: tuple[int, int], rng: Generator, *, calm: bool = False, look: tuple[str, int] | None = None
) -> Image.Image:
    """A picture of the named symbol. `calm` keeps it large, upright and centred.

    `look` is a background and which of its palettes; chosen at random without it.
    """
    large = (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING)
    background, choice = look or (list(BACKGROUNDS)[int(rng.integers(len(BACKGROUNDS)))], int(rng.integers(5)))
    paint, palettes = BACKGROUNDS[background]
    base, amount = palettes[choice], 8 if calm else 22
    palette = Palette(_jitter(base.main, rng, amount), _jitter(base.accent, rng, amount))
    image = _with_shadow(paint(large, rng), _symbol(name, large, palette, rng, calm))
    return image.resize(size, Image.Resampling.LANCZOS)


def spoil(pixels: Floats, rng: Generator) -> Floats:
    """Grain and a change of exposure, as a camera adds them; pixels are 0 to 1."""
    gain, lift = rng.uniform(0.8, 1.15), rng.uniform(-0.06, 0.06)
    grain = rng.normal(0, math.sqrt(rng.uniform(0, 0.0016)), pixels.shape)
    return np.clip(pixels * gain + lift + grain, 0, 1).astype(np.float32)
