"""Whether there is a display for a window: Qt ends the whole program where there is none."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path

from studio.failure import Failure

_REMEDY = "Run it in a graphical session, or under xvfb-run."
_FIRST_PORT = 6000


def require() -> None:
    """Raise Failure where a window cannot be shown."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "xcb").startswith(("off", "mini")):
        return
    x11, wayland = os.environ.get("DISPLAY", ""), os.environ.get("WAYLAND_DISPLAY", "")
    if not x11 and not wayland:
        raise Failure("Opening the window", "there is no display: DISPLAY and WAYLAND_DISPLAY are not set.", _REMEDY)
    if not (wayland and _answers(_wayland(wayland))) and not (x11 and _x11_answers(x11)):
        raise Failure("Opening the window", f"the display {x11 or wayland} does not answer.", _REMEDY)


def _wayland(name: str) -> str:
    return str(Path(os.environ.get("XDG_RUNTIME_DIR", "/run"), name))


def _x11_answers(display: str) -> bool:
    match = re.fullmatch(r"(?:unix|[\w.-]+/unix)?([^:]*):(\d+)(?:\.\d+)?", display)
    if match is None:
        # A path to a socket, as macOS and some containers have it: left to Qt.
        return True
    host, number = match[1], int(match[2])
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - the system's own place
    if not host:
        return _answers(path) or _answers(f"\0{path}")
    try:
        socket.create_connection((host, _FIRST_PORT + number), 5).close()
    except OSError:
        return False
    return True


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        try:
            asked.connect(path)
        except OSError:
            return False
    return True
