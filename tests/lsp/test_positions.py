"""Places of a text and positions of the protocol."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from studio.lsp.positions import Positions, changed
from studio.text.tree import Span

_TEXTS = st.text(st.sampled_from("ab \t\n\r\x0b\u2028é漢😀"), max_size=40)


@given(_TEXTS, st.data())
def test_a_place_and_its_position_lead_to_each_other(text: str, data: st.DataObject) -> None:
    positions = Positions(text)
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n":
        offset += 1
    assert positions.offset(positions.position(offset)) == offset


def test_characters_are_counted_in_units_of_utf_16() -> None:
    positions = Positions("😀😀x\r\nyé漢z")
    assert positions.position(2) == lsp.Position(0, 4)
    assert positions.position(8) == lsp.Position(1, 3)
    assert positions.offset(lsp.Position(0, 5)) == 3


def test_what_no_line_has_is_the_end_of_the_line_or_of_the_text() -> None:
    positions = Positions("ab\ncd")
    assert positions.offset(lsp.Position(0, 99)) == 2
    assert positions.offset(lsp.Position(9, 0)) == 5


@given(_TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), _TEXTS), min_size=1, max_size=4))
def test_changes_of_a_text_are_made_one_after_the_other(text: str, given_edits: list[tuple[int, int, str]]) -> None:
    expected, events = text, []
    for first, second, new in given_edits:
        positions = Positions(expected)
        # Places between the two characters of a line's end have no position of their own.
        start, end = sorted(positions.offset(positions.position(min(each, len(expected)))) for each in (first, second))
        events.append(lsp.TextDocumentContentChangePartial(positions.range(Span(start, end)), new))
        expected = expected[:start] + new + expected[end:]
    after, edits = changed(text, events)
    assert after == expected
    assert (edits is not None) == (len(events) == 1)


def test_a_whole_text_takes_the_place_of_the_one_before() -> None:
    assert changed("old", [lsp.TextDocumentContentChangeWholeDocument("new")]) == ("new", None)
