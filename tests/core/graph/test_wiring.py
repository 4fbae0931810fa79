"""Verdicts on wires: they are the checker's, said before the wire is drawn."""

from collections import Counter

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from studio.core.checking.check import check_model
from studio.core.checking.rules.decoupled import origins
from studio.core.config.draft import draft
from studio.core.failure import CoreError
from studio.core.graph.edits import connect
from studio.core.graph.edits.wires import obstacle
from studio.core.graph.elements import PortId
from studio.core.graph.graph import GraphView
from studio.core.graph.plan import Plan
from studio.core.graph.wiring import Verdict, Wiring, verdict
from tests.core.graph.worlds import CPU, PHASES, World, model_text, tensors, worlds
from tests.fixtures.examples import examples

_WIRING = frozenset(("ens-dtype", "ens-shape", "ens-decoupled-merge", "ens-tensor-written-twice"))
_F3 = ("TYPE_FP32", "3")


def _errors(world: World, view: GraphView, rules: frozenset[str] = _WIRING) -> Counter[str]:
    return Counter(each.server_text for each in world.findings(view.draft) if each.rule in rules)


@given(worlds(), st.data())
@settings(max_examples=examples(60), phases=PHASES)
def test_a_wire_will_do_where_the_checker_has_nothing_against_it(world: World, data: st.DataObject) -> None:
    """Random wires, one after the other: the verdict before is what the checker says after."""
    _draw(world, data, 6)


@given(worlds(kinds=("TYPE_FP32",), shapes=("3",), batches=(0,)), st.data())
@settings(max_examples=examples(60), phases=PHASES)
def test_so_it_is_where_every_shape_fits_and_only_the_flow_matters(world: World, data: st.DataObject) -> None:
    """Circles, and decoupled models of which the answers meet."""
    _draw(world, data, 9)


def _is_whole(view: GraphView) -> bool:
    """Whether every tensor gets data: else the checker says nothing of where it comes from."""
    return origins(view.flow.drawn, dict.fromkeys(range(len(view.steps)), False))[1]


def _draw(world: World, data: st.DataObject, wires: int) -> None:
    view = world.view()
    for _ in range(wires):
        outs = [port.id for node in view.nodes for port in node.outputs]
        ins = [port.id for node in view.nodes for port in node.inputs]
        source, target = data.draw(st.sampled_from(outs)), data.draw(st.sampled_from(ins))
        found = Wiring(view, source).verdict(target)
        assert found == Wiring(view, target).verdict(source)
        if reason := obstacle(Plan(view, ""), source, target):
            assert found == Verdict(False, reason)
            with pytest.raises(CoreError) as refusal:
                connect(view, source, target)
            assert refusal.value.reason == reason
            continue
        after = world.view(connect(view, source, target).apply(view.draft), view)
        new = _errors(world, after) - _errors(world, view)
        is_circle = {source.node, target.node} <= after.flow.circling()
        is_merge = "another origin" in found.reason
        event(f"ok {found.ok} circle {is_circle} merge {is_merge} new {bool(new)}")
        if found.ok:
            assert not new, (found, new, after.draft.document.text)
            assert not is_circle
        else:
            silent = is_circle or (is_merge and not (_is_whole(view) and _is_whole(after)))
            assert new or silent, (found.reason, after.draft.document.text)
        # Go on from what a person would keep: sound graphs, else every later word is about the same fault.
        view = after if found.ok else view


def _world(own: str = "", batch: int = 0, **models: str) -> World:
    steps = "".join(f'step {{ model_name: "{name}" model_version: -1 }}\n' for name in models)
    return World(models, f'platform: "ensemble"\nmax_batch_size: {batch}\n{own}ensemble_scheduling {{\n{steps}}}\n')


def test_a_refusal_names_both_sides_and_both_shapes() -> None:
    world = _world(
        a=model_text({"i": _F3}, {"o": ("TYPE_FP32", "3, 2")}, 8),
        b=model_text({"x": ("TYPE_INT64", "3, 4")}, {"y": _F3}),
    )
    found = verdict(world.view(), PortId(2, "out", "o"), PortId(3, "in", "x"))
    assert not found.ok
    assert found.reason == "“b.x” takes INT64 [3,4], but “a.o” gives FP32 [N,3,2]."


