"""Fuzzy matching of the palette."""

from __future__ import annotations

import string
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.ui.widgets.fuzzy import ranked, score
from studio.ui.workbench import commands
from tests.fixtures.examples import examples

LABELS = [(command.text.rstrip("…"), command.menu.value) for command in commands() if command.run]
SOME = LABELS[:: 100 // examples(100)]
"""In the profile `quick` some of them, evenly taken."""


def found(query: str) -> list[str]:
    return [label for label, _ in ranked(query, LABELS, lambda each: each[0], lambda each: each[1])]


def test_every_letter_has_to_be_there_in_order() -> None:
    assert score("svall", "Save all") is not None
    assert score("lls", "Save all") is None
    assert score("", "anything") == 0


def test_what_starts_words_comes_first() -> None:
    names = ["Unload", "Read the folder again", "Load", "Close the repository"]
    assert ranked("load", names, str)[0] == "Load"
    assert ranked("rfa", names, str) == ["Read the folder again"]
    assert ranked("", names, str) == names


def test_initials_beat_scattered_letters() -> None:
    assert ranked("sa", ["Settings page", "Save all", "Stop again"], str)[0] == "Save all"


def test_every_command_is_found_by_its_own_label() -> None:
    assert len(LABELS) > 90
    assert [label for label, _ in SOME if found(label)[0] != label] == []
    assert [label for label, _ in SOME if found(label.upper() + " ")[0] != label] == []


@pytest.mark.long
def test_every_command_is_found_by_its_words_in_any_order() -> None:
    for label, _ in LABELS:
        words = label.split()
        for turn in range(len(words)):
            query = " ".join(words[turn:] + words[:turn])
            assert label in found(query)[:6], query
        assert label in found(" ".join(reversed(words)))[:6], label


def test_every_command_is_found_by_the_word_of_its_menu_too() -> None:
    assert [label for label, menu in SOME if label not in found(f"{menu} {label}")[:2]] == []


def mistyped(text: str) -> Iterator[str]:
    """A text with one letter left out, doubled, swapped with the next, or another: each in turn along the text."""
    for at in range(0, len(text), 2):
        head, letter, tail = text[:at], text[at], text[at + 1 :]
        swapped = head + tail[:1] + letter + tail[1:]
        yield (head + tail, head + letter + letter + tail, head + "q" + tail, swapped)[at // 2 % 4]


@pytest.mark.long
def test_every_command_is_found_with_one_letter_wrong() -> None:
    missed = [(label, query) for label, _ in LABELS for query in mistyped(label) if label not in found(query)[:12]]
    assert missed == []


@given(st.sampled_from([each for each in LABELS if len(each[0]) > 3]), st.data())
def test_any_one_letter_may_be_wrong(command: tuple[str, str], data: st.DataObject) -> None:
    label, menu = command
    at = data.draw(st.integers(0, len(label)))
    letter = data.draw(st.sampled_from(string.ascii_letters + string.digits + ".-("))
    over = data.draw(st.booleans())
    query = label[:at] + letter + label[at + over :]
    assert score(query, label, menu) is not None


def test_of_a_short_word_nothing_may_be_wrong() -> None:
    assert ranked("xy", ["Cut", "Fit"], str) == []


def test_the_apostrophe_of_a_keyboard_is_that_of_a_label() -> None:
    assert found("go to the step's model")[0] == "Go to the step’s model"


@given(st.text(max_size=12), st.text(max_size=20))
@example("a.b(", "a.b(")
@example("\\", "x\\y")
def test_any_query_has_an_answer_or_none(query: str, text: str) -> None:
    assert score(query, text) is None or isinstance(score(query, text), int)


def test_of_very_many_the_right_one_is_found_as_well() -> None:
    names = [f"model_{number:05}" for number in range(10_000)]
    assert ranked("09999", names, str) == ["model_09999"]
    assert ranked("modle_00017", names, str)[0] == "model_00017"
