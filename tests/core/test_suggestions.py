"""What is suggested at a place of a text that is being typed; `|` marks the place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.assist.cursor import cursor
from studio.core.assist.references import Scope
from studio.core.assist.suggestions import Suggestion, suggestions
from studio.core.config.model_config import config
from studio.text.parse import parse

MODELS = {
    "net": 'name: "net" backend: "python"',
    "scale": """backend: "onnxruntime"
        input [ { name: "raw" data_type: TYPE_UINT8 }, { name: "factor" data_type: TYPE_FP32 } ]
        output { name: "scaled" data_type: TYPE_FP32 }""",
    "pipe": 'platform: "ensemble"',
}


def _around(text: str, name: str = "net") -> Scope:
    return Scope(
        name,
        config(parse(text)),
        tuple(MODELS),
        lambda other: config(parse(MODELS[other])) if other in MODELS else None,
        lambda other: (1, 3) if other in MODELS else (),
        ("labels.txt", "model.onnx"),
        (0, 1),
    )


def _ask(marked: str) -> tuple[Suggestion, ...]:
    offset = marked.index("|")
    text = marked.replace("|", "")
    return suggestions(text, offset, _around(text), parse(text))


def _labels(marked: str) -> list[str]:
    return [each.label for each in _ask(marked)]


def _taken(marked: str, label: str) -> str:
    """The text once a suggestion was taken, with a mark where the cursor then stands."""
    found = next(each for each in _ask(marked) if each.label == label)
    text = marked.replace("|", "")
    insert = found.insert[: found.caret] + "|" + found.insert[found.caret :]
    return text[: found.span.start] + insert + text[found.span.end :]


def test_fields_of_the_message_at_the_cursor() -> None:
    """Those that are set once and cannot be repeated are left out."""
    assert _labels("max|")[0] == "max_batch_size"
    assert "max_batch_size" not in _labels("max_batch_size: 8\n|")
    inside = _labels('input { name: "a"\n  | }')
    assert "data_type" in inside
    assert "name" not in inside
    assert "max_batch_size" not in inside
    assert "input" in _labels("input { }\n|"), "a repeated message can be added to"
    assert _labels("dynamic_batching { default_|") == ["default_priority_level", "default_queue_policy"]
    assert _labels("unknown { |") == []


def test_a_member_of_a_oneof_that_is_taken_comes_last() -> None:
    """And says in whose place."""
    found = _ask("dynamic_batching { }\nse|")
    assert {each.label for each in found[-2:]} == {"sequence_batching", "ensemble_scheduling"}
    assert found[-1].detail == "instead of dynamic_batching"


@pytest.mark.parametrize(
    ("marked", "label", "after"),
    [
        ("max|", "max_batch_size", "max_batch_size: |"),
        ("nam|", "name", 'name: "|"'),
        ("  dyn|", "dynamic_batching", "  dynamic_batching {\n    |\n  }"),
        ("input { dim|", "dims", "input { dims: [ | ]"),
        ("param|", "parameters", 'parameters {\n  key: "|"\n  value { string_value: "" }\n}'),
        ("backend: on|", "onnxruntime", 'backend: "onnxruntime"|'),
        ('backend: "on|"', "onnxruntime", 'backend: "onnxruntime|"'),
        ('backend: "|', "python", 'backend: "python|'),
        ("nam|: 'x'", "name", "name|: 'x'"),
        ("input { data_type: TYPE_F|P16 }", "TYPE_FP32", "input { data_type: TYPE_FP32| }"),
    ],
)
def test_taking_one(marked: str, label: str, after: str) -> None:
    """Brackets and quotes come along where they are missing; what is there is replaced."""
    assert _taken(marked, label) == after


def test_values_of_enumerations_and_booleans() -> None:
    """The one that means nothing is the last."""
    types = _labels("input { data_type: |")
    assert types[0] == "TYPE_BOOL"
    assert types[-1] == "TYPE_INVALID"
    assert _labels("input { data_type: FP|")[0] == "TYPE_FP16"
    assert _labels("instance_group [ { kind: |") == ["KIND_AUTO", "KIND_GPU", "KIND_CPU", "KIND_MODEL"]
    assert _labels("response_cache { enable: |") == ["true", "false"]
    assert _labels("version_policy: |") == ["{ }"]


def test_models_and_tensors_of_an_ensemble() -> None:
    """Keys are the step's model's, those that are mapped left out; values are the ensemble's."""
    assert _labels('ensemble_scheduling { step [ { model_name: "|') == ["scale", "pipe"]
    text = """input { name: "photo" data_type: TYPE_UINT8 dims: [ 1 ] }
output { name: "answer" data_type: TYPE_FP32 dims: [ 1 ] }
ensemble_scheduling {
  step [
    { model_name: "pre" output_map { key: "o" value: "middle" } },
    {
      model_name: "scale"
      input_map { key: "raw" value: "photo" }
      %s
    }
  ]
}
"""
    assert _labels(text % 'input_map { key: "|" }') == ["factor"]
    assert _labels(text % 'input_map [ { key: "|') == ["factor"]
    assert _labels(text % 'input_map { key: "factor" value: "|" }') == ["photo", "middle"]
    assert _labels(text % 'output_map { key: "|') == ["scaled"]
    assert _labels(text % 'output_map { key: "scaled" value: "|') == ["answer", "photo"]
    assert _labels(text % "model_version: |") == ["-1", "1", "3"]


def test_other_names_that_are_known() -> None:
    """Files, parameters of the backend, versions, GPUs."""
    assert _labels('backend: "python"\nparameters { key: "EX|"') == ["EXECUTION_ENV_PATH"]
    assert _labels("version_policy { specific { versions: [ 1, |") == ["1", "3"]
    assert _labels("instance_group { gpus: [ |") == ["0", "1"]
    assert _labels('output { label_filename: "|') == ["labels.txt"]
    own = 'input { name: "a" }\n'
    assert _labels(own + 'model_warmup { inputs { key: "|') == ["a"]
    assert _labels(own + 'batch_input { source_input: "|') == ["a"]


def test_nothing_where_nothing_can_be_known() -> None:
    """In a comment, in the name, behind a name without a colon."""
    assert _labels("# max|") == []
    assert _labels("max_batch_size |") == []
    assert _labels("max_batch_size: |") == []
    assert _labels('metric_tags { key: "a|') == []


def test_a_bracket_in_a_string_or_a_comment_opens_nothing() -> None:
    """Nor does one in the string that is being typed."""
    assert cursor('a: "{" # {\n', 11).path == ()
    assert cursor('a { b: "{', 9).path == ("a",)


@given(
    st.lists(
        st.sampled_from(["input", "[", "{", "}", "]", ":", ",", '"', "'", "\n", " ", "# x", "dims", "1", "step", "key"])
    ).map("".join),
    st.data(),
)
def test_any_text_has_an_answer(text: str, data: st.DataObject) -> None:
    """Whatever is broken in it; what is suggested replaces text around the place only."""
    offset = data.draw(st.integers(0, len(text)))
    for each in suggestions(text, offset, _around(text), parse(text)):
        assert 0 <= each.span.start <= offset <= each.span.end <= len(text)
        assert 0 <= each.caret <= len(each.insert)
