"""A saved request as one to send, with its tensors made or read, for a model as a server describes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.core.config.datatypes import DataType
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference import images, tensors
from studio.core.inference.requests import Array, InferRequest, ModelMetadata, Tensor
from studio.core.saved_requests import values
from studio.core.saved_requests.folder import RequestFile, RequestFolder
from studio.core.saved_requests.parsing import request_of
from studio.core.saved_requests.saved import Generated, SavedRequest, Source, TensorFile, Values
from studio.core.saved_requests.variables import filled
from studio.value_class import replace


def filled_request(file: RequestFile, variables: Mapping[str, Any]) -> SavedRequest:
    """What a file says, with the values of its variables: those given here win over those of its folder."""
    known = {**file.variables, **variables}
    return request_of(filled(dict(file.tree), known, file.name), file.name)


def build(folder: RequestFolder, name: str, saved: SavedRequest, model: ModelMetadata) -> InferRequest:
    """The request to send. Raises CoreError naming the input that is missing, not the model's, or cannot be used."""
    declared = {info.name: info for info in model.inputs}
    attempted = f"Making the request {name}"
    for given in saved.inputs:
        if given not in declared:
            known = ", ".join(declared) or "none"
            raise CoreError(attempted, f"{saved.model} has no input {given}.", f"Its inputs: {known}.")
    missing = [info.name for info in model.inputs if info.name not in saved.inputs and not info.optional]
    if missing:
        raise CoreError(attempted, f"it has no tensor for the input {missing[0]} of {saved.model}.", "Add it.")
    inputs = tuple(
        Tensor(info.name, info.data_type, _input(folder, name, saved.inputs[info.name], info))
        for info in model.inputs
        if info.name in saved.inputs
    )
    return InferRequest(
        model=saved.model,
        inputs=inputs,
        version=saved.version,
        outputs=saved.outputs,
        request_id=saved.request_id,
        parameters=tuple(saved.parameters.items()),
        priority=saved.priority,
        timeout_us=saved.timeout_us,
        sequence_id=saved.sequence_id,
        sequence_start=saved.sequence_start,
        sequence_end=saved.sequence_end,
        protocol=saved.protocol,
        classes=tuple(saved.classes.items()),
        headers=tuple(saved.headers.items()),
        compression=saved.compression,
        shared_memory=saved.shared_memory,
        stream=saved.stream,
        seconds=saved.seconds,
    )


def tensor_of(folder: RequestFolder, name: str, source: Values | TensorFile, kind: DataType) -> Array:
    """The tensor that stands in a request, or in a file that it names. Raises CoreError."""
    if isinstance(source, Values):
        return source.array
    found = _from_file(folder, name, source, source.kind or kind)
    return found if source.shape is None else tensors.reshape(found, source.shape)


def _input(folder: RequestFolder, name: str, source: Source, info: TensorInfo) -> Array:
    attempted = f"Making the input {info.name} of the request {name}"
    try:
        if isinstance(source, Generated):
            shape = source.shape if source.shape is not None else tensors.fill_dims(info.shape, 1)
            return generated(source, info.data_type, shape)
        if isinstance(source, TensorFile) and source.image is not None:
            return _of_image(folder, name, source, info)
        array = tensor_of(folder, name, source, info.data_type)
        given = source.kind
        if given is not None and given is not info.data_type:
            array = tensors.fit(array, info.data_type)
        has_shape = isinstance(source, Values) or source.shape is not None
        return array if has_shape else tensors.reshape(array, info.shape)
    except CoreError as error:
        raise CoreError(attempted, error.reason, error.remedy) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise CoreError(attempted, f"{error}.") from error


def generated(source: Generated, kind: DataType, shape: tuple[int, ...]) -> Array:
    """The tensor that a generator makes. Raises CoreError, and what numpy raises for options that cannot be."""
    return tensors.GENERATORS[source.how](kind, shape, **dict(source.options))


def in_file(path: Path, source: TensorFile, kind: DataType) -> Array:
    """The tensor that a file holds which is read as `source` says, but for what is stored in a way of our own.

    Raises CoreError, and ValueError for what is not what it is read as.
    """
    if source.image is not None:
        return images.to_tensor(images.decode(path), kind, source.shape or (), source.image)
    found = _plain(path, None, kind)
    return found if source.shape is None else tensors.reshape(found, source.shape)


def _of_image(folder: RequestFolder, name: str, source: TensorFile, info: TensorInfo) -> Array:
    if info.data_type.wire == "BYTES":
        raise CoreError("Making a tensor", "the model takes the bytes of a file, not its pixels.", "Leave out “image”.")
    path = folder.tensor_path(name, source.path)
    folder.tensor_bytes(name, source.path)
    return in_file(path, replace(source, shape=source.shape or info.shape), info.data_type)


def _from_file(folder: RequestFolder, name: str, source: TensorFile, kind: DataType) -> Array:
    path = folder.tensor_path(name, source.path)
    # Here it is seen whether it is a plain file in the folder, and not too large.
    data = folder.tensor_bytes(name, source.path)
    if source.stored:
        try:
            return values.from_stored(source.stored, data, kind)
        except (ValueError, OSError, KeyError, EOFError, TypeError) as error:
            raise CoreError(f"Reading {source.path}", f"it is not as it was saved ({error}).") from error
    return _plain(path, data, kind)


def _plain(path: Path, data: bytes | None, kind: DataType) -> Array:
    is_known = path.suffix in (".npy", ".npz", ".json") or (path.suffix in (".csv", ".wav") and kind.size > 0)
    if is_known or data is None:
        return tensors.from_file(path, kind) if is_known else tensors.from_bytes(path.read_bytes(), kind, path.name)
    return tensors.from_bytes(data, kind, f"Reading {path.name}")
