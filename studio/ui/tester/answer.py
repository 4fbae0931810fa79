"""What comes back: the outputs of one answer, or a stream of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.app.requests.past import Past
from studio.app.session import Session
from studio.core.failure import CoreError
from studio.core.inference.asking.probing import Probe
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, StageTimes, Tensor
from studio.core.inference.streams import EventPart, StreamPart, StreamTimes
from studio.failure import Failure
from studio.ui.tester.outputs import OutputsSide
from studio.ui.tester.probe.side import ProbeSide
from studio.ui.tester.sending import Way
from studio.ui.tester.stream.side import StreamSide


@dataclass(frozen=True, slots=True)
class Streamed:
    """A stream as one answer; `problem` says why it is only its last response."""

    request: InferRequest
    result: InferResult
    problem: CoreError | None


class AnswerSide(QStackedWidget):
    """Keeps each request with what came of it among those of the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.outputs = OutputsSide(session, self)
        self._streamed: InferRequest | None = None
        self.is_awaited = False
        """Whether what comes next is of the request whose place this still is."""
        self.addWidget(self.outputs)

    @cached_property
    def stream(self) -> StreamSide:
        """The responses of a stream; made for the first one."""
        made = StreamSide()
        self.addWidget(made)
        return made

    @cached_property
    def probe(self) -> ProbeSide:
        """What is on a wire; made when it is first asked for."""
        made = ProbeSide()
        self.addWidget(made)
        return made

    def offered(self) -> list[tuple[str, str, Tensor]]:
        """The outputs of the requests before, the latest first, each with where it is from and when it came."""
        return [
            (f"{tensor.name} of {past.request.model}", time.strftime("%H:%M:%S", time.localtime(past.at)), tensor)
            for past in self._session.requests.past.latest
            if past.result is not None
            for tensor in past.result.outputs
        ]

    def clear(self) -> None:
        """Back to before the first request; what is under way is kept when it comes, and not shown."""
        self.is_awaited = False
        self.outputs.clear()
        self.setCurrentWidget(self.outputs)

    def show_verdict(self, verdict: QWidget) -> None:
        """Puts above what came what says whether it is as expected."""
        shown = self.currentWidget()
        (shown if isinstance(shown, StreamSide) else self.outputs).show_verdict(verdict)

    def begin(self, request: InferRequest, way: Way, metadata: ModelMetadata | None) -> None:
        """Shows a stream that begins, in place of the answer before."""
        self._streamed = request
        has_text = any(info.data_type.wire == "BYTES" for info in metadata.outputs) if metadata else True
        self.stream.begin(request, way, has_text=has_text)
        if self.is_awaited:
            self.setCurrentWidget(self.stream)

    def add(self, part: StreamPart | EventPart) -> None:
        """One response of the stream."""
        self.stream.add(part)

    def end(self, times: StreamTimes) -> Streamed | None:
        """The stream is over; gives what came as one answer, None where it was of no request that is kept."""
        self.stream.end()
        request, problem = self._streamed, None
        if request is None:
            return None
        try:
            outputs = self.stream.log.whole()
        except CoreError as error:
            outputs, problem = self._last_outputs(), error
        result = InferResult(request.model, request.version, outputs, StageTimes(times.total))
        self._keep(Past(time.time(), request, result))
        return Streamed(request, result, problem)

    def stop(self) -> None:
        """A person ended it; a request with one answer leaves nothing."""
        if self._streamed is not None:
            self.stream.stop()
            self._streamed = None

    def fail(self, request: InferRequest | None, failure: Failure) -> None:
        """No answer, or no more of them."""
        if self._streamed is not None:
            self.stream.fail(failure)
        elif self.is_awaited:
            self.show_failure(failure)
        if request is not None:
            self._keep(Past(time.time(), request, failure=failure))

    def show_failure(self, failure: Failure) -> None:
        """Why there is no answer, in the place of one."""
        self.outputs.show_failure(failure)
        self.setCurrentWidget(self.outputs)

    def show_probe(self, probe: Probe) -> None:
        """What is on a wire."""
        self.probe.show_probe(probe)
        self.setCurrentWidget(self.probe)

    def show_result(self, request: InferRequest, result: InferResult, metadata: ModelMetadata | None) -> None:
        """The one answer of a request; only kept where another request has its place by now."""
        if self.is_awaited:
            self.outputs.show_result(result, request, metadata)
            self.setCurrentWidget(self.outputs)
        self._keep(Past(time.time(), request, result))

    def _keep(self, past: Past) -> None:
        self._streamed = None
        self._session.requests.past.add(past)

    def _last_outputs(self) -> tuple[Tensor, ...]:
        return next((row.outputs for row in reversed(self.stream.log.rows) if row.outputs), ())
