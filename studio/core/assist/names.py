"""The names in configurations: of models and of their tensors, where each is defined and where it is used.

One name in a text is a `Name`. Two names mean the same where their symbols are equal, in whatever files they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from studio.core.config.draft import Draft
from studio.core.config.model_config import text
from studio.text.document import occurrences, values
from studio.text.tree import Message, Scalar, Span
from studio.value_class import dataclass

Side = Literal["input", "output", "any"]


@dataclass(frozen=True, slots=True)
class ModelSymbol:
    """A model of the repository."""

    model: str


@dataclass(frozen=True, slots=True)
class TensorSymbol:
    """A tensor of a model. In an ensemble all tensors share one space of names: their side is "any"."""

    model: str
    side: Side
    tensor: str


Symbol = ModelSymbol | TensorSymbol


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it is written: what it means, its literal, and whether it is the definition."""

    symbol: Symbol
    scalar: Scalar
    is_definition: bool = False

    @property
    def span(self) -> Span:
        """The characters of the name without its quotes; the literal as a whole where it is not written plainly."""
        raw = self.scalar.raw
        is_plain = len(raw) > 1 and raw[0] == raw[-1] and "\\" not in raw and raw.count(raw[0]) == 2
        return Span(self.scalar.start + 1, self.scalar.end - 1) if is_plain else self.scalar.span


_TENSORS: Final[dict[str, Side]] = {"input": "input", "output": "output"}
_BATCHES: Final[dict[tuple[str, str], Side]] = {
    ("batch_input", "source_input"): "input",
    ("batch_input", "target_name"): "input",
    ("batch_output", "source_input"): "input",
    ("batch_output", "target_name"): "output",
}
_MAPS: Final[dict[str, Side]] = {"input_map": "input", "output_map": "output"}


def names(model: str, draft: Draft, ensembles: Mapping[str, bool]) -> Iterator[Name]:
    """Every name in the configuration of a model. `ensembles` says of the repository's models which are ensembles."""
    root = draft.document.root
    own_is_ensemble = ensembles.get(model, draft.config.is_ensemble)
    for scalar in _strings(root, "name"):
        yield Name(ModelSymbol(model), scalar, is_definition=True)
    for field, side in _TENSORS.items():
        for message in _messages(root, field):
            yield from _tensors(message, "name", model, _side(side, own_is_ensemble), is_definition=True)
    for (field, name), side in _BATCHES.items():
        for message in _messages(root, field):
            yield from _tensors(message, name, model, _side(side, own_is_ensemble))
    for warm_up in _messages(root, "model_warmup"):
        for entry in _messages(warm_up, "inputs"):
            yield from _tensors(entry, "key", model, _side("input", own_is_ensemble))
    for scheduling in _messages(root, "ensemble_scheduling"):
        for step in _messages(scheduling, "step"):
            yield from _step(step, model, ensembles)


def symbol_name(symbol: Symbol) -> str:
    """What a symbol is called in a text."""
    return symbol.model if isinstance(symbol, ModelSymbol) else symbol.tensor


def _step(step: Message, ensemble: str, ensembles: Mapping[str, bool]) -> Iterator[Name]:
    used = ""
    for scalar in _strings(step, "model_name"):
        used = text(scalar) or ""
        yield Name(ModelSymbol(used), scalar)
    for field, side in _MAPS.items():
        for entry in _messages(step, field):
            yield from _tensors(entry, "key", used, _side(side, ensembles.get(used, False)))
            yield from _tensors(entry, "value", ensemble, "any")


def _side(side: Side, is_ensemble: bool) -> Side:
    return "any" if is_ensemble else side


def _tensors(message: Message, field: str, model: str, side: Side, is_definition: bool = False) -> Iterator[Name]:
    for scalar in _strings(message, field):
        yield Name(TensorSymbol(model, side, text(scalar) or ""), scalar, is_definition)


def _strings(message: Message, field: str) -> Iterator[Scalar]:
    for element in occurrences(message, field):
        if isinstance(element.value, Scalar) and element.value.kind == "string":
            yield element.value


def _messages(message: Message, field: str) -> Iterator[Message]:
    yield from (each for each in values(message, field) if isinstance(each, Message))
