"""The same graph in NodeGraphQt, a node editor that people use from Python, where an interpreter has it.

`TRIREME_NODEGRAPHQT` names that interpreter, the one that runs this otherwise; NodeGraphQt is not a dependency.
"""

from __future__ import annotations

import json
import math
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

_FRAMES = 9
_MOST_SECONDS = 150


def run(count: int) -> dict[str, float]:
    """Median milliseconds by the names of `canvas.run`; none where NodeGraphQt is not there or gives up."""
    python = os.environ.get("TRIREME_NODEGRAPHQT", sys.executable)
    environment = {**os.environ, "QT_API": "pyside6", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            [python, __file__, str(count)],
            capture_output=True,
            text=True,
            timeout=_MOST_SECONDS,
            check=False,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    found: dict[str, float] = json.loads(lines[-1]) if lines and not done.returncode else {}
    return found


def _measure(count: int) -> dict[str, float]:
    from PySide6.QtWidgets import QApplication

    # Imported by name: NodeGraphQt is here for a comparison only, and has no types.
    library: Any = import_module("NodeGraphQt")

    app = QApplication([])

    class Step(library.BaseNode):  # type: ignore[misc]  # a library without types
        __identifier__ = "bench"
        NODE_NAME = "step"

        def __init__(self) -> None:
            super().__init__()
            for port in range(2):
                self.add_input(f"x{port}")
                self.add_output(f"y{port}")

    begin = time.perf_counter()
    graph = library.NodeGraph()
    graph.register_node(Step)
    nodes = _wired(graph, count)
    build = time.perf_counter() - begin
    viewer = graph.viewer()
    viewer.resize(1800, 980)
    viewer.show()
    _settle(app, 0.5)
    found = {"build": build * 1000}
    viewer.zoom_to_nodes([node.view for node in nodes])
    found["repaint_fit"] = _median(app, viewer, lambda _: None)

    def drag(items: list[Any]) -> Callable[[int], None]:
        def move(step: int) -> None:
            for item in items:
                item.setPos(item.x() + (3 if step % 2 else -3), item.y() + 2)

        return move

    # Six in a column are as high as the window at full size.
    viewer.zoom_to_nodes([node.view for node in nodes[:6]])
    found["drag1_100"] = _median(app, viewer, drag([nodes[3].view]))
    found["drag100_100"] = _median(app, viewer, drag([node.view for node in nodes[:100]]))
    return found


def _wired(graph: Any, count: int) -> list[Any]:
    dice = random.Random(1)
    columns = int(math.sqrt(count))
    nodes = []
    for index in range(count):
        place = [(index // columns) * 300.0, (index % columns) * 160.0]
        nodes.append(graph.create_node("bench.Step", pos=place, push_undo=False))
    for index in range(columns, count):
        row = index // columns - 1
        for port in (0, 1):
            source = nodes[row * columns + (index % columns + dice.randint(-3, 3)) % columns]
            source.output(port).connect_to(nodes[index].input(port), push_undo=False)
    return nodes


def _median(app: Any, viewer: Any, cause: Callable[[int], object]) -> float:
    _settle(app, 0.2)
    taken = []
    for step in range(_FRAMES):
        begin = time.perf_counter()
        cause(step)
        app.processEvents()
        viewer.viewport().repaint()
        taken.append(time.perf_counter() - begin)
    return 1000 * statistics.median(taken)


def _settle(app: Any, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()


if __name__ == "__main__":
    print(json.dumps({key: round(value, 1) for key, value in _measure(int(sys.argv[1])).items()}), flush=True)
    os._exit(0)
