"""The longest wait of an event in the end-to-end journey, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_CODE = """
import json, os, sys
from pathlib import Path
from studio.ui.workbench import ROOMS
from studio.ui.look import theme
from studio.ui import run as program
from studio.ui.shell.window import MainWindow
from tests.e2e.hand import spin, until
from tests.e2e.journey import Journey
from tests.e2e.stalls import StallWatch

app = program.application()
theme.apply(app, "dark")
window = MainWindow(ROOMS)
window.resize(1360, 860)
window.show()
program.begin(window, None, "")
journey = Journey(window, Path(os.environ["TRIREME_HOME"]))
until(window.isActiveWindow, 10, "the window never became active")
with StallWatch() as watch:
    journey.open_example()
    journey.change_delay()
    journey.launch()
    journey.send_image()
    journey.repeat(3)
    journey.watch()
    journey.unload_and_load()
    journey.break_model()
    journey.kill_server()
    journey.stop_and_close()
program.end(window)
print(json.dumps({"longest_ms": watch.longest * 1000, "stalls": [s.milliseconds for s in watch.stalls],
                  "stacks": [s.stack[:1500] for s in watch.stalls], "frames": str(watch.frames()),
                  "p99_ms": watch.frames().p99}))
"""


def run(_repository: Path) -> dict[str, float]:
    """Milliseconds of the longest wait."""
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True, timeout=500, check=False)
    if done.returncode:
        raise RuntimeError(f"the journey failed:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    if "--stacks" in sys.argv:
        for milliseconds, stack in zip(found["stalls"], found["stacks"], strict=True):
            print(f"{milliseconds:.0f} ms\n{stack}")
    print(f"frames of the journey: {found['frames']}")
    return {"p99_ms": found["p99_ms"], "longest_ms": found["longest_ms"], "stalls": len(found["stalls"])}
