"""What the record says that names a request's model, which a server writes without escaping what is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_HEADER = re.compile(
    rb'\{"id":(\d{1,18}),"model_name":"(.*?)","model_version":(-?\d{1,18})'
    rb'(?:,"request_id":"(.*?)")?(?:,"parent_id":(\d{1,18}))?\}[\s,\]]*\Z',
    re.DOTALL,
)
_MOST_CHARACTERS = 1024
_DECODER = json.JSONDecoder(strict=False)


class Header(NamedTuple):
    """Whose a record is. `parent` is 0 for a request that came from outside."""

    id: int
    model: str
    version: str
    request_id: str
    parent: int


def header_of(record: bytes) -> Header | None:
    """The header in a record; None where it is none."""
    if found := plain_header(record):
        return found
    told = record_of(record)
    return header_in(told) if told else None


def plain_header(record: bytes) -> Header | None:
    """The header in a record that is written as the server does."""
    if found := _HEADER.match(record):
        id_, model, version, request_id, parent = found.groups()
        return Header(int(id_), _text(model), version.decode(), _text(request_id or b""), int(parent or 0))
    return None


def record_of(record: bytes) -> Mapping[str, Any] | None:
    """Any record as JSON, without what stands behind it; None where it is none."""
    try:
        told, _ = _DECODER.raw_decode(record.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def whole(value: object) -> int:
    """A whole number that fits into 64 bits; -1 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63 else -1


def header_in(told: Mapping[str, Any]) -> Header | None:
    """The header that JSON says; None where it says none."""
    id_, model = whole(told.get("id")), told.get("model_name")
    if id_ < 0 or not isinstance(model, str):
        return None
    version, request_id = told.get("model_version"), told.get("request_id", "")
    said = str(version) if isinstance(version, str) or whole(version) >= 0 else ""
    asked = request_id if isinstance(request_id, str) else ""
    return Header(
        id_, model[:_MOST_CHARACTERS], said, asked[:_MOST_CHARACTERS], max(0, whole(told.get("parent_id", 0)))
    )


def _text(raw: bytes) -> str:
    """What stands between two quotes: escaped as JSON wants it, or just as it was given."""
    text = raw[:_MOST_CHARACTERS].decode("utf-8", "replace")
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
