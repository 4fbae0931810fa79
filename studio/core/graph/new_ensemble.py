"""New ensembles: from nothing, or from models that are wired where names and types fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.core.checking.rules.flow import Known
from studio.core.config.draft import Draft, draft
from studio.core.graph.maps import Maps, step_raw, with_steps
from studio.core.graph.models import Resolve
from studio.core.graph.plan import free_name
from studio.core.graph.shapes import Signature, agree, common_batch, known_ports, own_dims
from studio.named_tuple import NamedTuple
from studio.text.literals import quote

_SKELETON = """\
name: {name}
platform: "ensemble"

input [
]
output [
]

ensemble_scheduling {{
  step [
  ]
}}
"""


class _End(NamedTuple):
    """A port of one of the models, by the model's place in the selection."""

    step: int
    name: str


def empty_ensemble(name: str) -> Draft:
    """An ensemble of that name without inputs, outputs and steps, with the room for them."""
    return draft(_SKELETON.format(name=quote(name)))


def ensemble_of(name: str, models: Sequence[str], resolve: Resolve) -> Draft:
    """An ensemble of these models: wired by name and type, what is left over is its inputs and outputs.

    Batches are as large as the smallest model takes. The steps come in the order in which data flows. Of a model
    whose tensors nobody knows there is a step without wires.
    """
    found = [(each, resolve(each)) for each in models]
    wiring = _Wiring([known_ports(model) if model else Signature({}, {}) for _name, model in found])
    naming = _Naming([each for each, _model in found], wiring)
    batch = common_batch(model for _name, model in found)
    made = empty_ensemble(name)
    made = made.set("max_batch_size", batch) if batch else made
    for field, tensors in (("input", naming.inputs), ("output", naming.outputs)):
        for tensor, said in tensors.items():
            dims = own_dims(said, batches=batch > 0)
            made = made.append(field, {"name": tensor, "data_type": said.data_type, "dims": dims})
    raws = [step_raw(found[index][0], naming.maps(index)) for index in wiring.order()]
    return with_steps(made, list(enumerate(raws)))


class _Wiring:
    """Which output feeds which input among a selection of models."""

    def __init__(self, ends: Sequence[Signature]) -> None:
        self.ends = ends
        self.sources: dict[_End, _End] = {}
        self._outputs = [(_End(i, name), said) for i, each in enumerate(ends) for name, said in each.outputs.items()]
        self._inputs = [(_End(i, name), said) for i, each in enumerate(ends) for name, said in each.inputs.items()]
        for end, said in self._inputs:
            self._feed(end, [source for source, gives in self._fitting(end, said) if source.name == end.name])
        for end, said in self._inputs:
            if end not in self.sources:
                self._feed(end, self._only(end, said))

    def order(self) -> list[int]:
        """The models in the order of the flow, otherwise as they were chosen."""
        waiting = list(range(len(self.ends)))
        found: list[int] = []
        while waiting:
            after = {end.step: {s.step for e, s in self.sources.items() if e.step == end.step} for end in self.sources}
            ready = next(index for index in waiting if not after.get(index, set()) & set(waiting))
            waiting.remove(ready)
            found.append(ready)
        return found

    def _feed(self, end: _End, sources: Sequence[_End]) -> None:
        fits = next((source for source in sources if not self._reaches(end.step, source.step)), None)
        if fits is not None:
            self.sources[end] = fits

    def _fitting(self, end: _End, said: Known) -> Iterator[tuple[_End, Known]]:
        return ((source, gives) for source, gives in self._outputs if source.step != end.step and agree(gives, said))

    def _only(self, end: _End, said: Known) -> list[_End]:
        """The one output that fits an input, where it fits no other input that nothing feeds."""
        sources = [source for source, _gives in self._fitting(end, said) if source not in self.sources.values()]
        if len(sources) != 1:
            return []
        gives = self.ends[sources[0].step].outputs[sources[0].name]
        rivals = (each for each, takes in self._inputs if each.step != sources[0].step and agree(gives, takes))
        return sources if [each for each in rivals if each not in self.sources] == [end] else []

    def _reaches(self, step: int, target: int) -> bool:
        """Whether what a step gives gets to another, or they are the same."""
        waiting, seen = [target], {target}
        while waiting:
            here = waiting.pop()
            if here == step:
                return True
            new = {source.step for end, source in self.sources.items() if end.step == here} - seen
            seen |= new
            waiting += new
        return False


class _Naming:
    """The names of the tensors, and which of them are the ensemble's own."""

    def __init__(self, models: Sequence[str], wiring: _Wiring) -> None:
        self.inputs: dict[str, Known] = {}
        self.outputs: dict[str, Known] = {}
        self._reads: dict[_End, str] = {}
        self._writes: dict[_End, str] = {}
        self._models = models
        self._wiring = wiring
        for index in wiring.order():
            for name, said in wiring.ends[index].inputs.items():
                self._read(_End(index, name), said)
            for name, said in wiring.ends[index].outputs.items():
                self._write(_End(index, name), said)

    def maps(self, index: int) -> Maps:
        """The maps of one step."""
        ends = self._wiring.ends[index]
        reads = {name: self._reads[_End(index, name)] for name in ends.inputs}
        return Maps(reads, {name: self._writes[_End(index, name)] for name in ends.outputs})

    def _read(self, end: _End, said: Known) -> None:
        source = self._wiring.sources.get(end)
        if source is not None:
            self._reads[end] = self._writes[source]
        elif end.name in self.inputs and agree(self.inputs[end.name], said):
            self._reads[end] = end.name
        else:
            self._reads[end] = free_name(end.name, self._is_taken)
            self.inputs[self._reads[end]] = said

    def _write(self, end: _End, said: Known) -> None:
        is_read = end in self._wiring.sources.values()
        wanted = f"{self._models[end.step]}_{end.name}" if is_read else end.name
        self._writes[end] = free_name(wanted, self._is_taken)
        if not is_read:
            self.outputs[self._writes[end]] = said

    def _is_taken(self, name: str) -> bool:
        return name in self.inputs or name in self._writes.values()
