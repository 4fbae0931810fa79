"""Keeps the book of a model's sequences by what is sent and what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from studio.app import notices, tasks
from studio.app.session import Session
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.asking.sequence_book import Book, Turn, correlation
from studio.core.inference.model_index import ready_models
from studio.core.inference.requests import InferRequest
from studio.failure import Failure
from studio.ui.tester.sending import Sending
from studio.ui.tester.sequences.lanes import LanesPanel
from studio.ui.tester.sequences.part import SequencePart
from studio.ui.widgets.deletion import unless_deleted

Plan = Callable[[], Callable[[], InferRequest]]


class SequenceFollower(QObject):
    """One for the tester; the sequences of each model are kept apart. `plan` gives what makes the form's request."""

    def __init__(self, session: Session, sending: Sending, part: SequencePart, lanes: LanesPanel, plan: Plan) -> None:
        super().__init__(part)
        self._session, self._part, self._lanes, self._plan = session, part, lanes, plan
        self._books: dict[str, Book] = {}
        self._turn: Turn | None = None
        self._reloads: dict[str, float] = {}
        """When the last reload of a model was that is known of; the log may tell more of it later."""
        server = session.server
        server.switched.connect(self._forget_all)
        server.status_changed.connect(self._look)
        server.models_changed.connect(self._look)
        server.reload_changed.connect(self._see_reload)
        sending.sent.connect(self._sent)
        sending.answered.connect(lambda _request, _result: self._finish())
        sending.over.connect(lambda _times: self._finish())
        sending.failed.connect(lambda _request, failure: self._finish(failure.reason))
        sending.cancelled.connect(self._finish)
        lanes.picked.connect(part.choose)
        lanes.flagged.connect(lambda key: (part.start if key == "s" else part.end).toggle())
        lanes.end_all.connect(self._end_all)

    def show_model(self, model: str, traits: Traits) -> None:
        """The model that is asked from now on."""
        if traits.sequences is not None:
            self._part.book = self._books.setdefault(model, Book())
        self._part.show_sequences(traits.sequences)
        self._lanes.show_book(self._part.book if traits.sequences is not None else None)

    def _look(self, _told: object) -> None:
        """A server that stopped, and a model that went, hold no state any more."""
        server = self._session.server
        ready = ready_models(server.models) if server.status.is_running else ()
        self._forget(*self._books.keys() - set(ready))

    def _see_reload(self, name: str) -> None:
        found = self._session.server.reloads.of(name) if name in self._books else None
        if found is not None and found.kind in ("full", "not known") and self._reloads.get(name) != found.at:
            self._reloads[name] = found.at
            self._forget(name)

    def _forget_all(self) -> None:
        self._forget(*self._books)

    def _forget(self, *models: str) -> None:
        for name in models:
            self._books[name].forget()
        if models:
            self._show()

    def _sent(self, request: InferRequest) -> None:
        self._turn = self._begin(request)
        if self._turn is not None:
            self._part.begin_next()

    def _begin(self, request: InferRequest) -> Turn | None:
        if not request.sequence_id:
            return None
        name, now = str(request.sequence_id), time.monotonic()
        turn = self._part.book.begin(name, now, start=request.sequence_start, end=request.sequence_end)
        self._show()
        return turn

    def _finish(self, refused: str = "") -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            self._end(turn, refused)
            self._part.end_over()

    def _end(self, turn: Turn, refused: str = "") -> None:
        turn.ended, turn.refused = time.monotonic(), refused
        self._show()

    def _show(self) -> None:
        self._part.refresh()
        self._lanes.refresh()

    def _end_all(self) -> None:
        """Sends the form's request to each open sequence, as its end."""
        names = self._part.book.open_names(time.monotonic())
        try:
            make = self._plan()
        except Failure as failure:
            notices.post_failure(failure)
            return
        tasks.run(self, lambda _context: make(), lambda request: self._send_ends(names, request), key="end")

    def _send_ends(self, names: tuple[str, ...], request: InferRequest) -> None:
        server = self._session.server.current
        for name in names:
            last = replace(request, sequence_id=correlation(name), sequence_start=False, sequence_end=True)
            turn = self._begin(last)
            if turn is not None:
                done = unless_deleted(self, lambda _result, turn=turn: self._end(turn))
                failed = unless_deleted(self, lambda failure, turn=turn: self._end(turn, failure.reason))
                server.infer(last, done, failed)
