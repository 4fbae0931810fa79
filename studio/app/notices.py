"""The one door for messages to a person: whatever went well or wrong is posted here, and the window shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Qt, Signal

from studio.failure import Failure

Level: TypeAlias = Literal["info", "success", "warning", "error"]
Action: TypeAlias = tuple[str, Callable[[], object]]

_KEPT = 100


@dataclass(frozen=True, slots=True)
class Notice:
    """One message. `detail` is more to read on demand; `actions` are buttons: a label and what it does.

    A notice takes the place of the one shown before with the same `key`.
    """

    level: Level
    text: str
    detail: str = ""
    actions: tuple[Action, ...] = ()
    key: str = ""


class NoticeCenter(QObject):
    """Hands notices on; those from before a window listens are kept for `take_waiting`."""

    posted = Signal(object)
    _sent = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._sent.connect(self.post, Qt.ConnectionType.QueuedConnection)
        self._waiting: list[Notice] = []
        self._listened = False

    def post(self, notice: Notice) -> None:
        """Show a notice now, or once a window is there. UI thread only."""
        if not self._listened:
            self._waiting = [*self._waiting, notice][-_KEPT:]
        self.posted.emit(notice)

    def post_soon(self, notice: Notice) -> None:
        """Show a notice once the event loop is back: from any thread, and in the midst of anything."""
        self._sent.emit(notice)

    def listen(self, show: Callable[[Notice], None]) -> None:
        """Show what waited since the start, and everything from now on."""
        self.posted.connect(show)
        self._listened = True
        waiting, self._waiting = self._waiting, []
        for notice in waiting:
            show(notice)

    def waiting(self) -> tuple[Notice, ...]:
        """What nobody has been shown yet."""
        return tuple(self._waiting)


_center: list[NoticeCenter] = []


def notices() -> NoticeCenter:
    """The program's one center. It belongs to the UI thread."""
    if not _center:
        _center.append(NoticeCenter())
    return _center[0]


def post(level: Level, text: str, detail: str = "", actions: tuple[Action, ...] = (), key: str = "") -> None:
    """Posts a notice to the window, or to whoever listens."""
    notices().post(Notice(level, text, detail, actions, key))


def post_failure(failure: Failure, actions: tuple[Action, ...] = ()) -> None:
    """Post what could not be done, why, and what to do about it."""
    detail = failure.detail
    post("error", failure.attempted, detail, actions)
