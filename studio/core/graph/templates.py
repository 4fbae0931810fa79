"""Models that make a wire fit, ready to be written: a conversion between two tensors, or the decoding of images."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from math import prod

from studio.core.checking.rules.flow import Known
from studio.core.config.datatypes import DataType, data_type
from studio.core.config.draft import Draft, draft
from studio.core.graph.shapes import shown
from studio.named_tuple import NamedTuple
from studio.resources import resource

_MOST_AXES = 5
_IMAGE_AXES = 3
_CONFIG = "config.pbtxt"
_SOURCE = "1/model.py"
Dims = tuple[int, ...]


class Template(NamedTuple):
    """A model to be made: its files by path within its folder, and the ports that the wire goes through."""

    title: str
    stem: str
    files: tuple[tuple[str, str], ...]
    port: str
    through: str


def template(gives: Known, takes: Known, batch: int) -> Template | None:
    """The model that makes one of the other; None where no template can. `batch` is the ensemble's largest.

    The name in its configuration is left out, so that it may be called anything.
    """
    source, target = data_type(gives.data_type), data_type(takes.data_type)
    if source is None or target is None or "BF16" in (source.wire, target.wire) or target.family == "S":
        return None
    if source.family == "S":
        return _decoder(gives, takes, batch) if target.wire == "FP32" else None
    return _converter((gives, source), (takes, target), batch)


def _converter(gives: tuple[Known, DataType], takes: tuple[Known, DataType], batch: int) -> Template | None:
    both = batches(gives[0]) and batches(takes[0])
    (one, source), (other, target) = gives, takes
    given, wanted = (one.dims, other.dims) if both else (one.full, other.full)
    axes = _axes(given, wanted)
    if axes is None and not _same_count(given, wanted):
        return None
    config = draft(_HEADER.format(given=shown(one), wanted=shown(other)))
    config = _with_tensors(config, max(batch, 1) if both else 0, ("input", source, given), ("output", target, wanted))
    if axes:
        config = config.set("parameters", {"axes": {"string_value": ",".join(map(str, axes))}})
    does = [f"casts {source.short} to {target.short}"] if source != target else []
    does += [f"{'reorders' if axes else 'reshapes'} the dims"] if not _alike(given, wanted) else []
    files = ((_CONFIG, config.document.text), (_SOURCE, resource("graph", "convert.py").read_text("utf-8")))
    stem = f"cast_{source.short}_to_{target.short}" if source != target else "reshape"
    return Template(f"Add a step that {' and '.join(does)}", stem.lower(), files, "input", "output")


_HEADER = """\
# Made to lead from {given} to {wanted}.
backend: "python"
"""


def _with_tensors(config: Draft, most: int, *tensors: tuple[str, DataType, Dims]) -> Draft:
    config = config.set("max_batch_size", most)
    for field, kind, dims in tensors:
        config = config.set(field, [{"name": field, "data_type": kind.config, "dims": list(dims)}])
    return config.set("instance_group", [{"count": 1, "kind": "KIND_CPU"}])


def _decoder(gives: Known, takes: Known, batch: int) -> Template | None:
    """The example's own model that decodes an image, for another size."""
    fits = batches(gives) and batches(takes) and gives.dims in ((1,), (-1,))
    if not fits or len(takes.dims) != _IMAGE_AXES or takes.dims[0] != _IMAGE_AXES or min(takes.dims) < 1:
        return None
    source = resource("example", "models", "preprocess")
    config = draft(source.joinpath(_CONFIG).read_text("utf-8")).clear("name").set("max_batch_size", max(batch, 1))
    config = config.set("output", 0, "dims", list(takes.dims)).set("input", 0, "dims", list(gives.dims))
    files = ((_CONFIG, config.document.text), (_SOURCE, source.joinpath(_SOURCE).read_text("utf-8")))
    title = f"Add a step that decodes image files to {shown(takes)}"
    return Template(title, "decode_image", files, "image", "pixels")


def batches(said: Known) -> bool:
    """Whether the model that says it batches."""
    return len(said.full) > len(said.dims)


def _axes(given: Dims, wanted: Dims) -> list[int] | None:
    """The order of axes that makes one of the other; none where they are alike, or there are several such orders."""
    if _alike(given, wanted) or len(given) > _MOST_AXES or sorted(given) != sorted(wanted):
        return None
    found = [list(order) for order in permutations(range(len(given))) if [given[i] for i in order] == list(wanted)]
    # Between images the channels move and height stays before width, equal as they may be.
    return found[0] if len(found) == 1 else next((o for o in found if o in ([1, 2, 0], [2, 0, 1])), None)


def _alike(given: Dims, wanted: Dims) -> bool:
    return len(given) == len(wanted) and all(a == b or -1 in (a, b) for a, b in zip(given, wanted, strict=True))


def _same_count(given: Dims, wanted: Dims) -> bool:
    return _alike(given, wanted) or runs(given) == runs(wanted)


def runs(dims: Sequence[int]) -> list[int]:
    """The numbers of values between the dims of -1: what a reshape must keep."""
    found: list[list[int]] = [[]]
    for size in dims:
        if size == -1:
            found.append([])
        else:
            found[-1].append(size)
    return [prod(each) for each in found]
