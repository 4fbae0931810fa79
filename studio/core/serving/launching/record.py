"""A launch specification as JSON: what a container's label keeps of it, and reads again in another studio."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.derived import image_of
from studio.core.serving.launching.recorded_values import READERS

VERSION = 1
_DEFAULT = LaunchSpec(EngineKind.DOCKER)
_ELSEWHERE = frozenset({"kind", "addresses", "image"})
"""What a container's label need not say: Docker tells it."""


def record(spec: LaunchSpec) -> str:
    """The specification of a container, as short as it can be read again whole: what is usual is left out."""
    # Docker tells the image that was made from it.
    elsewhere = _ELSEWHERE - {"image"} if spec.limits.packages else _ELSEWHERE
    told = {"version": VERSION, **plain(spec, elsewhere | {"environment"})}
    if spec.environment:
        # Names alone: whoever lists containers reads labels, and the values stand in the container itself.
        told["variables"] = [name for name, _ in spec.environment]
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def recorded(text: str, image: str, environment: Collection[str] = ()) -> LaunchSpec:
    """The specification in a label; what it does not say, or says as no studio does, is as usual.

    `environment` is that of the container, as NAME=value, from which the variables that were set have their values.
    """
    try:
        told = json.loads(text)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    found = replace(of_plain(told), kind=EngineKind.DOCKER)
    if not found.environment:
        found = replace(found, environment=_set(told.get("variables"), environment))
    if found.limits.packages and image_of(found.image, found.limits) == image:
        return found
    return replace(found, image=image, limits=replace(found.limits, packages=()))


def _set(names: object, environment: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The variables of these names, with the values that a container has of them."""
    held = dict(each.partition("=")[::2] for each in environment)
    told = names if isinstance(names, list) else []
    return tuple((name, held[name]) for name in told if isinstance(name, str) and name in held)


def plain(spec: LaunchSpec, without: Collection[str] = ("addresses",)) -> dict[str, object]:
    """What differs from a usual launch, in values of JSON; the fields in `without` are left out."""
    return {name: value for name, value in _different(spec, _DEFAULT).items() if name not in without}


def of_plain(told: Mapping[str, Any], usual: LaunchSpec = _DEFAULT) -> LaunchSpec:
    """The launch that values of JSON say; what they do not say, or say as no studio does, is as in `usual`."""
    return replace(usual, **_read(told, "", usual))


def _different(value: Any, usual: Any) -> dict[str, object]:
    """The fields of a value that are not as usual."""
    pairs = ((each.name, getattr(value, each.name), getattr(usual, each.name)) for each in fields(value))
    return {name: _plain(here, there) for name, here, there in pairs if here != there}


def _plain(value: object, usual: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (ControlMode, EngineKind)):
        return value.value
    if isinstance(value, Gpus):
        return "all" if value.all else list(value.ids)
    if isinstance(value, Ports):
        return [value.http, value.grpc, value.metrics]
    return _different(value, usual) if is_dataclass(value) else value


def _read(told: Mapping[str, Any], group: str, usual: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in fields(usual):
        if each.name not in told:
            continue
        path = f"{group}{each.name}"
        value, before = told[each.name], getattr(usual, each.name)
        try:
            if path in READERS:
                found[each.name] = READERS[path](value)
            elif is_dataclass(before) and isinstance(value, dict):
                found[each.name] = replace(before, **_read(value, f"{path}.", before))  # type: ignore[type-var]
        except (TypeError, ValueError, OverflowError):
            # A label is text that anybody may write.
            continue
    return found
