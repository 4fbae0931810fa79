"""An OpenAI-compatible front end that is attached to by its address, apart from any server."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from studio.app import tasks
from studio.app.tasks import Task, TaskContext
from studio.core.inference.streams import EventPart, EventRequest, StreamTimes
from studio.failure import Failure
from studio.net.cancel import Cancel


class AttachedFrontEnd(QObject):
    """One address at a time. UI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.address = ""

    def attach(
        self,
        address: str,
        headers: tuple[tuple[str, str], ...],
        done: Callable[[tuple[str, ...]], object],
        failed: Callable[[Failure], object],
    ) -> None:
        """Ask an address for its models; it is the one that is asked from then on."""
        self.address = address

        def work(_context: TaskContext) -> tuple[str, ...]:
            from studio.client.front_end import FrontEnd

            front_end = FrontEnd(address)
            try:
                return front_end.models(dict(headers))
            finally:
                front_end.close()

        tasks.run(self, work, done, failed, key="attach")

    def ask(
        self,
        request: EventRequest,
        seconds: float,
        came: Callable[[EventPart], object],
        done: Callable[[StreamTimes], object],
        failed: Callable[[Failure], object],
    ) -> Task[StreamTimes]:
        """Ask for text, which `came` gets as it is written; to cancel the task is to stop that."""
        address, cancel = self.address, Cancel()

        def work(context: TaskContext) -> StreamTimes:
            from studio.client.front_end import FrontEnd

            front_end = FrontEnd(address)
            try:
                return front_end.ask(request, lambda part: context.deliver(came, part), seconds, cancel)
            finally:
                front_end.close()

        task = tasks.run(self, work, done, failed, key="ask")
        task.when_cancelled(cancel.set)
        return task
