"""What is kept when the studio itself goes wrong: a log file, the stacks of a crash, and a notice."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QTimer

from studio.app import notices
from studio.app.tasks import is_ui_thread
from studio.paths import state_dir

_log = logging.getLogger(__name__)
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LARGEST = 2 << 20
_held: list[TextIO] = []


def log_file() -> Path:
    """Where the studio logs what it does."""
    return state_dir() / "studio.log"


def crash_file() -> Path:
    """Where the stacks of a crash of the interpreter go."""
    return state_dir() / "crash.log"


def install() -> None:
    """From now on errors nobody foresaw are logged and shown as a notice, and a crash leaves its stacks behind."""
    state_dir().mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(log_file(), maxBytes=_LARGEST, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger("studio")
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    crash = crash_file().open("a", encoding="utf-8")
    _held.append(crash)
    faulthandler.enable(crash)
    sys.excepthook = _report
    threading.excepthook = lambda found: _report(found.exc_type, found.exc_value, found.exc_traceback)


def uninstall() -> None:
    """Give back what `install` took."""
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    faulthandler.disable()
    while _held:
        _held.pop().close()
    root = logging.getLogger("studio")
    for handler in [each for each in root.handlers if isinstance(each, logging.handlers.RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()


def _report(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """The hook for what nobody caught: the log gets all of it, the person a sentence."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    _log.error("nobody caught this", exc_info=(kind, error or kind(), trace))
    if is_ui_thread():
        _show(kind)
    else:
        QTimer.singleShot(0, notices.notices(), lambda: _show(kind))


def _show(kind: type[BaseException]) -> None:
    detail = f"{kind.__name__}. Your files are as they were. The details are in {log_file()}."
    notices.post("error", "Something went wrong inside Trireme", detail)
