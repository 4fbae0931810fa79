"""The order in which F8 goes through the problems."""

from __future__ import annotations

import pytest

from studio.core.checking.findings import Finding, Severity
from studio.text.tree import Span
from studio.ui.problems.walk import Spot, Walk


def _finding(model: str, start: int = -1, words: str = "") -> Finding:
    span = Span(start, start + 2) if start >= 0 else None
    return Finding("rule", Severity.ERROR, words or f"{model} {start}", model, span=span)


class Walker:
    """A person who goes from problem to problem: the cursor is at the end of what was shown last."""

    def __init__(self, *found: Finding) -> None:
        self.found = list(found)
        self.walk = Walk(lambda name: [each for each in self.found if each.model == name])
        self.spot = Spot()

    def step(self, forward: bool = True) -> str:
        """Goes on, and gives the words of what is shown then; empty for nothing."""
        found = self.walk.step(self.spot, ["a", "b", "c", ""], forward)
        if found is None:
            return ""
        self.spot = Spot(found.model, found.span.end if found.span else 7)
        self.walk.stand(found, self.spot)
        return found.message

    def steps(self, count: int, forward: bool = True) -> list[str]:
        """Several at once."""
        return [self.step(forward) for _ in range(count)]


@pytest.fixture
def walker() -> Walker:
    """A person in the midst of `b`, in a repository with problems on all sides."""
    found = [_finding(*each) for each in (("b", 30), ("a", 5), ("b", 10), ("c",), ("c", 0), ("b", 20), ("",))]
    made = Walker(*found)
    made.spot = Spot("b", 15)
    return made


def test_this_model_comes_first_then_the_others_in_their_order(walker: Walker) -> None:
    """From the cursor on, then from the top; each once, and then the round begins anew."""
    round_ = ["b 20", "b 30", "b 10", "c -1", "c 0", " -1", "a 5"]
    assert walker.steps(7) == round_
    assert walker.step() == "b 10", "the round did not begin anew with the next model"


def test_backwards_it_is_the_same_the_other_way_round(walker: Walker) -> None:
    assert walker.steps(7, forward=False) == ["b 10", "b 30", "b 20", "a 5", " -1", "c 0", "c -1"]


def test_the_way_back_is_the_way_that_one_came(walker: Walker) -> None:
    there = walker.steps(5)
    assert walker.steps(4, forward=False) == there[3::-1]
    assert walker.step(forward=False) == "b 10", "before the first of the way it goes on backwards"
    walker.spot = Spot("b", 15)
    assert walker.steps(3) == there[:3]


def test_two_problems_of_one_place_are_both_come_to() -> None:
    walker = Walker(_finding("a", 3, "one"), _finding("a", 3, "other"))
    walker.spot = Spot("a", 0)
    assert walker.steps(3) == ["one", "other", "one"]


def test_what_was_mended_is_followed_by_the_next_one_here(walker: Walker) -> None:
    assert walker.step() == "b 20"
    walker.found = [each for each in walker.found if each.message != "b 20"]
    assert walker.step() == "b 30"


def test_a_cursor_that_was_put_elsewhere_is_where_it_goes_on_from(walker: Walker) -> None:
    assert walker.steps(2) == ["b 20", "b 30"]
    walker.spot = Spot("b", 9)
    assert walker.steps(2) == ["b 10", "b 20"]


def test_the_only_problem_is_shown_again_and_none_is_nothing() -> None:
    walker = Walker(_finding("b", 4))
    assert walker.steps(2) == ["b 4", "b 4"]
    walker.found.clear()
    assert walker.step() == ""
