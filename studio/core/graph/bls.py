"""An ensemble as a Python model that calls the models of its steps itself (business logic scripting)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.graph.elements import INPUTS, Node
from studio.core.graph.graph import GraphView
from studio.core.graph.maps import SCHEDULING
from studio.resources import resource
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class PythonModel:
    """The files of the model. `labels` are those of the ensemble's folder that belong into the model's as well."""

    config: str
    """`config.pbtxt`."""
    source: str
    """`model.py`, for the version folder."""
    labels: tuple[str, ...] = ()


def bls_model(view: GraphView, name: str) -> PythonModel:
    """A Python model of that name that answers as the ensemble does.

    Raises CoreError where the steps have no order, or one of them answers more than once.
    """
    attempted = f"Make a Python model of {view.name or 'the ensemble'}"
    several = next((node.model for node in view.nodes[2:] if node.is_decoupled), None)
    if several:
        raise CoreError(attempted, f"“{several}” is decoupled: it answers any number of times.", "Write that by hand.")
    source = resource("graph", "pipeline.py").read_text("utf-8")
    title = f'"""What the ensemble {json.dumps(view.name)[1:-1]} does, by business logic scripting."""'
    source = source.replace(source.splitlines()[0], title, 1)
    config = view.draft.config
    parts = {
        "STEPS": [_step(view, node) for node in _ordered(view, attempted)],
        "INPUTS": [json.dumps(tensor.name) for tensor in config.inputs],
        "OUTPUTS": [json.dumps(tensor.name) for tensor in config.outputs],
    }
    for word, lines in parts.items():
        source = source.replace(f"{word} = []", f"{word} = {_listed(lines)}", 1)
    labels = dict.fromkeys(tensor.label_filename for tensor in config.outputs if tensor.label_filename)
    return PythonModel(_config(view.draft, name).document.text, source, tuple(labels))


def _config(given: Draft, name: str) -> Draft:
    """The ensemble's own text, comments and all, with a backend in place of the steps."""
    draft = given.clear(SCHEDULING).clear("platform").clear("model_transaction_policy")
    draft = draft.set("name", name).set("backend", "python")
    return draft.set("instance_group", [{"count": 1, "kind": "KIND_CPU"}])


def _ordered(view: GraphView, attempted: str) -> list[Node]:
    """The steps in the order of the data, else as they are written. Raises CoreError where there is none."""
    ready = {port.name for port in view.nodes[INPUTS].outputs}
    waiting, found = list(view.nodes[2:]), []
    while waiting:
        left = []
        for node in waiting:
            step = view.steps[node.index]
            if ready.issuperset(step.input_map.values()):
                found.append(node)
                ready.update(step.output_map.values())
            else:
                left.append(node)
        if len(left) == len(waiting):
            reads = view.steps[left[0].index].input_map.values()
            lacks = ", ".join(f"“{name}”" for name in reads if name not in ready)
            raise CoreError(attempted, f"“{left[0].model}” never gets {lacks}.", "Wire it first.")
        waiting = left
    missing = next((port.name for port in view.nodes[1].inputs if port.name not in ready), None)
    if missing is not None:
        raise CoreError(attempted, f"nothing writes the output “{missing}”.", "Wire it first.")
    return found


def _step(view: GraphView, node: Node) -> str:
    step = view.steps[node.index]
    return f"({json.dumps(step.model_name)}, {step.model_version}, {_map(step.input_map)}, {_map(step.output_map)})"


def _map(names: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in names.items()) + "}"


def _listed(lines: Sequence[str]) -> str:
    return "[\n" + "".join(f"    {line},\n" for line in lines) + "]"
