"""Verdicts on wires: they are the checker's, said before the wire is drawn."""

from collections import Counter

from hypothesis import event, given, settings
from hypothesis import strategies as st

from studio.core.failure import CoreError
from studio.core.graph.gestures import connect
from studio.core.graph.values import GraphView
from studio.core.graph.wiring import Wiring, verdict
from tests.core.graph.worlds import World, model_text, tensors, worlds

_WIRING = frozenset(("ens-dtype", "ens-shape", "ens-decoupled-merge", "ens-tensor-written-twice"))
_STARVED = frozenset(("ens-output-not-written", "ens-tensor-unused"))
_F3 = ("TYPE_FP32", "3")


def _errors(world: World, view: GraphView, rules: frozenset[str] = _WIRING) -> Counter[str]:
    return Counter(each.server_text for each in world.findings(view.draft) if each.rule in rules)


@given(worlds(), st.data())
@settings(max_examples=150, deadline=None)
def test_a_wire_will_do_where_the_checker_has_nothing_against_it(world: World, data: st.DataObject) -> None:
    """Random wires, one after the other: the verdict before is what the checker says after."""
    view = world.view()
    for _ in range(6):
        outs = [port.id for node in view.nodes for port in node.outputs]
        ins = [port.id for node in view.nodes for port in node.inputs]
        source, target = data.draw(st.sampled_from(outs)), data.draw(st.sampled_from(ins))
        found = Wiring(view, source).verdict(target)
        assert found == Wiring(view, target).verdict(source)
        try:
            after = world.view(connect(view, source, target).apply(view.draft), view)
        except CoreError as refusal:
            assert not found.ok
            assert refusal.reason == found.reason
            continue
        new = _errors(world, after) - _errors(world, view)
        circling = after.by_id[target.node].id in after.flow.before(source.node) and target.node > 1
        is_circle = circling and target.node in after.flow.circling()
        event(f"ok {found.ok} circle {is_circle} new {bool(new)}")
        if found.ok:
            assert not new, (found, new, after.draft.document.text)
            assert not is_circle
        else:
            assert new or is_circle or "another origin" in found.reason, (found.reason, after.draft.document.text)
        # Go on from what a person would keep: sound graphs, else every later word is about the same fault.
        view = after if found.ok else view
