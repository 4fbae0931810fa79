"""The one way to a thread, each of its promises many times over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.tasks import Cancelled, TaskContext
from studio.app.ui_thread import ui_thread
from studio.failure import Failure

TIMES = 100
Until = Callable[..., None]


@pytest.fixture
def owner(application: QCoreApplication) -> QObject:
    return QObject()


def test_gives_the_result_on_the_ui_thread(owner: QObject, until: Until) -> None:
    got: list[tuple[int, int, int]] = []
    for number in range(TIMES):

        def work(_: TaskContext, number: int = number) -> tuple[int, int]:
            return number, threading.get_ident()

        tasks.run(owner, work, lambda pair: got.append((*pair, threading.get_ident())))
    until(lambda: len(got) == TIMES)
    assert sorted(number for number, _, _ in got) == list(range(TIMES))
    here = threading.get_ident()
    assert all(worker != here and told == here for _, worker, told in got)


def test_drops_what_was_cancelled(owner: QObject, until: Until) -> None:
    left = threading.Semaphore(0)
    told: list[object] = []

    def work(context: TaskContext) -> str:
        context.wait(30)
        left.release()
        return "late"

    for _ in range(TIMES):
        task = tasks.run(owner, work, told.append, told.append)
        assert task.running
        task.cancel()
        assert not task.running
    until(lambda: tasks.busy() == 0)
    QCoreApplication.processEvents()
    assert told == []


def test_cancelled_work_may_leave_by_raising(owner: QObject, until: Until) -> None:
    told: list[object] = []

    def work(context: TaskContext) -> None:
        while True:
            context.raise_if_cancelled()
            context.wait(0.01)

    for _ in range(TIMES):
        tasks.run(owner, work, told.append, told.append).cancel()
    until(lambda: tasks.busy() == 0)
    QCoreApplication.processEvents()
    assert told == []


def test_an_owner_deleted_in_flight_is_not_told(application: QCoreApplication, until: Until) -> None:
    told: list[object] = []
    seen: list[bool] = []

    def work(context: TaskContext) -> str:
        seen.append(context.wait(30))
        return "late"

    for index in range(TIMES):
        owner = QObject()
        tasks.run(owner, work, told.append, told.append)
        if index % 2:
            shiboken6.delete(owner)
        else:
            owner.deleteLater()
            QCoreApplication.sendPostedEvents(owner, 52)
        del owner
    until(lambda: tasks.busy() == 0)
    application.processEvents()
    assert told == []
    assert all(seen), "the work was not told to leave"


def test_a_result_that_waits_for_a_dead_owner_is_dropped(application: QCoreApplication) -> None:
    told: list[object] = []
    for _ in range(TIMES):
        owner = QObject()
        ended = threading.Event()
        tasks.run(owner, partial(_end, ended), told.append)
        assert ended.wait(60)
        shiboken6.delete(owner)
        application.processEvents()
    tasks.drain(5)
    application.processEvents()
    assert told == []


def _end(ended: threading.Event, _: object) -> None:
    ended.set()


def _give(number: int, _: object) -> int:
    return number


class _Owner(QObject):
    def __init__(self, told: list[object]) -> None:
        super().__init__()
        self.told = told

    def start(self, gate: threading.Event) -> None:
        tasks.run(self, lambda _: gate.wait(60), self._done)

    def _done(self, value: object) -> None:
        self.told.append(value)


def test_a_method_does_not_keep_its_owner_alive(application: QCoreApplication, until: Until) -> None:
    told: list[object] = []
    gate = threading.Event()
    for _ in range(10):
        _Owner(told).start(gate)
    kept = _Owner(told)
    kept.start(gate)
    gate.set()
    until(lambda: told)
    tasks.drain(5)
    application.processEvents()
    assert told == [True]


def test_only_the_newest_of_a_key_is_told(owner: QObject, until: Until) -> None:
    told: list[int] = []
    for number in range(TIMES):
        tasks.run(owner, partial(_give, number), told.append, key="check")
    until(lambda: told and told[-1] == TIMES - 1)
    assert told == [TIMES - 1], "a stale result was told: nothing was delivered between the runs"


def test_keys_of_two_owners_are_not_one(owner: QObject, until: Until) -> None:
    other = QObject()
    told: list[str] = []
    tasks.run(owner, lambda _: "a", told.append, key="k")
    tasks.run(other, lambda _: "b", told.append, key="k")
    until(lambda: sorted(told) == ["a", "b"])


def test_a_failure_is_handed_on(owner: QObject, until: Until) -> None:
    told: list[Failure] = []
    wanted = Failure("Open it", "it is gone.", "Look elsewhere.")

    def work(_: TaskContext) -> None:
        raise wanted

    for _ in range(TIMES):
        tasks.run(owner, work, None, told.append)
    until(lambda: len(told) == TIMES)
    assert all(each is wanted for each in told)


@pytest.mark.logs_warnings
def test_an_unforeseen_error_is_put_in_words(owner: QObject, until: Until, caplog: pytest.LogCaptureFixture) -> None:
    told: list[Failure] = []

    def work(_: TaskContext) -> None:
        raise ZeroDivisionError("by zero")

    for _ in range(TIMES):
        tasks.run(owner, work, None, told.append)
    until(lambda: len(told) == TIMES)
    assert "ZeroDivisionError: by zero" in str(told[0])
    assert "Traceback" in caplog.text
    assert "Traceback" not in str(told[0])


def test_without_a_receiver_a_failure_is_a_notice(owner: QObject, until: Until, posted: list[Notice]) -> None:
    def work(_: TaskContext) -> None:
        raise Failure("Open it", "it is gone.", "Look elsewhere.")

    tasks.run(owner, work)
    until(lambda: posted)
    assert (posted[0].level, posted[0].text, posted[0].detail) == ("error", "Open it", "it is gone. Look elsewhere.")


def test_progress_comes_in_order_and_ends_before_the_result(owner: QObject, until: Until) -> None:
    told: list[Any] = []

    def work(context: TaskContext) -> str:
        for step in range(1000):
            context.progress(step / 1000, str(step))
        context.deliver(told.append, "line")
        return "end"

    tasks.run(owner, work, told.append, progress=lambda fraction, _: told.append(fraction))
    until(lambda: told and told[-1] == "end")
    *steps, line, _end = told
    assert line == "line"
    assert steps == sorted(steps)
    assert 1 <= len(steps) < 1000, "every step was delivered: a fast worker would flood the window"


def test_an_error_in_a_receiver_does_not_lose_the_next_result(owner: QObject, until: Until) -> None:
    told: list[int] = []
    task = tasks.run(owner, lambda _: 1, told.append)
    tasks.run(owner, lambda _: 2, told.append)
    until(lambda: sorted(told) == [1, 2])
    assert not task.running


def test_work_that_lasts_keeps_no_thread_from_others(owner: QObject, until: Until) -> None:
    """As servers do that are followed: however many there are, what is asked meanwhile is answered."""
    ended: list[object] = []
    told: list[object] = []
    lasting = [tasks.run(owner, lambda context: context.wait(60), ended.append, lasts=True) for _ in range(40)]
    tasks.run(owner, lambda _: "short", told.append)
    until(lambda: told)
    assert not ended
    for task in lasting:
        task.cancel()
    until(lambda: tasks.busy() == 0)


def test_drain_while_busy_ends_every_thread(application: QCoreApplication) -> None:
    for _ in range(TIMES):
        owner = QObject()
        told: list[object] = []
        for _ in range(3):
            tasks.run(owner, lambda context: context.wait(30), told.append)
        assert tasks.drain(10)
        application.processEvents()
        assert told == []
        assert tasks.busy() == 0
    assert not [t for t in threading.enumerate() if t.name in ("studio-worker", "studio-lasting")]


def test_drain_says_where_something_did_not_end(owner: QObject) -> None:
    gate = threading.Event()
    tasks.run(owner, lambda _: gate.wait(60))
    assert not tasks.drain(0.2)
    gate.set()
    assert tasks.drain(5)


def test_the_ui_thread_is_checked(owner: QObject, until: Until) -> None:
    @ui_thread
    def belongs_here() -> int:
        return 1

    def work(_: TaskContext) -> str:
        try:
            belongs_here()
        except AssertionError as error:
            return str(error)
        return ""

    told: list[str] = []
    assert belongs_here() == 1
    tasks.run(owner, work, told.append)
    until(lambda: told)
    assert "not from the UI thread" in told[0]


def test_leaving_by_cancelled_tells_nobody(owner: QObject, until: Until) -> None:
    told: list[object] = []

    def work(_: TaskContext) -> None:
        raise Cancelled

    task = tasks.run(owner, work, told.append, told.append)
    until(lambda: tasks.busy() == 0)
    QCoreApplication.processEvents()
    assert told == []
    assert not task.running
