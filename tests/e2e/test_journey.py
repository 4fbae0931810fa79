"""The main job, driven by mouse and keyboard under a window manager against the embedded server."""

import difflib
import os
from pathlib import Path

import pytest

from studio.ui.shell.window import MainWindow
from tests.e2e.hand import until
from tests.e2e.journey import Journey, triton_processes
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]


@pytest.fixture
def window(engine: None, open_window: OpenWindow) -> MainWindow:
    """The real window with its session."""
    return open_window(size=(1360, 860))


def test_the_main_job(window: MainWindow) -> None:
    journey = Journey(window, Path(os.environ["TRIREME_HOME"]))
    others = set(triton_processes())
    until(window.isActiveWindow, 60, "the window never became active")
    journey.open_example()

    before, after = journey.change_delay()
    changes = [
        line for line in difflib.ndiff(before.decode().splitlines(), after.decode().splitlines()) if line[0] in "+-"
    ]
    assert [c.split(":")[0].strip("+- ") for c in changes] == ["max_queue_delay_microseconds"] * 2
    assert changes[1].endswith(": 750")
    assert before.count(b"#") == after.count(b"#")

    journey.launch()
    assert journey.send_image("images/anchor-1.png") == "anchor"
    journey.repeat(3)
    figures = journey.watch()
    assert figures["requests_s"] > 0
    assert figures["queue_ms"] > 0

    journey.unload_and_load()
    said, refused = journey.break_model()
    assert "pixelsx" in said
    assert "pixelsx" in refused

    reason, seconds = journey.kill_server()
    assert reason
    print(f"\nkilled server said after {seconds:.2f} s: {reason}")
    journey.stop_and_close()
    assert set(triton_processes()) <= others
    assert not window.isVisible()
