"""What a model takes and gives where no server tells: by its configuration, or by a request that was saved for it."""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.config.datatypes import data_type
from studio.core.config.model_config import Config, TensorConfig, wire_shape
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import ModelMetadata
from studio.core.saved_requests.saved import Generated, SavedRequest, Source, Values


def described_by_config(name: str, config: Config) -> ModelMetadata | None:
    """The tensors that a configuration declares; None where it leaves its inputs, or what they are, to the server."""
    inputs, outputs = (_declared(side, config.max_batch_size) for side in (config.inputs, config.outputs))
    if not inputs:
        return None
    return ModelMetadata(name, (), config.platform or config.backend, inputs, outputs or ())


def described_by_request(saved: SavedRequest) -> ModelMetadata | None:
    """The inputs as a saved request has them; None where it leaves a type or a shape to the model."""
    inputs = tuple(_given(name, source) for name, source in saved.inputs.items())
    known = tuple(each for each in inputs if each is not None)
    return ModelMetadata(saved.model, (), "", known, ()) if known and len(known) == len(inputs) else None


def _declared(tensors: Sequence[TensorConfig], max_batch_size: int) -> tuple[TensorInfo, ...] | None:
    found = []
    for tensor in tensors:
        kind = data_type(tensor.data_type)
        if kind is None:
            return None
        found.append(TensorInfo(tensor.name, kind, wire_shape(tensor, max_batch_size), tensor.optional))
    return tuple(found)


def _given(name: str, source: Source) -> TensorInfo | None:
    if isinstance(source, Generated):
        return None
    shape = source.array.shape if isinstance(source, Values) else source.shape
    return TensorInfo(name, source.kind, tuple(shape)) if source.kind is not None and shape is not None else None
