"""Batch sizes, data types and shapes of the tensors that flow between the steps of an ensemble."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.context import ModelView
from studio.core.checking.rules.words import sizes
from studio.core.config.model_config import TensorConfig
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass

_WILDCARD = -1


@dataclass(frozen=True, slots=True)
class Known:
    """What one model says of an ensemble tensor. `dims` are as written, `full` with the batch dimension."""

    model: str
    data_type: str
    dims: tuple[int, ...]
    full: tuple[int, ...]

    def fits(self, other: Known) -> bool:
        """Whether the shapes agree, as written or with the batch dimension; -1 agrees with anything."""
        return _match(self.dims, other.dims) or _match(self.full, other.full)


def declared(model: ModelView) -> dict[str, Known]:
    """What the ensemble itself says of its inputs and outputs; the first word on a tensor stands."""
    found: dict[str, Known] = {}
    for tensor in (*model.config.inputs, *model.config.outputs):
        dims = tensor.dims if tensor.reshape is None else tensor.reshape
        found.setdefault(tensor.name, _known(model, tensor, dims))
    return found


def batch(model: ModelView, used: ModelView) -> Iterator[Finding]:
    """A step whose model takes smaller batches than the ensemble."""
    most, own = used.config.max_batch_size, model.config.max_batch_size
    if most != 0 and most < own:
        yield model.problem(
            "ens-max-batch",
            f"The ensemble takes batches of up to {own}, but its step's model “{used.name}” only up to {most}.",
            phase="5",
            server=f"ensemble {model.name} allows maximum batch size {own}, but it contains model {used.name} which "
            f"only allows maximum batch size to be {most}",
            path=("max_batch_size",),
            fixes=[Fix(f"Set the ensemble's to {most}", edit=lambda draft: draft.set("max_batch_size", most))],
        )


def agreement(
    model: ModelView,
    place: TextPath,
    side: tuple[Mapping[str, str], Sequence[TensorConfig], ModelView],
    known: dict[str, Known],
) -> Iterator[Finding]:
    """One side of a step, its map and the tensors of its model, against what is known; adds to the latter."""
    names, tensors, used = side
    for tensor in tensors:
        target = names.get(tensor.name)
        # Dims that only the backend knows can be held against nothing.
        if target is None or not is_named(tensor.data_type) or not tensor.dims:
            continue
        said = _known(used, tensor, tensor.dims)
        before = known.setdefault(target, said)
        if before is not said:
            yield from _compare(model, (place, tensor.name), target, (before, said))


def _compare(model: ModelView, entry: tuple[TextPath, str], name: str, pair: tuple[Known, Known]) -> Iterator[Finding]:
    before, said = pair
    if before.data_type == said.data_type and before.fits(said):
        return
    path = model.map_entry(*entry)
    start = f"in ensemble {model.name}, ensemble tensor {name}: inconsistent"
    if before.data_type != said.data_type:
        yield model.problem(
            "ens-dtype",
            f"The tensor “{name}” is {_short(before)} for “{before.model}”, but {_short(said)} for “{said.model}”.",
            phase="5",
            server=f"{start} data type: {_printed(before)} is inferred from model {before.model} while "
            f"{_printed(said)} is inferred from model {said.model}",
            path=path,
        )
    else:
        ours, theirs = sizes(before.full), sizes(said.full)
        yield model.problem(
            "ens-shape",
            f"The tensor “{name}” has the shape {ours} for “{before.model}”, but {theirs} for “{said.model}”.",
            phase="5",
            server=f"{start} shape: {ours} is inferred from model {before.model} while {theirs} is inferred from "
            f"model {said.model}",
            path=path,
        )


def _printed(known: Known) -> str:
    """The server prints nothing for a number that is no data type."""
    return known.data_type if known.data_type.startswith("TYPE_") else ""


def _known(model: ModelView, tensor: TensorConfig, dims: tuple[int, ...]) -> Known:
    full = (_WILDCARD, *dims) if model.config.max_batch_size > 0 else dims
    return Known(model.name, tensor.data_type or "TYPE_INVALID", dims, full)


def is_named(data_type: str) -> bool:
    """Whether a data type can be compared: not where it is missing, nor where it is written as a number."""
    return data_type.startswith("TYPE_") and data_type != "TYPE_INVALID"


def _match(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(a == b or _WILDCARD in (a, b) for a, b in pairs)


def _short(known: Known) -> str:
    return known.data_type.removeprefix("TYPE_")
