"""Inputs of a size that nobody meant, each opened in the window of a process of its own: stalls, and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from studio.app import tasks
from studio.paths import temporary_home
from tests.display import virtual_display
from tests.e2e import stage
from tests.e2e.hand import spin, until
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
    """Opens it in this process."""
    with virtual_display(), temporary_home() as home, stage.opened() as window:
        root = write(kind, home / "models")
        session = window.need_session()
        spin(2000)
        before = _megabytes()
        with StallWatch() as watch:
            window.documents.open_repository(root)
            until(session.models, 120, "no tab was opened")
            spin(500)
            until(lambda: tasks.busy() == 0, 120, "the check did not end")
            spin(1000)
        frames = watch.frames()
        for stall in watch.stalls if "--stacks" in sys.argv else ():
            print(f"{stall.milliseconds:.0f} ms\n{stall.stack[:1200]}", file=sys.stderr)
        return {
            "longest_ms": frames.longest,
            "busiest_ms": watch.busiest * 1000,
            "p99_ms": frames.p99,
            "memory_mb": _megabytes() - before,
            "findings": len(session.findings),
        }


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
