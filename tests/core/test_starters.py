"""Templates of the form: each is one edit that the server's own parser takes, offered until it is there."""

from __future__ import annotations

import json

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from studio.core.assist.starters import starters
from studio.core.config.draft import draft
from studio.core.config.parameters import known_parameters
from studio.resources import resource

BARE = 'name: "m"\nmax_batch_size: 8\ninput [ { name: "x" data_type: TYPE_FP32 dims: [ -1, 3 ] } ]\n'
SECTIONS = ("sequence", "warmup", "optimization", "parameters", "instance_group", "batching")
BACKENDS = ("", "onnxruntime", "python", "tensorrt", "pytorch", "openvino", "tensorflow", "fil")


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_each_is_an_edit_that_parses_and_keeps_what_was_there(section: str, backend: str) -> None:
    before = draft(BARE + "# The end.\n")
    for starter in starters(section, before, backend):
        after = starter.change(before)
        text = after.document.text
        text_format.Parse(text, model_config_pb2.ModelConfig())
        assert text != before.document.text
        assert text.startswith(BARE) or section in ("instance_group", "sequence", "batching")
        assert "# The end." in text
        assert starter.title
        assert starter.what.endswith(".")


@pytest.mark.parametrize("section", ["optimization", "parameters", "instance_group", "batching"])
def test_what_is_there_is_not_offered_again(section: str) -> None:
    now = draft(BARE)
    offered = starters(section, now, "onnxruntime")
    for starter in offered:
        now = starter.change(now)
    assert offered
    assert not starters(section, now, "onnxruntime")


def test_the_controls_that_lack_are_added_to_those_that_are_there() -> None:
    now = draft('sequence_batching { control_input [ { name: "GO" control [ { kind: CONTROL_SEQUENCE_START } ] } ] }\n')
    first = starters("sequence", now, "")[0]
    assert first.title == "Controls END, READY"
    after = first.change(now)
    config = text_format.Parse(after.document.text, model_config_pb2.ModelConfig())
    assert [each.name for each in config.sequence_batching.control_input] == ["GO", "END", "READY"]


def test_a_warm_up_has_every_input_with_a_size_and_text_as_zeros() -> None:
    text = BARE + 'input [ { name: "t" data_type: TYPE_STRING dims: [ 1 ] } ]\n'
    random = next(each for each in starters("warmup", draft(text), "") if each.title.startswith("Random"))
    config = text_format.Parse(random.change(draft(text)).document.text, model_config_pb2.ModelConfig())
    sample = config.model_warmup[0]
    assert (list(sample.inputs["x"].dims), sample.inputs["x"].random_data) == ([1, 3], True)
    assert sample.inputs["t"].zero_data
    assert sample.batch_size == 1


def test_what_is_known_of_parameters_is_whole() -> None:
    backends = json.loads(resource("help", "parameters.json").read_text("utf-8"))
    assert set(BACKENDS) - {""} <= set(backends)
    for backend in backends:
        for known in known_parameters(backend).values():
            assert known.what.endswith(".")
            assert not known.values or not known.default or known.default in known.values
    assert known_parameters("mine") == {}
