"""The inputs of a request: a card for each, the batch that they share, and the options below them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.core.config.tensor_info import TensorInfo
from studio.core.files.sizes import size_text
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.request_size import limit_words
from studio.core.inference.requests import InferRequest, ModelMetadata, Tensor
from studio.core.saved_requests.keeping.origins import Origin
from studio.ui.tester import names
from studio.ui.tester.card import InputCard
from studio.ui.tester.options.names import Options
from studio.ui.tester.options.panel import OptionsPanel
from studio.ui.tester.side import Side
from studio.ui.tester.sources.held import Answers
from studio.ui.widgets import InlineProblem, Label, NumberField

_LEAST_WIDTH = 424
"""The options of an image stand beside the image."""


class InputsSide(Side):
    """Keeps the cards of the model that is chosen."""

    many = Signal(object, list)
    """TensorInfo of an input, and several files or a folder that were dropped on it."""
    changed = Signal()
    """The size of the request, and with it whether it can be sent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Inputs", names.Tester.INPUTS, parent)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.inputs: list[InputCard] = []
        self.answers: Answers = tuple
        """The outputs that an input can be filled with."""
        self.batch = NumberField(1, low=0, high=65536, width=56, dense=True)
        self.batch.setObjectName(names.Tester.BATCH)
        self.batch.setAccessibleName("Batch")
        self._most = Label("", "dim", 12)
        self._batch_title = Label("Batch", "dim", 12)
        self._batched = (self._batch_title, self.batch, self._most)
        for widget in self._batched:
            self.head.add_action(widget)
        self.options = OptionsPanel()
        self._too_large = InlineProblem("warning")
        self._too_large.setObjectName(Options.SIZE)
        self._too_large.hide()
        self._protocol, self._model, self._limit = "grpc", "", ""
        self.cards.insertWidget(0, self._too_large)
        self.cards.insertWidget(1, self.options)
        self.batch.edited.connect(self._set_batch)
        self.options.changed.connect(self._weigh)

    def show_model(self, metadata: ModelMetadata | None, traits: Traits, *, is_here: bool = False) -> None:
        """Makes a card for each input; cards of inputs that stay the same are kept with their data."""
        wanted = metadata.inputs if metadata else ()
        if metadata is not None and metadata.name != self._model:
            # What was asked of another model beside its inputs is not meant for this one.
            self._model = metadata.name
            self.options.show_request(InferRequest(metadata.name, ()))
        kept = {card.info: card for card in self.inputs}
        for card in self.inputs:
            self.cards.removeWidget(card)
        self.inputs = [kept.pop(info) if info in kept else self._card(info) for info in wanted]
        for card in kept.values():
            card.hide()
            card.deleteLater()
        for place, card in enumerate(self.inputs):
            self.cards.insertWidget(place, card)
            card.set_ragged(card.info.name in traits.ragged)
            card.show()
        self.options.setVisible(metadata is not None)
        self.options.show_model(metadata.outputs if metadata else (), traits, is_here=is_here)
        # A model that makes no batches has an axis here like any other.
        self._batch_title.setText("Batch" if traits.max_batch_size else "Axis 0")
        self._limit = f"max {traits.max_batch_size}" if traits.max_batch_size else ""
        batched = any(info.shape[:1] == (-1,) for info in wanted)
        for widget in self._batched:
            widget.setVisible(batched)
        self._weigh()

    def _card(self, info: TensorInfo) -> InputCard:
        card = InputCard(info)
        card.offer(lambda: self.answers())
        card.set_batch(self._batch())
        card.measured.connect(self._weigh)
        card.many.connect(self.many)
        return card

    def _batch(self) -> int:
        value = self.batch.value()
        return 1 if value is None else int(value)

    def _set_batch(self, batch: float) -> None:
        for card in self.inputs:
            card.set_batch(int(batch))

    def set_protocol(self, protocol: str) -> None:
        """Which limits apply."""
        self._protocol = protocol
        self._weigh()

    def _weigh(self) -> None:
        """The size of the request before it is sent, and what a limit says to it."""
        size = sum(card.wire_bytes for card in self.inputs)
        sent = sum(card.is_sent for card in self.inputs)
        counted = str(len(self.inputs)) if sent == len(self.inputs) else f"{sent} of {len(self.inputs)}"
        self.head.detail.setText(f"{counted}   {size_text(size)}" if self.inputs else "")
        words = "; ".join(filter(None, (self._limit, self._own_batch())))
        self._most.setText(words)
        self._most.setVisible(bool(words) and not self.batch.isHidden())
        is_shared = self.options.delivery.shared_memory.isChecked()
        words = "" if is_shared else limit_words(self._protocol, size)
        if words:
            self._too_large.show_problem("warning", words)
        self._too_large.setVisible(bool(words))
        self.changed.emit()

    def _own_batch(self) -> str:
        """Which input brings a batch of its own, whatever the number says."""
        own = (card for card in self.inputs if card.is_sent and card.info.shape[:1] == (-1,) and card.shape)
        return next((f"{card.info.name} has {card.shape[0]:,}" for card in own if card.shape[0] != self._batch()), "")

    def plan(self, without: str = "") -> Callable[[], tuple[Tensor, ...]]:
        """What will make the tensors of a request, of all inputs but one where that is named; works on any thread.

        Both steps raise CoreError.
        """
        plans = [card.plan() for card in self.inputs if card.is_sent and card.info.name != without]
        return lambda: tuple(make() for make in plans)

    def origins(self) -> dict[str, Origin]:
        """Where the tensors of a request are from, as far as that is more than their values."""
        return {card.info.name: found for card in self.inputs if card.is_sent and (found := card.origin) is not None}

    def show_request(self, request: InferRequest, words: str) -> None:
        """Fills inputs and options with those of another request; `words` say where it is from."""
        given = {tensor.name: tensor for tensor in request.inputs}
        for card in self.inputs:
            if (tensor := given.get(card.info.name)) is not None:
                card.hold(tensor.array, words)
            elif card.info.optional:
                card.switch.setChecked(False)
        self.options.show_request(request)

    def card_for(self, path: Path) -> InputCard | None:
        """The card that a dropped file fills: one that its name names, else the first that takes it, or a folder."""
        fitting = [card for card in self.inputs if path.is_dir() or card.takes(path)]
        named = [card for card in fitting if card.info.name.lower() == path.stem.lower()]
        return next(iter([*named, *fitting]), None)
