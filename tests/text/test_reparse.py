"""An edited document has the tree that a parse of its whole text gives, however little of it is parsed anew."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from studio.text.layout import Edit
from studio.text.parse import MAX_DEPTH, parse
from studio.text.reparse import applied
from tests.text.strategies import documents

_PIECES = st.sampled_from(
    [
        "",
        " ",
        "x: 1",
        "m { a: 1 }",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        '"',
        "'",
        "# note",
        "\n",
        ",",
        ";",
        ":",
        "-",
        "\0",
        "é",
        "b",
    ]
)


@st.composite
def _edits(draw: st.DrawFn, text: str) -> list[Edit]:
    places = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=12)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return [Edit(start, end, draw(_PIECES)) for start, end in pairs]


def _expected(text: str, edits: list[Edit]) -> str:
    for each in sorted(edits, key=lambda edit: edit.start)[::-1]:
        text = text[: each.start] + each.text + text[each.end :]
    return text


@given(st.data(), documents)
def test_edits_anywhere_give_the_tree_of_the_whole_text(data: st.DataObject, text: str) -> None:
    edits = data.draw(_edits(text))
    found, whole = applied(parse(text), edits), parse(_expected(text, edits))
    assert found.text == whole.text
    assert (found.root, found.problems) == (whole.root, whole.problems)


@given(st.data(), documents, documents)
def test_edits_inside_messages_do_so_too(data: st.DataObject, inner: str, other: str) -> None:
    text = f"m {{ {inner} }} l: [ {{ {inner} }}, < {other} > ] z: 1"
    edits = data.draw(_edits(text))
    found, whole = applied(parse(text), edits), parse(_expected(text, edits))
    assert (found.text, found.root, found.problems) == (whole.text, whole.root, whole.problems)


@given(st.sampled_from([MAX_DEPTH - 2, MAX_DEPTH - 1, MAX_DEPTH]))
@example(MAX_DEPTH - 1)
def test_what_gets_too_deep_is_said(depth: int) -> None:
    text = "m { " * depth + "a: 1 " + "} " * depth
    place = text.index("a: 1")
    edit = Edit(place, place + 4, "n { o { b: 2 } }")
    found, whole = applied(parse(text), [edit]), parse(_expected(text, [edit]))
    assert (found.root, found.problems) == (whole.root, whole.problems)


def test_what_stands_before_an_edit_is_shared() -> None:
    document = parse("a { b: 1 } c { d { e: 2 } f: 3 } g: 4")
    place = document.text.index("2")
    after = applied(document, [Edit(place, place + 1, "22")])
    assert after.root.fields[0] is document.root.fields[0]
    assert after.root == parse(after.text).root
