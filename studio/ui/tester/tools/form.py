"""What the parts of the tester may ask of its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.requests import InferRequest, ModelMetadata
from studio.ui.tester.answer import AnswerSide
from studio.ui.tester.header import Header
from studio.ui.tester.inputs import InputsSide
from studio.ui.tester.sending import Sending


class Form(Protocol):
    """The request that stands there, to whom it goes, and what comes back."""

    header: Header
    inputs: InputsSide
    answer: AnswerSide
    sending: Sending
    metadata: ModelMetadata | None
    traits: Traits

    def plan_now(self) -> Callable[[], InferRequest]:
        """What will make the request. Both steps raise CoreError."""

    def plan_without(self, name: str) -> Callable[[], InferRequest]:
        """The same without one input."""
