"""A server for the monitor of which nothing is there but its metrics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from studio.core.serving.launch import State
from studio.ui.shell.window import MainWindow
from tests.ui.monitor_recorded import ready, served


@contextmanager
def served_by(window: MainWindow, models: int, port: int) -> Iterator[None]:
    """So many models whose metrics are at a port of this machine; gone afterwards, figures and all."""
    session = window.need_session()
    sampler = session.server.current.sampler
    keys = [(f"model_{place:04}", "1") for place in range(models)]
    # No server is there to tell that they do not stream.
    sampler.facts.may_ask = lambda _: False
    sampler.figures.streams = {name: False for name, _ in keys}
    server = session.server.current
    served(session, ready(*keys), f"127.0.0.1:{port}")
    server.status_changed.emit(server.status)
    try:
        yield
    finally:
        served(session, {}, "", State.STOPPED)
        server.status_changed.emit(server.status)
        sampler.clear()
