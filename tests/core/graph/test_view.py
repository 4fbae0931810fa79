"""Graphs of any configuration: what is wrong is said where it is, and nothing is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.config.draft import draft
from studio.core.graph.build import graph_view
from studio.core.graph.differences.difference import difference
from studio.core.graph.edits import connect, remove_steps, rename_tensor
from studio.core.graph.elements import INPUTS, OUTPUTS, PortId
from studio.core.graph.graph import GraphView
from tests.core.graph.worlds import World, model_text, tensors
from tests.fixtures.examples import examples

_F3, _I3 = ("TYPE_FP32", "3"), ("TYPE_INT64", "3")
OWN = tensors("input", {"in": _F3}) + tensors("output", {"out": _F3})
MODELS = {
    "a": model_text({"i": _F3}, {"o": _F3}, 8),
    "b": model_text({"i": _I3}, {"o": _F3}, 2),
    "broken": "backend: 3",
    "flows": model_text({"i": _F3}, {"o": _F3, "p": _F3}, decoupled=True),
    "two": model_text({"i": _F3, "j": _F3}, {"o": _F3}),
}


def step(model: str, reads: str = "", writes: str = "", version: str = "-1") -> str:
    """A step: "port=tensor" pairs."""
    maps = [f'input_map {{ key: "{k}" value: "{v}" }}' for k, _, v in (each.partition("=") for each in reads.split())]
    maps += [
        f'output_map {{ key: "{k}" value: "{v}" }}' for k, _, v in (each.partition("=") for each in writes.split())
    ]
    return f'  step {{ model_name: "{model}" model_version: {version} {" ".join(maps)} }}\n'


def view(*steps: str, own: str = OWN, head: str = "") -> GraphView:
    """The graph of these steps."""
    return World(MODELS, f'platform: "ensemble"\n{head}{own}ensemble_scheduling {{\n{"".join(steps)}}}\n').view()


def problem(found: GraphView, port: PortId) -> str:
    """What is wrong at a port."""
    there = found.port(port)
    assert there is not None
    return there.problem


@pytest.mark.parametrize(
    ("model", "version", "state", "said"),
    [
        ("a", "-1", "ok", "None of its inputs and outputs is connected."),
        ("gone", "-1", "missing", "There is no model “gone” in the repository."),
        ("", "-1", "missing", "It names no model."),
        ("broken", "-1", "broken", "The server cannot read its configuration."),
        ("a", "7", "version", "The server does not load version 7 of “a”. It has 1."),
        (
            "a",
            "0",
            "version",
            "It asks for version 0 of “a”, as it does where model_version is left out. -1 is the latest.",
        ),
    ],
)
def test_a_node_says_what_is_wrong_with_its_model(model: str, version: str, state: str, said: str) -> None:
    node = view(step(model, version=version)).nodes[2]
    assert (node.state, node.problem) == (state, said)


def test_ports_are_the_models_and_what_the_maps_name_beside() -> None:
    found = view(step("a", "i=in nothing=in", "o=out"), step("gone", "x=in", "y=z"))
    assert [(port.name, port.state) for port in found.nodes[2].inputs] == [("i", "known"), ("nothing", "missing")]
    assert [(port.name, port.state) for port in found.nodes[3].ports] == [("x", "unknown"), ("y", "unknown")]
    assert problem(found, PortId(2, "in", "nothing")) == "“a” has no input “nothing”."
    port = found.port(PortId(2, "in", "i"))
    assert port is not None
    assert (port.data_type, port.dims, port.tensor) == ("TYPE_FP32", (3,), "in")


def test_wires_and_ports_say_what_does_not_fit() -> None:
    found = view(
        step("a", "i=in", "o=t"),
        step("b", "i=t", "o=out"),
        step("two", "i=nowhere", "o=unread"),
        head="max_batch_size: 4\n",
    )
    wires = {(wire.source.name, wire.target.name): wire.problem for wire in found.wires}
    assert wires["o", "i"] == "“b.i” takes INT64 [N,3], but “a.o” gives FP32 [N,3]."
    assert wires["in", "i"] == ""
    assert found.nodes[3].problem == "It takes batches of up to 2, but the ensemble promises up to 4."
    assert problem(found, PortId(4, "in", "i")) == "Nothing writes the tensor “nowhere”."
    assert problem(found, PortId(4, "in", "j")) == "“two” needs a tensor for “j”."
    assert problem(found, PortId(4, "out", "o")) == "Nothing reads the tensor “unread”."


def test_circles_and_second_writers_are_told() -> None:
    found = view(
        step("a", "i=t", "o=u"), step("a", "i=u", "o=t"), step("a", "i=in", "o=out"), step("a", "i=in", "o=out")
    )
    assert [node.problem.partition(":")[0] for node in found.nodes[2:4]] == ["Its inputs wait for its own outputs"] * 2
    assert all(wire.problem for wire in found.wires if {wire.source.node, wire.target.node} == {2, 3})
    assert problem(found, PortId(4, "out", "o")) == "The tensor “out” is written by more than one output."
    assert sum(wire.target == PortId(OUTPUTS, "in", "out") for wire in found.wires) == 2


def test_decoupled_flows_that_meet_are_told() -> None:
    found = view(step("flows", "i=in", "o=t"), step("two", "i=t j=in", "o=out"))
    assert found.nodes[2].is_decoupled
    assert "joins tensors of a decoupled model" in found.nodes[3].problem
    answer = view(step("flows", "i=in", "o=t"), own=OWN + tensors("output", {"t": _F3, "in": _F3}))
    assert "The ensemble's answer joins" in answer.problems[-1]


def test_what_no_ensemble_is_has_a_view_that_says_so() -> None:
    assert view().problems == ("The ensemble has no step yet.",)
    other = graph_view(draft("dynamic_batching { }"), lambda _name: None)
    assert "dynamic_batching" in other.problems[-1]
    assert [len(node.ports) for node in view(own="").nodes] == [0, 0]


def test_a_node_keeps_its_id_through_edits_from_outside() -> None:
    steps = [step("a", "i=in", "o=t"), step("b", "i=t", "o=u"), step("a", "i=u", "o=out")]
    world = World(MODELS, "")

    def after(before: GraphView | None, *lines: str) -> GraphView:
        return world.view(draft(f"{OWN}ensemble_scheduling {{\n{''.join(lines)}}}\n"), before)

    first = after(None, *steps)
    assert [node.id for node in first.nodes] == [0, 1, 2, 3, 4]
    moved = after(first, steps[2], steps[0], steps[1])
    assert [node.id for node in moved.nodes[2:]] == [4, 2, 3]
    assert not difference(first, moved).added
    new = after(moved, step("b"), *steps)
    assert [node.id for node in new.nodes[2:]] == [5, 2, 3, 4]
    less = after(new, steps[0], steps[2])
    assert [node.id for node in less.nodes[2:]] == [2, 4]
    back = after(less, *steps)
    assert [node.id for node in back.nodes[2:]] == [2, 3, 4]
    other = after(back, steps[0], step("two", "i=t", "o=u"), steps[2])
    assert [node.id for node in other.nodes[2:]] == [2, 3, 4]


def test_of_two_equal_steps_the_one_that_was_removed_goes() -> None:
    found = view(step("a"), step("a"))
    edit = remove_steps(found, [2])
    after = graph_view(edit.apply(found.draft), found.resolve, found, edit.gone)
    assert [node.id for node in after.nodes] == [INPUTS, OUTPUTS, 3]


def chain(count: int) -> str:
    """A chain of that many steps."""
    steps = "".join(step(f"m{i % 7}", f"i=t{i}", f"o=t{i + 1}") for i in range(count))
    return f"{tensors('input', {'t0': _F3})}{tensors('output', {f't{count}': _F3})}ensemble_scheduling {{\n{steps}}}\n"


@pytest.mark.long
def test_three_thousand_steps_open_and_stay_editable() -> None:
    found = graph_view(draft(chain(3000)), lambda _name: None)
    assert (len(found.nodes), len(found.wires)) == (3002, 3001)
    renamed = graph_view(rename_tensor(found, "t1500", "here").apply(found.draft), found.resolve, found)
    assert len(difference(found, renamed).changed) == 2
    edit = remove_steps(renamed, range(100, 2900))
    after = graph_view(edit.apply(renamed.draft), found.resolve, renamed, edit.gone)
    assert (len(after.nodes), len(after.wires)) == (202, 201), "healed"
    assert {node.id for node in after.nodes} == {node.id for node in found.nodes} - set(range(100, 2900))


@pytest.mark.long
def test_five_hundred_ports_with_five_hundred_writers_take_no_square_of_it() -> None:
    """Every output writes one of two tensors and every input reads them: wires stay as many as ports."""
    reads = " ".join(f"i{n}=t{n % 2}" for n in range(500))
    writes = " ".join(f"o{n}=t{n % 2}" for n in range(500))
    found = view(*[step("gone", reads, writes)] * 6)
    assert len(found.wires) <= 2 * 6 * 500
    assert all(wire.problem for wire in found.wires)
    after = connect(found, PortId(2, "out", "o0"), PortId(4, "in", "i1")).apply(found.draft)
    assert after.config.steps[2].input_map["i1"] == "t0"


_WORDS = st.sampled_from(["a", "b", "gone", "", "in", "out", "t"])


@given(
    st.lists(
        st.tuples(_WORDS, st.dictionaries(_WORDS, _WORDS, max_size=3), st.dictionaries(_WORDS, _WORDS, max_size=3)),
        max_size=5,
    ),
    st.integers(0, 2),
)
@settings(max_examples=examples(60))
def test_any_steps_make_a_view(steps: list[tuple[str, dict[str, str], dict[str, str]]], doubled: int) -> None:
    """Empty names, self loops, duplicates: every wire has two ports, every port is on its node, all ids differ."""
    lines = [
        step(m, " ".join(f"{k}={v}" for k, v in r.items()), " ".join(f"{k}={v}" for k, v in w.items()))
        for m, r, w in steps
    ]
    found = view(*lines, own=OWN * doubled)
    assert len({node.id for node in found.nodes}) == len(found.nodes) == len(steps) + 2
    ids = [port.id for node in found.nodes for port in node.ports]
    assert len(ids) == len(set(ids))
    assert {end for wire in found.wires for end in wire.id} <= set(ids)
    assert len({wire.id for wire in found.wires}) == len(found.wires)
    sources = {wire.target for wire in found.wires}
    fed = {
        port.id
        for node in found.nodes
        for port in node.inputs
        if port.tensor is not None and found.flow.writers.get(port.tensor)
    }
    assert fed == sources
