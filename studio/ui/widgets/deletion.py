"""Callbacks that may come after the widget that they show something in was deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

import shiboken6
from PySide6.QtCore import QObject

P = ParamSpec("P")


def unless_deleted(owner: QObject, call: Callable[P, object]) -> Callable[P, None]:
    """The call, for as long as the widget that it shows something in exists.

    The server's tasks belong to the server: they tell their end after the page that asked is gone.
    """

    def told(*arguments: P.args, **named: P.kwargs) -> None:
        if shiboken6.isValid(owner):
            call(*arguments, **named)

    return told
