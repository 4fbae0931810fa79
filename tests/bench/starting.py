"""What `trireme check` costs for one model, most of which is to start Python and to load the checker."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

_RUNS = 15
_MODEL = """\
backend: "onnxruntime"
max_batch_size: 4
input [ { name: "x" data_type: TYPE_FP32 dims: [ 3 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 2 ] } ]
"""
_CHECK = "import sys; from studio.cli.main import main; sys.exit(main())"


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cost(home: Path, *words: str) -> float:
    """Seconds of a processor that a Python takes, at best; what it compiles is kept as an installation would."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(home / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    taken = []
    for _ in range(_RUNS):
        before = _children()
        subprocess.run([sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, check=True)
        taken.append(_children() - before)
    return min(taken)


def run() -> dict[str, float]:
    """Milliseconds of the check and of an empty program, and how many times as much the one is."""
    with tempfile.TemporaryDirectory() as name:
        model = Path(name, "repository", "m")
        (model / "1").mkdir(parents=True)
        (model / "config.pbtxt").write_text(_MODEL)
        bare = _cost(Path(name), "-c", "pass")
        checked = _cost(Path(name), "-c", _CHECK, "check", str(model.parent))
    return {
        "check_ms": round(checked * 1000, 1),
        "bare_ms": round(bare * 1000, 1),
        "ratio": round(checked / bare, 1),
    }


if __name__ == "__main__":
    print(json.dumps(run()))
