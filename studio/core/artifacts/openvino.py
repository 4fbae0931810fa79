"""What an OpenVINO model's `model.xml` says of it. Its weights, in the `.bin` beside it, are never opened."""

from __future__ import annotations

import os
import re
from pathlib import Path
from xml.parsers import expat  # the parser refuses every document type, so no entity is ever declared

from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.artifacts.reading import Malformed, read_whole, reading, shown
from studio.core.config.datatypes import DataType, data_type
from studio.core.config.tensor_info import TensorInfo
from studio.value_class import dataclass, field

_SIZE = 32 << 20
_DEPTH = 100
_LAYERS = 200_000
_RANK = 64
_TYPES = {"F32": "FP32", "F64": "FP64", "F16": "FP16", "BOOLEAN": "BOOL", "STRING": "BYTES"}
_TYPES |= {
    f"{letter}{bits}": f"{word}{bits}" for letter, word in (("I", "INT"), ("U", "UINT")) for bits in (8, 16, 32, 64)
}
_LAYER = ["net", "layers", "layer"]
_COMMA = re.compile(r"(?<!\\),")


@dataclass(slots=True)
class _Port:
    precision: str = ""
    names: str = ""
    dims: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Layer:
    """A Parameter or a Result: a tensor that goes in or comes out."""

    id: str
    name: str
    names: str = ""
    shape: str | None = None
    port: _Port = field(default_factory=_Port)


def read_openvino(path: Path) -> Artifact:
    """The parameters and results of an OpenVINO model. Raises CoreError for what is none."""
    with reading(path, "OpenVINO model", "OpenVINO"):
        net = _Net()
        _parse(read_whole(path, _SIZE), net)
        weights = path.with_suffix(".bin").name
        missing = net.constants and not os.path.lexists(path.with_suffix(".bin"))
        notes = [f"Its weights, {weights}, are missing beside it."] if missing else []
        return _artifact(net, (weights,) if net.constants else (), notes)


class _Net:
    """Gathers parameters, results and edges while the text is parsed."""

    def __init__(self) -> None:
        self.version = ""
        self.layers = 0
        self.constants = 0
        self.parameters: list[_Layer] = []
        self.results: list[_Layer] = []
        self.names: dict[tuple[str, str], str] = {}
        self.edges: dict[str, tuple[str, str]] = {}
        self._tags: list[str] = []
        self._id = ""
        self._ends: set[str] = set()
        self._layer: _Layer | None = None
        self._dim = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Notes an element that begins: a layer, a part of one, or an edge."""
        self._tags.append(tag)
        if len(self._tags) > _DEPTH:
            raise Malformed("it is nested too deeply")
        if len(self._tags) == 1:
            self._root(tag, attributes)
        elif self._tags == _LAYER:
            self._begin(attributes)
        elif self._tags[:3] == _LAYER:
            self._inside(tag, attributes)
        elif self._tags == ["net", "edges", "edge"] and attributes.get("to-layer") in self._ends:
            self.edges[attributes.get("to-layer", "")] = (
                attributes.get("from-layer", ""),
                attributes.get("from-port", ""),
            )

    def end(self, tag: str) -> None:
        """Notes an element that ended; a dimension is then whole."""
        if tag == "dim" and self._layer and len(self._tags) == 6:
            self._layer.port.dims.append(_number(self._dim))
            if len(self._layer.port.dims) > _RANK:
                raise Malformed(f"a tensor has more than {_RANK} dimensions")
        self._tags.pop()

    def text(self, text: str) -> None:
        """A piece of text within an element."""
        if self._layer and self._tags[-1] == "dim":
            self._dim += text[:32]

    def _root(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "net":
            raise Malformed(f"its outermost element is <{tag[:40]}>, not <net>")
        self.version = attributes.get("version", "")

    def _begin(self, attributes: dict[str, str]) -> None:
        self.layers += 1
        if self.layers > _LAYERS:
            raise Malformed(f"it has more than {_LAYERS:,} layers")
        self._id, self._layer = attributes.get("id", ""), None
        kind = attributes.get("type", "")
        self.constants += kind == "Const"
        side = {"Parameter": self.parameters, "Result": self.results}.get(kind)
        if side is not None:
            self._layer = _Layer(self._id, attributes.get("name", ""), attributes.get("output_names", ""))
            side.append(self._layer)
            # Edges stand after all layers; only those that lead to a result matter.
            self._ends.add(self._id)

    def _inside(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "port" and len(self._tags) == 5:
            names = attributes.get("names", "")
            if names and self._tags[3] == "output":
                self.names[self._id, attributes.get("id", "")] = names
            if self._layer:
                self._layer.port = _Port(attributes.get("precision", ""), names)
        elif tag == "data" and self._layer:
            self._layer.shape = attributes.get("shape")
        elif tag == "dim":
            self._dim = ""


def _parse(data: bytes, net: _Net) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = net.start, net.end
    parser.CharacterDataHandler = net.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Malformed(f"its XML is damaged in line {error.lineno}") from error
    except (UnicodeError, LookupError) as error:
        raise Malformed("its XML is in an encoding that is not known") from error


def _refuse(*_: object) -> None:
    raise Malformed("it declares a document type, which no OpenVINO model does")


def _number(text: str) -> int:
    try:
        return max(-1, int(text))
    except ValueError as error:
        raise Malformed(f"a dimension is “{text[:32]}”") from error


def _artifact(net: _Net, external: tuple[str, ...], notes: list[str]) -> Artifact:
    if not net.layers:
        raise Malformed("it holds no layers")
    sides = []
    for side, layers in (("input", net.parameters), ("output", net.results)):
        named = [(_name(net, layer, side), layer) for layer in layers]
        known = [(name, layer, _type(layer)) for name, layer in named]
        notes += [
            f"The {side} “{name}” has a data type that Triton does not know." for name, _, kind in known if not kind
        ]
        sides.append(known)
    (inputs, some_inputs), (outputs, some_outputs) = (_split(side) for side in sides)
    facts = shown({"IR version": net.version, "Layers": net.layers})
    return Artifact("OpenVINO IR", inputs, outputs, facts, external, tuple(notes), some_inputs, some_outputs)


def _split(side: list[tuple[str, _Layer, DataType | None]]) -> tuple[tuple[TensorInfo, ...], tuple[Partial, ...]]:
    """Tensors of known rank, and the others."""
    full = [
        TensorInfo(name, kind, tuple(layer.port.dims)) for name, layer, kind in side if kind and not _any_rank(layer)
    ]
    rest = [Partial(name, kind) for name, layer, kind in side if kind and _any_rank(layer)]
    return tuple(full), tuple(rest)


def _any_rank(layer: _Layer) -> bool:
    return layer.shape == "..."


def _name(net: _Net, layer: _Layer, side: str) -> str:
    """The tensor's first name; the layer's own where the tensor has none."""
    names = layer.port.names if side == "input" else layer.names or net.names.get(net.edges.get(layer.id, ("", "")), "")
    first = _COMMA.split(names)[0].replace("\\,", ",").strip()
    return first or layer.name


def _type(layer: _Layer) -> DataType | None:
    name = layer.port.precision.upper()
    return data_type(_TYPES.get(name, name))