def test_a_wire_with_too_large_a_batch_offers_the_smaller_one() -> None:
    world = _world(batch=16, a=model_text({"i": _F3}, {"o": _F3}, 8), b=model_text({"x": _F3}, {"y": _F3}, 4))
    found = verdict(world.view(), PortId(2, "out", "o"), PortId(3, "in", "x"))
    assert found.ok
    assert found.reason == "“a” takes batches of up to 8, the ensemble promises up to 16."
    fixed = world.view(found.offers[0].edit.apply(world.drafts["e"]))
    assert fixed.max_batch_size == 4


@pytest.mark.parametrize("kind", ["model", "template", "edit"])
def test_an_offer_makes_the_wire_fit(kind: str) -> None:
    """Each kind of offer, taken: the checker has nothing against the wire then."""
    gives = ("TYPE_FP32", "2, 6") if kind == "model" else ("TYPE_INT64", "3, 4")
    models = {
        "a": model_text({"i": _F3}, {"o": gives}, 8),
        "b": model_text({"x": ("TYPE_FP32", "3, 4")}, {"y": _F3}, 8),
    }
    world = _world(tensors("input", {"own": _F3}), 8, **models)
    source = PortId(0, "out", "own") if kind == "edit" else PortId(2, "out", "o")
    view = world.view()
    found = verdict(view, source, PortId(3, "in", "x"))
    assert not found.ok
    offer = next(each for each in found.offers if each.kind == kind)
    if kind == "model":
        changed = offer.edit.apply(world.drafts[offer.model]).document.text
        world = _world(tensors("input", {"own": _F3}), 8, **{**models, offer.model: changed})
        assert verdict(world.view(), source, PortId(3, "in", "x")).ok
        found_there = check_model(world.repository, offer.model, world.drafts, CPU)
        assert not [each for each in found_there if each.rule.startswith("io-")]
        return
    after = offer.edit.apply(view.draft)
    if offer.files:
        models[offer.model] = dict(offer.files)["config.pbtxt"]
    drawn = World(models, after.document.text)
    assert any(wire.target == PortId(3, "in", "x") for wire in drawn.view().wires) or offer.files
    assert not [each for each in drawn.findings(after) if each.rule in _WIRING]


def test_five_hundred_candidates_are_judged_in_one_pass_over_the_graph() -> None:
    ports = {f"x{i}": _F3 for i in range(500)}
    world = _world(a=model_text({"i": _F3}, {"o": _F3}, 8), b=model_text(ports, {"y": _F3}, 8))
    wiring = Wiring(world.view(), PortId(2, "out", "o"))
    assert all(wiring.verdict(PortId(3, "in", name)).ok for name in ports)


def test_files_of_images_are_offered_a_step_that_decodes_them() -> None:
    pixels = model_text({"x": ("TYPE_FP32", "3, 32, 48")}, {"y": _F3}, 8)
    world = _world(tensors("input", {"file": ("TYPE_STRING", "1")}), 8, b=pixels)
    found = verdict(world.view(), PortId(0, "out", "file"), PortId(2, "in", "x"))
    offer = next(each for each in found.offers if each.kind == "template")
    config = draft(dict(offer.files)["config.pbtxt"]).config
    assert [tensor.dims for tensor in (*config.inputs, *config.outputs)] == [(1,), (3, 32, 48)]
    drawn = World(
        {"b": pixels, offer.model: dict(offer.files)["config.pbtxt"]}, offer.edit.apply(world.drafts["e"]).document.text
    )
    assert not any(wire.problem for wire in drawn.view().wires)
    assert len(drawn.view().wires) == 2


def test_dims_in_another_order_are_offered_a_step_that_reorders_them() -> None:
    rows, planes = ("TYPE_UINT8", "4, 5, 3"), ("TYPE_FP32", "3, 4, 5")
    world = _world(batch=8, a=model_text({"i": rows}, {"o": rows}, 8), b=model_text({"x": planes}, {"y": planes}, 8))
    found = verdict(world.view(), PortId(2, "out", "o"), PortId(3, "in", "x"))
    offer = next(each for each in found.offers if each.kind == "template")
    assert offer.title == "Add a step that casts UINT8 to FP32 and reorders the dims"
    assert draft(dict(offer.files)["config.pbtxt"]).config.parameters == {"axes": "2,0,1"}
    assert offer.model == "cast_uint8_to_fp32"
