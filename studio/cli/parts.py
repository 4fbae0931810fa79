"""The parts in which the studio is installed: the checker alone, with serving, or with the window."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from studio.failure import Failure

_SERVING: Final = ("docker", "grpc", "httpcore", "PIL", "pynvml")
_MODULES: Final = {"serve": _SERVING, "gui": (*_SERVING, "PySide6", "pyqtgraph", "qtawesome", "send2trash")}
_ATTEMPTS: Final = {"serve": "Starting or asking a server", "gui": "Opening the window"}


def require(part: str) -> None:
    """Raise, before anything is begun, where a part of the studio is not installed: with how to get it."""
    missing = [module for module in _MODULES[part] if find_spec(module) is None]
    if missing:
        raise Failure(
            _ATTEMPTS[part],
            f"this installation lacks {', '.join(missing)}.",
            f"Install that part: pip install 'trireme-studio[{part}]'",
        )
