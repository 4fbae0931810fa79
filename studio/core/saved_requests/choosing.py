"""Which of the saved requests are meant: by name, by folder, by pattern, by tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any


def chosen(names: Iterable[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Those that are named, lie in a folder that is, or fit a pattern such as `images/*`; all where none is."""
    return tuple(name for name in names if not wanted or any(_fits(name, each) for each in wanted))


def has_tag(tree: Mapping[str, Any], tags: Sequence[str]) -> bool:
    """Whether a request has one of the tags; any has where none is wanted."""
    own = tree.get("tags")
    return not tags or (isinstance(own, list) and any(tag in own for tag in tags))


def _fits(name: str, wanted: str) -> bool:
    wanted = wanted.removesuffix(".json").rstrip("/")
    return name == wanted or name.startswith(f"{wanted}/") or fnmatchcase(name, wanted)
