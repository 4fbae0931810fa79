"""How fast the canvas is: build, repaint of all, drags and pan, beside a bare QGraphicsScene of as many nodes.

The reference is `scene_reference.py` among the shared tools, where it is there, and NodeGraphQt where an interpreter
has it, in the same run, on the same display.
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SIZES = (200, 1000, 3000)
REFERENCE = Path(os.environ.get("TRIREME_SCENE_REFERENCE", "../shared/tools/scene_reference.py"))
TITLES = {
    "build": "build of the scene",
    "repaint_fit": "repaint of all of it",
    "pan_fit": "pan of all of it",
    "drag1_100": "drag of one node",
    "drag100_100": "drag of 100 nodes",
    "pan_100": "pan at full size",
}
AIMS: dict[str, dict[int, str]] = {
    **{key: {} for key in TITLES},
    "repaint_fit": {1000: "under 16 ms", 3000: "under 50 ms"},
    "drag100_100": {1000: "under 16 ms"},
}
_THEIRS = {
    "build": "build",
    "repaint_fit": "repaint_fit",
    "pan_fit": "pan_fit",
    "drag1_100": "drag1_100%",
    "drag100_100": "drag100_100%",
    "pan_100": "pan_100%",
}
_FRAMES = 15
_MOST_SECONDS = 5.0


def ensemble(count: int) -> str:
    """An ensemble of so many steps with two inputs and two outputs each, wired as the reference wires its nodes."""
    dice = random.Random(1)
    columns = int(math.sqrt(count))
    steps = []
    for index in range(count):
        maps = [f'output_map {{ key: "y{port}" value: "t{index}_{port}" }}' for port in (0, 1)]
        for port in (0, 1):
            if index >= columns:
                row = index // columns - 1
                source = row * columns + (index % columns + dice.randint(-3, 3)) % columns
                maps.append(f'input_map {{ key: "x{port}" value: "t{source}_{port}" }}')
        steps.append(f'step {{ model_name: "m" model_version: -1 {" ".join(maps)} }}')
    return 'name: "e" platform: "ensemble"\nensemble_scheduling {\n' + "\n".join(steps) + "\n}\n"


def run(count: int) -> dict[str, float]:
    """Median milliseconds of each figure for one size; needs an application and a display."""
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication

    from studio.core.config.draft import draft
    from studio.core.config.model_config import config
    from studio.core.graph.build import graph_view
    from studio.core.graph.models import Model
    from studio.text.parse import parse
    from studio.ui.canvas.scene.scene import CanvasScene
    from studio.ui.canvas.view import CanvasView

    tensors = "".join(
        f'{kind} {{ name: "{letter}{port}" data_type: TYPE_FP32 dims: 4 }} '
        for kind, letter in (("input", "x"), ("output", "y"))
        for port in (0, 1)
    )
    model = Model("m", config(parse(f'name: "m" backend: "identity" {tensors}'.encode())), "identity", (1,))
    begin = time.perf_counter()
    graph = graph_view(draft(ensemble(count)), lambda _: model)
    read = time.perf_counter() - begin
    columns = int(math.sqrt(count))
    places = {
        node.id: ((node.index // columns) * 300.0, (node.index % columns) * 160.0)
        if node.index >= 0
        else (-400.0, 160.0 * node.id)
        for node in graph.nodes
    }
    begin = time.perf_counter()
    scene = CanvasScene()
    scene.apply(None, graph, places)
    scene.finish()
    build = time.perf_counter() - begin

    class Counted(CanvasView):
        painted = 0

        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            self.painted += 1

    view = Counted(scene)
    view.resize(1800, 980)
    view.show()
    frames = _Frames(view)
    middle = next(n for n in graph.nodes if n.index == (columns // 2) * columns + columns // 2).id
    some = [node.id for node in graph.nodes if 0 <= node.index < 100]
    found = {"read": read * 1000, "build": build * 1000}
    view.fit()
    found["repaint_fit"] = frames.median(lambda _: view.viewport().update(), _FRAMES)

    def pan_far(step: int) -> None:
        view.set_zoom(view.zoom * (1.001 if step % 2 else 1 / 1.001))
        view.pan(QPointF(17 if step % 20 < 10 else -17, 0))

    found["pan_fit"] = frames.median(pan_far, _FRAMES)
    view.set_zoom(1.0)
    view.go_to(scene.nodes[middle].area().center())
    found["repaint_100"] = frames.median(lambda _: view.viewport().update(), _FRAMES)
    found["drag1_100"] = frames.median(_dragger(scene, [middle]), 2 * _FRAMES)
    found["pan_100"] = frames.median(lambda step: view.pan(QPointF(17 if step % 20 < 10 else -17, 0)), 2 * _FRAMES)
    view.go_to(scene.nodes[some[50]].area().center())
    found["drag100_100"] = frames.median(_dragger(scene, some), 2 * _FRAMES)
    view.close()
    view.deleteLater()
    QApplication.processEvents()
    return found


def _dragger(scene: Any, nodes: list[int]) -> Callable[[int], None]:
    from PySide6.QtCore import QPointF

    place = QPointF()

    def drag(step: int) -> None:
        place.setX(place.x() + (3 if step % 20 < 10 else -3))
        place.setY(place.y() + 2)
        scene.preview(nodes, place)

    return drag


class _Frames:
    """Times from what causes a frame to the frame painted."""

    def __init__(self, view: Any) -> None:
        from PySide6.QtWidgets import QApplication

        self._app = QApplication
        self._view = view
        self._settle(0.5)

    def _settle(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._app.processEvents()

    def median(self, cause: Callable[[int], object], count: int) -> float:
        """Milliseconds of the median frame."""
        self._settle(0.2)
        taken = []
        for step in range(count):
            before, begin = self._view.painted, time.perf_counter()
            cause(step)
            while self._view.painted == before and time.perf_counter() - begin < _MOST_SECONDS:
                self._app.processEvents()
            taken.append(time.perf_counter() - begin)
        return 1000 * statistics.median(taken)


def reference(count: int) -> dict[str, float]:
    """The same figures of the reference for one size; none where it is not there."""
    if not REFERENCE.exists():
        return {}
    words = [sys.executable, str(REFERENCE), "opt+lod+batch", str(count), "widget"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    found = dict(re.findall(r"(\S+)=([\d.]+)", done.stdout))
    return {ours: float(found[theirs]) for ours, theirs in _THEIRS.items() if theirs in found}


Compared = tuple[int, dict[str, float], dict[str, float], dict[str, float]]


def compare(sizes: tuple[int, ...] = SIZES) -> Iterator[Compared]:
    """Size, our figures, the reference's and NodeGraphQt's, measured one after the other on one display."""
    from tests.bench import nodegraphqt
    from tests.display import virtual_display

    with virtual_display("1900x1050x24"):
        from PySide6.QtWidgets import QApplication

        from studio.ui.look import theme

        held = QApplication.instance()
        app = held if isinstance(held, QApplication) else QApplication([])
        theme.apply(app, "dark")
        for count in sizes:
            yield count, run(count), reference(count), nodegraphqt.run(count)


def main() -> None:
    """Prints a line a size, and the reference's below it."""
    for count, ours, theirs, others in compare(tuple(int(each) for each in sys.argv[1:]) or SIZES):
        print(json.dumps({"nodes": count, **{key: round(value, 1) for key, value in ours.items()}}), flush=True)
        print(f"  reference: {theirs or 'not there'}", flush=True)
        print(f"  NodeGraphQt: {others or 'not there'}", flush=True)


if __name__ == "__main__":
    main()
