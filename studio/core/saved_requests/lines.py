"""The line of a place in JSON, for people who look at the file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:]')


def line_of(text: str, place: Sequence[str]) -> int:
    """The line, from 1, of the entry with these names from the outermost inwards; of the nearest around it else."""
    wanted = list(place)
    around: list[str] = []
    last, depth, at = "", 0, 0
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in "{[":
            around.append(last)
        elif word in "}]":
            del around[-1:]
        elif word == ":":
            here = [*around[1:], last]
            if len(here) > depth and here == wanted[: len(here)]:
                depth, at = len(here), token.start()
        else:
            last = _plain(word)
    return text.count("\n", 0, at) + 1


def _plain(word: str) -> str:
    try:
        return str(json.loads(word))
    except ValueError:
        return word.strip('"')
