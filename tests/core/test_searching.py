"""Looking through many texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.core.operations.searching import replace_hits, search_texts
from studio.text.search import Search

TEXTS = {"a": "x: 1\n  dims: 4  \n", "b": "nothing", "c": "dims: 5 dims: 6"}


def test_hits_come_text_by_text_with_their_line() -> None:
    found = list(search_texts(TEXTS, Search("dims")))
    assert [[(hit.name, hit.line, hit.before, hit.found, hit.after) for hit in hits] for hits in found] == [
        [("a", 2, "", "dims", ": 4")],
        [("c", 1, "", "dims", ": 5 dims: 6"), ("c", 1, "dims: 5 ", "dims", ": 6")],
    ]


def test_some_are_replaced_and_others_left() -> None:
    (first, second) = next(iter(search_texts({"c": TEXTS["c"]}, Search(r"dims: (\d)", is_pattern=True), "[ $1 ]")))
    assert (first.new, second.new) == ("[ 5 ]", "[ 6 ]")
    assert replace_hits(TEXTS["c"], [second]) == "dims: 5 [ 6 ]"


def test_of_a_long_line_only_what_is_beside_the_hit_is_kept() -> None:
    hit = next(iter(search_texts({"a": "y" * 9000 + "x" + "z" * 9000}, Search("x"))))[0]
    assert len(hit.before) + len(hit.after) < 500


@given(st.dictionaries(st.text("ab", max_size=2), st.text("ab\n", max_size=20), max_size=4), st.text("ab", max_size=2))
def test_all_replaced_is_as_each_text_replaced_by_itself(texts: dict[str, str], words: str) -> None:
    search = Search(words, case=True)
    for hits in search_texts(texts, search, "c"):
        text = texts[hits[0].name]
        assert replace_hits(text, hits) == search.replaced(text, "c")[0]
        assert all(text[hit.start : hit.end] == words for hit in hits)
        assert all(text[: hit.start].count("\n") == hit.line - 1 for hit in hits)
