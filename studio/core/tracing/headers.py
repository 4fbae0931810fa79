"""What the record says that names a request's model, which a server writes without escaping what is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_BEGINNING = re.compile(rb'\{"id":([1-9]\d{0,17}),"model_name":"')
_AFTER_MODEL = b'","model_version":'
_VERSION = re.compile(rb"-?\d{1,18}")
_BEFORE_ID = b',"request_id":"'
_PARENT = re.compile(rb',"parent_id":(\d{1,18})\Z')
_LONGEST_PARENT = len(b',"parent_id":') + 18
_BEHIND = b" \t\r\n\f\v,]"
"""What may stand between a record and the next."""
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
    """The header in a record that is written as the server does.

    An asker's id may hold anything, so its end is found from behind: a pattern for the whole would try each quote.
    """
    record = record.rstrip(_BEHIND)
    begun = _BEGINNING.match(record)
    if begun is None or not record.endswith(b"}"):
        return None
    after = record.find(_AFTER_MODEL, begun.end())
    version = _VERSION.match(record, after + len(_AFTER_MODEL)) if after >= 0 else None
    if version is None:
        return None
    end = len(record) - 1
    parent = _PARENT.search(record, max(version.end(), end - _LONGEST_PARENT), end)
    request_id = _quoted(record[version.end() : parent.start() if parent else end])
    if request_id is None:
        return None
    model = record[begun.end() : after]
    return Header(int(begun[1]), _text(model), version[0].decode(), _text(request_id), int(parent[1]) if parent else 0)


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
    if id_ <= 0 or not isinstance(model, str):
        return None
    version, request_id = told.get("model_version"), told.get("request_id", "")
    said = str(version) if isinstance(version, str) or whole(version) >= 0 else ""
    asked = request_id if isinstance(request_id, str) else ""
    return Header(id_, _kept(model), _kept(said), _kept(asked), max(0, whole(told.get("parent_id", 0))))


def encodable(text: str) -> str:
    """A text without halves of surrogate pairs, which JSON can name and no file or terminal takes."""
    return text.encode("utf-8", "replace").decode()


def _kept(text: str) -> str:
    return encodable(text[:_MOST_CHARACTERS])


def _quoted(raw: bytes) -> bytes | None:
    """The id that an asker gave, from what stands between version and parent; None where that is none."""
    if not raw:
        return b""
    is_one = raw.startswith(_BEFORE_ID) and raw.endswith(b'"') and len(raw) > len(_BEFORE_ID)
    return raw[len(_BEFORE_ID) : -1] if is_one else None


def _text(raw: bytes) -> str:
    """What stands between two quotes: escaped as JSON wants it, or just as it was given."""
    text = raw[:_MOST_CHARACTERS].decode("utf-8", "replace")
    if "\\" not in text:
        return text
    try:
        return encodable(str(json.loads(f'"{text}"', strict=False)))
    except ValueError:
        return text
