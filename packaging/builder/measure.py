"""How long the package takes to unpack, and the frozen program to a painted window beside the same studio from pip."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from common import BUILD, ROOT, BuildError, environment, fresh, run

_STARTS = 7
_PATIENCE = 60.0
_SIZE = (1440, 900)
_PIXEL = 4
"""Bytes of a pixel in the memory of the display."""


def unpacking(package: Path) -> float:
    """Seconds that the Debian package takes to unpack."""
    folder = fresh(BUILD / "unpacked")
    begin = time.monotonic()
    run(["dpkg-deb", "-x", package, folder])
    return time.monotonic() - begin


def starts(prefix: Path) -> tuple[float, float]:
    """Median seconds to a painted window: of the program in a staged tree, and of the studio that pip installed.

    They start in turn, each with an empty screen and no other program on it, after one start that is not counted.
    """
    commands = ([prefix / "bin" / "trireme"], [BUILD / "venv" / "bin" / "trireme"])
    times: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory(prefix="trireme-start-") as home, _display(Path(home)) as (display, memory):
        env = environment() | {"DISPLAY": display, "TRIREME_HOME": home, "QT_QPA_PLATFORM": "xcb"}
        env.pop("WAYLAND_DISPLAY", None)
        repository = Path(home, "models")
        run([commands[0][0], "example", repository], env=env)
        for turn in range(_STARTS + 1):
            for command, found in zip(commands, times, strict=True):
                seconds = _start([*command, "gui", "--theme", "light", repository], env, memory)
                if turn:
                    found.append(seconds)
    return statistics.median(times[0]), statistics.median(times[1])


@contextlib.contextmanager
def _display(folder: Path) -> Iterator[tuple[str, Path]]:
    """A virtual display without a window manager, and the file that its memory is."""
    read, write = os.pipe()
    screen = f"{_SIZE[0]}x{_SIZE[1]}x24"
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp", "-fbdir", str(folder)]
    server = subprocess.Popen(command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        if not number:
            raise BuildError("the virtual display did not start")
        yield f":{number}", folder / "Xvfb_screen0"
    finally:
        server.terminate()
        server.wait(10)


def _start(command: Sequence[str | Path], env: dict[str, str], memory: Path) -> float:
    """Seconds until most of the screen is painted; the program is ended then."""
    _wait(memory, painted=False)
    begin = time.monotonic()
    program = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return _wait(memory, painted=True) - begin
    finally:
        program.terminate()
        program.wait(30)


def _wait(memory: Path, *, painted: bool) -> float:
    """When the screen was seen to be painted, or empty."""
    end = time.monotonic() + _PATIENCE
    with memory.open("rb", buffering=0) as screen:
        while time.monotonic() < end:
            if _is_painted(screen.fileno()) == painted:
                return time.monotonic()
            time.sleep(0.002)
    raise BuildError(f"the window was not {'painted' if painted else 'gone'} within {_PATIENCE:.0f} s")


def _is_painted(screen: int) -> bool:
    """Whether a quarter of the looked-at pixels differ from the empty screen, which is black."""
    width, height = _SIZE
    row = width * _PIXEL
    begin = os.fstat(screen).st_size - row * height
    places = [(x, y) for y in range(50, height, 100) for x in range(50, width, 100)]
    lit = sum(any(os.pread(screen, 3, begin + y * row + x * _PIXEL)) for x, y in places)
    return lit * 4 > len(places)
