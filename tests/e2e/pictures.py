"""Every screen in dark and light, of the whole window with real data, into a folder: `make pictures`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from studio.core.files.example import write_example
from studio.paths import temporary_home
from studio.ui.operate import watched
from studio.ui.run import application
from tests.display import virtual_display
from tests.e2e.broken import write_broken
from tests.e2e.gallery import Gallery
from tests.e2e.gallery_tester import answers, saved_requests
from tests.e2e.stage import opened

README = (
    "editor-dark",
    "problems-light",
    "parts/new-model-onnx-light",
    "parts/canvas-running-dark",
    "serve-light",
    "tester-dark",
    "monitor-dark",
)
README_FOLDER = Path("packaging/pictures")
_MOST_BYTES = 250_000


def main(arguments: Sequence[str]) -> int:
    """0 where every picture was taken."""
    options = _options(arguments)
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    with virtual_display(f"{1600 * options.scale}x{1000 * options.scale}x24"), watched() as escaped:
        taken, failed = ([], []) if options.only else _gallery(options.folder)
        if options.scale == 1:
            failed += _parts(options.folder / "parts", options.only)
    failed += [f"escaped {times} times: {words}" for words, times in escaped.items()]
    print(f"{len(taken)} pictures in {options.folder.resolve()}")
    if options.readme:
        _renew_readme(options.folder)
    for words in failed:
        print(words, file=sys.stderr)
    return 1 if failed else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.pictures")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", action="store_true", help=f"renew the README's pictures in {README_FOLDER}")
    dense = "2 draws the whole window as a screen of 2560x1440 at 200 % shows it, without its parts"
    parser.add_argument("--scale", type=int, choices=(1, 2), default=1, help=dense)
    parser.add_argument("--only", nargs="+", default=(), help="draws these parts alone: serve launch attach …")
    return parser.parse_args(arguments)


def _gallery(folder: Path) -> tuple[list[Path], list[str]]:
    """Takes the stations in turn; one that fails is told and does not keep the others from being taken."""
    failed: list[str] = []
    with temporary_home() as home, opened() as window:
        example = home / "data" / "example"
        models = write_example(example)
        gallery = Gallery(window, folder, home)
        stations: list[Callable[[], None]] = [
            gallery.without_repository,
            lambda: gallery.editor(models),
            gallery.drawing,
            lambda: gallery.unsaved_work(models),
            gallery.serving,
            lambda: answers(gallery, example / "samples"),
            lambda: saved_requests(gallery),
            gallery.monitor,
            lambda: gallery.problems(write_broken(home / "data" / "broken")),
            lambda: gallery.empty_repository(home / "data" / "empty"),
        ]
        for number, station in enumerate(stations, 1):
            try:
                station()
            except Exception as error:  # noqa: BLE001 - told below; the exit code is 1
                failed.append(f"station {number}: {type(error).__name__}: {error}")
            print(f"station {number} of {len(stations)}: {len(gallery.taken)} pictures", flush=True)
    return gallery.taken, failed


def _parts(folder: Path, only: Sequence[str]) -> list[str]:
    """The pictures that the parts of the window take of themselves, or some of them."""
    failed = []
    application()
    for path in sorted(Path(__file__).parents[1].glob("ui/pictures_*.py")):
        if only and path.stem.removeprefix("pictures_") not in only:
            continue
        module = importlib.import_module(f"tests.ui.{path.stem}")
        for scheme in ("dark", "light"):
            with temporary_home():
                try:
                    folder.mkdir(parents=True, exist_ok=True)
                    module.pictures(folder, scheme)
                except Exception as error:  # noqa: BLE001 - told at the end; the exit code is 1
                    failed.append(f"{path.name} in {scheme}: {type(error).__name__}: {error}")
    return failed


def _renew_readme(folder: Path) -> None:
    README_FOLDER.mkdir(parents=True, exist_ok=True)
    for name in README:
        with Image.open(folder / f"{name}.png") as picture:
            plain = picture.convert("RGB")
        target = README_FOLDER / f"{Path(name).name}.png"
        plain.save(target, optimize=True)
        if target.stat().st_size > _MOST_BYTES:
            plain.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
        print(f"{target}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
