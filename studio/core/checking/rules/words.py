"""Phrases and spell-correction that several families of rules share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

CODES = {
    "label-missing": "Internal",
    "label-twice": "Internal",
    "shared-library-unloadable": "Not found",
    "batch-strategy-missing": "Not found",
    "py-force-cpu": "Unsupported",
    "py-env-missing": "Internal",
    "py-file-suffix": "Internal",
    "py-import-error": "Internal",
    "py-no-class": "Internal",
    "py-auto-no-return": "Internal",
    "py-auto-signature": "Internal",
    "py-auto-raises": "Internal",
    "py-auto-max-batch": "Internal",
    "py-auto-scheduler": "Internal",
    "py-auto-policy-key": "Internal",
    "py-auto-policy-change": "Internal",
    "py-auto-io-property": "Internal",
    "py-auto-io-missing": "Internal",
    "py-auto-io-dtype": "Internal",
    "py-auto-io-dims": "Internal",
    "py-auto-optional": "Internal",
    "py-initialize-raises": "Internal",
    "seq-state-initial-file": "Internal",
    "warmup-file-missing": "Internal",
}
"""The server's kind of error for a rule, where it is not “Invalid argument”."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The one name that this word surely means; "" where none or several come close."""
    return _nearest(word, frozenset(known))


@lru_cache(maxsize=4096)
def _nearest(word: str, known: frozenset[str]) -> str:
    """Repositories use the same words over and over, and looking for the nearest takes its time."""
    names = sorted(known)
    found = [name for name in names if name.lower() == word.lower()]
    if not found:
        # A sound configuration needs it for nothing.
        from difflib import get_close_matches

        found = get_close_matches(word, names, n=2, cutoff=0.75)
    return found[0] if len(found) == 1 else ""


def quoted(names: Iterable[str]) -> str:
    """Names for a sentence: “a”, “b” and “c”."""
    marked = [f"“{name}”" for name in names]
    return " and ".join([", ".join(marked[:-1]), marked[-1]] if len(marked) > 1 else marked)


def short_type(data_type: str) -> str:
    """A data type as people say it: FP32."""
    return data_type.removeprefix("TYPE_") if data_type not in ("", "TYPE_INVALID") else "of no data type"


def sizes(dims: Iterable[int]) -> str:
    """Dims as the server prints them: [-1,3]."""
    return f"[{','.join(map(str, dims))}]"


def change_title(old: str, new: str) -> str:
    """What a fix is called that writes one thing in the place of another."""
    is_quoted = old[:1] in {'"', "'"} and old[1:-1] == new
    return f"Take the quotes off {new}" if is_quoted else f"Change “{old}” to “{new}”"
