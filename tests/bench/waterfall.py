"""What the X-ray takes of the window’s thread with 100,000 requests: panning at every zoom, narrowing the list."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

REQUESTS = 100_000
_FRAMES = 40
_SPANS = {"one request": 1, "five": 5, "forty": 40, "four hundred": 400, "half of them": 6_000}


def _spent(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000


def run() -> dict[str, float]:
    """Milliseconds of the thread by what is done; of a frame the median and the longest. Needs a display."""
    from PySide6.QtCore import QEventLoop

    from studio.app import tasks
    from studio.app.session import Session
    from studio.ui import run as program
    from studio.ui.look import theme
    from studio.ui.xray.page import XrayPage
    from tests.fixtures.traces import large_trace
    from tests.fixtures.waiting import wait_until

    app = program.application()
    theme.apply(app, "dark")
    session = Session()
    page = XrayPage(session)
    page.resize(1396, 812)
    page.show()
    try:
        trace, content = large_trace(REQUESTS), page.content
        found = {"shown": _spent(lambda: page.show_trace(trace))}
        wait_until(lambda: tasks.busy() == 0, 60)
        content.pick_request(REQUESTS // 20)
        wait_until(lambda: tasks.busy() == 0, 60)
        found["narrowed"] = _spent(lambda: content.requests.filter.setText("over 10 ms r-01"))
        for title, span in _SPANS.items():
            content.axis.fit()
            content.axis.zoom(1 / span)
            app.processEvents()
            frames = []
            for frame in range(_FRAMES):
                content.axis.move(0.01 if frame % 2 else -0.01)
                frames.append(_spent(lambda: app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)))
            found[title], found[f"{title}, longest"] = statistics.median(frames), max(frames)
        return found
    finally:
        page.close()
        session.shutdown()
