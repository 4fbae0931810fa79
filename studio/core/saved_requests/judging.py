"""Whether an answer is what a saved request expects."""

from __future__ import annotations

import math
from collections.abc import Mapping

from studio.core.failure import CoreError
from studio.core.inference.compare import Difference, compare
from studio.core.inference.figures import statistics
from studio.core.inference.requests import InferResult, Tensor
from studio.core.inference.results import top_k
from studio.core.saved_requests.building import tensor_of
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.saved import Expectation, SavedRequest
from studio.value_class import dataclass, replace


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one output. `difference` where tensors were compared."""

    output: str
    passed: bool
    words: str
    difference: Difference | None = None
    allowed: str = ""
    """By how much it may be off, in a few words."""


def judge(
    folder: RequestFolder,
    name: str,
    saved: SavedRequest,
    result: InferResult,
    labels: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Verdict, ...]:
    """A verdict for each output that something is expected of; `labels` are those of outputs, where known."""
    outputs = {tensor.name: tensor for tensor in result.outputs}
    found = []
    for output, expected in saved.expect.items():
        tensor = outputs.get(output)
        if tensor is None:
            came = ", ".join(outputs) or "none"
            found.append(Verdict(output, False, f"it did not come; what came: {came}"))
            continue
        try:
            verdict = _judged(folder, name, tensor, expected, (labels or {}).get(output, ()))
            found.append(replace(verdict, allowed=allowed(expected)))
        except CoreError as error:
            found.append(Verdict(output, False, f"what is expected cannot be read: {error.reason}"))
    return tuple(found)


def allowed(expected: Expectation) -> str:
    """How far an output may be off, in a few words."""
    if expected.kind == "top":
        return f"best {len(expected.classes)}"
    parts = [f"{expected.tolerance.absolute:g}"] if expected.tolerance.absolute else []
    parts += [f"{expected.tolerance.relative * 100:g} %"] if expected.tolerance.relative else []
    return " + ".join(parts) or ("exact" if expected.kind != "statistics" else "same statistics")


def _judged(
    folder: RequestFolder, name: str, tensor: Tensor, expected: Expectation, labels: tuple[str, ...]
) -> Verdict:
    if expected.kind == "statistics":
        return _by_statistics(tensor, expected)
    if expected.kind == "top":
        return _by_classes(tensor, expected, labels)
    if expected.tensor is None:
        raise CoreError("Comparing", "no tensor is given.")
    wanted = tensor_of(folder, name, expected.tensor, tensor.data_type)
    kind = expected.tensor.kind
    if kind is not None and kind is not tensor.data_type:
        words = f"its type is {tensor.data_type.wire}, and {kind.wire} is expected"
        return Verdict(tensor.name, False, words, Difference(problem=words))
    difference = compare(tensor.array, wanted, expected.tolerance)
    return Verdict(tensor.name, difference.is_within, difference.text, difference)


def _by_statistics(tensor: Tensor, expected: Expectation) -> Verdict:
    found = statistics(tensor.array)
    if found is None:
        return Verdict(tensor.name, False, "it has no statistics: it is empty or holds strings")
    off = []
    for name, wanted in expected.statistics:
        value = float(getattr(found, name))
        allowed = expected.tolerance.absolute + expected.tolerance.relative * abs(wanted)
        is_same = math.isnan(value) and math.isnan(wanted)
        if not is_same and not abs(value - wanted) <= allowed:
            off.append(f"{name} is {value:.6g} and not {wanted:.6g}")
    return Verdict(tensor.name, not off, ", ".join(off) or "as expected")


def _by_classes(tensor: Tensor, expected: Expectation, labels: tuple[str, ...]) -> Verdict:
    if statistics(tensor.array) is None:
        return Verdict(tensor.name, False, "it has no best classes: it is empty or holds strings")
    best = top_k(tensor.array, len(expected.classes), labels)
    wanted = [labels.index(each) if each in labels else each for each in expected.classes]
    if unknown := [each for each in wanted if isinstance(each, str)]:
        return Verdict(tensor.name, False, f"no label is {unknown[0]}: the label file is another, or not at hand")
    if [each.index for each in best] == wanted:
        return Verdict(tensor.name, True, "as expected")
    shown = ", ".join(f"{each.label or each.index} ({each.score:.3g})" for each in best)
    return Verdict(tensor.name, False, f"best: {shown}, and not {', '.join(map(str, expected.classes))}")
