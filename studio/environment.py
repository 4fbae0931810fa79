"""The environment variables of every process that the studio starts, from one place."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

_OF_THE_FROZEN_PROGRAM = ("_PYI_*", "_MEIPASS*", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QML2_IMPORT_PATH")
_CHANGED_BY_ITS_LOADER = ("LD_LIBRARY_PATH", "LD_PRELOAD")
"""What the frozen program's loader sets for itself; it keeps what was there under the name with `_ORIG`."""
_OF_ANOTHER_PYTHON = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONEXECUTABLE", "VIRTUAL_ENV")

MODELS_GET = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_*", "TZ", "TMPDIR"),
    *("LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("CUDA_*", "NVIDIA_*", "OMP_*", "GOMP_*", "KMP_*", "MKL_*", "OPENBLAS_*", "NUMEXPR_*"),
)
"""The variables, by name or pattern, that the models of an embedded server get of the person's. Nothing else is passed
unless the person names it: which names look like secrets is nothing to guess at."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Variable:
    """What models get of one name or pattern: its value, None where nothing of the person's is set."""

    name: str
    value: str | None


def leave_own_behind(environment: dict[str, str] | None = None) -> None:
    """Take what the frozen program's loader set for itself out of the environment that children inherit.

    For the first line of the frozen program: libraries are found by what was set when the process began. Does nothing
    where the studio runs from its source.
    """
    held = os.environ if environment is None else environment
    if environment is None and not getattr(sys, "frozen", False):
        return
    for name in _CHANGED_BY_ITS_LOADER:
        before = held.pop(f"{name}_ORIG", None)
        held.pop(name, None)
        if before:
            held[name] = before
    for name in [name for name in held if _is_one_of(name, _OF_THE_FROZEN_PROGRAM)]:
        del held[name]


def tool_environment() -> dict[str, str]:
    """What programs of the system and another Python get: the person's own, without what belongs to our Python."""
    return {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER_PYTHON}


def model_environment(more: Iterable[str] = (), source: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the models of an embedded server get: of `MODELS_GET` and the names in `more` what is set."""
    named = frozenset(name for name in more if not wrong_name(name))
    held = os.environ if source is None else source
    return {name: value for name, value in held.items() if name in named or _is_one_of(name, MODELS_GET)}


def variables(names: Sequence[str], source: Mapping[str, str] | None = None) -> Iterator[Variable]:
    """The variables of these names and patterns; one without a value for each of which nothing is set."""
    held = os.environ if source is None else source
    for pattern in names:
        found = sorted(name for name in held if fnmatchcase(name, pattern))
        yield from (Variable(name, held[name]) for name in found)
        if not found:
            yield Variable(pattern, None)


def wrong_name(name: str) -> str:
    """Why a text cannot name a variable that models get; empty where it can."""
    if not name:
        return "The name of a variable is missing."
    if "=" in name:
        return f"{name} has a value: only the name is wanted here, and models get the value that it has."
    if not _NAME.fullmatch(name):
        return f"“{name}” is no name of a variable: letters, digits and _, and no digit first."
    if name == "PYTHONHOME":
        return "PYTHONHOME says where one Python keeps its library: the engine has a Python of its own."
    return ""


def is_given(name: str) -> bool:
    """Whether models get a variable without being told to."""
    return _is_one_of(name, MODELS_GET)


def _is_one_of(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
