"""A virtual display with a window manager, for a run that has no screen or must not use the person's."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

SIZE = "1600x1000x24"


class DisplayError(RuntimeError):
    """The virtual display did not come up."""


def _start_server(size: str) -> tuple[subprocess.Popen[bytes], str]:
    read, write = os.pipe()
    server = subprocess.Popen(
        # Without `-noreset` it begins anew when its last client leaves: on a busy machine that is `xprop`, and the
        # window manager that is just coming up loses its connection and ends.
        ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-dpi", "96", "-noreset"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as numbers:
        number = numbers.readline().strip()
    if not number:
        raise DisplayError(f"Xvfb ended with code {server.wait()}")
    return server, f":{number}"


def _wait_for_manager(display: str) -> None:
    """Returns once openbox has taken the display, so that focus and exposure work."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        reply = subprocess.run(
            ["xprop", "-display", display, "-root", "_NET_SUPPORTING_WM_CHECK"], capture_output=True, text=True
        )
        if "window id" in reply.stdout:
            return
        time.sleep(0.05)
    raise DisplayError("openbox did not start within a minute")


@contextmanager
def virtual_display(size: str = SIZE) -> Iterator[str]:
    """Runs Xvfb and openbox, and points `DISPLAY` at them until the block ends."""
    missing = [name for name in ("Xvfb", "openbox", "xprop") if not shutil.which(name)]
    if missing:
        raise DisplayError(f"not installed: {', '.join(missing)} (Debian: xvfb, openbox, x11-utils)")
    server, display = _start_server(size)
    before = {name: os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
    os.environ.pop("WAYLAND_DISPLAY", None)
    manager = subprocess.Popen(
        ["openbox", "--sm-disable"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy()
    )
    try:
        _wait_for_manager(display)
        yield display
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(60)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
