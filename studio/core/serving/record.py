"""A launch specification as JSON: what a container's label keeps of it, and reads again in another studio."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports

VERSION = 1
_DEFAULT = LaunchSpec(EngineKind.DOCKER)
_ELSEWHERE = frozenset({"kind", "addresses", "image", "access"})
"""What a container's label need not say: Docker tells it."""


def record(spec: LaunchSpec) -> str:
    """The specification of a container, as short as it can be read again whole: what is usual is left out."""
    told = {
        field.name: _plain(getattr(spec, field.name))
        for field in fields(spec)
        if field.name not in _ELSEWHERE and getattr(spec, field.name) != getattr(_DEFAULT, field.name)
    }
    return json.dumps({"version": VERSION, **told}, separators=(",", ":"), ensure_ascii=False)


def recorded(text: str, image: str) -> LaunchSpec:
    """The specification in a label; what it does not say, or says as no studio does, is as usual."""
    try:
        told = json.loads(text)
    except ValueError:
        told = {}
    return LaunchSpec(EngineKind.DOCKER, image=image, **(_values(told) if isinstance(told, dict) else {}))


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, ControlMode):
        return value.value
    if isinstance(value, Gpus):
        return "all" if value.all else list(value.ids)
    if isinstance(value, Ports):
        return [value.http, value.grpc, value.metrics]
    return value


def _values(told: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, read in _READERS.items():
        if name in told:
            try:
                found[name] = read(told[name])
            except (TypeError, ValueError):
                # A label is text that anybody may write.
                continue
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(value)
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in value)


def _gpus(value: Any) -> Gpus:
    return Gpus(all=True) if value == "all" else Gpus(ids=_texts(value))


def _ports(value: Any) -> Ports:
    return Ports(*(_number(each) for each in value))


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(text)) for name, text in value)


_READERS = {
    "repository": lambda value: Path(_text(value)),
    "ports": _ports,
    "gpus": _gpus,
    "control": ControlMode,
    "load": _texts,
    "shared_memory_mb": _number,
    "cache_bytes": _number,
    "arguments": _texts,
    "environment": _pairs,
    "inherited": _texts,
}
