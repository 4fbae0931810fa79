"""Looking for words and regular expressions in texts, and what is put in their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.text.failure import TextError
from studio.text.lines import copy_lines, delete_lines
from studio.text.search import Search


def found(search: Search, text: str) -> list[str]:
    return [hit[0] for hit in search.found(text)]


def test_case_counts_where_a_capital_is_written_or_it_is_asked_for() -> None:
    assert found(Search("ab"), "ab AB aB") == ["ab", "AB", "aB"]
    assert found(Search("aB"), "ab AB aB") == ["aB"]
    assert found(Search("ab", case=True), "ab AB aB") == ["ab"]


def test_whole_words_and_expressions() -> None:
    assert found(Search("net", whole=True), "net nets a_net net") == ["net", "net"]
    assert found(Search(r"dims: \[ (\d)", is_pattern=True), "dims: [ 3 ] dims: [ x ]") == ["dims: [ 3"]
    assert found(Search("a.b"), "acb a.b") == ["a.b"]
    assert found(Search("^b", is_pattern=True), "a\nb") == ["b"]
    assert found(Search("x*", is_pattern=True), "yyxx") == ["xx"]


def test_what_is_no_expression_says_so_and_finds_nothing() -> None:
    search = Search("(", is_pattern=True)
    assert search.problem.startswith("No regular expression")
    assert found(search, "(") == []
    assert Search("(").problem == ""
    assert found(Search(""), "abc") == []


def test_what_replaces_an_expression_may_name_its_groups() -> None:
    search = Search(r"(\w+): (\d+)", is_pattern=True)
    assert search.replaced("a: 1 b: 2", "$2 of $1, $& $7") == ("1 of a, a: 1 $7 2 of b, b: 2 $7", 2)
    assert Search("a").replaced("a b", "$1") == ("$1 b", 1)


@given(st.text("ab\n", max_size=30), st.text("ab", max_size=3), st.text("abc", max_size=3))
def test_words_are_replaced_as_python_replaces_them(text: str, words: str, new: str) -> None:
    after, count = Search(words, case=True).replaced(text, new)
    assert after == (text.replace(words, new) if words else text)
    assert count == (text.count(words) if words else 0)


@given(st.text("ab\n", max_size=30), st.data())
def test_copied_lines_are_there_twice_and_deleted_ones_are_gone(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    for by in (-1, 1):
        copied = copy_lines(text, at, at, by)
        assert len(copied.text.split("\n")) == len(text.split("\n")) + 1
        assert delete_lines(*copied).text == text
    assert len(delete_lines(text, at, at).text) <= len(text)


def test_a_deleted_last_line_leaves_no_empty_one() -> None:
    assert delete_lines("a\nb", 2, 2) == ("a", 0, 0)
    assert delete_lines("a\nb\n", 0, 3).text == ""
    assert copy_lines("a\nb", 2, 2, 1) == ("a\nb\nb", 4, 4)


@pytest.mark.parametrize("words", [r"(x+x+)+y", r"(?:x|x)*y", r"(x*)*\1z"])
def test_an_expression_that_takes_for_ever_is_left(words: str) -> None:
    with pytest.raises(TextError, match="takes too long"):
        found(Search(words, is_pattern=True), "x" * 40 + "!")
    assert found(Search("x+!", is_pattern=True), "x" * 40 + "!") == ["x" * 40 + "!"]


@pytest.mark.parametrize("words", ["a{99999999999}", "(" * 5000 + ")" * 5000])
def test_an_expression_that_cannot_be_made_says_so(words: str) -> None:
    assert Search(words, is_pattern=True).problem.startswith("No regular expression")


def test_what_a_later_python_may_take_otherwise_is_no_warning() -> None:
    assert found(Search("[[a]", is_pattern=True), "[a") == ["[", "a"]
