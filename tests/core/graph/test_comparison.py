"""How two ensembles differ, in steps and in wires."""

from __future__ import annotations

from studio.core.config.draft import draft
from studio.core.graph.build import graph_view
from studio.core.graph.differences.comparison import compare_graphs
from studio.core.graph.graph import GraphView

_STEP = (
    '{{ model_name: "{}" model_version: {} input_map {{ key: "in" value: "{}" }} '
    'output_map {{ key: "out" value: "{}" }} }}'
)


def graph(*steps: tuple[str, int, str, str], dims: int = 4) -> GraphView:
    """An ensemble of steps: model, version, what it reads and what it gives."""
    inner = ", ".join(_STEP.format(*step) for step in steps)
    text = (
        f'name: "e" platform: "ensemble" input {{ name: "x" data_type: TYPE_FP32 dims: [ {dims} ] }} '
        f'output {{ name: "y" data_type: TYPE_FP32 dims: [ 4 ] }} ensemble_scheduling {{ step [ {inner} ] }}'
    )
    return graph_view(draft(text), lambda _: None)


TWO = (("first", -1, "x", "mid"), ("second", -1, "mid", "y"))


def test_the_same_ensemble_has_no_difference() -> None:
    found = compare_graphs(graph(*TWO), graph(*TWO))
    assert found.changes == ()
    assert not found.one.nodes
    assert not found.other.wires


def test_a_step_in_between_is_only_in_one_with_its_wires() -> None:
    one, other = graph(*TWO), graph(TWO[0], ("between", -1, "mid", "more"), ("second", -1, "more", "y"))
    found = compare_graphs(one, other)
    words = [change.words for change in found.changes]
    assert words == [
        "second: in is mapped to mid and more",
        "between: only on the right",
        "The wire mid from first to second: only on the left",
        "The wire mid from first to between: only on the right",
        "The wire more from between to second: only on the right",
    ]
    assert sorted(found.one.nodes.values()) == ["changed"]
    assert sorted(found.other.nodes.values()) == ["changed", "only"]
    assert len(found.one.wires) == 1
    assert len(found.other.wires) == 2
    change = found.changes[1]
    assert change.one is None
    assert other.by_id[change.other or 0].model == "between"


def test_versions_shapes_and_what_is_gone_are_told() -> None:
    found = compare_graphs(graph(*TWO, dims=8), graph(("first", 2, "x", "mid")))
    words = [change.words for change in found.changes]
    assert "Inputs: x is FP32 [8] and FP32 [4]" in words
    assert "first: version the latest and 2" in words
    assert "second: only on the left" in words
