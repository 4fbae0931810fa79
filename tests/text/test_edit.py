"""Edits in the styles that people write: what changes is what a person would have changed."""

from collections.abc import Callable

import pytest

from studio.text.document import Document
from studio.text.edit import Change, change, insert, move, remove, rename, set_value
from studio.text.failure import TextError
from studio.text.parse import parse
from studio.text.tree import Path

_TWO = 'input [\n  {\n    name: "a"\n  },\n  {\n    name: "b"\n  }\n]\n'
_ONE = 'input [\n  {\n    name: "a"\n  }\n]\n'


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a: 1\n# c\nb: 2 # t\nc: 3\n", ("b",), "a: 1\nc: 3\n"),
        ("a: 1\n\n# c\nb: 2\n\nc: 3\n", ("b",), "a: 1\n\nc: 3\n"),
        ("# License\na: 1\nb: 2\n", ("a",), "# License\nb: 2\n"),
        ("a: 1\r\n# c\r\nb: 2 # t\r\nc: 3\r\n", ("b",), "a: 1\r\nc: 3\r\n"),
        ("d { a: 1, b: 2 }", ("d", "b"), "d { a: 1 }"),
        ("d { a: 1, b: 2 }", ("d", "a"), "d { b: 2 }"),
        ("d { a: 1; b: 2; }", ("d", "b"), "d { a: 1; }"),
        ("d { a: 1 }", ("d", "a"), "d { }"),
        ("d {\n  a: 1\n}\n", ("d", "a"), "d {\n}\n"),
        ("x: [ 1, 2, 3 ]", ("x", 2), "x: [ 1, 2 ]"),
        ("x: [ 1, 2, 3 ]", ("x", 0), "x: [ 2, 3 ]"),
        ("x: [1]", ("x", 0), "x: []"),
        ("x: [ 1 ]", ("x", 0), "x: [ ]"),
        ("x: [\n  1, # one\n  # two\n  2\n]", ("x", 1), "x: [\n  1 # one\n]"),
        ("x: [\n  1, # one\n  # two\n  2\n]", ("x", 0), "x: [\n  # two\n  2\n]"),
        (_TWO, ("input", 1), _ONE),
        (_TWO, ("input", 0), _ONE.replace('"a"', '"b"')),
        (_TWO.replace("},\n  {", "}, {"), ("input", 1), _ONE),
        ("x: 1\ny: 2\nx: 3\n", ("x",), "y: 2\n"),
    ],
)
def test_remove(text: str, path: Path, expected: str) -> None:
    assert remove(parse(text), path).text == expected


@pytest.mark.parametrize(
    ("text", "parent", "name", "raw", "index", "expected"),
    [
        (_ONE, (), "input", '{ name: "b" }', None, _TWO),
        (_ONE, (), "input", '{ name: "z" }', 0, _TWO.replace('"a"', '"z"').replace('"b"', '"a"')),
        ('i [ { n: "a" } ]\n', (), "i", '{ n: "b" }', None, 'i [ { n: "a" }, { n: "b" } ]\n'),
        (
            "i {\n  n: 1\n}\n\ni {\n  n: 2\n}\n",
            (),
            "i",
            "{ n: 3 }",
            2,
            "i {\n  n: 1\n}\n\ni {\n  n: 2\n}\n\ni {\n  n: 3\n}\n",
        ),
        ("i: {\n\tn: 1\n}\n", (), "i", "{ n: 0 }", 0, "i: {\n\tn: 0\n}\ni: {\n\tn: 1\n}\n"),
        ("d { }\n", ("d",), "q", "500", None, "d {\n  q: 500\n}\n"),
        ("d {\r\n}\r\n", ("d",), "q", "500", None, "d {\r\n  q: 500\r\n}\r\n"),
        ("a { d {} }\n", ("a", "d"), "q", "500", None, "a { d { q: 500 } }\n"),
        ("d { a: 1, b: 2 }", ("d",), "c", "3", None, "d { a: 1, b: 2, c: 3 }"),
        ("", (), "q", "500", None, "q: 500\n"),
        ("# only", (), "q", "500", None, "# only\nq: 500\n"),
        ("a: 1", (), "q", "500", None, "a: 1\nq: 500"),
        ("x: [ ]", (), "x", "5", None, "x: [ 5 ]"),
        ("x: []", (), "x", "5", None, "x: [5]"),
        ("x: [1,2]", (), "x", "5", 1, "x: [1,5,2]"),
        ("x: [ 1 ]\n", (), "y", "[2]", None, "x: [ 1 ]\ny: [ 2 ]\n"),
        ("x: [\n  1, # one\n  2 # two\n]", (), "x", "3", None, "x: [\n  1, # one\n  2, # two\n  3\n]"),
        (
            "a: 1\nd: {\n    b: 2\n}\n",
            (),
            "e",
            "{ c: { x: 1 } }",
            None,
            "a: 1\nd: {\n    b: 2\n}\ne: {\n    c: {\n        x: 1\n    }\n}\n",
        ),
    ],
)
def test_insert(text: str, parent: Path, name: str, raw: str, index: int | None, expected: str) -> None:
    assert insert(parse(text), parent, name, raw, index=index).text == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("# License\n\nc: 3\n", "a", "# License\n\na: 1\nc: 3\n"),
        ("# License\nc: 3\n", "a", "# License\nc: 3\na: 1\n"),
        ("a: 0 # first\n# of c\nc: 3\n", "b", "a: 0 # first\nb: 1\n# of c\nc: 3\n"),
        ("c: 3\nunknown: 4\n", "d", "c: 3\nd: 1\nunknown: 4\n"),
    ],
)
def test_a_new_field_goes_where_the_schema_has_it(text: str, name: str, expected: str) -> None:
    assert insert(parse(text), (), name, "1", order=["a", "b", "c", "d"]).text == expected


