"""Which models cannot answer since a process of theirs on this machine is stopped. For any thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from studio.app.serving.served_models.processes import is_stopped, model_processes
from studio.core.serving.launch import Addresses

_KNOWN_FOR = 1.5


class Halted:
    """Looks at the processes of one server, once for all of its models.

    A model whose process is stopped is not asked: of a request that waits in such a process Triton 2.51 dies once the
    process goes on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at = 0.0
        self._where = Addresses()
        self._processes: dict[str, list[int]] = {}

    def why(self, addresses: Addresses, names: Iterable[str]) -> str:
        """Why none of these models is to be asked; "" where nothing speaks against it. Blocks for a bit."""
        processes = self._look(addresses)
        for name in names:
            # Asked anew each time: one request too many is what a server dies of.
            for pid in processes.get(name, ()):
                if is_stopped(pid):
                    return f"its process {pid} is stopped"
        return ""

    def _look(self, addresses: Addresses) -> dict[str, list[int]]:
        with self._lock:
            if time.monotonic() - self._at > _KNOWN_FOR or addresses != self._where:
                found: dict[str, list[int]] = {}
                for each in model_processes(addresses):
                    found.setdefault(each.model, []).append(each.pid)
                self._processes, self._at, self._where = found, time.monotonic(), addresses
            return self._processes
