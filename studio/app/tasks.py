"""The only way to a thread: work runs on a pool, and what it gives comes back on the UI thread.

A result is dropped where its owner is gone, where the task was cancelled, and where a newer task of the same owner
and key took its place. Closing the program drains the pool; no task is ever killed.
"""

from __future__ import annotations

import functools
import logging
import threading
import weakref
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.app import notices
from studio.app.failure import AppError
from studio.app.pool import Pool
from studio.app.ui_thread import require_ui_thread
from studio.failure import Failure

T = TypeVar("T")
P = ParamSpec("P")

_log = logging.getLogger(__name__)
_OWNER_MARK = "triremeOwnsTasks"
_THREADS = 16


class Cancelled(Exception):
    """Raised inside a task to leave it after it was cancelled; nobody is told."""


class Task(Generic[T]):
    """One piece of work under way. Made by `run`, on the UI thread."""

    def __init__(self, owner: QObject, work: Callable[[TaskContext], T], key: str) -> None:
        self.key = key
        self.owner_id = id(owner)
        self._owner = weakref.ref(owner)
        # Kept so that what it holds ends where the task does, on the UI thread, and not where it ran.
        self._work = work
        self._cancelled = threading.Event()
        self._leave: Callable[[], object] | None = None
        self._running = True

    @property
    def running(self) -> bool:
        """Whether its end has not been told yet."""
        return self._running and not self.was_cancelled

    @property
    def was_cancelled(self) -> bool:
        """Whether it was told to leave."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Tell the work to leave, and drop whatever it gives. Any thread may call it."""
        self._cancelled.set()
        if self._leave is not None:
            self._leave()

    def when_cancelled(self, leave: Callable[[], object]) -> None:
        """Call this, on whatever thread cancels, so that work leaves that waits for something; it must not wait."""
        self._leave = leave
        if self.was_cancelled:
            leave()

    def wait_cancelled(self, seconds: float) -> bool:
        """Sleep until then or until the task is cancelled; for its worker."""
        return self._cancelled.wait(seconds)

    def is_wanted(self) -> bool:
        """Whether somebody still waits for the result: not cancelled, and the owner is alive."""
        owner = self._owner()
        return not self.was_cancelled and owner is not None and shiboken6.isValid(owner)

    def end(self) -> None:
        """Notes that the work has ended, whatever it came to."""
        self._running = False


