"""Crash handling: errors that nothing caught are logged and shown as a notice, a hard crash leaves a report."""

from __future__ import annotations

import atexit
import contextlib
import faulthandler
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeAlias

from studio.app import crash_reports, notices
from studio.app.crash_reports import OwnReport
from studio.app.desktop import open_path
from studio.app.log_file import LogFile, log_file
from studio.app.notices import Notice

Where: TypeAlias = tuple[str, str, int]

_log = logging.getLogger(__name__)
_LOGGED_WHOLE = 3
_DISTINCT = 200


@dataclass(slots=True)
class _Installed:
    """What `install` put in place, and what stood there before."""

    log: LogFile
    report: OwnReport | None
    level: int
    hooks: tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]
    counts: dict[Where, int] = field(default_factory=dict)
    counting: threading.Lock = field(default_factory=threading.Lock)


_installed: list[_Installed] = []


def install() -> None:
    """From now on errors nobody foresaw are logged and shown as a notice, and a crash leaves a report. UI thread."""
    if _installed:
        return
    # The center belongs to the thread that first asks for it, which must not be the one that fails.
    notices.notices()
    root = logging.getLogger("studio")
    log = LogFile()
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    _installed.append(_Installed(log, None, root.level, hooks))
    root.addHandler(log)
    root.setLevel(logging.INFO)
    sys.excepthook = _report
    threading.excepthook = lambda found: _report(found.exc_type, found.exc_value, found.exc_traceback)
    sys.unraisablehook = _log_unraisable
    try:
        _installed[0].report = OwnReport()
    except OSError as error:
        _log.warning("a crash will leave no report: %s", error)
        if sys.stderr is not None:
            faulthandler.enable()
    atexit.register(uninstall)


def uninstall() -> None:
    """Gives the hooks back that `install` replaced."""
    atexit.unregister(uninstall)
    while _installed:
        held = _installed.pop()
        sys.excepthook, threading.excepthook, sys.unraisablehook = held.hooks
        root = logging.getLogger("studio")
        root.removeHandler(held.log)
        root.setLevel(held.level)
        held.log.close()
        if held.report is not None:
            held.report.close()


def tell_last() -> None:
    """Tell of studios that a fault ended and nobody was told of yet. Reads files."""
    found = crash_reports.take()
    if not found:
        return
    last = found[0]
    when = time.strftime("%H:%M on %-d %B", time.localtime(last.time))
    more = f" It is the latest of {len(found)}." if len(found) > 1 else ""
    detail = (
        f"{last.cause}, at {when}.{more} Unsaved edits of that run are offered again. The report is in {last.report}."
    )
    notices.post("error", "Trireme crashed", detail, (("Open the report", lambda: open_path(last.report)),))


def _report(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """The hook for what nobody caught: the log gets all of it, the person a sentence. Never raises."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    try:
        _log_and_show(kind, error or kind(), trace)
    except Exception:  # noqa: BLE001 - an error in the handler of errors must not come back to it
        sys.__excepthook__(kind, error or kind(), trace)
    finally:
        _let_go(trace)


def _log_and_show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    where = _where(kind, trace)
    count = _counted(where)
    if count <= _LOGGED_WHOLE:
        _log.error("nobody caught this", exc_info=(kind, error, trace))
    elif _is_round(count):
        _log.error("%s again, %d times so far", kind.__name__, count)
    if count == 1 or _is_round(count):
        # Later: this may be in the middle of painting, or of showing a notice.
        notices.notices().post_soon(_notice(where, count))


def _is_round(count: int) -> bool:
    """10, 100, 1000 and so on: an error of every frame is told a handful of times."""
    return count >= 10 and set(str(count)[1:]) == {"0"} and str(count)[0] == "1"


def _where(kind: type[BaseException], trace: TracebackType | None) -> Where:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (kind.__name__, trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else (kind.__name__, "", 0)


def _counted(where: Where) -> int:
    if not _installed:
        return 1
    held = _installed[0]
    with held.counting:
        if where not in held.counts and len(held.counts) >= _DISTINCT:
            held.counts.clear()
        held.counts[where] = held.counts.get(where, 0) + 1
        return held.counts[where]


def _let_go(trace: TracebackType | None) -> None:
    """Free what the failed frames hold: a painter that is not ended takes the window's surface with it."""
    traceback.clear_frames(trace)
    # Python keeps the latest error nobody caught for a debugger.
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        with contextlib.suppress(AttributeError):
            delattr(sys, name)


def _notice(where: Where, count: int) -> Notice:
    problem = _installed[0].log.problem if _installed else ""
    times = f", {count} times" if count > 1 else ""
    kept = f"The log could not be written: {problem}." if problem else f"The details are in {log_file()}."
    detail = f"{where[0]}{times}. What you just did may not have been done; unsaved edits are kept. {kept}"
    actions = () if problem else (("Open the log", lambda: open_path(log_file())),)
    return Notice("error", "Something went wrong inside Trireme", detail, actions, key=f"crash {where}")


def _log_unraisable(found: sys.UnraisableHookArgs) -> None:
    """The hook for errors in finalizers, which nobody waits for: the log alone gets them."""
    error = found.exc_value or found.exc_type()
    _log.error("%s: %r", found.err_msg or "an error in a finalizer", found.object, exc_info=error)
