"""Texts with several mistakes: each is found, nothing else is, and one mistake hides nothing that can be told."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import onnx
import pytest
from onnx import TensorProto, helper

from studio.core.checking.check import check_model
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import Repository, scan
from tests.core.repositories import check, drafts, write
from tests.fixtures.examples import examples

SERVER = Profile(gpus=(0,), backends=frozenset({"onnxruntime", "python"}), agents=frozenset())
VALID = """\
# a model for tests
name: "m"
backend: "onnxruntime"
max_batch_size: 8
input [
  {
    name: "x"
    data_type: TYPE_FP32
    dims: [ 3 ]
  },
  {
    name: "mask"
    data_type: TYPE_INT64
    dims: [ 3 ]
  }
]
output [
  {
    name: "y"
    data_type: TYPE_FP32
    dims: [ 2 ]
  }
]
instance_group [
  {
    count: 2
    kind: KIND_CPU
  }
]
dynamic_batching {
  preferred_batch_size: [ 4, 8 ]
  max_queue_delay_microseconds: 100
}
version_policy { latest { num_versions: 1 } }
parameters { key: "note" value { string_value: "kept" } }
"""
ENSEMBLE = """\
name: "e"
platform: "ensemble"
max_batch_size: 8
input [
  {
    name: "a"
    data_type: TYPE_FP32
    dims: [ 3 ]
  },
  {
    name: "b"
    data_type: TYPE_INT64
    dims: [ 3 ]
  }
]
output [
  {
    name: "c"
    data_type: TYPE_FP32
    dims: [ 2 ]
  }
]
ensemble_scheduling {
  step [
    {
      model_name: "m"
      model_version: -1
      input_map { key: "x" value: "a" }
      input_map { key: "mask" value: "b" }
      output_map { key: "y" value: "c" }
    }
  ]
}
"""


class Mistake(NamedTuple):
    """What is written instead of a part of a valid text, and the rule that tells of it."""

    old: str
    new: str
    rule: str


SYNTAX = (
    Mistake("TYPE_INT64", "INT64", "pbtxt-unknown-enum"),
    Mistake("data_type: TYPE_FP32\n    dims: [ 2 ]", "data_type: FP32\n    dims: [ 2 ]", "pbtxt-unknown-enum"),
    Mistake("kind: KIND_CPU", 'kind: "KIND_CPU"', "pbtxt-enum-quoted"),
    Mistake("max_batch_size: 8", 'max_batch_size: "8"', "pbtxt-int-expected"),
    Mistake("max_batch_size: 8", "max_batch_sise: 8", "pbtxt-unknown-field"),
    Mistake("max_queue_delay_microseconds", "max_queue_delay_us", "pbtxt-unknown-field"),
    Mistake("preferred_batch_size: [ 4, 8 ]", "preferred_batch_size: [ 4 8 ]", "pbtxt-missing-comma"),
    Mistake("preferred_batch_size: [ 4, 8 ]", "preferred_batch_size: [ 4, 8, ]", "pbtxt-trailing-comma"),
    Mistake("preferred_batch_size: [ 4, 8 ]", "preferred_batch_size: 4, 8", "pbtxt-parse-failed"),
    Mistake("# a model", "// a model", "pbtxt-comment-style"),
    Mistake("count: 2", "count 2", "pbtxt-missing-colon"),
    Mistake("count: 2", "count: two", "pbtxt-int-expected"),
    Mistake("count: 2", "count: = 2", "pbtxt-int-expected"),
    Mistake('name: "y"', "name: y", "pbtxt-string-expected"),
    Mistake('name: "y"', 'name: "y', "pbtxt-newline-in-string"),
    Mistake("dims: [ 2 ]\n  }\n", "dims: [ 2 ]\n", "pbtxt-unclosed"),
    Mistake("microseconds: 100\n}", "microseconds: 100\n", "pbtxt-unclosed"),
    Mistake("num_versions: 1 } }", "num_versions: 1 } } }", "pbtxt-extra-bracket"),
    Mistake("num_versions: 1 }", "num_versions: 1 } all { }", "pbtxt-oneof-conflict"),
    Mistake('string_value: "kept"', "string_value: ${note}", "pbtxt-template-placeholder"),
    Mistake('string_value: "kept"', 'string_value: "c:\\data"', "pbtxt-bad-escape"),
)
MEANING = (
    Mistake('name: "m"', 'name: "other"', "model-name-mismatch"),
    Mistake('name: "x"', 'name: "z"', "ort-input-unknown"),
    Mistake('"x"\n    data_type: TYPE_FP32', '"x"\n    data_type: TYPE_FP16', "ort-dtype"),
    Mistake(
        '"y"\n    data_type: TYPE_FP32\n    dims: [ 2 ]', '"y"\n    data_type: TYPE_FP32\n    dims: [ 5 ]', "ort-dims"
    ),
    Mistake("kind: KIND_CPU", "kind: KIND_GPU gpus: [ 7 ]", "ig-gpu-id-invalid"),
    Mistake("preferred_batch_size: [ 4, 8 ]", "preferred_batch_size: [ 4, -8 ]", "dyn-preferred"),
    Mistake('"onnxruntime"', '"onnxruntyme"', "backend-library-missing"),
)
OF_ENSEMBLE = (
    Mistake('"a"\n    data_type: TYPE_FP32', '"a"\n    data_type: TYPE_INT32', "ens-dtype"),
    Mistake('model_name: "m"', 'model_name: "n"', "ens-step-missing"),
    Mistake('value: "c"', 'value: "d"', "ens-output"),
    Mistake("model_version: -1", "model_version: latest", "pbtxt-int-expected"),
    Mistake('"b"\n    data_type: TYPE_INT64', '"b"\n    data_type: INT64', "pbtxt-unknown-enum"),
    Mistake('model_name: "m"', "model_name: m", "pbtxt-string-expected"),
    Mistake("max_batch_size: 8", "max_batch_size 8", "pbtxt-missing-colon"),
)


def _model_file(path: Path) -> None:
    tensors = [("x", TensorProto.FLOAT, 3), ("mask", TensorProto.INT64, 3), ("y", TensorProto.FLOAT, 2)]
    x, mask, y = (helper.make_tensor_value_info(name, kind, [None, size]) for name, kind, size in tensors)
    node = helper.make_node("Identity", ["x"], ["y"])
    onnx.save(helper.make_model(helper.make_graph([node], "g", [x, mask], [y])), str(path))


def write_model(path: Path) -> None:
    """A model with its file, and an ensemble of it, both sound."""
    folder = write(path, "m", VALID)
    _model_file(folder / "1" / "model.onnx")
    write(path, "e", ENSEMBLE)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A model with its file and an ensemble of it, neither of which has a finding."""
    write_model(tmp_path)
    found = scan(tmp_path)
    assert check(found, drafts(found), SERVER) == ()
    return found


