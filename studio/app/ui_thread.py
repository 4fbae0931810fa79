"""The thread that the application lives on, and functions that belong to it."""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QCoreApplication, QThread

T = TypeVar("T")
P = ParamSpec("P")


def is_ui_thread() -> bool:
    """Whether this is the thread that the application lives on."""
    application = QCoreApplication.instance()
    return application is not None and QThread.currentThread() is application.thread()


def require_ui_thread(function: Callable[..., object]) -> None:
    """Raises AssertionError where this is another thread; `function` is named in that."""
    if __debug__ and not is_ui_thread():
        name = getattr(function, "__qualname__", "this")
        raise AssertionError(f"{name} was called from {threading.current_thread().name}, not from the UI thread")


def ui_thread(function: Callable[P, T]) -> Callable[P, T]:
    """Decorator: the function belongs to the UI thread, and says so where it is called from another."""
    if sys.flags.optimize:
        return function

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        require_ui_thread(function)
        return function(*args, **kwargs)

    return checked
