"""Asking in a terminal before code of a repository runs that the person has not agreed to."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from studio.core.files.sizes import size_text
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.core.consent.question import Question
    from studio.core.serving.launch import LaunchSpec

_MOST = 40
_LOOK_EVERY = 2.0


def require(spec: LaunchSpec) -> None:
    """Go on only where the code of a launch may run: agreed to earlier, or now, in a terminal. Raises Failure."""
    from studio.core.consent.question import question, since

    asked = question(spec)
    while asked is not None:
        _ask(asked)
        # It may have changed while the question stood.
        asked = since(asked, question(spec))


class Polled:
    """Follows the code of a server that loads by itself what changes: what is new or changed is asked about."""

    def __init__(self, spec: LaunchSpec) -> None:
        from studio.core.consent.isolation import looks_itself

        self._spec = spec
        self._is_due = looks_itself(spec)
        self._mark = ""
        self._next = 0.0

    def look(self) -> None:
        """Asks where code changed since the last look. Raises Failure where it may not run."""
        now = time.monotonic()
        if not self._is_due or now < self._next:
            return
        from studio.core.consent.question import code_mark_of, question

        mark = code_mark_of(self._spec)
        if mark != self._mark:
            asked = question(self._spec, is_running=True)
            if asked is not None:
                _ask(asked)
            self._mark = mark
        # Looking takes one part in twenty of the time at most.
        self._next = time.monotonic() + max(_LOOK_EVERY, 20 * (time.monotonic() - now))


def _ask(asked: Question) -> None:
    from studio.core.consent.question import agree

    print("\n".join(_told(asked)), file=sys.stderr)
    attempted = f"Serving {asked.repository}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Failure(attempted, "nobody has agreed to run this code.", "Run it with --trust, or once in a terminal.")
    if not _says_yes():
        raise Failure(attempted, "its code may not run.")
    try:
        agree(asked)
    except Failure as failure:
        print(f"trireme: {failure}", file=sys.stderr)


def _told(asked: Question) -> list[str]:
    from studio.core.consent.isolation import isolation

    does = "is new or has changed, and the server loads it by itself" if asked.is_running else "is new or has changed"
    lines = [f"This code in {asked.repository} {'will run' if asked.is_first else does}:"]
    width = min(60, max(len(file.path) for file in asked.unknown[:_MOST]))
    for file in asked.unknown[:_MOST]:
        words = (file.kind.value, size_text(file.size) or file.digest, asked.what_is(file))
        lines.append(f"  {_plain(file.path):<{width}}  {', '.join(filter(None, words))}")
    if len(asked.unknown) > _MOST:
        lines.append(f"  … and {len(asked.unknown) - _MOST:,} more")
    return [*lines, *isolation(asked.spec), _environment(asked.spec)]


def _environment(spec: LaunchSpec) -> str:
    """Which variables it gets, by name alone, and how many of the person's it does not."""
    from studio.core.consent.environment import passed

    found = passed(spec)
    names = _plain(", ".join(name for name, _ in found.given))
    secrets = f", among them {_plain(', '.join(found.secrets))}" if found.secrets else ""
    return f"It gets the variables {names or 'of nobody'}; {found.held_back} of yours are held back{secrets}."


def _plain(text: str) -> str:
    """A name that says nothing to a terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def _says_yes() -> bool:
    print("Run it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
