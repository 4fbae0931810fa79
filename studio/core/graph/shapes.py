"""What the two ends of a wire say of its tensor, and whether that agrees as the server compares it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.core.checking.rules.flow import Known, is_named
from studio.core.config.datatypes import data_type
from studio.core.config.model_config import Config, TensorConfig
from studio.core.graph.models import Model
from studio.named_tuple import NamedTuple


def known(model: str, config: Config, tensor: TensorConfig, *, own: bool = False) -> Known:
    """What a model says of a tensor. `own`: the ensemble itself, without a name; its reshape counts."""
    dims = tensor.reshape if own and tensor.reshape is not None else tensor.dims
    full = (-1, *dims) if config.max_batch_size > 0 else dims
    return Known("" if own else model, tensor.data_type or "TYPE_INVALID", dims, full)


class Signature(NamedTuple):
    """What a model says of its inputs and outputs, by name and in its order."""

    inputs: dict[str, Known]
    outputs: dict[str, Known]


def known_ports(model: Model) -> Signature:
    """What a model says of its tensors, in a graph or not."""
    config = model.config
    inputs, outputs = (
        {each.name: known(model.name, config, each) for each in side} for side in (config.inputs, config.outputs)
    )
    return Signature(inputs, outputs)


def common_batch(models: Iterable[Model | None]) -> int:
    """The largest batch that all models take; 0 where one does not batch, or there is none."""
    sizes = [model.config.max_batch_size for model in models if model]
    return min(sizes, default=0) if all(size > 0 for size in sizes) else 0


def own_dims(said: Known, *, batches: bool) -> list[int]:
    """The dims that the ensemble declares so that its tensor is this one; `batches`: whether the ensemble does."""
    theirs = len(said.full) > len(said.dims)
    if batches and not theirs and said.dims[:1] == (-1,) and len(said.dims) > 1:
        return list(said.dims[1:])
    return list(said.full if theirs and not batches else said.dims) or [-1]


def is_compared(said: Known) -> bool:
    """Whether the server compares it at all: not where its data type is missing."""
    return is_named(said.data_type)


def agree(one: Known, other: Known) -> bool:
    """Whether a tensor may be both: what the server does not compare agrees with anything."""
    if not (is_compared(one) and is_compared(other)):
        return True
    return one.data_type == other.data_type and one.fits(other)


def first_clash(said: Sequence[Known]) -> Known | None:
    """The first of the sayings on one tensor, in the server's order, that the server would not take.

    Each is held against the first that it compares, not against the one before.
    """
    compared = [each for each in said if is_compared(each)]
    return next((each for each in compared[1:] if not agree(compared[0], each)), None)


def shown(said: Known) -> str:
    """Data type and shape as a person says them, the batch dimension as N: FP32 [N,3,224,224]."""
    dims = [str(size) for size in said.dims]
    if len(said.full) > len(said.dims):
        dims.insert(0, "N")
    kind = data_type(said.data_type)
    name = kind.short if kind else said.data_type.removeprefix("TYPE_").replace("INVALID", "no data type")
    return f"{name} [{','.join(dims)}]"
