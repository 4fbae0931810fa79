"""What is wrong in a graph, said in a sentence where it is: at a node, a port, a wire, or the graph as a whole."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence

from studio.core.checking.rules.decoupled import meeting
from studio.core.checking.rules.flow import Known
from studio.core.config.model_config import Config
from studio.core.graph.elements import INPUTS, Node, NodeState, Port, PortId, Wire
from studio.core.graph.flow import Flow
from studio.core.graph.models import Model
from studio.core.graph.shapes import agree, shown
from studio.value_class import replace

_CIRCLE = "Its inputs wait for its own outputs: the steps go in a circle."

_JOINS = "joins tensors of a decoupled model, which answers any number of times, with others."


class ProblemFinder:
    """The server's rules for ensembles, held against one graph in one pass over it."""

    def __init__(self, config: Config, models: Mapping[str, Model | None], flow: Flow, nodes: Sequence[Node]) -> None:
        self._config = config
        self._models = models
        self._flow = flow
        self._nodes = nodes
        self._circling = flow.circling()
        decoupled = {node.index: node.is_decoupled for node in nodes if node.kind == "step"}
        self._mixed, self._mixes_answer = meeting(flow.drawn, decoupled)

    def nodes(self) -> tuple[Node, ...]:
        """The nodes with what is wrong about them and their ports."""
        return tuple(self._node(node) for node in self._nodes)

    def wires(self) -> tuple[Wire, ...]:
        """The wires with what is wrong about them."""
        return tuple(
            Wire(each, tensor, self._wire(each.source, each.target, tensor)) for each, tensor in self._flow.wires()
        )

    def general(self) -> tuple[str, ...]:
        """What is wrong with the graph as a whole."""
        return tuple(self._general())

    def _general(self) -> Iterator[str]:
        if not self._config.steps:
            yield "The ensemble has no step yet."
        if self._config.scheduling not in ("", "ensemble_scheduling"):
            yield f"It is scheduled by {self._config.scheduling}, so the server does not take it for an ensemble."
        if self._mixes_answer:
            yield f"The ensemble's answer {_JOINS}"

    def _node(self, node: Node) -> Node:
        inputs = tuple(self._with_problem(port, node) for port in node.inputs)
        outputs = tuple(self._with_problem(port, node) for port in node.outputs)
        if node.kind != "step":
            return replace(node, inputs=inputs, outputs=outputs)
        state, problem = self._state(node)
        problem = problem or self._flaw(node)
        # `replace` costs as much as all of the above, and most nodes are sound.
        if not problem and _same(inputs, node.inputs) and _same(outputs, node.outputs):
            return node
        return replace(node, inputs=inputs, outputs=outputs, state=state, problem=problem)

    def _state(self, node: Node) -> tuple[NodeState, str]:
        model = self._models.get(node.model)
        if model is None:
            named = f"There is no model “{node.model}” in the repository." if node.model else "It names no model."
            return "missing", named
        if model.problem:
            return "broken", model.problem
        if node.version not in (-1, *node.served):
            return "version", _version(node)
        return "ok", ""

    def _flaw(self, node: Node) -> str:
        most, own = node.max_batch_size, self._config.max_batch_size
        if most != 0 and most < own:
            return f"It takes batches of up to {most}, but the ensemble promises up to {own}."
        if node.id in self._circling:
            return _CIRCLE
        if node.index in self._mixed:
            return f"It {_JOINS}"
        step = node.inputs, node.outputs
        lacking = [word for word, ports in zip(("inputs", "outputs"), step, strict=True) if not _mapped(ports)]
        return f"None of its {' and '.join(lacking)} is connected." if lacking else ""

    def _with_problem(self, port: Port, node: Node) -> Port:
        problem = self._port(port, node)
        return replace(port, problem=problem) if problem else port

    def _port(self, port: Port, node: Node) -> str:
        if port.state == "missing":
            word = "input" if port.id.side == "in" else "output"
            return f"“{node.model}” has no {word} “{port.name}”."
        if port.tensor is None:
            needed = port.id.side == "in" and not port.optional
            return f"“{node.model}” needs a tensor for “{port.name}”." if needed else ""
        return self._source(port) if port.is_source else self._target(port)

    def _source(self, port: Port) -> str:
        tensor = port.tensor or ""
        writers = self._flow.writers[tensor]
        steps = [each for each in writers if each.node != INPUTS]
        if len(steps) > 1 and port.id in steps:
            return f"The tensor “{tensor}” is written by more than one output."
        if not self._flow.readers.get(tensor):
            said = "uses the ensemble's input" if port.id.node == INPUTS else "reads the tensor"
            return f"Nothing {said} “{tensor}”."
        return ""

    def _target(self, port: Port) -> str:
        tensor = port.tensor or ""
        if not self._flow.writers.get(tensor):
            return f"Nothing writes the tensor “{tensor}”."
        return "" if tensor in self._flow.drawn.ready else f"The tensor “{tensor}” never gets data."

    def _wire(self, source: PortId, target: PortId, tensor: str) -> str:
        gives, takes = self._flow.said.get(source), self._flow.said.get(target)
        several = [each for each in self._flow.writers[tensor] if each.node != INPUTS]
        if len(several) > 1 and source in several:
            return f"The tensor “{tensor}” is written by more than one output."
        if gives and takes and not agree(gives, takes):
            return clash((gives, source), (takes, target))
        if target.node in self._circling and source.node in self._circling:
            return "It closes a circle: no step in it can begin."
        return ""


def clash(gives: tuple[Known, PortId], takes: tuple[Known, PortId]) -> str:
    """Why two ends of a tensor do not fit, naming both and what each says. They may both read it."""
    (one, source), (other, target) = gives, takes
    if target.side == "out":
        (one, source), (other, target) = takes, gives
    said = f"{_title(other, target.name)} takes {shown(other)}, but {_title(one, source.name)} "
    said += f"gives {shown(one)}." if source.side == "out" else f"takes {shown(one)}, and both read the tensor."
    return said[0].upper() + said[1:]


def _title(said: Known, port: str) -> str:
    return f"“{said.model}.{port}”" if said.model else f"the ensemble's “{port}”"


def _version(node: Node) -> str:
    if node.version == 0:
        return f"It asks for version 0 of “{node.model}”, as it does where model_version is left out. -1 is the latest."
    served = ", ".join(map(str, node.served)) or "none"
    return f"The server does not load version {node.version} of “{node.model}”. It has {served}."


def _same(one: Sequence[Port], other: Sequence[Port]) -> bool:
    return all(map(operator.is_, one, other))


def _mapped(ports: Sequence[Port]) -> bool:
    return any(port.tensor is not None for port in ports)
