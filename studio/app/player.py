"""Sounds that are given to the system's player."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QProcess

from studio.app import notices

_PLAYERS = (
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
    ("mpv", "--no-video", "--really-quiet"),
    ("xdg-open",),
)
"""Programs that play a file, the one that asks for least first."""
_kept: list[Path] = []


def _found() -> tuple[str, ...]:
    return next((each for each in _PLAYERS if shutil.which(each[0])), ())


def problem() -> str:
    """Why nothing can be played here; empty where something can."""
    if _found():
        return ""
    return "No player here: install ffmpeg or mpv, or save it as .wav"


def play(sound: bytes) -> None:
    """Plays a WAV, which is kept as a file until the next one is played."""
    program = _found()
    if not program:
        notices.post("warning", "Playing the sound", f"{problem()}.")
        return
    for path in _kept:
        path.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile("wb", prefix="trireme-", suffix=".wav", delete=False) as file:
        file.write(sound)
    _kept[:] = [Path(file.name)]
    started, _ = QProcess.startDetached(program[0], [*program[1:], file.name])
    if not started:
        notices.post(
            "warning", "Playing the sound", f"{program[0]} did not start. Save the tensor as .wav and play that."
        )
