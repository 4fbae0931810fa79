"""The formatter: it says the same, keeps every comment in its order, and has nothing to do a second time."""

from __future__ import annotations

import re

import pytest
from google.protobuf import text_format
from hypothesis import given
from hypothesis import strategies as st
from tritonclient.grpc import model_config_pb2

from studio.text.failure import TextError
from studio.text.format import formatted
from studio.text.parse import parse, string_pieces
from studio.text.tree import Message, Scalar, Span
from tests.corpus import corpus_files
from tests.text.strategies import documents

_COMMENT = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(#[^\n]*)""")
UGLY = """# head

name : "net";   # who
input[{name:"a",data_type:TYPE_FP32
 dims:[1,-1]}, # one
 # two
 { name: "b" data_type: TYPE_INT64 dims: [ 1 ] }]


max_batch_size :8
instance_group < count: 1 kind: KIND_CPU >
parameters: { key: "a" value: { string_value: "x"
   # why
   "y" } }
dynamic_batching {}
# foot"""
NEAT = """# head

name: "net"  # who
input [
  {
    name: "a"
    data_type: TYPE_FP32
    dims: [ 1, -1 ]
  },  # one
  # two
  { name: "b" data_type: TYPE_INT64 dims: [ 1 ] }
]

max_batch_size: 8
instance_group { count: 1 kind: KIND_CPU }
parameters {
  key: "a"
  value {
    string_value:
        "x"
        # why
        "y"
  }
}
dynamic_batching { }
# foot
"""


def _comments(text: str) -> list[str]:
    return [match[1].rstrip() for match in _COMMENT.finditer(text) if match[1]]


def _said(message: Message) -> list[tuple[str, list[object]]]:
    """What a message says in its order, without how it is laid out."""
    found: list[tuple[str, list[object]]] = []
    for field in message.fields:
        items = [field.value] if isinstance(field.value, Scalar | Message) else field.value.items
        found.append((field.name, [_spelled(item) if isinstance(item, Scalar) else _said(item) for item in items]))
    return found


def _spelled(scalar: Scalar) -> object:
    if scalar.kind == "string":
        return string_pieces(scalar.raw)
    return re.sub(r"\s|#[^\n]*\n", "", scalar.raw)


def test_layout() -> None:
    """Comments stay where they belong; what was on one line stays there."""
    assert formatted(parse(UGLY)).text == NEAT


@given(documents)
def test_says_the_same_and_once_is_enough(text: str) -> None:
    """For every grammatical text."""
    document = parse(text)
    after = formatted(document)
    assert after.ok, (text, after.text, after.problems)
    assert _said(after.root) == _said(document.root)
    assert _comments(after.text) == _comments(text)
    assert formatted(after).text == after.text


@given(documents, st.integers(0, 200), st.integers(0, 60))
def test_a_selection_is_formatted_alone(text: str, start: int, length: int) -> None:
    """What stands outside of the fields that it touches keeps every byte, and all still says the same."""
    document = parse(text)
    start = min(start, len(text))
    after = formatted(document, Span(start, min(start + length, len(text))))
    assert after.ok, (text, after.text)
    assert _said(after.root) == _said(document.root)
    assert _comments(after.text) == _comments(text)


def test_a_selection_within_a_message() -> None:
    """Its fields get the indent of their depth; the rest stays as it is."""
    text = "a:1;\ninput [\n  {\n name:'x',\n dims:[1,2]\n  }\n]\n"
    at = text.index("dims")
    after = formatted(parse(text), Span(at, at + 1)).text
    assert after == "a:1;\ninput [\n  {\n name:'x',\n    dims: [ 1, 2 ]\n  }\n]\n"


def test_long_lists_fill_their_lines() -> None:
    """A list of numbers does not become a line for each."""
    text = "dims: [ " + ", ".join(["1000"] * 60) + " ]\n"
    lines = formatted(parse(text)).text.splitlines()
    assert lines[0] == "dims: ["
    assert len(lines) == 2 + 4
    assert all(len(line) <= 100 for line in lines)


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    """As the file has them."""
    after = formatted(parse("a:1\r\nb{c:2\r\n}\r\n"))
    assert after.text == "a: 1\r\nb {\r\n  c: 2\r\n}\r\n"


def test_a_broken_text_is_refused_with_its_place() -> None:
    """It would be guessing."""
    with pytest.raises(TextError, match="line 3"):
        formatted(parse("a: 1\nb: [ 1\n"))


def test_every_configuration_of_the_corpus_says_the_same() -> None:
    """The same message, for protobuf itself."""
    for path in corpus_files():
        document = parse(path.read_bytes())
        if not document.ok:
            continue
        after = formatted(document)
        assert formatted(after).text == after.text, path
        assert _comments(after.text) == _comments(document.text), path
        assert _message(after.text) == _message(document.text), path


def _message(text: str) -> object:
    try:
        return text_format.Parse(text, model_config_pb2.ModelConfig())
    except (text_format.ParseError, UnicodeError):
        return None
