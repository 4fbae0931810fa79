"""Which environment was chosen for the requests of a folder, from one start of the program to the next."""

from __future__ import annotations

import json
from pathlib import Path

from studio.app.settings import settings

_SETTING = "request_environments"
_MOST = 100


def chosen_environment(root: Path) -> str:
    """The name of the one that was chosen last; empty for none."""
    return next((name for text in reversed(_kept()) if (name := _name(text, root)) is not None), "")


def remember_environment(root: Path, name: str) -> None:
    """Keeps the choice; none where the name is empty."""
    kept = _kept()
    old = [text for text in kept if _name(text, root) is not None]
    for text in (*old, *kept[: max(len(kept) - _MOST, 0)]):
        settings().remove(_SETTING, text)
    if name:
        settings().add(_SETTING, json.dumps([str(root), name], ensure_ascii=False))


def _kept() -> list[str]:
    return list(settings().get(_SETTING))


def _name(text: str, root: Path) -> str | None:
    """The name that an entry gives for a folder, None where it is about another one."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, list) and len(found) == 2 and found[0] == str(root) and isinstance(found[1], str):
        return found[1]
    return None
