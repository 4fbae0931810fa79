"""Copying steps between ensembles: what travels is text of a configuration."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from studio.core.config.draft import Draft, draft
from studio.core.failure import CoreError
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.maps import SCHEDULING, Maps, step_indent, step_messages, with_maps, with_steps
from studio.core.graph.plan import Plan, edit_of
from studio.text import layout
from studio.text.tree import Message

_ATTEMPT = "Paste steps"


def copy(view: GraphView, nodes: Iterable[int]) -> str:
    """Steps as text that can be pasted, into an editor too, with the comments in them; "" where none is a step."""
    indices = sorted({node.index for each in nodes if (node := view.node(each)) and node.kind == "step"})
    messages = step_messages(view.draft)
    return "".join(f"step {_lifted(view.draft, messages[index])}\n" for index in indices)


def paste(view: GraphView, fragment: str, *, keep_incoming: bool = False) -> GraphEdit:
    """Adds copied steps behind the others, the tensors that they write under new names where theirs are taken.

    Wires from outside the fragment are left out, or kept where a tensor of that name is there. Raises CoreError for
    what is no fragment.
    """
    pasted = _pasted(fragment)
    steps = pasted.config.steps
    plan = Plan(view, f"Paste {steps[0].model_name}" if len(steps) == 1 else f"Paste {len(steps)} steps")
    renamed = _renamed(plan, pasted)
    wanted = {}
    for index, step in enumerate(steps):
        inside = {key: renamed[tensor] for key, tensor in step.input_map.items() if tensor in renamed}
        kept = (item for item in step.input_map.items() if item[1] not in renamed)
        outside = {key: tensor for key, tensor in kept if keep_incoming and _is_written(plan, tensor)}
        reads = {key: (inside | outside)[key] for key in step.input_map if key in inside or key in outside}
        wanted[index] = Maps(reads, {key: renamed[tensor] for key, tensor in step.output_map.items()})
    ready = with_maps(pasted, wanted, {})
    return edit_of(view, plan.title, lambda given: _added(given, ready))


def duplicate(view: GraphView, nodes: Iterable[int]) -> GraphEdit:
    """Adds the same steps once more, fed from the same tensors."""
    fragment = copy(view, nodes)
    if not fragment:
        raise CoreError("Duplicate", "no step is selected.")
    return paste(view, fragment, keep_incoming=True)


def _pasted(fragment: str) -> Draft:
    """The fragment as an ensemble of its own. It may be steps, or an `ensemble_scheduling` block with steps in it."""
    wrapped = draft(fragment)
    if not wrapped.has(SCHEDULING):
        wrapped = draft(f"{SCHEDULING} {{\n{fragment}\n}}\n")
    if not wrapped.document.ok or not wrapped.config.steps:
        raise CoreError(_ATTEMPT, "the clipboard holds no steps of an ensemble.", "Copy steps on a canvas first.")
    return wrapped


def _renamed(plan: Plan, pasted: Draft) -> dict[str, str]:
    """New names for the tensors that the pasted steps write."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for step in pasted.config.steps:
        for tensor in step.output_map.values():
            if tensor not in found:
                found[tensor] = plan.fresh(tensor, also=taken)
                taken.add(found[tensor])
    return found


def _is_written(plan: Plan, tensor: str) -> bool:
    return tensor in plan.inputs or bool(plan.writers(tensor))


def _added(given: Draft, pasted: Draft) -> Draft:
    indent = step_indent(given)
    there = len(given.config.steps)
    raws = [_sunk(_lifted(pasted, message), indent) for message in step_messages(pasted)]
    return with_steps(given, [(there + place, raw) for place, raw in enumerate(raws)])


def _lifted(text: Draft, message: Message) -> str:
    """A message as it would stand at the beginning of a line."""
    raw = layout.text_of(text.document, message).replace("\r\n", "\n")
    first, _, rest = raw.partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}" if rest else first


def _sunk(raw: str, indent: str) -> str:
    """A message as it stands deeper in; one without comments goes on one line, to be laid out as the file is."""
    if "#" not in raw:
        return " ".join(line.strip() for line in raw.splitlines())
    first, _, rest = raw.partition("\n")
    return f"{first}\n{textwrap.indent(rest, indent)}" if rest else first
