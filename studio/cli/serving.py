"""A server for the time of one command."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from studio.cli import consent
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.core.serving.launch import LaunchSpec
    from studio.engines.engine import Server

READY_WITHIN = 120.0
_GRACE = 10.0


@contextmanager
def served(spec: LaunchSpec, *, trusted: bool) -> Iterator[Server]:
    """A server that is ready, with the models that load; stopped whatever happens. Raises Failure."""
    from studio.engines.registry import start

    if not trusted:
        consent.require(spec)
    server = start(spec)
    try:
        wait_until_ready(server)
        yield server
    finally:
        stop(server)


def stop(server: Server) -> None:
    """Lets it end by itself for a while; Ctrl+C ends it at once."""
    from studio.engines.following import end

    end(server, _GRACE, threading.Event().wait)


def wait_until_ready(server: Server) -> None:
    """Until the server has loaded what it can. Raises Failure where it ends, or takes too long."""
    from studio.client.triton import Triton
    from studio.engines.following import follow

    client, late = Triton(server.addresses, timeout=2.0), time.monotonic() + READY_WITHIN
    try:
        for tick in follow(server, threading.Event().wait):
            if tick.end:
                raise Failure("Start the server", tick.end.reason)
            if tick.is_due and client.ready():
                return
            if time.monotonic() > late:
                raise Failure("Start the server", f"it was not ready within {READY_WITHIN:.0f} s.")
    finally:
        client.close()
