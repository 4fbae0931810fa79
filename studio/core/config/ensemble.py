"""The graph of an ensemble as its configuration draws it: steps, the tensors between them, and who writes what."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from studio.core.config.model_config import Config
from studio.core.config.step_config import StepConfig
from studio.value_class import dataclass, field


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of one step's model. `step` counts from 0."""

    step: int
    model: str
    name: str


@dataclass(frozen=True, slots=True)
class EnsembleTensor:
    """A tensor of an ensemble. More than one producer is an error that the graph can still show."""

    name: str
    producers: tuple[Port, ...] = ()
    consumers: tuple[Port, ...] = ()
    is_input: bool = False
    is_output: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """An ensemble's steps and tensors, the latter in the order in which the text mentions them.

    `inputs` and `outputs` are the ensemble's own; one that no step mentions is among `tensors` all the same.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    steps: tuple[StepConfig, ...]
    tensors: Mapping[str, EnsembleTensor]
    ready: frozenset[str] = field(default=frozenset())
    """Tensors that get data once the inputs have theirs: every input of their step is ready."""

    def is_mapped(self, tensor: str) -> bool:
        """Whether any step reads or writes it."""
        known = self.tensors.get(tensor)
        return bool(known and (known.producers or known.consumers))

    def feeds_nothing(self, tensor: str) -> bool:
        """Whether no step that writes something reads it."""
        return not any(self.steps[port.step].output_map for port in self.tensors[tensor].consumers)

    def sources(self, tensor: str) -> Iterator[str]:
        """The tensors that the steps writing this one read."""
        for port in self.tensors[tensor].producers:
            yield from dict.fromkeys(self.steps[port.step].input_map.values())

    def missing_source(self, tensor: str) -> str | None:
        """The furthest tensor back whose absence leaves this one unwritten; None where it lacks no source.

        It follows the first tensor that is not ready, as the server does, so both name the same one.
        """
        seen: set[str] = set()
        last = tensor
        while True:
            waiting = (name for name in self.sources(last) if name not in self.ready and name not in seen)
            name = next(waiting, None)
            if name is None:
                return None if last == tensor else last
            seen.add(name)
            last = name


def graph(config: Config) -> Graph:
    """The graph of an ensemble's configuration, broken ones included."""
    tensors: dict[str, EnsembleTensor] = {}
    inputs = tuple(tensor.name for tensor in config.inputs)
    outputs = tuple(tensor.name for tensor in config.outputs)
    given, taken = frozenset(inputs), frozenset(outputs)
    writes: dict[str, list[Port]] = {}
    reads: dict[str, list[Port]] = {}
    for index, step in enumerate(config.steps):
        for port, tensor in step.input_map.items():
            reads.setdefault(tensor, []).append(Port(index, step.model_name, port))
        for port, tensor in step.output_map.items():
            writes.setdefault(tensor, []).append(Port(index, step.model_name, port))
    for name in dict.fromkeys((*inputs, *reads, *writes, *outputs)):
        ports = tuple(writes.get(name, ())), tuple(reads.get(name, ()))
        tensors[name] = EnsembleTensor(name, *ports, name in given, name in taken)
    draft = Graph(inputs, outputs, config.steps, tensors)
    return Graph(inputs, outputs, config.steps, tensors, _ready(draft))


def step_models(config: Config) -> tuple[str, ...]:
    """The names of the models that the steps run, each once, in order."""
    return tuple(dict.fromkeys(step.model_name for step in config.steps if step.model_name))


def cycle(name: str, steps: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """The shortest chain of ensembles that leads from this one back to itself, without the return; () where none.

    `steps` gives the models that an ensemble runs, nothing for any other model.
    """
    trail: dict[str, str] = {name: ""}
    queue = deque([name])
    while queue:
        current = queue.popleft()
        for model in steps(current):
            if model == name:
                return _trail(trail, current)
            if model not in trail:
                trail[model] = current
                queue.append(model)
    return ()


def _trail(trail: Mapping[str, str], last: str) -> tuple[str, ...]:
    found = [last]
    while trail[found[-1]]:
        found.append(trail[found[-1]])
    return tuple(reversed(found))


def _ready(drawn: Graph) -> frozenset[str]:
    """Goes by steps, not by pairs of tensors: a step of 500 inputs and 500 outputs has a quarter of a million."""
    lacks = {index: len(set(step.input_map.values())) for index, step in enumerate(drawn.steps)}
    # A step without inputs is no source of anything, and keeps nothing from being ready.
    unwritten = {
        name: len({port.step for port in tensor.producers if lacks[port.step]})
        for name, tensor in drawn.tensors.items()
    }
    ready = {name for name in drawn.inputs if drawn.is_mapped(name)}
    waiting = deque(ready)
    while waiting:
        for index in {port.step for port in drawn.tensors[waiting.popleft()].consumers}:
            lacks[index] -= 1
            for name in set(drawn.steps[index].output_map.values()) if not lacks[index] else ():
                unwritten[name] -= 1
                if not unwritten[name] and name not in ready:
                    ready.add(name)
                    waiting.append(name)
    return frozenset(ready)
