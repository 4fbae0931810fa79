"""The server's text parser, in its order and its words: against real texts, a real server's log, and mutations."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from typing import Any

import pytest
from google.protobuf import text_format
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tritonclient.grpc.model_config_pb2 import ModelConfig

from studio.core.config.conformance import conformance
from studio.core.config.schema import MessageSchema, model_config
from studio.text.parse import parse
from tests.corpus import corpus, corpus_files, verdicts
from tests.fixtures.examples import examples

_APART_MINUS = re.compile(r"-(?:\s|#.*\n)+[\w.]")
_BAD_ESCAPE = re.compile("escape")


def _ours(data: bytes) -> str:
    """The first problem as the server prints it; empty where there is none."""
    problems = conformance(parse(data), model_config())
    return f"{problems[0].line}:{problems[0].column}: {problems[0].message}" if problems else ""


def _protobuf(data: bytes) -> str:
    """What Python's protobuf says; empty where it accepts."""
    with warnings.catch_warnings():
        # It warns of a bad escape, and takes it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            text_format.Parse(data, ModelConfig())
        except (text_format.ParseError, UnicodeDecodeError) as error:
            return str(error) or "refused"
    return ""


def _may_differ(data: bytes, ours: str) -> bool:
    """The server refuses bad escapes, takes strings that are no UTF-8, and lets white space follow a minus sign."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return True
    return _BAD_ESCAPE.search(ours) is not None or (not ours and _APART_MINUS.search(text) is not None)


def _agree(data: bytes) -> bool:
    ours, theirs = _ours(data), _protobuf(data)
    return bool(ours) == bool(theirs) or _may_differ(data, ours)


def test_every_text_of_the_corpus_is_taken_or_refused_as_protobuf_does(capsys: pytest.CaptureFixture[str]) -> None:
    files = corpus_files()
    texts = [path.read_bytes() for path in files]
    differing = [path for path, data in zip(files, texts, strict=True) if bool(_ours(data)) != bool(_protobuf(data))]
    unexplained = [path for path in differing if not _may_differ(path.read_bytes(), _ours(path.read_bytes()))]
    with capsys.disabled():
        equal = len(files) - len(differing)
        print(f"\nthe corpus, taken or refused as protobuf does: {equal} of {len(files)}, ", end="")
        print(f"{len(differing)} by the server's own way, {len(unexplained)} unexplained")
    assert files
    assert not unexplained


def _schema_of_the_server() -> MessageSchema:
    """The schema of the server that was asked, 24.10: its ensembles lack a field that newer ones have."""
    root = model_config()
    scheduling = root.fields["ensemble_scheduling"]
    assert scheduling.message
    fields = {k: v for k, v in scheduling.message.fields.items() if k != "max_inflight_requests"}
    ensembling = replace(scheduling.message, read=lambda: fields)
    all_fields = {**root.fields, "ensemble_scheduling": replace(scheduling, message=ensembling)}
    return replace(root, read=lambda: all_fields)


def _said(probe: dict[str, Any]) -> str:
    return str(probe["parser"][0]).partition("inference.ModelConfig: ")[2]


def test_the_first_problem_is_worded_as_the_server_words_it(capsys: pytest.CaptureFixture[str]) -> None:
    root = corpus()
    probes = {name: probe for name, probe in verdicts("probes").items() if probe.get("parser")}
    differing = {}
    for name, probe in probes.items():
        schema = _schema_of_the_server()
        found = [
            f"{problems[0].line}:{problems[0].column}: {problems[0].message}"
            for path in sorted((root / "probes" / name).rglob("config.pbtxt"))
            if (problems := conformance(parse(path.read_bytes()), schema))
        ]
        if _said(probe) not in found:
            differing[name] = (_said(probe), found)
    with capsys.disabled():
        print(f"\nthe server's first words, to the letter: {len(probes) - len(differing)} of {len(probes)}")
    assert not differing


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max_batch_size: ${size}", "1:17: Expected integer, got: $"),
        ("max_batch_size: -2147483649", "1:18: Integer out of range (2147483649)"),
        ("max_batch_size: -2147483648", ""),
        ("max_batch_size: 010", ""),
        ("max_batch_size: [ 1 ]", "1:17: Expected integer, got: ["),
        ("max_batch_size { }", '1:16: Expected ":", found "{".'),
        ("max_batch_size 4", '1:16: Expected ":", found "4".'),
        ("max_batch_size: 0 max_batch_size: 4", ""),
        (
            "max_batch_size: 4 max_batch_size: 0",
            '1:33: Non-repeated field "max_batch_size" is specified multiple times.',
        ),
        ("max_batch_size: 4name: 'a'", "1:18: Need space between number and identifier."),
        ("name: 'a' 'b'", ""),
        ("name: a", "1:7: Expected string, got: a"),
        ("name: -1", "1:7: Expected string, got: -"),
        ("name: backend: 'x'", "1:7: Expected string, got: backend"),
        ("input { dims: [1, ] }", "1:19: Expected integer, got: ]"),
        ("input { dims: [1 2] }", '1:18: Expected ",", found "2".'),
        ("input { dims 1 }", '1:14: Expected ":", found "1".'),
        ("input { dims [1] }", '1:14: Expected ":", found "[".'),
        ("input: 5", '1:8: Expected "{", found "5".'),
        ("input: [ 5 ]", '1:10: Expected "{", found "5".'),
        ("input [ { name: 'x' }, ]", '1:24: Expected "{", found "]".'),
        ("dynamic_batching: 5", '1:19: Expected "{", found "5".'),
        ("dynamic_batching [ { } ]", '1:18: Expected "{", found "[".'),
        ("input { optional: 2 }", "1:19: Integer out of range (2)"),
        ("input { optional: -1 }", "1:19: Expected identifier, got: -"),
        ("input { optional: 'true' }", "1:19: Expected identifier, got: 'true'"),
        ("input { optional: t }", ""),
        ("input { data_type: 11 }", ""),
        ("input { data_type: 99 }", ""),
        ("input { data_type: TYPE_BYTES }", '1:31: Unknown enumeration value of "TYPE_BYTES" for field "data_type".'),
        ("input { data_type: 1.5 }", "1:20: Expected integer or identifier, got: 1.5"),
        ("input { data_type: dims: [1] }", '1:24: Unknown enumeration value of "dims" for field "data_type".'),
        ("dynamic_batching { } ensemble_scheduling { }", None),
        ("// note\nname: 'a'", "1:1: Expected identifier, got: /"),
        ('{ "name": "a" }', "1:1: Expected identifier, got: {"),
        ("[a.b]: 1", '1:6: Extension "a.b" is not defined or is not an extension of "inference.ModelConfig".'),
        ("sequence_batching { direct { minimum_slot_utilization: Maybe } }", "1:56: Expected double, got: maybe"),
        ("sequence_batching { direct { minimum_slot_utilization: 0x1 } }", "1:56: Expect a decimal number, got: 0x1"),
        ("sequence_batching { direct { minimum_slot_utilization: -inf } }", ""),
        ("\tbogus: 1", '1:14: Message type "inference.ModelConfig" has no field named "bogus".'),
        ("dynamic_batching { priority_levels: -1 }", "1:37: Expected integer, got: -"),
        (
            "dynamic_batching { priority_levels: 18446744073709551616 }",
            "1:37: Integer out of range (18446744073709551616)",
        ),
    ],
)
def test_what_the_parser_says(text: str, said: str | None) -> None:
    along = '1:42: Field "ensemble_scheduling" is specified along with field "dynamic_batching"'
    expected = f'{along}, another member of oneof "scheduling_choice".' if said is None else said
    assert _ours(text.encode()) == expected


_SOUND = """
name: "resnet"  # a comment
platform: 'onnxruntime_onnx'
max_batch_size: 8
input [
  { name: "x" data_type: TYPE_FP32 format: FORMAT_NCHW dims: [ 3, 224, -1 ] reshape { shape: [ 1, 0x10 ] } },
  { name: "y"; data_type: 13, dims: 1 dims: -1 optional: true }
]
output { name: "out" "put" data_type: TYPE_BF16 dims: [ 10 ] label_filename: "labels.txt" }
version_policy: < specific: < versions: [ 1, 2 ] > >
instance_group [ { count: 2 kind: KIND_GPU gpus: [ 0, 1 ] rate_limiter { resources [ { name: "r" count: 1 } ] } } ]
dynamic_batching {
  preferred_batch_size: [ 4, 8 ]
  max_queue_delay_microseconds: 100
  priority_queue_policy { key: 1 value { timeout_action: DELAY default_timeout_microseconds: 10 } }
}
optimization { cuda { graphs: 1 graph_spec { batch_size: 1 input { key: "x" value { dim: [ 1 ] } } } } }
parameters: { key: "a" value: { string_value: "\\n\\x41\\101" } }
model_warmup { name: "w" inputs { key: "x" value { data_type: TYPE_FP32 zero_data: false } } }
response_cache { enable: False }
"""
_PIECES = re.findall(r"\s+|\w+|\"[^\"]*\"|'[^']*'|.", _SOUND)
_ODD = [
    *(
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        ",",
        ";",
        ":",
        "-",
        "$",
        "//",
        "#",
        "\n",
        " ",
        "'",
        '"',
        "\\",
        ".",
        "/",
        "\x01",
        "é",
    ),
    *(
        "0",
        "1",
        "-1",
        "010",
        "08",
        "0x",
        "0xG",
        "1.5",
        "1e",
        "1f",
        "1.2.3",
        "9" * 20,
        "2147483648",
        "true",
        "TRUE",
        "t",
    ),
    *("inf", "nan", "TYPE_FP32", "TYPE_BYTES", "name", "bogus", "dims", "input", "dynamic_batching", "${x}", "'a'"),
    *("sequence_batching { }", "latest { }", "random_data: true", "[a.b/c]", "\ufeff", '"\\u00e9"', "name: ''"),
]


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    """A sound text with a few tokens taken out, put in, replaced, doubled or swapped."""
    pieces = list(_PIECES)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(pieces) - 1))
        to = draw(st.integers(0, len(pieces) - 1))
        odd = draw(st.sampled_from(_ODD) | st.sampled_from(_PIECES))
        act = draw(st.sampled_from(["remove", "insert", "replace", "double", "swap", "cut"]))
        if act == "remove" and len(pieces) > 1:
            del pieces[at]
        elif act == "insert":
            pieces.insert(at, odd)
        elif act == "replace":
            pieces[at] = odd
        elif act == "double":
            pieces[at:at] = pieces[at : at + 8]
        elif act == "swap":
            pieces[at], pieces[to] = pieces[to], pieces[at]
        else:
            del pieces[max(at, 1) :]
    return "".join(pieces)


def test_the_text_to_mutate_is_sound() -> None:
    assert _ours(_SOUND.encode()) == _protobuf(_SOUND.encode()) == ""


@settings(max_examples=examples(300))
@given(_mutated())
@example("name: '\\q'")
@example("sequence_batching { direct { minimum_slot_utilization: 1e } }")
@example("sequence_batching { direct { minimum_slot_utilization: " + "9" * 400 + " } }")
@example("max_batch_size: " + "9" * 5000)
@example("max_batch_size: -\n1")
def test_mutations_are_taken_or_refused_as_protobuf_does(text: str) -> None:
    data = text.encode()
    assert _agree(data), (_ours(data), _protobuf(data))
