"""What tracers were set to before a recording: kept on disk, so that a studio that was killed puts it back later."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from studio import private
from studio.core.tracing.setting import Change
from studio.paths import state_dir

_MOST_BYTES = 1 << 20


def keep(address: str, model: str, before: Change) -> None:
    """Notes what a server's tracer was set to, or that of one of its models. What cannot be written is not kept."""
    told = _read()
    told[_key(address, model)] = {"studio": os.getpid(), "before": [[name, list(values)] for name, values in before]}
    _write(told)


def forget(address: str, model: str) -> None:
    """It was put back."""
    told = _read()
    if told.pop(_key(address, model), None) is not None:
        _write(told)


def left(address: str) -> dict[str, Change]:
    """What studios that live no more left on a server, by model; "" is the server itself."""
    found = {}
    for key, entry in _read().items():
        where, _, model = key.partition(" ")
        if where == address and isinstance(entry, Mapping) and not _lives(entry.get("studio")):
            found[model] = _change(entry.get("before"))
    return {model: change for model, change in found.items() if change}


def _key(address: str, model: str) -> str:
    return f"{address} {model}"


def _place() -> Path:
    return state_dir() / "traced-servers.json"


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


def _lives(studio: object) -> bool:
    if not isinstance(studio, int) or studio == os.getpid():
        return False
    with suppress(OSError, OverflowError):
        os.kill(studio, 0)
        return True
    return False
