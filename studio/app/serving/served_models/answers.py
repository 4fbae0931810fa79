"""The latest answer and the latest refusal to one's own requests, by model, each with its time."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from studio.core.inference.requests import InferResult
from studio.core.serving.why.facts import Seen
from studio.failure import Failure


class Answers(QObject):
    """What became of the requests of a session. UI thread only."""

    changed = Signal(str)
    """The name of the model."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.answered: dict[str, Seen] = {}
        self.refused: dict[str, Seen] = {}
        """The server's words, whole; gone once the model has answered again."""

    def note_answer(self, result: InferResult) -> None:
        """A request was answered."""
        self.refused.pop(result.model, None)
        took = result.times.total / 1e6
        self.answered[result.model] = Seen(f"answered your request in {took:.1f} ms", time.time())
        self.changed.emit(result.model)

    def note_refusal(self, model: str, failure: Failure) -> None:
        """A request came back with words in place of an answer."""
        self.refused[model] = Seen(failure.reason, time.time())
        self.changed.emit(model)

    def forget(self) -> None:
        """Another server begins: what the one before said does not hold for it."""
        self.answered.clear()
        self.refused.clear()
