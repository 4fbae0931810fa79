"""Values of JSON as those of a launch: each part of it by its path, and what may stand there."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import Ports
from studio.core.serving.launching.bind import wrong_bind
from studio.core.serving.launching.derived import wrong_package
from studio.core.serving.launching.options import TRACE_LEVELS, TRACE_MODES


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(value)
    return value


def _fraction(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise TypeError(value)
    return float(value)


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        raise TypeError(value)
    return tuple(_text(each) for each in value)


def _packages(value: Any) -> tuple[str, ...]:
    found = _texts(value)
    if any(wrong_package(each) for each in found):
        raise ValueError(value)
    return found


def _gpus(value: Any) -> Gpus:
    return Gpus(all=True) if value == "all" else Gpus(ids=_texts(value))


def _ports(value: Any) -> Ports:
    return Ports(*(_number(each) for each in value))


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(text)) for name, text in value)


def _bind(value: Any) -> str:
    if wrong_bind(_text(value)):
        raise ValueError(value)
    return str(value)


def _one_of(choices: Collection[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(value)
        return str(value)

    return read


READERS: dict[str, Callable[[Any], Any]] = {
    "kind": EngineKind,
    "repository": lambda value: Path(_text(value)),
    "image": _text,
    "ports": _ports,
    "gpus": _gpus,
    "control": ControlMode,
    "load": _texts,
    "shared_memory_mb": _number,
    "cache_bytes": _number,
    "arguments": _texts,
    "environment": _pairs,
    "inherited": _texts,
    "bind": _bind,
    "options.verbose": _number,
    "options.strict": _switch,
    "options.metrics_interval_ms": _number,
    "options.summaries": _switch,
    "options.trace.mode": _one_of(TRACE_MODES),
    "options.trace.level": _one_of(TRACE_LEVELS),
    "options.trace.rate": _number,
    "options.trace.to": _text,
    "options.rate_limit": _switch,
    "options.resources": _texts,
    "options.client_shared_memory": _switch,
    "limits.memory_mb": _number,
    "limits.cpus": _fraction,
    "limits.user": _text,
    "limits.packages": _packages,
}
