"""Inputs of a size that nobody meant, each opened in the window of a process of its own: stalls, and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPlainTextEdit

from studio.app import tasks
from studio.app.editing.open_text import OpenText
from studio.paths import temporary_home
from studio.ui.editor import names
from studio.ui.shell.window import MainWindow
from tests.display import virtual_display
from tests.e2e import stage
from tests.e2e.hand import Hand, spin, until
from tests.e2e.stalls import StallWatch

_CODE = "class TritonPythonModel:\n    def execute(self, requests):\n        pass\n"
_LINE = "a = [1, 2, 3, {'k': (4, 5)}, f(x + 1)[2:3]]\n"
TITLES = {
    "usual": "a small model, for comparison",
    "steps": "an ensemble of 8,000 unknown steps",
    "python": "a model.py of 4 MB",
    "quotes": "600 kB of broken quotes",
    "line": "one line of 1 MB",
    "lines": "20,000 lines of garbage",
    "brackets": "600 kB of brackets that are never closed",
    "table": "a sound configuration of 50,000 lines",
    "newlines": "1 MB of newlines",
    "brace": "30,000 lines without the brace of the first",
}


def _config(kind: str) -> str:
    if kind == "steps":
        maps = 'input_map {{ key: "a" value: "t{0}" }} output_map {{ key: "b" value: "t{1}" }}'
        step = f'step {{{{ model_name: "m{{0}}" {maps} }}}}\n'
        steps = "".join(step.format(index, index + 1) for index in range(8000))
        return f'platform: "ensemble"\nensemble_scheduling {{\n{steps}}}\n'
    if kind == "quotes":
        return 'backend: "python\n' + "\"'" * 300_000
    if kind == "line":
        return 'backend: "python" ' + 'input { name: "x" data_type: TYPE_FP32 dims: 3 } ' * 20_400
    if kind == "lines":
        return 'backend: "python"\n' + "".join(f"$%& {index} ]] = : x; <<\n" for index in range(20_000))
    if kind == "brackets":
        return 'backend: "python"\n' + "a { b [ c < [ {\n" * 40_000
    if kind == "newlines":
        return 'backend: "python"' + "\n" * 1_000_000
    if kind == "table":
        port = 'input {\n  name: "x%d"\n  data_type: TYPE_FP32\n  dims: 3\n}\n'
        return 'backend: "python"\n' + "".join(port % index for index in range(10_000))
    if kind == "brace":
        tensor = '  {\n    name: "x%d"\n    data_type: TYPE_FP32\n    dims: [ 3 ]\n  },\n'
        return "input [\n" + (tensor % 0).replace("  {\n", "") + "".join(tensor % index for index in range(1, 6000))
    return 'backend: "python"\n'


def write(kind: str, root: Path) -> Path:
    """A repository with that one model."""
    (root / "big" / "1").mkdir(parents=True)
    (root / "big" / "config.pbtxt").write_text(_config(kind))
    code = _CODE + (_LINE * (4_000_000 // len(_LINE)) if kind == "python" else "")
    (root / "big" / "1" / "model.py").write_text(code)
    return root


def _megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def measure(kind: str) -> dict[str, float]:
    """Opens it in this process, types in it where it is shown, and has another program change it."""
    with virtual_display(), temporary_home() as home, stage.opened() as window:
        root = write(kind, home / "models")
        session = window.need_session()
        spin(2000)
        before = _megabytes()
        with StallWatch() as watch:
            window.documents.open_repository(root)
            until(session.models, 120, "no tab was opened")
            spin(500)
            _settle()
        memory = _megabytes() - before
        with StallWatch() as edits:
            _edit(window)
        with StallWatch() as outside:
            _change_from_outside(session.models()["big"])
        _tell((watch, edits, outside))
        return {
            "longest_ms": watch.longest * 1000,
            "busiest_ms": watch.busiest * 1000,
            "p99_ms": watch.frames().p99,
            "edit_ms": edits.longest * 1000,
            "edit_busiest_ms": edits.busiest * 1000,
            "outside_ms": outside.longest * 1000,
            "outside_busiest_ms": outside.busiest * 1000,
            "memory_mb": memory,
            "findings": len(session.findings),
        }


def _settle() -> None:
    until(lambda: tasks.busy() == 0, 120, "the work did not end")
    spin(1000)


def _edit(window: MainWindow) -> None:
    """Types a character, selects by the mouse beyond the lower edge, selects everything, and takes it back."""
    shown = [each for each in window.findChildren(QPlainTextEdit, names.Text.EDIT) if each.isVisible()]
    if not shown:
        return
    edit, hand = shown[0].viewport(), Hand(window)
    hand.click(edit, QPoint(60, 40))
    hand.type("x")
    _settle()
    hand.drag(edit, QPoint(20, 20), edit, QPoint(120, edit.height() + 30), hold=1.0)
    hand.key("ctrl+a")
    hand.key("ctrl+z")
    _settle()


def _change_from_outside(model: OpenText) -> None:
    """Writes it anew with a line at each end, as a program would that made all of it."""
    text = f"# before\n{model.path.read_text()}\n# after\n"
    spare = model.path.parent.parent.parent / "spare"
    spare.write_text(text)
    spare.replace(model.path)
    until(lambda: model.draft.document.text == text, 120, "the change was not seen")
    _settle()


def _tell(watches: Iterable[StallWatch]) -> None:
    for watch in watches if "--stacks" in sys.argv else ():
        for stall in watch.stalls:
            print(f"{stall.milliseconds:.0f} ms\n{stall.stack[:1200]}", file=sys.stderr)


def run() -> dict[str, dict[str, float]]:
    """The figures of each."""
    found = {}
    for kind in TITLES:
        with tempfile.TemporaryFile("w+") as out:
            subprocess.run([sys.executable, "-m", "tests.bench.sizes", kind, *sys.argv[1:]], stdout=out, check=True)
            out.seek(0)
            found[kind] = json.loads(out.read().splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
