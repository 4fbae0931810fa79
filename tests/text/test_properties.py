"""What holds for any text: nothing is lost, and an edit changes its own span only."""

import re
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from studio.text.edit import change, insert, move, remove, rename, set_value
from studio.text.parse import Document, element, occurrences, parse, render
from studio.text.tree import ListValue, Message, Path, Scalar
from tests.text.strategies import documents

_COMMENT = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(#[^\r\n]*)""")


def _comments(text: str) -> list[str]:
    return sorted(match[1] for match in _COMMENT.finditer(text) if match[1])


def _paths(message: Message, prefix: Path = ()) -> list[Path]:
    found: list[Path] = []
    for name in dict.fromkeys(field.name for field in message.fields):
        for index, one in enumerate(occurrences(message, name)):
            path = (*prefix, name, index)
            found.append(path)
            if isinstance(one.value, Message):
                found += _paths(one.value, path)
    return found


def _plain(message: Message) -> dict[str, list[Any]]:
    """What a message says, without how it is written."""
    said: dict[str, list[Any]] = {}
    for field in message.fields:
        items = field.value.items if isinstance(field.value, ListValue) else (field.value,)
        values = [item.raw if isinstance(item, Scalar) else _plain(item) for item in items]
        if values:
            said.setdefault(field.name, []).extend(values)
    return said


def _elements(said: dict[str, list[Any]], path: Path) -> list[Any]:
    here: Any = said
    for step in path[:-1]:
        here = here[step]
    assert isinstance(here, list)
    return here


def _picked(data: st.DataObject, text: str) -> tuple[Document, Path] | None:
    document = parse(text)
    assert document.ok, document.problems
    paths = _paths(document.root)
    return (document, data.draw(st.sampled_from(paths))) if paths else None


def _checked(before: Document, after: Document, said: dict[str, list[Any]]) -> None:
    assert after.ok
    assert {k: v for k, v in _plain(after.root).items() if v} == {k: v for k, v in said.items() if v}
    difference = change(before, after)
    if difference is not None:
        end = difference.start + len(difference.removed)
        patched = before.text[: difference.start] + difference.inserted + before.text[end:]
        assert patched == after.text


@given(st.binary())
def test_any_bytes_are_rendered_as_they_were(data: bytes) -> None:
    assert render(parse(data)) == data


@given(st.text(alphabet=st.sampled_from(list("a1.-{}[]<>:;,\"'\\\n\r\t #$/é\ufeff\0x0e")), max_size=60))
def test_any_text_is_rendered_as_it_was(text: str) -> None:
    document = parse(text)
    assert render(document) == text.encode()
    spans = [problem.span for problem in document.problems]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)


@given(documents)
def test_grammatical_documents_are_sound(text: str) -> None:
    document = parse(text)
    assert document.ok, document.problems
    assert document.text == text


@given(documents, st.text(alphabet=st.sampled_from(list("{}[]<>:,\"'\\\n#$a1-")), max_size=3), st.data())
def test_a_broken_document_keeps_its_nodes_in_their_places(text: str, noise: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    broken = text[:place] + noise + text[place:]
    for path in _paths(parse(broken).root):
        parent = parse(broken).root
        for name, index in zip(path[::2], path[1::2], strict=True):
            found = element(parent, str(name), int(index))
            assert found is not None
            if isinstance(found, Scalar) and found.kind != "missing":
                assert broken[found.start : found.end] == found.raw
            if isinstance(found, Message):
                parent = found


@given(documents, st.data())
def test_a_value_that_is_set_changes_alone(text: str, data: st.DataObject) -> None:
    if picked := _picked(data, text):
        document, path = picked
        after = set_value(document, path, "77")
        said = _plain(document.root)
        _elements(said, path)[int(path[-1])] = "77"
        _checked(document, after, said)


@given(documents, st.data())
def test_what_is_removed_goes_alone(text: str, data: st.DataObject) -> None:
    if picked := _picked(data, text):
        document, path = picked
        after = remove(document, path)
        said = _plain(document.root)
        _elements(said, path).pop(int(path[-1]))
        assert after.ok
        assert _pruned(_plain(after.root)) == _pruned(said)


@given(documents, st.sampled_from(["5", "{ q: 1 r: [ 2 ] }"]), st.data())
def test_what_is_inserted_is_all_that_is_new(text: str, raw: str, data: st.DataObject) -> None:
    if picked := _picked(data, text):
        document, path = picked
        after = insert(document, path[:-2], str(path[-2]), raw, index=int(path[-1]))
        said = _plain(document.root)
        value: object = "5" if raw == "5" else {"q": ["1"], "r": ["2"]}
        _elements(said, path).insert(int(path[-1]), value)
        _checked(document, after, said)
        assert _comments(after.text) == _comments(text)


@given(documents, st.data())
def test_what_is_moved_keeps_every_comment(text: str, data: st.DataObject) -> None:
    if picked := _picked(data, text):
        document, path = picked
        said = _plain(document.root)
        there = _elements(said, path)
        # No schema has a field of literals and messages, and one written without a colon cannot take a literal.
        assume(len({isinstance(one, str) for one in there}) == 1)
        target = data.draw(st.integers(0, len(there) - 1))
        after = move(document, path, target)
        there.insert(target, there.pop(int(path[-1])))
        _checked(document, after, said)
        assert _comments(after.text) == _comments(text)


@given(documents, st.data())
def test_a_renamed_field_keeps_its_value(text: str, data: st.DataObject) -> None:
    if picked := _picked(data, text):
        document, path = picked
        after = rename(document, path[:-1], "renamed")
        assert after.ok
        assert _comments(after.text) == _comments(text)
        assert len(after.text) - len(text) == (len("renamed") - len(str(path[-2]))) * after.text.count("renamed")


def _pruned(said: object) -> object:
    if isinstance(said, dict):
        return {key: [_pruned(item) for item in values] for key, values in said.items() if values}
    return said
