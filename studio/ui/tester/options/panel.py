"""The options of a request, below its inputs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.requests import InferRequest
from studio.ui.tester.options.delivery import Delivery
from studio.ui.tester.options.names import Options
from studio.ui.tester.options.outputs import OutputChoice
from studio.ui.tester.options.parameters import Parameters
from studio.ui.tester.sequences.part import SequencePart


class OptionsPanel(QWidget):
    """Parameters, outputs, and how the request goes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(Options.PANEL)
        self.sequence = SequencePart()
        self.parameters = Parameters()
        self.outputs = OutputChoice()
        self.delivery = Delivery()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.sequence, self.parameters, self.outputs, self.delivery):
            column.addWidget(part)
            part.changed.connect(self.changed)

    def show_model(self, outputs: tuple[TensorInfo, ...], traits: Traits, *, is_here: bool) -> None:
        """Fits what is offered to a model; `is_here` says whether its server runs on this machine."""
        self.outputs.show_outputs(outputs)
        self.delivery.show_traits(traits, is_here=is_here)

    def fill(self, request: InferRequest) -> InferRequest:
        """The request with the options as they stand. Raises CoreError, which names the one that cannot be sent."""
        rows = self.outputs.rows
        if rows and not any(row.wanted.isChecked() for row in rows):
            raise CoreError("Sending the request", "no output is asked for.", "Choose at least one.")
        filled = replace(
            request,
            parameters=self.parameters.values(),
            outputs=self.outputs.asked(),
            classes=self.outputs.classes(),
        )
        return self.sequence.fill(self.delivery.fill(filled))

    def show_request(self, request: InferRequest) -> None:
        """Shows the options of another request."""
        self.sequence.show_request(request)
        self.parameters.show_values(request.parameters)
        self.outputs.show_choice(request.outputs, request.classes)
        self.delivery.show_request(request)
