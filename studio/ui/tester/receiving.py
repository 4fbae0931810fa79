"""What comes of a request: shown where its place still is, and told in words at Send."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.app import notices
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata
from studio.core.inference.streams import StreamTimes
from studio.core.tracing.values import RequestTrace
from studio.failure import Failure
from studio.ui.tester.answer import AnswerSide
from studio.ui.tester.header import LATEST, Header
from studio.ui.tester.sending import Sending
from studio.ui.tester.timing import TimingPanel, milliseconds

Known = Callable[[], ModelMetadata | None]


class Receiving(QObject):
    """Follows what is sent. `metadata` gives what is known of the model that is chosen."""

    sent = Signal(object, object)
    """The InferRequest that was answered, and its InferResult, which is shown."""
    not_judged = Signal(object)
    """Failure: why what came cannot be compared with what is expected."""

    def __init__(
        self, page: QWidget, sending: Sending, header: Header, answer: AnswerSide, timing: TimingPanel, metadata: Known
    ) -> None:
        super().__init__(page)
        self.at = ""
        """Where the request went, in words that follow it, where there is a choice."""
        self._trace: RequestTrace | None = None
        self._answered_id = ""
        self._page, self._header, self._answer, self._timing = page, header, answer, timing
        self._metadata = metadata
        sending.answered.connect(self._answered)
        sending.failed.connect(self.fail)
        sending.began.connect(lambda request, way: answer.begin(request, way, metadata()))
        sending.began.connect(lambda *_: timing.clear("a stream has its times with its responses"))
        sending.came.connect(answer.add)
        sending.over.connect(self._over)

    def note_trace(self, trace: RequestTrace) -> None:
        """Takes what the server recorded of a request; it may come before the answer, or after."""
        self._trace = trace
        self._show_trace()

    def _show_trace(self) -> None:
        if self._trace is not None and self._trace.id == self._answered_id:
            # It was asked for by step, which an answer without statistics cannot be shown by.
            self._timing.breakdown.set_value("steps")
            self._timing.show_trace(self._trace)

    def fail(self, request: InferRequest | None, failure: Failure) -> None:
        """No answer, or no request."""
        self._header.status.setText("Not answered")
        self._answer.fail(request, failure)
        self._timing.clear("not answered")
        if not (self._page.isVisible() and self._answer.is_awaited):
            notices.post_failure(failure)

    def _over(self, times: StreamTimes) -> None:
        plural = "" if times.count == 1 else "s"
        self._header.status.setText(f"{times.count:,} response{plural}{self.at} in {milliseconds(times.total)}")
        streamed = self._answer.end(times)
        if streamed is None or not self._answer.is_awaited:
            return
        if streamed.problem is None:
            self.sent.emit(streamed.request, streamed.result)
        else:
            self.not_judged.emit(streamed.problem)

    def _answered(self, request: InferRequest, result: InferResult) -> None:
        told = f"answered by version {result.version or LATEST}{self.at} in {milliseconds(result.times.total)}"
        self._answer.show_result(request, result, self._metadata())
        shown = self._answer.is_awaited
        self._header.status.setText(told if shown else f"{request.model} {told}; it is among those sent before")
        if shown:
            self._timing.show_result(result)
            self._answered_id = result.request_id
            self._show_trace()
            self.sent.emit(request, result)
