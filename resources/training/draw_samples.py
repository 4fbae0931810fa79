"""Draws the example's sample images: three of each symbol, none of them among the training pictures.

python resources/training/draw_samples.py --out resources/example/samples/images
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scenes import scene
from symbols import SYMBOLS

SHAPES = [((320, 320), ".png"), ((480, 360), ".jpg"), ((256, 256), ".png")]
LOOKS = {
    "anchor": [("chart", 0), ("underwater", 1), ("planks", 3)],
    "buoy": [("day", 1), ("sunset", 0), ("paper", 4)],
    "compass": [("chart", 1), ("planks", 0), ("night", 1)],
    "fish": [("underwater", 1), ("flag", 2), ("underwater", 0)],
    "lifebuoy": [("planks", 0), ("day", 1), ("paper", 0)],
    "lighthouse": [("night", 0), ("day", 1), ("sunset", 2)],
    "sailboat": [("day", 1), ("sunset", 1), ("chart", 0)],
    "starfish": [("underwater", 0), ("flag", 3), ("planks", 1)],
    "wave": [("day", 0), ("night", 2), ("paper", 2)],
    "wheel": [("flag", 0), ("planks", 1), ("chart", 3)],
}
SEED = 90_000


def main() -> None:
    """Writes `<symbol>-<number>` as PNG or JPEG, each before another background."""
    parser = argparse.ArgumentParser(description="Draw the example's sample images.")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    folder: Path = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for row, name in enumerate(SYMBOLS):
        for column, ((size, ending), look) in enumerate(zip(SHAPES, LOOKS[name], strict=True)):
            picture = scene(name, size, np.random.default_rng([SEED, row, column]), calm=True, look=look)
            path = folder / f"{name}-{column + 1}{ending}"
            picture.save(path, optimize=True, quality=90)
            print(path)


if __name__ == "__main__":
    main()
