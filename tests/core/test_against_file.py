"""What a server runs against the file, and what of it is taken into the text."""

from __future__ import annotations

from typing import Any

import pytest

from studio.core.config.draft import draft
from studio.core.serving.against_file import AgainstFile, adopt, against_file

_FILE = """backend: "python"
max_batch_size: 4
input [ { name: "x" data_type: TYPE_FP32 dims: [ 3 ] } ]
# stays
dynamic_batching { }
parameters [ { key: "b" value { string_value: "1" } } ]
"""
_SERVED: dict[str, Any] = {
    "name": "net",
    "backend": "python",
    "max_batch_size": 4,
    "version_policy": {"latest": {"num_versions": 1}},
    "input": [{"name": "x", "data_type": "TYPE_FP32", "dims": ["3"], "optional": False}],
    "output": [],
    "optimization": {"priority": "PRIORITY_DEFAULT", "input_pinned_memory": {"enable": True}},
    "dynamic_batching": {"preferred_batch_size": [4], "max_queue_delay_microseconds": 0},
    "instance_group": [{"name": "net", "kind": "KIND_CPU", "count": 2, "gpus": []}],
    "default_model_filename": "model.py",
    "runtime": "model.py",
    "parameters": {"b": {"string_value": "1"}},
}


def _names(found: AgainstFile) -> dict[str, str]:
    return {each.name: each.origin for each in found.fields}


def test_what_the_file_leaves_to_the_server_is_completed() -> None:
    found = against_file(draft(_FILE), _SERVED)
    assert _names(found) == {
        "dynamic_batching.preferred_batch_size": "completed",
        "instance_group[0].kind": "completed",
        "instance_group[0].count": "completed",
        "default_model_filename": "completed",
    }
    assert found.words == "completed"
    assert found.different == ()
    worth = {each.name for each in found.worth_adopting}
    assert worth == _names(found).keys() - {"default_model_filename"}, "that follows from the backend"


def test_a_file_that_says_all_of_it_is_the_same() -> None:
    found = against_file(draft(_FILE), _SERVED)
    text = draft(_FILE)
    for each in found.fields:
        text = adopt(text, _SERVED, each.path)
    assert against_file(text, _SERVED).words == "same"
    assert "# stays" in text.document.text


def test_another_runtime_than_the_file_names_is_told() -> None:
    found = against_file(draft(f'{_FILE}runtime: "other.py"\n'), _SERVED)
    assert [(each.name, each.server) for each in found.different] == [("runtime", "model.py")]


def test_another_value_counts_and_says_whose_it_is() -> None:
    served = {**_SERVED, "max_batch_size": 8}
    assert against_file(draft(_FILE), served).words == "1 field"
    newer = against_file(draft(_FILE), served, is_newer=True)
    assert newer.words == "file is newer"
    assert [each.origin for each in newer.different] == ["older"]
    text = _FILE.replace("max_batch_size: 4", "max_batch_size: 8")
    tried = against_file(draft(_FILE), served, draft(text))
    assert tried.words == "1 field"
    assert [(each.from_words, each.file, each.server) for each in tried.different] == [("your text, line 2", "4", "8")]
    assert not tried.different[0].can_adopt


def test_what_the_server_does_not_have_is_told_and_taken_out() -> None:
    served = {name: value for name, value in _SERVED.items() if name != "parameters"}
    found = against_file(draft(_FILE), served)
    assert [(each.file, each.server) for each in found.different] == [("b", None), ("1", None)]


def test_a_choice_that_the_file_leaves_is_completed_not_different() -> None:
    text = _FILE + "instance_group [ { kind: KIND_AUTO } ]\n"
    found = against_file(draft(text), _SERVED)
    assert _names(found)["instance_group[0].kind"] == "completed"
    assert found.different == ()


@pytest.mark.parametrize("path", [("instance_group", 0, "count"), ("instance_group", 0, "kind")])
def test_a_block_that_is_not_there_is_adopted_as_a_whole(path: tuple[str | int, ...]) -> None:
    adopted = adopt(draft(_FILE), _SERVED, path)
    assert adopted.get("instance_group") == ({"name": "net", "kind": "KIND_CPU", "count": 2},)
    assert adopted.document.text.startswith(_FILE.splitlines()[0])


def test_a_further_group_and_a_further_parameter_are_added() -> None:
    groups = [*_SERVED["instance_group"], {"name": "more", "kind": "KIND_CPU", "count": 1, "gpus": []}]
    served = {
        **_SERVED,
        "instance_group": groups,
        "parameters": {"b": {"string_value": "1"}, "c": {"string_value": "2"}},
    }
    text = draft(_FILE + 'instance_group [ { name: "net" kind: KIND_CPU count: 2 } ]\n')
    assert len(adopt(text, served, ("instance_group", 1, "kind")).config.instance_groups) == 2
    adopted = adopt(text, served, ("parameters", 1, "value", "string_value"))
    assert adopted.get("parameters") == (
        {"key": "b", "value": {"string_value": "1"}},
        {"key": "c", "value": {"string_value": "2"}},
    )


def test_a_number_of_64_bits_that_comes_as_a_text_is_adopted_as_a_number() -> None:
    served = {**_SERVED, "dynamic_batching": {"max_queue_delay_microseconds": "500"}}
    adopted = adopt(draft(_FILE), served, ("dynamic_batching", "max_queue_delay_microseconds"))
    assert adopted.get("dynamic_batching", "max_queue_delay_microseconds") == 500