def _findings(repository: Repository, name: str, text: str) -> list[Finding]:
    texts: dict[str, Draft] = {**drafts(repository), name: draft(text)}
    return [each for each in check_model(repository, name, texts, SERVER) if each.model == name]


def with_mistakes(text: str, mistakes: list[Mistake]) -> str | None:
    """The text with mistakes in it; None where two are about the same part."""
    for each in mistakes:
        if text.count(each.old) != 1:
            return None
        text = text.replace(each.old, each.new)
    return text


def chosen(chance: random.Random, text: str, pool: tuple[Mistake, ...], count: int) -> list[Mistake]:
    """Some mistakes that do not touch one another."""
    while True:
        found = chance.sample(pool, count)
        # A bracket too many and one too few make up for each other.
        brackets = {each.rule for each in found} & {"pbtxt-unclosed", "pbtxt-extra-bracket"}
        apart = with_mistakes(text, found) is not None and with_mistakes(text, found[::-1]) == with_mistakes(
            text, found
        )
        if apart and len(brackets) < 2:
            return found


def _rules(found: list[Finding]) -> list[str]:
    return sorted(each.rule for each in found if each.severity is Severity.ERROR)


@pytest.mark.parametrize("mistake", [*SYNTAX, *MEANING], ids=lambda each: f"{each.rule}: {each.new[:24]}")
def test_one_mistake_is_one_error(repository: Repository, mistake: Mistake) -> None:
    found = _findings(repository, "m", VALID.replace(mistake.old, mistake.new))
    (error,) = [each for each in found if each.severity is Severity.ERROR]
    assert error.rule.startswith(mistake.rule), error


