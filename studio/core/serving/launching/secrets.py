"""A launch without what may be a secret, for a file that others read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from studio.core.serving.launch import LaunchSpec
from studio.value_class import replace

_WITH_SECRETS = ("--http-restricted-api", "--grpc-restricted-protocol")
"""Arguments whose value holds the word that opens what they close."""
_SECRET = re.compile(r"(?:^|,)password=|://[^/@\s]+@", re.IGNORECASE)
"""In the value of any other: what a cache, a proxy or a collector of traces is entered with."""


def without_secrets(spec: LaunchSpec) -> tuple[LaunchSpec, tuple[str, ...]]:
    """The launch as it may be kept, and what was left out of it.

    Which values are secrets is nothing to guess at: of a variable its name is kept, so that it gets the value that it
    has where the launch is used.
    """
    arguments, dropped = _arguments(spec.arguments)
    address, had_password = _address(spec.options.trace.to)
    names = tuple(name for name, _ in spec.environment)
    kept = replace(
        spec,
        environment=(),
        inherited=tuple(dict.fromkeys((*spec.inherited, *names))),
        arguments=arguments,
        options=replace(spec.options, trace=replace(spec.options.trace, to=address)),
    )
    left = [f"the value of {name}" for name in names] + [f"the argument {name}" for name in dropped]
    return kept, (*left, *(["the password of the collector"] if had_password else []))


def holds_password(value: str) -> bool:
    """Whether a value names a password, or is an address that holds one."""
    return _SECRET.search(value) is not None


def _arguments(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kept: list[str] = []
    dropped: list[str] = []
    place = 0
    while place < len(words):
        name, equals, value = words[place].partition("=")
        argument = [words[place]]
        if not equals and name.startswith("--"):
            # Its value may be the next word.
            argument += [word for word in words[place + 1 : place + 2] if not word.startswith("--")]
            value = argument[-1]
        if name in _WITH_SECRETS or holds_password(value):
            dropped.append(name)
        else:
            kept += argument
        place += len(argument)
    return tuple(kept), tuple(dict.fromkeys(dropped))


def _address(text: str) -> tuple[str, bool]:
    """An address without the name and password before its host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return text, False
    name, mark, host = parts.netloc.rpartition("@")
    return (urlunsplit(parts._replace(netloc=host)), True) if mark and name else (text, False)
