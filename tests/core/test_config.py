"""The typed read view: equal to protobuf's reading of sound texts, tolerant of the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import DataType, ModelConfig, ModelInstanceGroup

from studio.core.config.model_config import Config, TensorConfig, VersionPolicy, config, wire_shape
from studio.text.parse import parse
from tests.corpus import corpus_files


def _read(text: str) -> Config:
    return config(parse(text))


def _parsed(data: bytes) -> ModelConfig | None:
    try:
        return text_format.Parse(data, ModelConfig())
    except (text_format.ParseError, UnicodeDecodeError, DeprecationWarning):
        return None


def _type_name(number: int) -> str:
    """A data type by its number; one that there is not stands as it is written, and none is empty."""
    if number not in DataType.values():
        return str(number)
    return DataType.Name(number) if number else ""


def _tensors(given: Iterable[Any]) -> list[tuple[object, ...]]:
    return [
        (
            one.name,
            _type_name(one.data_type),
            tuple(one.dims),
            tuple(one.reshape.shape) if one.HasField("reshape") else None,
            getattr(one, "optional", False),
            getattr(one, "label_filename", ""),
        )
        for one in given
    ]


def _ours(tensors: tuple[TensorConfig, ...]) -> list[tuple[object, ...]]:
    kinds = {"TYPE_INVALID": ""}
    return [
        (t.name, kinds.get(t.data_type, t.data_type), t.dims, t.reshape, t.optional, t.label_filename) for t in tensors
    ]


def _check(ours: Config, theirs: ModelConfig) -> None:
    assert (ours.name, ours.platform, ours.backend) == (theirs.name, theirs.platform, theirs.backend)
    assert (ours.max_batch_size, ours.runtime) == (theirs.max_batch_size, theirs.runtime)
    assert ours.default_model_filename == theirs.default_model_filename
    assert _ours(ours.inputs) == _tensors(theirs.input)
    assert _ours(ours.outputs) == _tensors(theirs.output)
    assert ours.scheduling == (theirs.WhichOneof("scheduling_choice") or "")
    groups = [(g.name, ModelInstanceGroup.Kind.Name(g.kind), g.count, tuple(g.gpus)) for g in theirs.instance_group]
    assert [(g.name, g.kind, g.count, g.gpus) for g in ours.instance_groups] == groups
    steps = [
        (s.model_name, s.model_version, dict(s.input_map), dict(s.output_map)) for s in theirs.ensemble_scheduling.step
    ]
    assert [(s.model_name, s.model_version, s.input_map, s.output_map) for s in ours.steps] == steps
    assert ours.parameters == {key: value.string_value for key, value in theirs.parameters.items()}
    assert ours.decoupled == theirs.model_transaction_policy.decoupled
    assert ours.response_cache == theirs.response_cache.enable


def test_it_reads_what_protobuf_reads_in_the_whole_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    read = 0
    for path in corpus_files():
        theirs = _parsed(path.read_bytes())
        if theirs is not None:
            _check(config(parse(path.read_bytes())), theirs)
            read += 1
    with capsys.disabled():
        print(f"\nconfigurations read as protobuf reads them: {read}")
    assert read


def test_the_sound_part_of_a_broken_text_is_read() -> None:
    text = """
    name: "m"
    max_batch_size: ${size}
    input [ { name: "x" data_type: TYPE_FP32 dims: [ 3, ${h}, 5 ] }, rubbish, { name: "y" dims: 7 } ]
    instance_group [ { count: 2 kind: KIND_GPU gpus: [ 0, 1 }
    """
    read = _read(text)
    assert (read.name, read.max_batch_size) == ("m", 0)
    assert [(t.name, t.dims) for t in read.inputs] == [("x", (3, 5)), ("y", (7,))]
    assert read.inputs[1].path == ("input", 2)
    assert [(g.count, g.gpus) for g in read.instance_groups] == [(2, (0, 1))]


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("", VersionPolicy("latest", (1,))),
        ("version_policy { latest { num_versions: 3 } }", VersionPolicy("latest", (3,))),
        ("version_policy { all { } }", VersionPolicy("all", ())),
        ("version_policy { specific { versions: 2 versions: [ 4 ] } }", VersionPolicy("specific", (2, 4))),
    ],
)
def test_the_version_policy(text: str, policy: VersionPolicy) -> None:
    assert _read(text).version_policy == policy


def test_an_enumeration_given_by_number_has_its_name() -> None:
    read = _read("input { data_type: 11 } instance_group { kind: 2 }")
    assert (read.inputs[0].data_type, read.instance_groups[0].kind) == ("TYPE_FP32", "KIND_CPU")


def test_batching_puts_a_dimension_before_the_others() -> None:
    tensor = _read("input { dims: [ 3, -1 ] }").inputs[0]
    assert wire_shape(tensor, 8) == (-1, 3, -1)
    assert wire_shape(tensor, 0) == (3, -1)
