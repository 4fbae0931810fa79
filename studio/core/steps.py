"""The steps of a longer run: each with what was seen, how long it took, and why it failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from studio import disk
from studio.failure import Failure
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One step that is over. `failure` is empty where it went well."""

    name: str
    seen: str
    seconds: float
    failure: str = ""


class Steps:
    """Runs steps one after the other and tells each as it ends. A step that fails ends the run."""

    def __init__(self, tell: Callable[[Step], object]) -> None:
        self._tell = tell

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """One step; what is put into the list is what was seen. Raises Failure where it fails."""
        seen: list[str] = []
        begin = time.monotonic()
        failure: Failure | None = None
        try:
            yield seen
        except Failure as error:
            failure = error
        except OSError as error:
            where = f": {error.filename}" if error.filename else ""
            failure = Failure(name, f"{disk.reason(error)}{where}.", disk.remedy(error))
        self._tell(Step(name, ", ".join(seen), time.monotonic() - begin, str(failure or "")))
        if failure is not None:
            raise failure
