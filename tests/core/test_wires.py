"""What is kept of the values on wires, what is said of them, and which step failed."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from studio.core.config.datatypes import data_type
from studio.core.inference.asking.probing import ProbeStep
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.wires.digest import BINS, PICTURE, Digest, digest
from studio.core.inference.wires.failed_step import StepWires, nan_begins, read_failure
from studio.core.inference.wires.seen import SeenValues
from studio.core.inference.wires.traced import traced_tensors
from studio.core.tracing.values import Span, TracedTensor

KB = np.zeros(256, np.float32)


def tensor(array: Array, kind: str = "FP32", name: str = "y") -> Tensor:
    """A tensor of a type by its name."""
    found = data_type(kind)
    assert found is not None
    return Tensor(name, found, array)


def strings(*values: bytes) -> Tensor:
    """A string tensor of one axis."""
    array = np.empty(len(values), dtype=np.object_)
    array[:] = values
    return tensor(array, "BYTES")


def _take(values: SeenValues, name: str, count: int = 1, array: Tensor | None = None) -> None:
    for number in range(count):
        values.take("pipe", array or tensor(KB, name=name), float(number), f"r-{number}", "request")


def test_a_wire_keeps_its_last_value_and_a_watched_one_the_last_few() -> None:
    values = SeenValues(most_values=3)
    values.watch("pipe", "watched")
    _take(values, "watched", 5)
    _take(values, "other", 5)
    assert [each.request for each in values.of("pipe", "watched")] == ["r-4", "r-3", "r-2"]
    assert [each.request for each in values.of("pipe", "other")] == ["r-4"]
    assert values.watched("pipe") == ("watched",)
    values.unwatch("pipe", "watched")
    assert [each.request for each in values.of("pipe", "watched")] == ["r-4"]
    assert values.of("pipe", "unknown") == ()


def test_the_values_of_a_watched_wire_are_bounded_in_bytes_and_their_figures_stay() -> None:
    values = SeenValues(of_wire=2500)
    values.watch("pipe", "watched")
    _take(values, "watched", 4)
    assert [each.tensor is not None for each in values.of("pipe", "watched")] == [True, True, False, False]
    assert values.size == 2048


def test_all_values_together_are_bounded_and_one_that_is_larger_is_not_kept() -> None:
    values = SeenValues(most_bytes=3000)
    for name in "abc":
        _take(values, name)
    assert [values.of("pipe", name)[0].tensor is not None for name in "abc"] == [False, True, True]
    values.take("pipe", tensor(np.zeros(1000, np.float32), name="large"), 0.0, "r", "probe")
    large = values.of("pipe", "large")[0]
    assert (large.tensor, large.size) == (None, 4000)
    assert values.size <= 3000
    values.clear()
    assert values.size == 0


def test_what_is_said_of_a_value_stays_with_it() -> None:
    values = SeenValues()
    seen = values.take("pipe", tensor(KB, name="x"), 1.0, "r", "trace")
    found = digest(tensor(KB, name="x"))
    values.digested(seen.number, found)
    kept = values.find(seen.number)
    assert kept is not None
    assert kept.digest is found
    assert values.find(99) is None


def test_numbers_have_figures_and_a_histogram() -> None:
    found = digest(tensor(np.linspace(-1, 3, 5000, dtype=np.float32).reshape(50, 100)))
    assert found.shown == "histogram"
    assert found.statistics is not None
    assert (found.statistics.minimum, found.statistics.maximum) == (-1, 3)
    assert found.histogram is not None
    assert found.histogram.counts.sum() == 5000
    assert len(found.histogram.counts) == BINS
    assert (found.odd, found.is_all_zeros, found.size) == ("", False, 20_000)


def test_a_few_numbers_are_named_the_largest_first_and_nan_before_all() -> None:
    found = digest(tensor(np.array([[0.25, np.nan, 0.75, np.inf]], np.float32)))
    assert found.shown == "values"
    assert [place for place, _ in found.values] == [1, 3, 2]
    assert found.odd == "NaN 1, Inf 1 of 4"
    assert digest(tensor(KB)).is_all_zeros
    nothing = digest(tensor(np.full(3, np.nan, np.float32)))
    assert nothing.odd == "NaN 3 of 3"
    assert nothing.histogram is None


def test_a_picture_is_small_and_says_how_it_is_seen() -> None:
    found = digest(tensor(np.random.default_rng(1).random((1, 3, 300, 200), np.float32)))
    assert found.shown == "picture"
    assert found.note == "as RGB, channels first"
    assert found.picture is not None
    assert found.picture.shape == (100, 67, 3)
    file = io.BytesIO()
    Image.new("RGB", (320, 200), "red").save(file, "PNG")
    file_said = digest(strings(file.getvalue()))
    assert (file_said.shown, file_said.note) == ("picture", "PNG, 320 × 200")
    assert file_said.picture is not None
    assert max(file_said.picture.shape) == PICTURE
    broken = digest(strings(file.getvalue()[:60]))
    assert broken.shown == "text"


def test_strings_are_shown_as_they_are() -> None:
    found = digest(strings(b"ahoy  there\n", bytes(range(20)), b"x" * 500))
    assert found.text == ("ahoy there", f"20 B of bytes: {bytes(range(16)).hex(' ')}", "x" * 200 + " …")
    assert digest(tensor(np.zeros((0, 3), np.float32))).shown == "empty"


@pytest.mark.parametrize(
    ("said", "step", "words", "place"),
    [
        (
            "in ensemble 'pipe', Failed to process the request(s) for model instance 'post_0_0', message: "
            "ValueError: no good\n\nAt:\n  /models/post/1/model.py(35): execute\n",
            2,
            "no good",
            ("1/model.py", 35),
        ),
        ("in ensemble 'pipe', Request for unknown model: 'pre' is not found", -1, "Request for unknown", ("", 0)),
        ("[StatusCode.INTERNAL] in ensemble 'pipe', model 'twice' is unwell", -1, "model 'twice'", ("", 0)),
        ("Deadline exceeded", -1, "Deadline exceeded", ("", 0)),
    ],
)
def test_the_step_is_the_one_that_the_server_names(said: str, step: int, words: str, place: tuple[str, int]) -> None:
    found = read_failure(said, ["pre", "twice", "post", "twice"])
    assert found.step == step
    assert words in found.words
    assert "in ensemble" not in found.words
    assert (found.file, found.line) == place


def test_nan_begins_where_the_values_prove_it() -> None:
    steps = [StepWires("a", ("x",), ("y",)), StepWires("b", ("y",), ("z",))]
    good, bad = digest(tensor(KB)), digest(tensor(np.full(4, np.nan, np.float32)))

    def begins(**known: Digest) -> int:
        return nan_begins(steps, known.get)

    assert begins(x=good, y=good, z=bad) == 1
    assert begins(x=good, y=bad, z=bad) == 0
    assert begins(x=bad, y=bad, z=bad) == -1
    assert begins(z=bad) == -1
    assert begins(x=good, y=good) == -1


def test_the_values_of_a_trace_go_to_the_wires_of_their_steps() -> None:
    def traced(name: str, text: str, kind: str = "FP32", shape: tuple[int, ...] = (1, 2)) -> TracedTensor:
        return TracedTensor(name, False, kind, shape, text)

    def span(model: str, *tensors: TracedTensor, steps: tuple[Span, ...] = ()) -> Span:
        return Span(1, 0, model, "1", "r", 0, 1, steps=steps, tensors=tensors)

    first = span("first", traced("b", "1.5,nan"), traced("log", "3"))
    twice = span("twice", traced("out", "1,2"))
    root = span(
        "pipe",
        traced("x", "7,8", "INT32"),
        traced("cut", "7,"),
        traced("label", "a, b", "BYTES", (1,)),
        steps=(first, twice),
    )
    steps = [ProbeStep("first", "", {"a": "x"}, {"b": "mid"}), *[ProbeStep("twice", "", {}, {"out": "y"})] * 2]
    found = {each.name: each for each in traced_tensors(root, steps)}
    assert set(found) == {"x", "label", "mid"}
    assert found["x"].array.tolist() == [[7, 8]]
    assert found["x"].array.dtype == np.int32
    assert np.isnan(found["mid"].array[0, 1])
    assert found["label"].array.tolist() == [b"a, b"]


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("UINT64", "18446744073709551615,1", [2**64 - 1, 1]),
        ("INT64", "9007199254740993,-9223372036854775808", [2**53 + 1, -(2**63)]),
        ("INT8", "127,128", None),
        ("BYTES", "a\ud83d", [b"a?"]),
        ("BOOL", "0,1", [False, True]),
    ],
)
def test_the_values_of_a_trace_are_exact_or_none(kind: str, text: str, values: list[object] | None) -> None:
    shape = (len(values) if values else 2,)
    told = TracedTensor("x", False, kind, shape, text)
    for is_cut in (False, True):
        root = Span(1, 0, "m", "1", "r", 0, 1, tensors=(replace(told, is_cut=is_cut),))
        found = [each.array.tolist() for each in traced_tensors(root, [])]
        assert found == ([values] if values and not is_cut else [])
