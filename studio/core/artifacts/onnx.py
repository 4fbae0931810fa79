"""What an ONNX file says of itself. Weights, inside or outside the file, are never read."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from studio.core.artifacts.artifact import Artifact
from studio.core.artifacts.reading import Malformed, inside, reading
from studio.core.artifacts.wire import Part, Wire
from studio.core.config.datatypes import DATA_TYPES, DataType
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.files.untrusted import open_plain
from studio.value_class import dataclass, field

# Field numbers of onnx.proto.
_IR_VERSION, _PRODUCER, _PRODUCER_VERSION, _GRAPH, _OPSET = 1, 2, 3, 7, 8
_NODE, _INITIALIZER, _INPUT, _OUTPUT = 1, 5, 11, 12
_TENSOR_NAME, _EXTERNAL_DATA = 8, 13
_RANK = 64
_MODULE = "onnx.onnx_ml_pb2"
_ELEMENTS = {"FLOAT": "FP32", "DOUBLE": "FP64", "FLOAT16": "FP16", "BFLOAT16": "BF16", "STRING": "BYTES"}
_WIRE = {kind.wire: kind for kind in DATA_TYPES}


@dataclass(slots=True)
class _Found:
    """What was read of a file so far: its version, operator sets, tensors and counts."""

    ir_version: int = 0
    producer: str = ""
    opsets: dict[str, int] = field(default_factory=dict)
    graphs: int = 0
    nodes: int = 0
    weights: set[str] = field(default_factory=set)
    external: set[str] = field(default_factory=set)
    inputs: list[bytes] = field(default_factory=list)
    outputs: list[bytes] = field(default_factory=list)


def read_onnx(path: Path) -> Artifact:
    """The interface of an ONNX file, or of `model.onnx` in a folder. Raises CoreError for what is none."""
    with reading(path, "ONNX model", "ONNX"):
        file = inside(path, "model.onnx") if path.is_dir() else path
        return _artifact(_walk(file))


def _walk(path: Path) -> _Found:
    with open_plain(path) as file:
        status = os.fstat(file.fileno())
        if not status.st_size:
            raise Malformed("it is empty")
        found = _Found()
        wire = Wire(file, status.st_size)
        for part in wire.parts(wire.whole):
            _model_part(wire, part, found)
    if not found.graphs or not found.ir_version:
        raise Malformed("it holds no graph")
    return found


def _model_part(wire: Wire, part: Part, found: _Found) -> None:
    if part.number == _IR_VERSION:
        found.ir_version = part.value
    elif part.number in (_PRODUCER, _PRODUCER_VERSION):
        found.producer = f"{found.producer} {wire.text(part)}".strip()
    elif part.number == _OPSET:
        _opset(wire, part, found)
    elif part.number == _GRAPH:
        found.graphs += 1
        for each in wire.parts(part):
            _graph_part(wire, each, found)


def _opset(wire: Wire, part: Part, found: _Found) -> None:
    domain, version = "", 0
    for each in wire.parts(part):
        if each.number == 1:
            domain = wire.text(each)
        elif each.number == 2:
            version = each.value
    found.opsets[domain or "ai.onnx"] = version


def _graph_part(wire: Wire, part: Part, found: _Found) -> None:
    if part.number == _NODE:
        found.nodes += 1
    elif part.number == _INITIALIZER:
        _weight(wire, part, found)
    elif part.number == _INPUT:
        found.inputs.append(wire.content(part))
    elif part.number == _OUTPUT:
        found.outputs.append(wire.content(part))


def _weight(wire: Wire, part: Part, found: _Found) -> None:
    for each in wire.parts(part):
        if each.number == _TENSOR_NAME:
            found.weights.add(wire.text(each))
        elif each.number == _EXTERNAL_DATA:
            key, value = (wire.string(each, number) for number in (1, 2))
            if key == "location":
                found.external.add(value)


def _artifact(found: _Found) -> Artifact:
    notes: list[str] = []
    # Up to IR version 3 every weight is listed among the inputs as well.
    inputs = [each for each in _tensors(found.inputs, "input", notes) if each.name not in found.weights]
    outputs = list(_tensors(found.outputs, "output", notes))
    opset = ", ".join(f"{version} ({domain})" for domain, version in sorted(found.opsets.items()))
    facts = (
        ("Opset", opset.removesuffix(" (ai.onnx)") if len(found.opsets) == 1 else opset),
        ("IR version", str(found.ir_version)),
        ("Operators", str(found.nodes)),
        ("Producer", found.producer),
    )
    return Artifact(
        format="ONNX",
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        facts=tuple((name, value) for name, value in facts if value),
        external=tuple(sorted(found.external)),
        notes=tuple(notes),
    )


def _tensors(values: list[bytes], side: str, notes: list[str]) -> Iterator[TensorInfo]:
    from google.protobuf.message import DecodeError

    for raw in values:
        try:
            value = _messages().ValueInfoProto.FromString(raw)
        except DecodeError as error:
            raise Malformed(f"the description of an {side} is damaged") from error
        kind = value.type.WhichOneof("value")
        if kind != "tensor_type":
            notes.append(f"The {side} “{value.name}” is no tensor, so Triton cannot serve it.")
            continue
        tensor = value.type.tensor_type
        element = _element(tensor.elem_type)
        if element is None:
            notes.append(f"The {side} “{value.name}” has a data type that Triton does not know.")
            continue
        yield TensorInfo(value.name, element, _shape(tensor))


@cache
def _messages() -> Any:
    """The messages of onnx.proto, from their generated module alone: the package around it loads numpy as well."""
    package = importlib.util.find_spec("onnx")
    locations = package.submodule_search_locations if package else None
    for finder in sys.meta_path:
        spec = finder.find_spec(_MODULE, locations) if locations else None
        if spec and spec.loader:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    raise CoreError("Reading an ONNX file", "the package onnx is not installed.", "Install it: pip install onnx")


def _element(number: int) -> DataType | None:
    types = _messages().TensorProto.DataType
    name = types.Name(number) if number in types.values() else ""
    return _WIRE.get(_ELEMENTS.get(name, name))


def _shape(tensor: Any) -> tuple[int, ...]:
    if len(tensor.shape.dim) > _RANK:
        raise Malformed(f"a tensor has more than {_RANK} dimensions")
    return tuple(dim.dim_value if dim.HasField("dim_value") else -1 for dim in tensor.shape.dim)