class TaskContext:
    """What the work sees of its task. For the worker's thread."""

    def __init__(self, task: Task[Any], relay: _Relay, progress: _Callback) -> None:
        self._task = task
        self._relay = relay
        self._progress = progress
        self._latest: tuple[float, str] | None = None
        self._lock = threading.Lock()

    def cancelled(self) -> bool:
        """Whether the work should leave: cancelled, replaced by a newer task, or its owner is gone."""
        return self._task.was_cancelled

    def raise_if_cancelled(self) -> None:
        """Leave the work where it was cancelled."""
        if self.cancelled():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Sleep until then or until the task is cancelled; true where it was."""
        return self._task.wait_cancelled(seconds)

    def progress(self, fraction: float, text: str = "") -> None:
        """How far the work is, from 0 to 1. Only the latest that was not shown yet is delivered."""
        with self._lock:
            is_first, self._latest = self._latest is None, (fraction, text)
        if is_first:
            self._relay.send(self._task, self._tell_progress)

    def deliver(self, call: Callable[..., object], *arguments: object) -> None:
        """Call something on the UI thread, dropped as a result would be. Order is kept."""
        self._relay.send(self._task, functools.partial(call, *arguments))

    def _tell_progress(self) -> None:
        with self._lock:
            latest, self._latest = self._latest, None
        if latest:
            self._progress(*latest)


class _Callback:
    """A callback that does not keep the owner alive where it is a method of the owner itself."""

    def __init__(self, owner: QObject, call: Callable[..., object] | None) -> None:
        is_own = call is not None and getattr(call, "__self__", None) is owner
        self._weak = weakref.WeakMethod(call) if call is not None and is_own else None
        self._strong = None if is_own else call

    def __call__(self, *arguments: object) -> None:
        call = self._weak() if self._weak else self._strong
        if call is not None:
            call(*arguments)


class _Relay(QObject):
    """Lives on the UI thread and calls there what workers send."""

    _sent = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.tasks: set[Task[Any]] = set()
        self.newest: dict[tuple[int, str], Task[Any]] = {}
        self.pool = Pool(_THREADS)
        self._sent.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    def send(self, task: Task[Any], call: Callable[[], object]) -> None:
        """From any thread: call it on the UI thread if the task is wanted then."""
        self._emit(task, call)

    def ended(self, task: Task[Any]) -> None:
        """From the worker: the work has ended, and everything it gave was sent."""
        self._emit(task, None)

    def _emit(self, task: Task[Any], call: Callable[[], object] | None) -> None:
        try:
            self._sent.emit(task, call)
        except RuntimeError:
            # The application, and with it this object, went away under a task that outlived the drain.
            _log.debug("a result came after the end of the program")

    def adopt(self, owner: QObject, task: Task[Any]) -> None:
        """Take a new task in; an older one of its key gives way, and all leave when the owner goes."""
        self.tasks.add(task)
        if task.key:
            place = (task.owner_id, task.key)
            older = self.newest.get(place)
            if older is not None:
                older.cancel()
            self.newest[place] = task
        if not owner.property(_OWNER_MARK):
            owner.setProperty(_OWNER_MARK, True)
            owner.destroyed.connect(functools.partial(self._owner_gone, id(owner)))

    def forget(self, task: Task[Any]) -> None:
        """Its end was told. Until then a newer one of its key still takes its place."""
        self.tasks.discard(task)
        place = (task.owner_id, task.key)
        if self.newest.get(place) is task:
            del self.newest[place]

    @Slot(object, object)
    def _receive(self, task: Task[Any], call: Callable[[], object] | None) -> None:
        if call is None:
            self.forget(task)
        elif task.is_wanted():
            call()
        elif not task.was_cancelled:
            task.cancel()

    def _owner_gone(self, owner_id: int, *_: object) -> None:
        for task in self.tasks:
            if task.owner_id == owner_id:
                task.cancel()


_relays: list[_Relay] = []


def _relay() -> _Relay:
    if not _relays or not shiboken6.isValid(_relays[0]):
        _relays[:] = [_Relay()]
    return _relays[0]


def run(
    owner: QObject,
    work: Callable[[TaskContext], T],
    done: Callable[[T], object] | None = None,
    failed: Callable[[Failure], object] | None = None,
    progress: Callable[[float, str], object] | None = None,
    key: str = "",
    *,
    lasts: bool = False,
) -> Task[T]:
    """Do `work` on another thread, then call `done` or `failed` on this one. UI thread only.

    Without `failed` a failure is posted as a notice. A second run with the owner's same `key` cancels the first.
    Work that `lasts` as long as what it follows takes no thread away from others.
    The task leaves with its owner. `done` and the others may be methods of the owner: they do not keep it alive.
    """
    require_ui_thread(run)
    relay = _relay()
    task: Task[T] = Task(owner, work, key)
    context = TaskContext(task, relay, _Callback(owner, progress))
    ends = _Callback(owner, done), _Callback(owner, failed or notices.post_failure)
    relay.adopt(owner, task)
    submit = relay.pool.submit_lasting if lasts else relay.pool.submit
    submit(functools.partial(_perform, relay, task, context, work, *ends))
    return task


def _perform(
    relay: _Relay,
    task: Task[T],
    context: TaskContext,
    work: Callable[[TaskContext], T],
    done: _Callback,
    failed: _Callback,
) -> None:
    """The worker's side of a task; never raises."""
    try:
        if not context.cancelled():
            result = work(context)
            relay.send(task, lambda: _tell(task, done, result))
    except Cancelled:
        task.cancel()
    except Failure as failure:
        _send_failure(relay, task, failed, failure)
    except Exception as error:  # noqa: BLE001 - whatever work raises is told, in words
        _log.exception("a task failed in a way that was not foreseen")
        _send_failure(relay, task, failed, _unforeseen(error))
    finally:
        relay.ended(task)


def _send_failure(relay: _Relay, task: Task[Any], failed: _Callback, failure: Failure) -> None:
    relay.send(task, lambda: _tell(task, failed, failure))


def _tell(task: Task[Any], callback: _Callback, value: object) -> None:
    task.end()
    callback(value)


def _unforeseen(error: Exception) -> AppError:
    reason = f"something went wrong inside Trireme ({type(error).__name__}: {error})."
    return AppError("Do that", reason, "The log file of the studio holds the details.")


def drain(timeout: float = 15.0) -> bool:
    """Cancel every task and wait for all threads to end; false where some did not in time. Nothing is told after."""
    relay = _relay()
    for task in relay.tasks:
        task.cancel()
    is_over = relay.pool.drain(timeout)
    if is_over:
        relay.tasks.clear()
        relay.newest.clear()
    return is_over


def busy() -> int:
    """How many tasks are under way."""
    return len(_relay().tasks)
