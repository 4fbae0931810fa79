"""Placement: nothing overlaps, the flow goes right, wires cross little, and the same input gives the same places."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.layout import Box, Link, Placement, layered, place_new
from studio.core.layout.ordering import crossings, order
from studio.core.layout.ranks import stratify
from tests.fixtures.examples import examples

_keys = [f"n{number}" for number in range(14)]
_boxes = st.lists(st.sampled_from(_keys), unique=True, min_size=1).flatmap(
    lambda keys: st.tuples(*(st.builds(Box, st.just(key), st.floats(40, 400), st.floats(20, 300)) for key in keys))
)
_links = st.lists(
    st.builds(Link, st.sampled_from(_keys), st.sampled_from(_keys), st.floats(0, 20), st.floats(0, 20)), max_size=30
)


def overlaps(boxes: list[Box], placed: Placement) -> list[tuple[str, str]]:
    """Pairs of boxes that share ground."""
    found = []
    for one, other in combinations(boxes, 2):
        (x, y), (u, v) = placed[one.key], placed[other.key]
        if x < u + other.width and u < x + one.width and y < v + other.height and v < y + one.height:
            found.append((one.key, other.key))
    return found


def dag(nodes: int, wires: int, seed: int) -> tuple[list[Box], list[Link]]:
    """A random graph without cycles, with two ports a side."""
    dice = random.Random(seed)
    boxes = [Box(f"n{index}", 180, 36 + 24 * dice.randint(2, 6)) for index in range(nodes)]
    links = []
    for _ in range(wires):
        one, other = sorted(dice.sample(range(nodes), 2))
        links.append(Link(f"n{one}", f"n{other}", 48 + 24 * dice.randint(0, 1), 48 + 24 * dice.randint(0, 1)))
    return boxes, links


@given(_boxes, _links)
@settings(max_examples=examples(120))
def test_nothing_overlaps_and_all_are_placed(boxes: tuple[Box, ...], links: list[Link]) -> None:
    placed = layered(boxes, links)
    assert set(placed) == {box.key for box in boxes}
    assert not overlaps(list(boxes), placed)
    assert layered(boxes, links) == placed


@given(_boxes, _links, st.data())
@settings(max_examples=examples(120))
def test_what_has_a_place_keeps_it(boxes: tuple[Box, ...], links: list[Link], data: st.DataObject) -> None:
    kept = data.draw(st.sets(st.sampled_from([box.key for box in boxes])))
    whole = layered(boxes, links)
    known = {key: whole[key] for key in sorted(kept)}
    placed = place_new(boxes, links, known)
    assert {key: placed[key] for key in known} == known
    assert set(placed) == {box.key for box in boxes}
    assert not overlaps(list(boxes), placed)


@pytest.mark.parametrize("seed", range(4))
def test_links_lead_to_the_right_where_nothing_goes_round(seed: int) -> None:
    boxes, links = dag(40, 60, seed)
    placed = layered(boxes, links)
    assert all(placed[link.source][0] + 180 < placed[link.target][0] for link in links)


def test_the_ensembles_inputs_stand_at_the_left_and_its_outputs_at_the_right() -> None:
    boxes = [Box("a", 180, 80), Box("out", 140, 60, "last"), Box("in", 140, 60, "first"), Box("b", 180, 80)]
    placed = layered(boxes, [Link("in", "a"), Link("a", "out"), Link("a", "b")])
    assert placed["in"][0] < placed["a"][0] < placed["b"][0] < placed["out"][0]


def test_inputs_that_nothing_reads_yet_still_stand_at_the_left() -> None:
    boxes = [Box("a", 180, 80), Box("b", 180, 80), Box("in", 140, 60, "first"), Box("out", 140, 60, "last")]
    placed = layered(boxes, [Link("a", "b"), Link("b", "a")])
    assert placed["in"][0] == min(x for x, _ in placed.values())
    assert not overlaps(boxes, placed)


def test_a_cycle_and_a_box_that_feeds_itself_are_placed() -> None:
    boxes = [Box(key, 100, 50) for key in "abc"]
    placed = layered(boxes, [Link("a", "b"), Link("b", "c"), Link("c", "a"), Link("b", "b"), Link("a", "gone")])
    assert placed["a"][0] < placed["b"][0] < placed["c"][0]


@pytest.mark.parametrize("seed", range(6))
def test_far_fewer_wires_cross_than_in_the_order_given(seed: int) -> None:
    boxes, links = dag(60, 90, seed)
    plain, better = stratify(boxes, links), stratify(boxes, links)
    order(better, lambda: None)
    assert crossings(better) <= crossings(plain) * 0.6
    assert sorted(map(sorted, better.layers)) == sorted(map(sorted, plain.layers))


def test_the_order_of_ports_is_followed() -> None:
    boxes = [Box("in", 140, 120, "first"), Box("low", 180, 80), Box("high", 180, 80)]
    placed = layered(boxes, [Link("in", "low", 100, 40), Link("in", "high", 20, 40)])
    assert placed["high"][1] < placed["low"][1]


def test_a_chain_is_drawn_straight() -> None:
    boxes = [Box(f"n{index}", 180, 80 + 24 * (index % 3)) for index in range(8)]
    links = [Link(f"n{index}", f"n{index + 1}", 60, 48) for index in range(7)]
    placed = layered(boxes, links)
    bends = [placed[a.source][1] + 60 - placed[a.target][1] - 48 for a in links]
    assert max(map(abs, bends)) <= 1


def test_a_new_box_goes_right_of_what_feeds_it() -> None:
    boxes = [Box("a", 180, 80), Box("b", 180, 80), Box("new", 180, 80)]
    placed = place_new(boxes, [Link("a", "new", 40, 40)], {"a": (500.0, 300.0), "b": (760.0, 300.0)})
    assert placed["new"][0] == 760
    assert placed["new"][1] >= 380 or placed["new"][1] + 80 <= 300


def test_it_can_be_left_midway() -> None:
    class Left(Exception):
        pass

    def leave() -> None:
        raise Left

    boxes, links = dag(30, 50, 1)
    with pytest.raises(Left):
        layered(boxes, links, leave)


def test_a_box_that_feeds_a_long_chain_does_not_take_bends_without_end() -> None:
    boxes = [Box("in", 100, 50, "first"), *(Box(f"n{index}", 100, 50) for index in range(600))]
    chain = [Link(f"n{index}", f"n{index + 1}") for index in range(599)]
    fan = [Link("in", f"n{index}") for index in range(600)]
    layers = stratify(boxes, [*chain, *fan])
    assert len(layers.heights) < 601 + 40_000
    assert not overlaps(boxes[:80], layered(boxes, [*chain, *fan]))
