"""What a model file says of itself."""

from __future__ import annotations

from studio.core.config.datatypes import DataType
from studio.core.config.tensor_info import TensorInfo
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Partial:
    """A tensor of which the file does not tell everything.

    A data type or shape of None is unknown; `kind` is the file's own word for it ("List[Tensor]"); `line` is where
    a source text names it, 0 elsewhere.
    """

    name: str
    data_type: DataType | None = None
    shape: tuple[int, ...] | None = None
    optional: bool = False
    kind: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Artifact:
    """A model file's own interface. Shapes are the file's, batch dimension included, -1 for what varies.

    `facts` are named values to show ("Opset", "17"), `external` the files that hold its weights as the file names
    them (never opened), `notes` what Triton could not serve or what was left out. Formats that tell less than name,
    type and shape of a tensor list it under `partial_inputs` and `partial_outputs`.
    """

    format: str
    inputs: tuple[TensorInfo, ...] = ()
    outputs: tuple[TensorInfo, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    external: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    partial_inputs: tuple[Partial, ...] = ()
    partial_outputs: tuple[Partial, ...] = ()
