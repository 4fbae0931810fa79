"""What a canvas works on: the graph of an open model's text, where its nodes stand, and the edits of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import notices, tasks
from studio.app.editing.open_model import OpenModel
from studio.app.editing.undo import Kind, UndoStep, as_one_step
from studio.app.session import Session
from studio.core.checking.findings import Severity
from studio.core.config.draft import Draft
from studio.core.graph.build import graph_view
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.models import Catalogue
from studio.core.graph.positions import Frame, Positions, Watch, read_positions
from studio.core.graph.wiring import Offer
from studio.core.layout import place_new
from studio.failure import Failure
from studio.ui.canvas.layout import placement as placements
from studio.ui.canvas.layout.placement import Placement, Places
from studio.ui.canvas.layout.position_store import PositionStore
from studio.ui.canvas.new_models import make_model
from studio.ui.canvas.scene import node_shape

_RENEW_MS = 250
_LARGE = 400
"""Steps above which a graph is read in a task."""
_NODE_BYTES = 200
_PLACEMENTS: Kind[Placement] = Kind(size=lambda placement: _NODE_BYTES * (len(placement.places) + 1))


class CanvasDocument(QObject):
    """The last good graph of one model. Its models are looked up in tasks; its own edits show at once."""

    changed = Signal(object, object)
    """The graph before, None at first, and the graph now."""
    moved = Signal()
    """Nodes or frames stand elsewhere."""
    renewed = Signal()
    """The models that steps may run were looked up anew."""

    def __init__(self, session: Session, model: OpenModel) -> None:
        super().__init__(model)
        self.session = session
        self.model = model
        self.graph: GraphView | None = None
        self.placement = Placement({})
        self.watches: tuple[Watch, ...] = ()
        self.catalogue: Catalogue | None = None
        self._wanted: Sequence[tuple[float, float]] = ()
        self._gone: tuple[int, ...] = ()
        self._is_seen = False
        self._fingerprint: object = None
        self._waiting: Offer | None = None
        self._soon = QTimer(self, singleShot=True, interval=_RENEW_MS)
        self._soon.timeout.connect(self.renew)
        self._store = PositionStore(session, model, self._positions, self)
        node_shape.learn_widths()
        model.changed.connect(self._text_changed)
        for signal in (session.repository_changed, session.checker.findings_changed):
            signal.connect(self._later)

    @property
    def places(self) -> Places:
        """Where the nodes stand, by id."""
        return self.placement.places

    @property
    def is_current(self) -> bool:
        """Whether the graph is that of the text; a text that does not parse has none."""
        return self.graph is not None and self.graph.draft is self.model.draft

    # The graph

    def _later(self, *_: object) -> None:
        if self._is_seen:
            self._soon.start()

    def wake(self) -> None:
        """The canvas is seen: the models are looked up, now and when they change."""
        self._is_seen = True
        self.renew()

    def rest(self) -> None:
        """The canvas is not seen: nothing is left to be done later."""
        self._is_seen = False
        self._soon.stop()
        self._store.flush()

    def _positions(self) -> Callable[[], Positions] | None:
        if self.graph is None:
            return None
        return partial(placements.to_positions, self.graph, self.placement, self.watches)

    def set_watches(self, watches: Sequence[Watch]) -> None:
        """The wires that are watched from now on; they are kept, and are no edit of the ensemble."""
        if tuple(watches) != self.watches:
            self.watches = tuple(watches)
            self._store.keep(at_once=not self._is_seen)

    def renew(self) -> None:
        """Looks the models up anew in a task, where any of them changed."""
        repository = self.session.repository
        if repository is None:
            return
        drafts, profile = self.session.drafts(), self.session.profile
        problems = self._problems()
        others = {name: id(text) for name, text in drafts.items() if name != self.model.name}
        fingerprint = (repository, others, problems, profile)
        if fingerprint == self._fingerprint:
            return
        self._fingerprint = fingerprint
        draft, before = self.model.last_good, self.graph
        first = self.graph is None

        def work(_: tasks.TaskContext) -> tuple[Catalogue, GraphView, Positions]:
            catalogue = Catalogue(repository, drafts, profile, problems)
            kept = read_positions(repository.path, self.model.name) if first else Positions()
            return catalogue, graph_view(draft, catalogue, before), kept

        tasks.run(self, work, self._looked_up, key="models")

    def _problems(self) -> dict[str, str]:
        wrong = (found for found in reversed(self.session.findings) if found.severity is Severity.ERROR)
        return {found.model: found.message for found in wrong if found.model != self.model.name}

    def _looked_up(self, found: tuple[Catalogue, GraphView, Positions]) -> None:
        self.catalogue, graph, kept = found
        if self.graph is None:
            self._store.kept, self.placement, self.watches = kept, Placement({}, kept.frames), kept.watches
        if graph.draft is not self.model.last_good:
            self._show_text(self.model.last_good, self.catalogue)
        else:
            self._show(graph)
        self.renewed.emit()
        self._do_waiting()

    def _text_changed(self, _before: Draft, after: Draft) -> None:
        if self.catalogue is not None and after.document.ok:
            self._show_text(after, self.catalogue)
        elif self.graph is not None:
            self.changed.emit(self.graph, self.graph)

    def _show_text(self, draft: Draft, catalogue: Catalogue) -> None:
        if len(draft.config.steps) > _LARGE or (self.graph is not None and len(self.graph.steps) > _LARGE):
            self._show_later(draft, catalogue, self.graph)
        else:
            self._show(graph_view(draft, catalogue, self.graph, self._gone))

    def _show_later(self, draft: Draft, catalogue: Catalogue, before: GraphView | None) -> None:
        """A graph that takes long to read is read in a task; until then gestures wait."""
        wanted, gone = self._wanted, self._gone

        def done(graph: GraphView) -> None:
            self._wanted = wanted
            try:
                self._show(graph)
            finally:
                self._wanted = ()

        tasks.run(self, lambda _: graph_view(draft, catalogue, before, gone), done, key="graph")

    def _show(self, graph: GraphView) -> None:
        kept = self._store.kept if self.graph is None else Positions()
        known = placements.known_places(graph, self.places, kept)
        fresh = [node for node in graph.nodes if node.id not in known]
        if self._wanted:
            known |= placements.put(fresh, self._wanted)
        elif not known and len(fresh) > 2:
            self._lay_out_first(graph)
            return
        elif fresh:
            self._lay_out_new(graph, known)
            return
        self._adopt(graph, known)

    def _adopt(self, graph: GraphView, known: Places) -> None:
        before, self.graph = self.graph, graph
        self.placement = Placement({**self.places, **known}, self.placement.frames)
        self.changed.emit(before, graph)
        self._store.keep(at_once=not self._is_seen)

    def _lay_out_first(self, graph: GraphView) -> None:
        done = partial(self._laid_out, graph)
        tasks.run(self, lambda c: placements.in_layers(graph, c.raise_if_cancelled), done, key="layout")

    def _lay_out_new(self, graph: GraphView, known: Places) -> None:
        """Finds places for the nodes that have none; in a large graph in a task."""

        def work() -> Places:
            return placements.by_id(place_new(*placements.layout_input(graph), placements.by_name(known)))

        if len(graph.nodes) > _LARGE:
            tasks.run(self, lambda _: work(), lambda found: self._laid_out(graph, found), key="layout")
        else:
            self._adopt(graph, work())

    def _laid_out(self, graph: GraphView, found: Places) -> None:
        if graph.draft is self.model.last_good:
            self._adopt(graph, {node: place for node, place in found.items() if node not in self.places})
        elif self.catalogue is not None:
            self._show_text(self.model.last_good, self.catalogue)

    # Edits

    def do(self, edit: GraphEdit, *places: tuple[float, float], moves: Places | None = None) -> bool:
        """Edits the text as one step; what comes new stands at the places in turn, `moves` go along."""
        if not self.is_current:
            if not self.model.draft.document.ok:
                notices.post("warning", "The graph waits for the text", "Mend the text first: it does not parse.")
            return False
        with as_one_step(self.model.undo_stack, edit.title, bool(moves)):
            self._wanted, self._gone = places, edit.gone
            try:
                return self.model.edit(edit.title, edit.apply)
            finally:
                self._wanted, self._gone = (), ()
                if moves:
                    self.move(edit.title, moves)

    def take_offer(self, offer: Offer) -> None:
        """Does what would make a wire fit: here, in another model, or with a model that is made first."""
        if offer.kind == "edit":
            self.do(offer.edit)
        elif offer.kind == "model":
            try:
                other = self.session.open_model(offer.model)
            except Failure as failure:
                self.tell(failure)
                return
            other.edit(offer.edit.title, offer.edit.apply)
        else:
            make_model(self.session, offer.model, offer.files, lambda: self.do_when_known(offer))

    def do_when_known(self, offer: Offer) -> None:
        """Does what an offer says once its model is found in the repository."""
        self._waiting = offer

    def _do_waiting(self) -> None:
        offer = self._waiting
        if offer is not None and self.catalogue is not None and offer.model in self.catalogue.names:
            self._waiting = None
            self.do(offer.edit)

    def tell(self, failure: Failure) -> None:
        """Says why a gesture could not be."""
        notices.post_failure(failure)

    def move(self, title: str, places: Mapping[int, tuple[float, float]]) -> None:
        """Moves nodes as one step."""
        self._push(title, Placement({**self.places, **places}, self.placement.frames))

    def set_frames(self, title: str, frames: Sequence[Frame], places: Places | None = None) -> None:
        """Changes the frames as one step, with the nodes that go along."""
        self._push(title, Placement({**self.places, **(places or {})}, tuple(frames)))

    def _push(self, title: str, after: Placement) -> None:
        if after != self.placement:
            self.model.undo_stack.push(UndoStep(title, self.take, self.placement, after, kind=_PLACEMENTS))

    def take(self, placement: Placement) -> None:
        """Puts everything in its place; for the undo step alone."""
        self.placement = Placement({**self.places, **placement.places}, placement.frames)
        self.moved.emit()
        self._store.keep(at_once=not self._is_seen)

    def lay_out(self, nodes: frozenset[int] = frozenset(), then: Callable[[], object] = lambda: None) -> None:
        """Places everything in layers, or the chosen nodes where they are, as one step; `then` follows."""
        graph = self.graph
        if graph is None:
            return
        there = [self.places[n] for n in nodes if n in self.places]

        def work(context: tasks.TaskContext) -> Places:
            found = placements.in_layers(graph, context.raise_if_cancelled, nodes or None)
            return placements.shifted(found, placements.corner(there)) if nodes else found

        def done(placed: Places) -> None:
            self.move("Lay out the graph", placed)
            then()

        tasks.run(self, work, done, key="layout")
