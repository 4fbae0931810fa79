"""Building the graph of any configuration: what is wrong in it is said at the node, port or wire, never refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from studio.core import garbage
from studio.core.checking.rules.flow import Known
from studio.core.config import ensemble
from studio.core.config.draft import Draft
from studio.core.config.model_config import Config, TensorConfig
from studio.core.config.step_config import StepConfig
from studio.core.graph.elements import INPUTS, OUTPUTS, Node, Port, PortId, PortState, Side
from studio.core.graph.flow import Flow
from studio.core.graph.graph import GraphView
from studio.core.graph.identity import identities
from studio.core.graph.models import Model, Resolve
from studio.core.graph.problems import ProblemFinder
from studio.core.graph.shapes import is_compared, known


def graph_view(
    draft: Draft, resolve: Resolve, before: GraphView | None = None, gone: Collection[int] = ()
) -> GraphView:
    """The graph of a configuration, in time linear in its length.

    `before` is the view that it follows: ids stay. `gone` are the nodes that an edit took out (`Edit.gone`): of two
    steps that are written alike the text does not tell which one it was.
    """
    with garbage.paused():
        return _graph_view(draft, resolve, before, gone)


def _graph_view(draft: Draft, resolve: Resolve, before: GraphView | None, gone: Collection[int]) -> GraphView:
    config = draft.config
    names = dict.fromkeys(step.model_name for step in config.steps)
    models = {name: resolve(name) for name in names}
    same = identities(before, config.steps, gone)
    said: dict[PortId, Known] = {}
    nodes = [*_own_nodes(config, said), *_step_nodes(config, models, same.ids, said, before)]
    flow = Flow(ensemble.graph(config), nodes, said)
    judge = ProblemFinder(config, models, flow, nodes)
    judged = judge.nodes()
    inflight = draft.get("ensemble_scheduling", "max_inflight_requests")
    return GraphView(
        draft=draft,
        nodes=judged,
        wires=judge.wires(),
        problems=judge.general(),
        name=config.name,
        max_batch_size=config.max_batch_size,
        max_inflight_requests=inflight if isinstance(inflight, int) else 0,
        resolve=resolve,
        models=models,
        drawn={node.id: node for node in nodes},
        steps=config.steps,
        by_id={node.id: node for node in judged},
        by_port={port.id: port for node in judged for port in node.ports},
        remembered=same.remembered,
        next_id=same.next_id,
        flow=flow,
    )


def _own_nodes(config: Config, said: dict[PortId, Known]) -> Iterable[Node]:
    """The nodes of the ensemble's inputs and outputs; a name that is declared twice is one port."""
    inputs = _own_ports(config, config.inputs, (INPUTS, "out"), said)
    outputs = _own_ports(config, config.outputs, (OUTPUTS, "in"), said)
    most = config.max_batch_size
    yield Node(INPUTS, "inputs", "#inputs", outputs=inputs, max_batch_size=most)
    yield Node(OUTPUTS, "outputs", "#outputs", inputs=outputs, max_batch_size=most)


def _own_ports(
    config: Config, tensors: Iterable[TensorConfig], place: tuple[int, Side], said: dict[PortId, Known]
) -> tuple[Port, ...]:
    ports: dict[PortId, Port] = {}
    for tensor in tensors:
        port = PortId(*place, tensor.name)
        said.setdefault(port, known(config.name, config, tensor, own=True))
        says = said[port]
        made = Port(port, tensor.data_type, says.dims, tensor.optional, tensor.name, path=tensor.path)
        ports.setdefault(port, made)
    return tuple(ports.values())


def _step_nodes(
    config: Config,
    models: Mapping[str, Model | None],
    ids: Iterable[int],
    said: dict[PortId, Known],
    before: GraphView | None,
) -> Iterable[Node]:
    """The nodes of the steps; one that says what it said before is the node that it was."""
    seen: Counter[str] = Counter()
    for index, (node, step) in enumerate(zip(ids, config.steps, strict=True)):
        seen[step.model_name] += 1
        count = seen[step.model_name]
        key = step.model_name if count == 1 else f"{step.model_name}#{count}"
        model = models[step.model_name]
        held = _unchanged(before, (node, index, key), step, model) if before else None
        if before and held:
            said.update((port.id, before.flow.said[port.id]) for port in held.ports if port.id in before.flow.said)
            yield held
        else:
            yield _step_node((node, index, key), step, model, said)


def _unchanged(before: GraphView, place: tuple[int, int, str], step: StepConfig, model: Model | None) -> Node | None:
    """The node that a step had before, where it would be the same now."""
    node, index, key = place
    held = before.drawn.get(node)
    if held is None or held.index != index or held.key != key or before.models.get(step.model_name) is not model:
        return None
    return held if before.steps[index].is_same_step(step) else None


def _step_node(place: tuple[int, int, str], step: StepConfig, model: Model | None, said: dict[PortId, Known]) -> Node:
    node, index, key = place
    found = model.config if model else Config()
    reads = _Reading(step, model, said)
    return Node(
        id=node,
        kind="step",
        key=key,
        index=index,
        model=step.model_name,
        namespace=step.model_namespace,
        inputs=reads.ports((node, "in"), found.inputs, step.input_map),
        outputs=reads.ports((node, "out"), found.outputs, step.output_map),
        backend=model.backend if model else "",
        version=step.model_version,
        served=model.served if model else (),
        max_batch_size=found.max_batch_size,
        is_decoupled=bool(model and model.is_decoupled),
        is_ensemble=bool(model and model.is_ensemble),
    )


class _Reading:
    """The ports of one step: those of its model, then those that only its maps name."""

    def __init__(self, step: StepConfig, model: Model | None, said: dict[PortId, Known]) -> None:
        self._step = step
        self._model = model
        self._said = said

    def ports(
        self, place: tuple[int, Side], tensors: Iterable[TensorConfig], names: Mapping[str, str]
    ) -> tuple[Port, ...]:
        """The ports of one side."""
        ports: dict[PortId, Port] = {}
        for tensor in tensors:
            port = PortId(*place, tensor.name)
            if port not in ports and self._model:
                says = known(self._model.name, self._model.config, tensor)
                if is_compared(says):
                    self._said[port] = says
                optional = tensor.optional and port.side == "in"
                mapped = names.get(tensor.name)
                ports[port] = Port(port, tensor.data_type, tensor.dims, optional, mapped)
        # Without a model, or one whose tensors its backend tells later, nobody knows whether there is such a port.
        state: PortState = "missing" if self._model and (ports or self._model.is_certain) else "unknown"
        for name, mapped in names.items():
            port = PortId(*place, name)
            ports.setdefault(port, Port(port, tensor=mapped, state=state))
        return tuple(ports.values())
