"""Tensors of 1 GB: the exact figures beside numpy's fewest passes for the same, and the first paint of each viewer that
opens by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from studio.core.inference.requests import Tensor

_ELEMENTS = 1 << 28
_SHAPES = {
    "a row": (_ELEMENTS,),
    "a matrix": (1 << 14, 1 << 14),
    "a batch of pictures": (1 << 10, 4, 256, 256),
    "a batch of scores": (1 << 18, 1 << 10),
    "a large picture": (3, 1 << 14, 5461),
}


def _fastest(work: Callable[[], object], times: int = 3) -> float:
    found = []
    for _ in range(times):
        began = time.thread_time()
        work()
        found.append(time.thread_time() - began)
    return min(found)


def _megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def measure() -> dict[str, float]:
    """The figures, in this process."""
    from studio.core.inference.figures import histogram, statistics

    array = np.random.default_rng(0).random(_ELEMENTS, dtype=np.float32)
    before = _megabytes()
    ours = _fastest(lambda: statistics(array))
    bins = _fastest(lambda: histogram(array, 0, 1), 1)
    memory = _megabytes() - before
    passes: tuple[Callable[[], object], ...] = (array.min, array.max, array.mean)
    simple = sum(_fastest(each) for each in passes)
    # The deviation by numpy makes a copy of the whole: of an eighth, eight times.
    part = array[: _ELEMENTS // 8]
    same = simple + 8 * _fastest(part.std) + 8 * _fastest(lambda: np.count_nonzero(part))
    numpy_bins = 8 * _fastest(lambda: np.histogram(part, 64, (0, 1)), 1)
    found = {"ours": ours, "same": same, "simple": simple, "memory": memory, "bins": bins, "numpy_bins": numpy_bins}
    return found | _paints(array)


def _paints(array: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> dict[str, float]:
    from tests.display import virtual_display

    with virtual_display():
        from studio.core.config.datatypes import data_type
        from studio.core.inference.requests import Tensor
        from studio.ui import run as program
        from studio.ui.look import theme

        theme.apply(program.application(), "dark")
        kind = data_type("FP32")
        assert kind is not None
        found = {}
        for title, shape in _SHAPES.items():
            # The same viewer with few values, which also loads what it needs.
            small = np.ones([min(size, 16) if place else min(size, 64) for place, size in enumerate(shape)], np.float32)
            small.reshape(-1)[1] = -1
            large = array[: int(np.prod(shape))].reshape(shape)
            for name, each in (("small", small), ("paint", large)):
                found[f"{name} {title}"] = min(_painted(Tensor("y", kind, each)) for _ in range(3))
        return found


def _painted(tensor: Tensor) -> float:
    """Milliseconds from a tensor to its card on the screen."""
    from PySide6.QtWidgets import QApplication

    from studio.app import tasks
    from studio.ui.tensors.view import TensorView

    # Of the window's own thread: the pass over all values goes on beside it.
    began = time.thread_time()
    view = TensorView(tensor)
    view.resize(660, 420)
    view.show()
    view.repaint()
    took = (time.thread_time() - began) * 1000
    view.close()
    view.deleteLater()
    QApplication.processEvents()
    tasks.drain(60)
    return took


def run() -> dict[str, float]:
    """The figures, from a process of their own."""
    with tempfile.TemporaryFile("w+") as out:
        subprocess.run([sys.executable, "-m", "tests.bench.tensors"], stdout=out, check=True)
        out.seek(0)
        found: dict[str, float] = json.loads(out.read().splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(measure()))
