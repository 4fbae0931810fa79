"""What gets colours in text files: patterns for a `Highlighter`, by the end of a file's name."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

_STRING = r"""(?P<string>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?)"""
_NUMBER = r"(?P<number>(?<![\w.])[-+]?(?:0[xX][\da-fA-F]+|\d[\d.]*(?:[eE][-+]?\d+)?)\b)"
_PYTHON = re.compile(
    rf"(?P<comment>\#.*)|{_STRING}|{_NUMBER}|(?P<block>\b(?:{'|'.join(keyword.kwlist)})\b)|(?P<mark>[{{}}\[\]():;,])"
)
_JSON = re.compile(
    rf"""(?P<block>"(?:\\.|[^"\\])*"(?=\s*:))|{_STRING}|{_NUMBER}|(?P<word>\b(?:true|false|null)\b)|(?P<mark>[{{}}\[\]:,])"""
)
_YAML = re.compile(
    rf"(?P<comment>(?:^|(?<=\s))\#.*)|(?P<block>[\w.-]+(?=\s*:(?:\s|$)))|{_STRING}|{_NUMBER}"
    r"|(?P<word>\b(?:true|false|null|yes|no)\b)|(?P<mark>[{}\[\]:,]|^\s*-(?=\s))"
)
_NOTHING = re.compile(r"(?!)")
_BY_ENDING = {
    ".py": _PYTHON,
    ".json": _JSON,
    ".yaml": _YAML,
    ".yml": _YAML,
    ".toml": _YAML,
}


def pattern_of(path: Path) -> re.Pattern[str] | None:
    """What gets colours in a file; None for protobuf text, which a `Highlighter` knows."""
    return None if path.suffix == ".pbtxt" else _BY_ENDING.get(path.suffix.lower(), _NOTHING)
