"""How long frames take in the end-to-end journey, in a process and a home of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence

from studio.paths import temporary_home
from tests.display import virtual_display
from tests.e2e import stage
from tests.e2e.journey import Journey
from tests.e2e.stalls import StallWatch

STAGES: tuple[Callable[[Journey], object], ...] = (
    Journey.open_example,
    Journey.change_delay,
    Journey.launch,
    Journey.send_image,
    lambda journey: journey.repeat(3),
    Journey.watch,
    Journey.unload_and_load,
    Journey.break_model,
    Journey.kill_server,
    Journey.stop_and_close,
)


def measure(stages: Sequence[Callable[[Journey], object]] = STAGES) -> StallWatch:
    """Takes the journey in this process, as at a first start; a display must be there."""
    # What was open last in another home would come back, and the example is found only where nothing is open.
    with temporary_home() as home, stage.opened(size=(1360, 860)) as window:
        journey = Journey(window, home)
        with StallWatch() as watch:
            for take in stages:
                take(journey)
        return watch


def run() -> dict[str, float]:
    """Milliseconds of the longest frame and of 99 in 100; prints all of them, and with `--stacks` what held them up."""
    with tempfile.TemporaryFile("w+") as out:
        subprocess.run([sys.executable, "-m", "tests.bench.journey", *sys.argv[1:]], stdout=out, check=True)
        out.seek(0)
        found: dict[str, float] = json.loads(out.read().splitlines()[-1])
        return found


def _main() -> None:
    with virtual_display():
        watch = measure()
    frames = watch.frames()
    print(watch.report("the journey") if "--stacks" in sys.argv else f"the journey: {frames}", file=sys.stderr)
    print(json.dumps({"longest_ms": frames.longest, "busiest_ms": watch.busiest * 1000, "p99_ms": frames.p99}))


if __name__ == "__main__":
    _main()
