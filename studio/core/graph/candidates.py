"""Models that fit: for the search that adds a step, a wire dropped on nothing, and a node dropped on a wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from studio.core.checking.rules.flow import Known
from studio.core.graph.edits.steps import through
from studio.core.graph.elements import PortId, WireId
from studio.core.graph.graph import GraphView
from studio.core.graph.models import Model
from studio.core.graph.problems import clash
from studio.core.graph.shapes import agree, known_ports
from studio.value_class import dataclass

_WILD, _OTHER_NAME, _USED, _SMALL, _BROKEN, _UNKNOWN, _NEVER = 1, 2, 4, 8, 32, 64, 128


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that may become a step. `port` is the one that takes the wire, "" where there is none to take.

    `through` is the output that goes on, for a wire. `ok` whether the server would take it, `reason` why not, or what
    comes with it; `rank` is small for what fits best.
    """

    model: str
    port: str = ""
    through: str = ""
    ok: bool = True
    reason: str = ""
    rank: int = 0


def candidates(
    view: GraphView, at: PortId | WireId | None, models: Iterable[str], words: str = ""
) -> tuple[Candidate, ...]:
    """The models, best first, one a port that fits: from a port either way, between the ends of a wire, or any.

    Those that fit come first, then the others with the reason, one a model. `words` filters by name as a search does.
    The ensemble itself is none of them.
    """
    search = _Search(view, at)
    sought = words.casefold().split()
    found = [
        each
        for name in models
        if name != view.name and all(word in name.casefold() for word in sought)
        for each in search.of(name)
    ]
    return tuple(sorted(found, key=lambda each: (not each.ok, each.rank, each.model.casefold())))


class _Search:
    """What fits at one place of one view."""

    def __init__(self, view: GraphView, at: PortId | WireId | None) -> None:
        self._view = view
        self._at = at
        self._used = {node.model for node in view.nodes if node.kind == "step"}

    def of(self, name: str) -> Iterator[Candidate]:
        """The candidates that one model makes: those that fit, or one that says why it does not."""
        model = self._view.resolve(name)
        if model is None:
            return
        reason, base = self._flaw(model)
        if isinstance(self._at, WireId):
            yield self._between(model, self._at, reason, base)
        elif self._at is None:
            yield Candidate(name, reason=reason, rank=base)
        else:
            fits = list(self._from(model, self._at, reason, base))
            yield from fits or [self._unfit(model, self._at)]

    def _from(self, model: Model, end: PortId, reason: str, base: int) -> Iterator[Candidate]:
        said = self._view.flow.said.get(end)
        ports = known_ports(model)
        for name, known in (ports.inputs if end.side == "out" else ports.outputs).items():
            if said is None or agree(said, known):
                rank = base + (name != end.name) * _OTHER_NAME + _vagueness(said, known)
                yield Candidate(model.name, name, reason=reason, rank=rank)

    def _unfit(self, model: Model, end: PortId) -> Candidate:
        ports = known_ports(model)
        side = ports.inputs if end.side == "out" else ports.outputs
        said = self._view.flow.said.get(end)
        word = "input" if end.side == "out" else "output"
        if not side or said is None:
            certain = model.is_certain
            reason = f"“{model.name}” has no {word}." if certain else f"What {word}s “{model.name}” has is not known."
            return Candidate(model.name, ok=not certain, reason=reason, rank=_NEVER)
        name, known = next(iter(side.items()))
        port = PortId(-1, "in" if end.side == "out" else "out", name)
        return Candidate(model.name, ok=False, reason=clash((said, end), (known, port)), rank=_NEVER)

    def _between(self, model: Model, wire: WireId, reason: str, base: int) -> Candidate:
        ports = through(self._view, wire, model.name)
        if ports is None:
            return self._unfit_between(model, wire)
        flow, ends = self._view.flow.said, known_ports(model)
        vague = _vagueness(flow.get(wire.source), ends.inputs[ports[0]])
        vague += _vagueness(flow.get(wire.target), ends.outputs[ports[1]])
        return Candidate(model.name, *ports, reason=reason, rank=base + vague)

    def _unfit_between(self, model: Model, wire: WireId) -> Candidate:
        takes = list(self._from(model, wire.source, "", 0))
        unfit = self._unfit(model, wire.target if takes else wire.source)
        return Candidate(model.name, ok=False, reason=unfit.reason, rank=_NEVER)

    def _flaw(self, model: Model) -> tuple[str, int]:
        """What comes with a model wherever it stands, and how much that weighs."""
        used = (model.name in self._used) * _USED
        most = model.config.max_batch_size
        if model.problem:
            return model.problem, used + _BROKEN
        if 0 < most < self._view.max_batch_size:
            reason = f"It takes batches of up to {most}, the ensemble promises up to {self._view.max_batch_size}."
            return reason, used + _SMALL
        return "", used


def _vagueness(said: Known | None, known: Known) -> int:
    """How little the agreement of two says: exact shapes are better than ones that vary."""
    if said is None:
        return _UNKNOWN
    return _WILD * min(sum(a != b for a, b in zip(said.full, known.full, strict=False)), 1)
