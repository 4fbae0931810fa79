"""The viewers there are, and which of them comes first for a tensor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studio.core.inference.requests import Tensor
from studio.core.inference.viewing.kinds import Kind, is_boxes, kind_of
from studio.ui.tensors import boxes, heat, hex_rows, json_tree, labels, line, numbers, picture, table, text, wave
from studio.ui.tensors.parts.slices import Slices
from studio.ui.tensors.viewer import Viewer


@dataclass(frozen=True, slots=True)
class ViewerKind:
    """A viewer: its title, how it is made, and which tensors it suits."""

    title: str
    make: Callable[[Slices], Viewer]
    suits: Callable[[Tensor], bool]


def _line_suits(tensor: Tensor) -> bool:
    return tensor.data_type.family in "FIUB" and tensor.array.size > 1


VIEWERS: tuple[ViewerKind, ...] = (
    ViewerKind("Text", text.TextView, text.suits),
    ViewerKind("Labels", labels.LabelsView, labels.suits),
    ViewerKind("Image", picture.PictureView, picture.suits),
    ViewerKind("Table", table.TableView, lambda tensor: tensor.array.size > 0),
    ViewerKind("Heat map", heat.HeatView, heat.suits),
    ViewerKind("Line", line.LineView, _line_suits),
    ViewerKind("Histogram", numbers.NumbersView, numbers.suits),
    ViewerKind("Wave", wave.WaveView, wave.suits),
    ViewerKind("JSON", json_tree.JsonView, json_tree.suits),
    ViewerKind("Hex", hex_rows.HexView, lambda tensor: tensor.array.size > 0),
    ViewerKind("Boxes", boxes.BoxesView, is_boxes),
)
_FIRST: dict[Kind, str] = {
    "text": "Text",
    "number": "Text",
    "json": "JSON",
    "bytes": "Hex",
    "labels": "Labels",
    "image": "Image",
    "wave": "Wave",
    "boxes": "Boxes",
    "vector": "Line",
    "matrix": "Table",
}


def viewers_of(tensor: Tensor, known: tuple[str, ...]) -> list[ViewerKind]:
    """The viewers that suit a tensor, the best one first; `known` are its labels."""
    found = [kind for kind in VIEWERS if kind.suits(tensor)]
    first = _FIRST.get(kind_of(tensor, known), "")
    return sorted(found, key=lambda kind: kind.title != first)
