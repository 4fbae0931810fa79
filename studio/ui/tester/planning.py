"""A page whose form becomes a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from studio.core.failure import CoreError
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.requests import InferRequest, ModelMetadata
from studio.ui.tester.header import Header
from studio.ui.tester.takes_files import TakesFiles


class PlansRequests(TakesFiles):
    """Reads the form now, and makes the request of it on any thread."""

    header: Header

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.metadata: ModelMetadata | None = None
        self.traits = Traits()

    def plan_now(self) -> Callable[[], InferRequest]:
        """What will make the request that stands in the form. Both steps raise CoreError."""
        return self.plan_without("")

    def plan_without(self, name: str) -> Callable[[], InferRequest]:
        """The same without one input, where that is named."""
        if self.metadata is None:
            raise CoreError("Making the request", "the inputs of the model are not known yet.", "Wait a moment.")
        return self.plan(self.metadata, name)

    def plan(self, metadata: ModelMetadata, without: str = "") -> Callable[[], InferRequest]:
        """What will make the request that stands in the form; works on any thread. Both steps raise CoreError."""
        version, chosen = self.header.chosen_version(), self.header.protocol.value()
        protocol = "grpc" if chosen == "grpc" else "http"
        make = self.inputs.plan(without)
        asked = InferRequest(metadata.name, (), version, protocol=protocol, stream=self.traits.is_decoupled)
        wanted = self.inputs.options.fill(asked)
        return lambda: replace(wanted, inputs=make())