@pytest.mark.parametrize(
    ("text", "path", "raw", "expected"),
    [
        ("a:  1 # one\n", ("a",), "2", "a:  2 # one\n"),
        ("x: [1,2]", ("x",), "[1, 3, 4]", "x: [1,3,4]"),
        ("x: [\n  1, # one\n  2 # two\n]", ("x",), "[5, 2]", "x: [\n  5, # one\n  2 # two\n]"),
        ("x: 1\r\nx: 2\r\n", ("x",), "[1,3,4]", "x: 1\r\nx: 3\r\nx: 4\r\n"),
        ("a: ${n}\nb: 1", ("a",), "4", "a: 4\nb: 1"),
        ("a:\nb: 1", ("a",), "4", "a: 4\nb: 1"),
        ("a\nb: 1", ("a",), "4", "a: 4\nb: 1"),
        ("p { k: \"a\" v { s: 'x' } }", ("p", 0, "v", 0, "s"), '"y"', 'p { k: "a" v { s: "y" } }'),
    ],
)
def test_set_value(text: str, path: Path, raw: str, expected: str) -> None:
    assert set_value(parse(text), path, raw).text == expected


@pytest.mark.parametrize(
    ("text", "path", "index", "expected"),
    [
        (
            "i { n: 1 }\n# two\ni { n: 2 } # 2\ni { n: 3 }\n",
            ("i", 1),
            2,
            "i { n: 1 }\ni { n: 3 }\n# two\ni { n: 2 } # 2\n",
        ),
        ("x: [ 1, 2, 3 ]", ("x", 0), 2, "x: [ 2, 3, 1 ]"),
        ("x: [\n 1, # one\n 2 # two\n]", ("x", 0), 1, "x: [\n 2, # two\n 1 # one\n]"),
        ("x: [ 1, 2 ]\nx: 3", ("x", 0), 2, "x: [ 2, 3 ]\nx: 1"),
    ],
)
def test_move(text: str, path: Path, index: int, expected: str) -> None:
    assert move(parse(text), path, index).text == expected


def test_rename() -> None:
    assert rename(parse("a: 1\nb: 2 # b\nb: 3"), ("b",), "z").text == "a: 1\nz: 2 # b\nz: 3"


def test_an_edit_elsewhere_works_while_the_text_is_broken() -> None:
    broken = parse("a: 1\nb: ${x}\nc { d: 2 }\n")
    assert set_value(broken, ("c", "d"), "3").text == "a: 1\nb: ${x}\nc { d: 3 }\n"


def test_the_change_is_the_smallest() -> None:
    before = parse("a: 100\nb: 2\n")
    assert change(before, set_value(before, ("a",), "150")) == Change(4, "0", "5")
    assert change(before, parse(before.text)) is None


@pytest.mark.parametrize("raw", ["", "1 2", "1 b: 2", "{", "[1,", "# 1", "1 # c"])
def test_what_is_no_value_is_refused(raw: str) -> None:
    with pytest.raises(TextError):
        set_value(parse("a: 1"), ("a",), raw)


def test_a_place_that_is_not_there_is_said() -> None:
    document = parse("a: 1")
    edits: tuple[Callable[[], Document], ...] = (
        lambda: set_value(document, ("b",), "1"),
        lambda: remove(document, ("a", 1)),
        lambda: move(document, ("a", 0), 3),
        lambda: insert(document, ("a",), "b", "1"),
        lambda: rename(document, ("a",), "no name"),
    )
    for edit in edits:
        with pytest.raises(TextError, match=r".+: .+"):
            edit()
