"""The order of the steps in the text, which is free: that in which they run reads best."""

from __future__ import annotations

import heapq

from studio.core.config.draft import Draft
from studio.core.graph.elements import INPUTS, OUTPUTS
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.plan import edit_of

_STEPS = ("ensemble_scheduling", "step")


def run_order(view: GraphView) -> GraphEdit | None:
    """Moves each step behind those that it waits for, and otherwise leaves them; None where they stand so.

    Steps of a circle, which a server refuses, keep their order behind the others.
    """
    wanted = _order(view)
    if wanted == sorted(wanted):
        return None

    def fn(draft: Draft) -> Draft:
        now = list(range(len(wanted)))
        for place, step in enumerate(wanted):
            at = now.index(step, place)
            if at != place:
                draft = draft.move(*_STEPS, at, index=place)
                now.insert(place, now.pop(at))
        return draft

    return edit_of(view, "Order the steps as they run", fn)


def _order(view: GraphView) -> list[int]:
    """The steps by their places in the text, in the order in which they run."""
    places = {node.id: node.index for node in view.nodes if node.id not in (INPUTS, OUTPUTS)}
    after: dict[int, set[int]] = {place: set() for place in places.values()}
    for wire in view.wires:
        if wire.source.node in places and wire.target.node in places:
            after[places[wire.source.node]].add(places[wire.target.node])
    waiting = dict.fromkeys(after, 0)
    for followers in after.values():
        for each in followers:
            waiting[each] += 1
    ready = sorted(place for place, count in waiting.items() if count == 0)
    found: list[int] = []
    while ready:
        place = heapq.heappop(ready)
        found.append(place)
        for each in after[place]:
            waiting[each] -= 1
            if waiting[each] == 0:
                heapq.heappush(ready, each)
    return [*found, *sorted(set(after) - set(found))]
