"""What TensorFlow models say of themselves: the signatures of a SavedModel, the placeholders of a GraphDef."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.artifacts.reading import Malformed, inside, reading, shown
from studio.core.artifacts.wire import Part, Wire, signed
from studio.core.config.datatypes import DataType, data_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.files.untrusted import open_plain
from studio.value_class import dataclass, field

_T = TypeVar("_T")
# Numbers of types.proto; a reference to a variable has 100 more.
_TYPES = {
    1: "FP32",
    2: "FP64",
    3: "INT32",
    4: "UINT8",
    5: "INT16",
    6: "INT8",
    7: "BYTES",
    9: "INT64",
    10: "BOOL",
    14: "BF16",
    17: "UINT16",
    19: "FP16",
    22: "UINT32",
    23: "UINT64",
}
# Field numbers of saved_model.proto and meta_graph.proto.
_META_GRAPH, _META_INFO, _SIGNATURE, _TAGS, _VERSION = 2, 1, 5, 4, 5
_INPUTS, _OUTPUTS = 1, 2
# Those of graph.proto and node_def.proto.
_NODE, _NAME, _OP, _INPUT, _ATTR = 1, 1, 2, 3, 5
_RANK = 64
# Weights are single fields, so even large models have few.
_FIELDS = 1_000_000
_HELPER = "__saved_model_init_op"


@dataclass(slots=True)
class _Tensor:
    name: str
    number: int = 0
    shape: tuple[int, ...] | None = None
    dense: bool = True


@dataclass(slots=True)
class _Graph:
    tags: list[str] = field(default_factory=list)
    version: str = ""
    signatures: dict[str, tuple[list[_Tensor], list[_Tensor]]] = field(default_factory=dict)


def read_saved_model(path: Path) -> Artifact:
    """The serving signature of a SavedModel folder, or of its `saved_model.pb`. Raises CoreError for what is none."""
    with reading(path, "TensorFlow SavedModel", "SavedModel"):
        file = inside(path, "saved_model.pb") if path.is_dir() else path
        graphs = _walk(file, _graphs)
        if not graphs:
            raise Malformed("it holds no graph")
        graph = next((each for each in graphs if "serve" in each.tags), graphs[0])
        return _saved_model(graph)


def read_graph_def(path: Path) -> Artifact:
    """The placeholders of a GraphDef, and the operations that nothing else uses. Raises CoreError for what is none."""
    with reading(path, "TensorFlow GraphDef", "GraphDef"):
        return _walk(path, _graph_def)


def _walk(path: Path, read: Callable[[Wire], _T]) -> _T:
    with open_plain(path) as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            raise Malformed("it is empty")
        return read(Wire(file, size, _FIELDS))


def _graphs(wire: Wire) -> list[_Graph]:
    return [_graph(wire, part) for part in wire.parts(wire.whole) if part.number == _META_GRAPH]


def _graph(wire: Wire, part: Part) -> _Graph:
    graph = _Graph()
    for each in wire.parts(part):
        if each.number == _META_INFO:
            _meta_info(wire, each, graph)
        elif each.number == _SIGNATURE:
            name, value = wire.entry(each)
            if value:
                graph.signatures[name] = _signature(wire, value)
    return graph


def _meta_info(wire: Wire, part: Part, graph: _Graph) -> None:
    for each in wire.parts(part):
        if each.number == _TAGS:
            graph.tags.append(wire.text(each))
        elif each.number == _VERSION:
            graph.version = wire.text(each)


def _signature(wire: Wire, part: Part) -> tuple[list[_Tensor], list[_Tensor]]:
    sides: dict[int, list[_Tensor]] = {_INPUTS: [], _OUTPUTS: []}
    for each in wire.parts(part):
        if each.number in sides:
            name, value = wire.entry(each)
            sides[each.number].append(_tensor(wire, name, value) if value else _Tensor(name))
    inputs, outputs = (sorted(side, key=lambda tensor: tensor.name) for side in sides.values())
    return inputs, outputs


def _tensor(wire: Wire, name: str, part: Part) -> _Tensor:
    """A TensorInfo of meta_graph.proto: 2 is the type, 3 the shape, 4 and 5 stand for sparse and composite tensors."""
    tensor = _Tensor(name)
    for each in wire.parts(part):
        if each.number == 2:
            tensor.number = each.value % 100
        elif each.number == 3:
            tensor.shape = _shape(wire, each)
        elif each.number in (4, 5):
            tensor.dense = False
    return tensor


def _shape(wire: Wire, part: Part) -> tuple[int, ...] | None:
    """A TensorShapeProto: 2 is a dimension, 3 says that not even their number is known."""
    sizes: list[int] = []
    for each in wire.parts(part):
        if each.number == 3 and each.value:
            return None
        if each.number == 2:
            sizes.append(_size(wire, each))
        if len(sizes) > _RANK:
            raise Malformed(f"a tensor has more than {_RANK} dimensions")
    return tuple(sizes)


def _size(wire: Wire, part: Part) -> int:
    return next((max(-1, signed(each.value)) for each in wire.parts(part) if each.number == 1), 0)


def _saved_model(graph: _Graph) -> Artifact:
    names = sorted(name for name in graph.signatures if name != _HELPER)
    chosen = "serving_default" if "serving_default" in names or not names else names[0]
    inputs, outputs = graph.signatures.get(chosen, ([], []))
    notes = [] if chosen in graph.signatures else ["It has no signature, so Triton cannot tell its inputs and outputs."]
    for side, tensors in (("input", inputs), ("output", outputs)):
        notes += [note for tensor in tensors if (note := _trouble(side, tensor))]
    facts = {
        "Signature": chosen if chosen in graph.signatures else "",
        "All signatures": ", ".join(names) if len(names) > 1 else "",
        "Tags": ", ".join(graph.tags),
        "TensorFlow": graph.version,
    }
    return Artifact(
        "TensorFlow SavedModel",
        _whole(inputs),
        _whole(outputs),
        shown(facts),
        notes=tuple(notes),
        partial_inputs=_parts(inputs),
        partial_outputs=_parts(outputs),
    )


def _trouble(side: str, tensor: _Tensor) -> str:
    if not tensor.dense:
        return f"The {side} “{tensor.name}” is no plain tensor, so Triton cannot serve it."
    if _type(tensor) is None:
        return f"The {side} “{tensor.name}” has a data type that Triton does not know."
    return ""


def _type(tensor: _Tensor) -> DataType | None:
    return data_type(_TYPES.get(tensor.number, ""))


def _whole(tensors: list[_Tensor]) -> tuple[TensorInfo, ...]:
    known = ((each, _type(each)) for each in tensors if each.dense)
    return tuple(TensorInfo(each.name, kind, each.shape) for each, kind in known if kind and each.shape is not None)


def _parts(tensors: list[_Tensor]) -> tuple[Partial, ...]:
    return tuple(Partial(each.name, _type(each)) for each in tensors if each.dense and each.shape is None)


def _graph_def(wire: Wire) -> Artifact:
    inputs: list[_Tensor] = []
    made: dict[str, None] = {}
    used: set[str] = set()
    nodes = 0
    for part in wire.parts(wire.whole):
        if part.number == _NODE:
            nodes += 1
            _node(wire, part, inputs, made, used)
    if not nodes:
        raise Malformed("it holds no graph")
    ends = [name for name in made if name not in used]
    return Artifact(
        "TensorFlow GraphDef",
        _whole(inputs),
        facts=(("Operations", str(nodes)),),
        notes=("A GraphDef does not say which are its outputs: those that nothing else uses are listed.",),
        partial_inputs=_parts(inputs),
        partial_outputs=tuple(Partial(name) for name in ends),
    )


def _node(wire: Wire, part: Part, inputs: list[_Tensor], made: dict[str, None], used: set[str]) -> None:
    name, operation, attributes = "", "", []
    for each in wire.parts(part):
        if each.number == _NAME:
            name = wire.text(each)
        elif each.number == _OP:
            operation = wire.text(each)
        elif each.number == _INPUT:
            used.add(wire.text(each).lstrip("^").split(":", 1)[0])
        elif each.number == _ATTR:
            attributes.append(each)
    if not name or not operation:
        raise Malformed("one of its operations has no name")
    if operation == "Placeholder":
        inputs.append(_placeholder(wire, name, attributes))
    elif operation not in ("Const", "NoOp"):
        made[name] = None


def _placeholder(wire: Wire, name: str, attributes: list[Part]) -> _Tensor:
    """AttrValue of attr_value.proto: 6 is a type, 7 a shape."""
    tensor = _Tensor(name)
    for part in attributes:
        key, value = wire.entry(part)
        for each in wire.parts(value) if value and key in ("dtype", "shape") else ():
            if each.number == 6:
                tensor.number = each.value % 100
            elif each.number == 7:
                tensor.shape = _shape(wire, each)
    return tensor
