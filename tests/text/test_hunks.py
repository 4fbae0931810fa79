"""The difference of two texts as a person reads it, and taken back piece by piece; lines commented and moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.text.hunks import hunks, lines_of, reverted, rows, words
from studio.text.lines import move_lines, toggle_comment

TEXTS = st.lists(st.sampled_from(["a: 1\n", "b: 2\n", "}\n", "\n", "é\r\n", "c"]), max_size=12).map("".join)


@given(TEXTS, TEXTS)
def test_all_hunks_taken_back_give_the_text_before(before: str, after: str) -> None:
    """From the last, so that the places of the others hold."""
    text = after
    for hunk in reversed(hunks(before, after)):
        text = reverted(text, hunk)
    assert text == before


@given(TEXTS, TEXTS)
def test_a_hunk_taken_back_is_one_less(before: str, after: str) -> None:
    """The others stay."""
    found = hunks(before, after)
    for hunk in found:
        assert len(hunks(before, reverted(after, hunk))) <= len(found)


@given(TEXTS, TEXTS)
def test_rows_hold_every_change_once(before: str, after: str) -> None:
    """With numbers that are those of the texts."""
    found = hunks(before, after)
    flat = [row for group in rows(before, found) for row in group]
    old, new = lines_of(before), lines_of(after)
    assert sum(row.sign == "-" for row in flat) == sum(len(hunk.removed) for hunk in found)
    assert sum(row.sign == "+" for row in flat) == sum(len(hunk.added) for hunk in found)
    for row in flat:
        if row.before:
            assert old[row.before - 1].rstrip("\r\n") == row.text
        if row.after:
            assert new[row.after - 1].rstrip("\r\n") == row.text


def test_changed_words() -> None:
    """Of lines that are much the same; a line that is another one has none."""
    assert words("dims: [ 1, 2 ]\n", "dims: [ 1, 3 ]\n") == (((11, 12),), ((11, 12),))
    assert words('name: "a"', "completely different text here") == ((), ())


def test_rows_of_near_changes_are_one_group() -> None:
    """What is far apart stands in groups of its own."""
    before = "".join(f"line {i}\n" for i in range(30))
    near = before.replace("line 3\n", "x\n").replace("line 6\n", "y\n")
    assert len(rows(before, hunks(before, near))) == 1
    far = before.replace("line 3\n", "x\n").replace("line 26\n", "y\n")
    assert len(rows(before, hunks(before, far))) == 2


def test_comments_come_and_go() -> None:
    """At the least indent; empty lines stay."""
    text = "a {\n  b: 1\n\n    c: 2\n}\n"
    start, end = text.index("  b"), text.index("}")
    once = toggle_comment(text, start, end)
    assert once.text == "a {\n  # b: 1\n\n  #   c: 2\n}\n"
    assert toggle_comment(*once).text == text


def test_a_cursor_keeps_its_place_in_a_commented_line() -> None:
    """It stands before the same sign."""
    lined = toggle_comment("  abc\n", 4, 4)
    assert (lined.text, lined.start) == ("  # abc\n", 6)
    assert toggle_comment("", 0, 0).text == "# "


@given(TEXTS, st.integers(0, 40), st.integers(0, 40), st.sampled_from([-1, 1]))
def test_a_move_and_its_opposite_give_the_text(text: str, one: int, other: int, by: int) -> None:
    """And the selection goes along."""
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    moved = move_lines(text, start, end, by)
    if moved.text != text:
        assert sorted(moved.text.split("\n")) == sorted(text.split("\n"))
        assert moved.text[moved.start : moved.end].rstrip("\n") == text[start:end].rstrip("\n")
        # A line that came to stand before the end of the text stays there: what follows that end is no line.
        if moved.text.endswith("\n") == text.endswith("\n"):
            assert move_lines(*moved, -by).text == text
