"""Edits of many places at once do what one after the other would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.text.bulk_edit import remove_all, replace_scalars
from studio.text.document import elements
from studio.text.edit import remove
from studio.text.parse import parse
from studio.text.tree import Message, Path, Scalar, Value

LINES = "a: 1\n" + "".join(f"# c{i}\nx {{\n  y: {i}  # t{i}\n}}\n" for i in range(8)) + "z: 2\n"
LISTED = "x [\n" + ",\n".join(f"  # c{i}\n  {{ y: {i} }}" for i in range(8)) + "\n]\nz: 2\n"
ONE_LINE = (
    "x: [ " + ", ".join(f"{{ y: {i} }}" for i in range(8)) + " ] z: 2 " + " ".join(f"w {{ v: {i} }}" for i in range(8))
)


@pytest.mark.parametrize("text", [LINES, LISTED, ONE_LINE], ids=["lines", "listed", "one line"])
@given(places=st.sets(st.integers(0, 7)))
def test_what_is_removed_at_once_is_what_is_removed_one_by_one(text: str, places: set[int]) -> None:
    doc = parse(text)
    paths: list[Path] = [("x", place) for place in places]
    after = remove_all(doc, paths)
    one_by_one = doc
    for path in sorted(paths, reverse=True):
        one_by_one = remove(one_by_one, path)
    assert after.ok
    assert _values(after.text) == _values(one_by_one.text) == [i for i in range(8) if i not in places]
    assert [f"c{i}" in after.text for i in range(8)] == [f"c{i}" in one_by_one.text for i in range(8)]
    assert "z: 2" in after.text


def _values(text: str) -> list[int]:
    return [int(_scalar(_message(each).fields[0].value).raw) for each in elements(parse(text), ("x",))]


def _message(value: Value) -> Message:
    assert isinstance(value, Message)
    return value


def _scalar(value: Value) -> Scalar:
    assert isinstance(value, Scalar)
    return value


def test_many_literals_are_written_at_once() -> None:
    doc = parse('a: "x" # keep\nb { c: 1 d: [2, 3] }\n')
    scalars = [_scalar(doc.root.fields[0].value), _scalar(elements(doc, ("b", 0, "d"))[1])]
    after = replace_scalars(doc, dict(zip(scalars, ('"longer"', "44"), strict=True)))
    assert after.text == 'a: "longer" # keep\nb { c: 1 d: [2, 44] }\n'
    assert replace_scalars(doc, {}) is doc
