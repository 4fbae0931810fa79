"""Edits by path in plain values: they mean what they say, and leave the rest of the text as it is."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import text_format
from hypothesis import given, settings
from hypothesis import strategies as st
from tritonclient.grpc.model_config_pb2 import ModelConfig

from studio.core.config.conformance import conformance
from studio.core.config.draft import Draft, draft
from studio.core.config.schema import model_config
from studio.core.failure import CoreError
from tests.fixtures.examples import examples

TEXT = """# about this model
name: 'm'
max_batch_size: 8  # eight
input [
  {
    name: "x"  # the image
    data_type: TYPE_FP32
    dims: [ 3, 224, 224 ]
  }
]
version_policy: { latest { num_versions: 2 } }
# what the backend wants
parameters: { key: "a" value: { string_value: "1" } }
"""


def _message(changed: Draft) -> Any:
    assert not conformance(changed.document, model_config())
    return text_format.Parse(changed.document.text, ModelConfig())


def test_reading_gives_values_or_the_schema_s_defaults() -> None:
    one = draft(TEXT)
    assert one.get("max_batch_size") == 8
    assert one.get("platform") == ""
    assert one.get("input", 0, "dims") == (3, 224, 224)
    assert one.get("input", 0, "dims", 2) == 224
    assert one.get("input", 0, "data_type") == "TYPE_FP32"
    assert one.get("input", 0, "format") == "FORMAT_NONE"
    assert one.get("dynamic_batching") is None
    assert one.get("dynamic_batching", "max_queue_delay_microseconds") == 0
    assert one.get("version_policy") == {"latest": {"num_versions": 2}}
    assert (one.has("input", 0, "dims"), one.has("input", 1), one.has("backend")) == (True, False, False)


def test_one_value_changes_in_its_place_alone() -> None:
    changed = draft(TEXT).set("max_batch_size", 16)
    assert changed.document.text == TEXT.replace("8  # eight", "16  # eight")
    assert changed.set("name", "n").document.text == TEXT.replace("8  #", "16  #").replace("'m'", "'n'")


def test_an_equal_value_changes_nothing() -> None:
    one = draft(TEXT)
    assert one.set("max_batch_size", 8) is one
    assert one.set("input", 0, "dims", [3, 224, 224]) is one
    assert one.set("version_policy", "latest", {"num_versions": 2}) is one
    assert one.clear("backend") is one
    assert one.with_text(TEXT) is one


def test_a_deep_path_makes_the_messages_around_it() -> None:
    changed = draft(TEXT).set("dynamic_batching", "default_queue_policy", "max_queue_size", 7)
    assert _message(changed).dynamic_batching.default_queue_policy.max_queue_size == 7
    assert changed.document.text.startswith(TEXT[: TEXT.index("version_policy")])
    assert "dynamic_batching: {\n  default_queue_policy: {\n    max_queue_size: 7" in changed.document.text


def test_a_member_of_a_oneof_takes_the_place_of_another() -> None:
    one = draft(TEXT).set("dynamic_batching", {}).set("version_policy", "specific", "versions", [1, 3])
    message = _message(one)
    assert message.version_policy.WhichOneof("policy_choice") == "specific"
    assert list(message.version_policy.specific.versions) == [1, 3]
    other = _message(one.set("sequence_batching", "max_sequence_idle_microseconds", 5))
    assert other.WhichOneof("scheduling_choice") == "sequence_batching"


def test_elements_are_added_moved_and_removed() -> None:
    one = draft(TEXT).append("input", {"name": "y", "data_type": "TYPE_STRING", "dims": [-1]})
    assert [tensor.name for tensor in _message(one).input] == ["x", "y"]
    moved = one.move("input", 1, index=0)
    assert [tensor.name for tensor in _message(moved).input] == ["y", "x"]
    assert moved.clear("input", 0).get("input", 0, "name") == "x"
    assert "# the image" in moved.clear("input", 0).document.text
    assert list(_message(one.append("input", 1, "dims", 4)).input[1].dims) == [-1, 4]
    first = _message(draft("").append("instance_group", {"kind": "KIND_CPU", "count": 2}))
    assert first.instance_group[0].count == 2


def test_an_entry_of_a_map_is_found_by_its_key() -> None:
    one = draft(TEXT).append("parameters", {"key": "b", "value": {"string_value": "2"}})
    assert (one.entry(("parameters",), "b"), one.entry(("parameters",), "c")) == (1, None)
    changed = one.set("parameters", 1, "value", "string_value", 'quo"te\n')
    assert _message(changed).parameters["b"].string_value == 'quo"te\n'
    assert _message(changed).parameters["a"].string_value == "1"
    assert not _message(changed.clear("parameters")).parameters


def test_none_clears() -> None:
    assert not draft(TEXT).set("max_batch_size", None).has("max_batch_size")


def test_a_dictionary_becomes_what_the_message_writes() -> None:
    one = draft(TEXT).set("dynamic_batching", {"preserve_ordering": True, "preferred_batch_size": [2, 4]})
    changed = one.set("dynamic_batching", {"preferred_batch_size": [2, 4, 8]})
    assert changed.get("dynamic_batching") == {"preferred_batch_size": (2, 4, 8)}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("bogus",), 1),
        (("name", 0), "x"),
        (("max_batch_size",), "8"),
        (("max_batch_size",), 1 << 31),
        (("input", 0, "data_type"), "TYPE_BYTES"),
        (("input", 0, "dims"), 3),
        (("input", 0, "dims"), ["3"]),
        (("dynamic_batching",), 5),
        (("input", 5, "name"), "x"),
        (("response_cache", "enable"), 1),
    ],
)
def test_what_the_schema_cannot_take_is_refused(path: tuple[str | int, ...], value: object) -> None:
    with pytest.raises(CoreError):
        draft(TEXT).set(*path, value)


def test_the_sound_part_of_a_broken_text_can_be_edited() -> None:
    broken = TEXT.replace("max_batch_size: 8", "max_batch_size: ${size}") + "input {"
    changed = draft(broken).set("input", 0, "dims", [1, 2]).set("name", "n")
    expected = broken.replace("'m'", "'n'").replace("[ 3, 224, 224 ]", "[ 1, 2 ]")
    assert changed.document.text == expected
    assert "max_batch_size: 4  # eight" in changed.set("max_batch_size", 4).document.text


_SETS = st.sampled_from(
    [
        ("max_batch_size", 0),
        ("max_batch_size", 64),
        ("name", "é“\\"),
        ("backend", "python"),
        ("dynamic_batching", "max_queue_delay_microseconds", 500),
        ("dynamic_batching", "preferred_batch_size", [1, 2]),
        ("sequence_batching", "direct", "minimum_slot_utilization", 0.5),
        ("sequence_batching", "oldest", {}),
        ("version_policy", "all", {}),
        ("version_policy", "specific", "versions", [3]),
        ("input", 0, "reshape", "shape", []),
        ("input", 0, "dims", [-1]),
        ("input", 0, "optional", True),
        ("instance_group", [{"count": 1}, {"count": 2, "kind": "KIND_CPU"}]),
        ("optimization", "cuda", "graphs", True),
        ("parameters", {"k": {"string_value": "v"}}),
        ("output", [{"name": "o", "data_type": "TYPE_FP32", "dims": [1]}]),
    ]
)


@settings(max_examples=examples(150))
@given(st.lists(_SETS, min_size=1, max_size=6))
def test_what_was_set_is_read_back_and_the_text_stays_sound(edits: list[tuple[Any, ...]]) -> None:
    changed = draft(TEXT)
    for *path, value in edits:
        changed = changed.set(*path, value)
        assert changed.set(*path, value) is changed
        assert not conformance(changed.document, model_config())
        if isinstance(value, str | int | float):
            assert changed.get(*path) == value
    assert all(comment in changed.document.text for comment in ("# about this model", "# eight"))