@pytest.mark.parametrize("mistake", OF_ENSEMBLE, ids=lambda each: f"{each.rule}: {each.new[:24]}")
def test_one_mistake_of_an_ensemble_is_found(repository: Repository, mistake: Mistake) -> None:
    found = _findings(repository, "e", ENSEMBLE.replace(mistake.old, mistake.new))
    assert any(each.rule.startswith(mistake.rule) for each in found), found
    assert len({each.rule for each in found if each.rule.startswith("pbtxt-")}) == mistake.rule.startswith("pbtxt-")


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_every_one_of_several_mistakes_is_found_and_nothing_else(repository: Repository, count: int) -> None:
    chance = random.Random(count)
    for _ in range(examples(30)):
        mistakes = chosen(chance, VALID, (*SYNTAX, *MEANING), count)
        text = with_mistakes(VALID, mistakes)
        assert text is not None
        found = _rules(_findings(repository, "m", text))
        for each in mistakes:
            here = next((rule for rule in found if rule.startswith(each.rule)), "")
            assert here, (each, found, text)
            found.remove(here)
        assert not found, (mistakes, found, text)


def _place(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.message, str(finding.path)


def _is_subset(repository: Repository, name: str, text: str, broken: str) -> None:
    """What is found in a broken text was there before it was broken, the mistakes of its syntax apart."""
    before = {_place(each) for each in _findings(repository, name, text)}
    after = [each for each in _findings(repository, name, broken) if not each.rule.startswith("pbtxt-")]
    new = [each for each in after if _place(each) not in before]
    assert not new, (new, broken)


def test_a_mistake_elsewhere_brings_no_finding_that_was_not_there(repository: Repository) -> None:
    chance = random.Random(1)
    pools: dict[str, tuple[str, tuple[Mistake, ...]]] = {
        "m": (VALID, MEANING),
        "e": (ENSEMBLE, tuple(each for each in OF_ENSEMBLE if not each.rule.startswith("pbtxt-"))),
    }
    for name, (valid, pool) in pools.items():
        for _ in range(examples(60)):
            text = with_mistakes(valid, chance.sample(pool, 1))
            syntax = chance.choice([*SYNTAX, *(each for each in OF_ENSEMBLE if each.rule.startswith("pbtxt-"))])
            if text and text.count(syntax.old) == 1:
                _is_subset(repository, name, text, text.replace(syntax.old, syntax.new))


def _cut(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text))
    return text[:start] + text[start + chance.randint(1, 3) :]


def _put(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text))
    return text[:start] + chance.choice(["}", "{", "]", "[", '"', ",", ":", "x", "$", "\n", "#"]) + text[start:]


def _line_gone(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return "".join(lines)


def _truncated(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


@pytest.mark.parametrize("harm", [_cut, _put, _line_gone, _truncated])
def test_no_harm_of_a_text_makes_up_a_finding(
    repository: Repository, harm: Callable[[str, random.Random], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A valid text that is damaged anywhere may lose its sense there; of what is whole nothing false is said."""
    chance = random.Random(7)
    made_up, broken = [], 0
    tried = max(20, examples(60))
    for _ in range(tried):
        name, valid = chance.choice([("m", VALID), ("e", ENSEMBLE)])
        found = _findings(repository, name, text := harm(valid, chance))
        if any(each.rule.startswith("pbtxt-") for each in found):
            broken += 1
            made_up += [(each.rule, each.message, text) for each in found if not each.rule.startswith("pbtxt-")]
    with capsys.disabled():
        print(f"\n{harm.__name__}: {broken} broken texts, {len(made_up)} findings beside what is broken")
    assert broken > tried // 3
    assert not made_up, made_up[:3]
