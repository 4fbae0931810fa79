"""The environment variables of every process that the studio starts, from one place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
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
    allowed = (*MODELS_GET, *more)
    held = os.environ if source is None else source
    return {name: value for name, value in held.items() if _is_one_of(name, allowed)}


def _is_one_of(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
