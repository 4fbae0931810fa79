"""What tracers were set to before a recording: kept on disk, so that a studio that was killed puts it back later."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from studio import private
from studio.core.tracing.setting import Change
from studio.locking import locked
from studio.paths import state_dir

_MOST_BYTES = 1 << 20
_under_way: set[str] = set()
"""What this studio records now."""


def keep(address: str, model: str, before: Change) -> bool:
    """Notes what a server's tracer was set to, or that of one of its models; False where it is recorded already.

    What cannot be written is not kept.
    """
    key = _key(address, model)
    with _changed() as told:
        if key in _under_way or _is_of_another(told.get(key)):
            return False
        _under_way.add(key)
        told[key] = {"studio": os.getpid(), "before": [[name, list(values)] for name, values in before]}
    return True


def forget(address: str, model: str) -> None:
    """It was put back. What another studio that lives keeps stays."""
    key = _key(address, model)
    with _changed() as told:
        _under_way.discard(key)
        if not _is_of_another(told.get(key)):
            told.pop(key, None)


def leave(address: str, model: str) -> None:
    """It could not be put back: it stays for the next time."""
    _under_way.discard(_key(address, model))


def left(address: str) -> dict[str, Change]:
    """What was left on a server by a recording that is over, by model; "" is the server itself."""
    found = {}
    for key, entry in _read().items():
        where, _, model = key.partition(" ")
        if where == address and isinstance(entry, Mapping) and key not in _under_way and not _is_of_another(entry):
            found[model] = _change(entry.get("before"))
    return {model: change for model, change in found.items() if change}


def _key(address: str, model: str) -> str:
    return f"{address} {model}"


def _place() -> Path:
    return state_dir() / "traced-servers.json"


@contextmanager
def _changed() -> Iterator[dict[str, Any]]:
    """What is kept, to be changed in one step; without a lock where there can be none."""
    with ExitStack() as stack:
        with suppress(OSError):
            stack.enter_context(locked(private.folder(state_dir())))
        told = _read()
        before = dict(told)
        yield told
        if told != before:
            _write(told)


def _read() -> dict[str, Any]:
    try:
        with _place().open("rb") as file:
            told = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _write(told: Mapping[str, Any]) -> None:
    with suppress(OSError):
        if told:
            private.write(_place(), json.dumps(told).encode())
        else:
            _place().unlink(missing_ok=True)


def _change(told: object) -> Change:
    pairs = [pair for pair in told if isinstance(pair, list) and len(pair) == 2] if isinstance(told, list) else []
    return tuple((str(name), tuple(map(str, values))) for name, values in pairs if isinstance(values, list))


def _is_of_another(entry: object) -> bool:
    """Whether another studio keeps it that lives."""
    studio = entry.get("studio") if isinstance(entry, Mapping) else None
    if not isinstance(studio, int) or studio == os.getpid():
        return False
    with suppress(OSError, OverflowError):
        os.kill(studio, 0)
        return True
    return False
