"""The inputs of a request: a card for each, and the batch that they share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import ModelMetadata, Tensor
from studio.ui.tester import names
from studio.ui.tester.card import InputCard
from studio.ui.tester.side import Side
from studio.ui.widgets import Label, NumberField


class InputsSide(Side):
    """Keeps the cards of the model that is chosen."""

    def __init__(self) -> None:
        super().__init__("Inputs", names.Tester.INPUTS)
        self.inputs: list[InputCard] = []
        self.batch = NumberField(1, low=1, high=65536, width=56, dense=True)
        self.batch.setObjectName(names.Tester.BATCH)
        self.batch.setAccessibleName("Batch")
        self._most = Label("", "dim", 12)
        self._batched = (Label("Batch", "dim", 12), self.batch, self._most)
        for widget in self._batched:
            self.head.add_action(widget)
        self.batch.edited.connect(self._set_batch)

    def show_model(self, metadata: ModelMetadata | None, max_batch_size: int) -> None:
        """Makes a card for each input; cards of inputs that stay the same are kept with their data."""
        wanted = metadata.inputs if metadata else ()
        kept = {card.info: card for card in self.inputs}
        for card in self.inputs:
            self.cards.removeWidget(card)
        self.inputs = [kept.pop(info) if info in kept else self._card(info) for info in wanted]
        for card in kept.values():
            card.hide()
            card.deleteLater()
        for place, card in enumerate(self.inputs):
            self.cards.insertWidget(place, card)
            card.show()
        self.head.detail.setText(str(len(wanted)) if metadata else "")
        self._most.setText(f"max {max_batch_size}" if max_batch_size else "")
        batched = any(info.shape[:1] == (-1,) for info in wanted)
        for widget in self._batched:
            widget.setVisible(batched)

    def _card(self, info: TensorInfo) -> InputCard:
        card = InputCard(info)
        card.set_batch(int(self.batch.value() or 1))
        return card

    def _set_batch(self, batch: float) -> None:
        for card in self.inputs:
            card.set_batch(int(batch))

    def plan(self) -> Callable[[], tuple[Tensor, ...]]:
        """What will make the tensors of a request; works on any thread. Both steps raise CoreError."""
        plans = [card.plan() for card in self.inputs]
        return lambda: tuple(make() for make in plans)

    def card_for(self, path: Path) -> InputCard | None:
        """The card that a dropped file fills: one that its name names, else the first that takes it."""
        fitting = [card for card in self.inputs if card.takes(path)]
        named = [card for card in fitting if card.info.name.lower() == path.stem.lower()]
        return next(iter([*named, *fitting]), None)
