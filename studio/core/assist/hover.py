"""What a card says about the word under the pointer: the field, a data type, the model of a step."""

from __future__ import annotations

from studio.core.assist.references import Scope
from studio.core.config.datatypes import DataType, data_type
from studio.core.config.help import field_help
from studio.core.config.model_config import Config, TensorConfig
from studio.text.paths import dotted
from studio.text.tree import Path
from studio.value_class import dataclass

_BITS = {"F": "float", "I": "signed integer", "U": "unsigned integer"}
_NUMPY = {"BOOL": "bool", "BYTES": "object", "BF16": "bfloat16 of ml_dtypes"}
_MOST = 6


@dataclass(frozen=True, slots=True)
class Card:
    """A title, where that is, what it does, its default, and notes on the very word."""

    title: str
    where: str
    what: str
    default: str
    notes: tuple[str, ...]
    path: Path


def card(path: Path, word: str, scope: Scope) -> Card | None:
    """The card of the field at a path and of the word in it; None where there is nothing to say."""
    entry = next((found for n in range(len(path), 0, -1) if (found := field_help(path[:n]))), None)
    notes = tuple(_notes(path, word, scope))
    if entry is None and not notes:
        return None
    title = entry.title if entry else word
    return Card(
        title,
        dotted(path).replace(".", " › "),
        entry.what if entry else "",
        entry.default if entry else "",
        notes,
        path,
    )


def _notes(path: Path, word: str, scope: Scope) -> list[str]:
    found = []
    kind = data_type(word)
    if kind is not None and word.startswith("TYPE_"):
        found.append(meaning(kind))
    if is_step_model(path):
        config = scope.config(word) if word else None
        found.append(_model(word, config) if config else f"The repository has no model “{word}”.")
    return found


def meaning(kind: DataType) -> str:
    """A data type in words: size, name on the wire, what numpy holds it in."""
    if kind.wire == "BYTES":
        sized = "strings of any length"
    elif kind.wire == "BOOL":
        sized = "true or false in 1 byte"
    else:
        plural = "s" if kind.size > 1 else ""
        sized = f"{kind.size * 8}-bit {_BITS[kind.family]}, {kind.size} byte{plural}"
    numpy = _NUMPY.get(kind.wire) or kind.wire.lower().replace("fp", "float")
    return f"{kind.config}: {sized}. {kind.wire} on the wire, {numpy} in numpy."


def is_step_model(path: Path) -> bool:
    """Whether a path is that of a step's model."""
    return path[:2] == ("ensemble_scheduling", "step") and path[-1:] == ("model_name",)


def _model(name: str, config: Config) -> str:
    backend = "an ensemble" if config.is_ensemble else config.backend or config.platform or "a model"
    return f"{name}: {backend}, {_tensors(config.inputs)} → {_tensors(config.outputs)}. Ctrl+click or F12 opens it."


def _tensors(tensors: tuple[TensorConfig, ...]) -> str:
    if not tensors:
        return "?"
    shown = [f"{t.name} {t.data_type.removeprefix('TYPE_')}{list(t.dims)}" for t in tensors[:_MOST]]
    return ", ".join([*shown, *(["…"] if len(tensors) > _MOST else [])])
