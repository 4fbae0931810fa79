"""The third view of an ensemble's tab: its graph."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent, QTransform
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.assist.graph_places import paths
from studio.core.assist.places import span_of
from studio.core.checking.findings import Finding
from studio.core.graph.graph import GraphView
from studio.text.tree import Path
from studio.ui.canvas import names
from studio.ui.canvas.commands import BY_ID, run
from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.document import CanvasDocument
from studio.ui.canvas.figures.bar import FigureBar
from studio.ui.canvas.figures.on_nodes import NodeFigures
from studio.ui.canvas.interaction import Interaction
from studio.ui.canvas.live_metrics import LiveMetrics
from studio.ui.canvas.menu import CanvasMenu
from studio.ui.canvas.overlays.minimap import Minimap
from studio.ui.canvas.overlays.toolbars import LiveBadge, ToolBar, ZoomBar, place
from studio.ui.canvas.scene.scene import CanvasScene
from studio.ui.canvas.view import CanvasView
from studio.ui.canvas.watch.layer import WatchLayer
from studio.ui.widgets import EmptyState, InlineProblem

_SMALL = 520
"""Below this height or width there is no room for the map."""
_BELOW = 24
"""From the nodes of an empty graph to the hint."""
_LARGE = 300
"""Nodes. To make the items of more takes longer than the window should be held up."""


class GraphPane(QWidget):
    """Canvas, bars and map of one ensemble."""

    chosen = Signal(object)
    """Selection"""
    shown = Signal(object)
    hidden = Signal(object)
    touched = Signal(object)
    """This pane: it came into sight, went, or something on it was chosen."""
    model_wanted = Signal(str)
    why_wanted = Signal(str)
    rename_wanted = Signal(str, str)
    probe_wanted = Signal(str)
    """A tensor and its new name, where other files name it too."""
    step_clicked = Signal(str, str)
    """Model and version of a step."""
    text_wanted = Signal(object)
    """A place of the text."""

    def __init__(self, session: Session, model: OpenModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Canvas.PANE)
        self.setAccessibleName(f"Graph of {model.name}")
        self._session = session
        self.model = model
        self.document = CanvasDocument(session, model)
        self.scene = CanvasScene(self)
        self.view = CanvasView(self.scene, self)
        self._fitted = False
        self._begun: tuple[QTransform, QSize] | None = None
        """Zoom and size of the first sight."""
        self._build()
        self.controller = CanvasController(self.document, self.scene, self.view)
        self.interaction = Interaction(self.controller)
        self.canvas_actions = self.interaction.keys.actions
        self.live_metrics = LiveMetrics(session, self)
        self.node_figures = NodeFigures(self, self)
        self.watch = WatchLayer(self.controller, self)
        self.menu = CanvasMenu(self.controller, self.canvas_actions)
        self._connect()

    @property
    def is_seen(self) -> bool:
        """Whether it is in sight."""
        return self.isVisible()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.broken = InlineProblem("error", "", parent=self)
        self.broken.setObjectName(names.Canvas.BROKEN)
        self.broken.fix.set_icon_name("arrow-right")
        self.broken.fix_requested.connect(self._go_to_problem)
        self.broken.hide()
        column.addWidget(self.broken)
        column.addWidget(self.view, 1)
        # What is made later lies above: the bars over the hint, and what the controller opens over the bars.
        self.hint = EmptyState("flow-arrow", "No steps yet", "Drag models here, or press Tab to add one.", parent=self)
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hint.hide()
        self.tools = ToolBar(self)
        self.live = LiveBadge(self)
        self.zoom = ZoomBar(self)
        self.figures = FigureBar(self)
        self.map = Minimap(self.scene, self)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self.view.seen.connect(self.map.show_seen)
        self.view.seen.connect(lambda _: self._place_hint())
        self.view.zoomed.connect(self.zoom.show_zoom)
        self.map.wanted.connect(self.view.go_to)
        self.zoom.wanted.connect(self._zoom)
        self.document.changed.connect(self._show_graph)
        self.document.moved.connect(self._show_places)
        self.tools.wanted.connect(self._run)
        self.tools.snap_changed.connect(self._snap)
        self.scene.chosen.connect(self._tell_chosen)
        self.controller.model_wanted.connect(self.model_wanted)
        self.controller.why_wanted.connect(self.why_wanted)
        self.controller.rename_wanted.connect(self.rename_wanted)
        self.controller.probe_wanted.connect(self.probe_wanted)
        self.watch.placed.connect(self.place_bars)
        self.live_metrics.changed.connect(self.node_figures.refresh)
        self.controller.figure_wanted.connect(self.node_figures.choose)
        self.controller.menu_wanted.connect(self.menu.open)
        self.controller.node_clicked.connect(self._tell_clicked)
        stack = self.model.undo_stack
        stack.canUndoChanged.connect(self.tools.undo.setEnabled)
        stack.canRedoChanged.connect(self.tools.redo.setEnabled)
        self.tools.undo.setEnabled(stack.canUndo())
        self.tools.redo.setEnabled(stack.canRedo())

    def _run(self, key: str) -> None:
        stack = self.model.undo_stack
        own = {"undo": stack.undo, "redo": stack.redo, "add": self._add_at_middle}
        own_run = own.get(key)
        if own_run is not None:
            own_run()
        else:
            run(BY_ID[f"graph_{key}"], self.canvas_actions)

    def _add_at_middle(self) -> None:
        self.controller.offer_models(self.view.seen_area().center())

    def _snap(self, on: bool) -> None:
        self.controller.snaps = on

    def _tell_chosen(self) -> None:
        self.chosen.emit(self.scene.selection)
        if self.isVisible():
            self.touched.emit(self)

    def _show_graph(self, before: GraphView | None, after: GraphView) -> None:
        self.scene.apply(before, after, self.document.places)
        self.hint.setVisible(not any(node.kind == "step" for node in after.nodes))
        self._show_text_state()
        self.node_figures.refresh()
        self._fit_once()

    def _show_text_state(self) -> None:
        """Where the text does not parse, the last graph stays, greyed, and the line above says why."""
        document = self.model.draft.document
        self.broken.setVisible(not document.ok)
        self.view.set_greyed(not document.ok)
        if document.problems:
            line, _ = document.line_column(document.problems[0].span.start)
            words = f"Line {line} does not parse: this is the last graph that did"
            self.broken.show_problem("error", words, f"Go to line {line}")
            self.broken.setToolTip(document.problems[0].message)
        self.place_bars()

    def _go_to_problem(self) -> None:
        problems = self.model.draft.document.problems
        if problems:
            self.text_wanted.emit(problems[0].span)

    def _show_places(self) -> None:
        self.scene.set_places(self.document.places)
        self.view.viewport().update()

    def _tell_clicked(self, node: int) -> None:
        graph = self.document.graph
        known = graph.node(node) if graph else None
        if known is not None and known.kind == "step":
            version = str(known.shown_version) if known.shown_version is not None else ""
            self.step_clicked.emit(known.model, version)

    def _zoom(self, factor: float) -> None:
        self.view.set_zoom(self.view.zoom * factor if factor else 1.0)

    def open_search(self) -> None:
        """Asks for a step to go to."""
        self.canvas_actions.find()

    def show_step(self, index: int, model: str = "") -> None:
        """Chooses a step by its number, or the first of a model, and brings it into sight, once the graph is there."""
        graph = self.document.graph
        if graph is None:
            once = Qt.ConnectionType.SingleShotConnection
            self.document.changed.connect(lambda *_: self.show_step(index, model), once)
            return
        self.scene.finish()
        steps = [node for node in graph.nodes if node.kind == "step"]
        found = [node for node in steps if node.index == index or (index < 0 and node.model == model)]
        if found:
            self.canvas_actions.go_to(found[0].id)

    # What is chosen, in the text

    def _paths(self) -> tuple[Path, ...]:
        choice, graph = self.scene.selection, self.document.graph
        return paths(graph, choice.nodes, choice.wires, choice.port) if graph is not None else ()

    def chosen_offset(self) -> int:
        """The character of the text at which what is chosen begins; -1 where nothing is."""
        spans = [span for path in self._paths() if (span := span_of(self.model.draft.document, path)) is not None]
        return min((span.start for span in spans), default=-1)

    def findings_here(self) -> list[Finding]:
        """The problems of what is chosen."""
        wanted = self._paths()
        found = self._session.findings_in_text(self.model.name)
        return [each for each in found if any(each.path[: len(path)] == path for path in wanted)]

    def fix_spot(self) -> QPoint:
        """The place on the screen below what is chosen."""
        choice = self.scene.selection
        ends = [end for wire in choice.wires for end in wire] + ([choice.port] if choice.port is not None else [])
        nodes = choice.nodes | {end.node for end in ends}
        area = self.view.mapFromScene(self.scene.extent(nodes)).boundingRect() & self.view.viewport().rect()
        return self.view.viewport().mapToGlobal(area.bottomLeft() if nodes else self.view.viewport().rect().center())

    def fit(self) -> None:
        """Zooms and moves so that the whole graph is in sight."""
        self.view.fit()

    def _fit_once(self) -> None:
        """The first sight of a graph is all of it that can be read; a large one is made bit by bit before."""
        if not self._fitted and self.isVisible() and self.scene.nodes:
            if not self.scene.is_whole and self._is_large():
                self.scene.moved.connect(self._fit_once, Qt.ConnectionType.SingleShotConnection)
                return
            self.scene.finish()
            self._fitted = True
            self._begin()

    def _begin(self) -> None:
        """The first sight, which a person has not changed until it is another."""
        self.view.begin()
        self._begun = (self.view.transform(), self.view.size())

    def _is_large(self) -> bool:
        graph = self.document.graph
        return graph is not None and len(graph.nodes) > _LARGE

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.document.wake()
        self.node_figures.refresh()
        self._fit_once()
        self.watch.wake()
        self.shown.emit(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.document.rest()
        self.controller.explanation.leave()
        self.watch.rest()
        self.hidden.emit(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._begun is not None and self._begun == (self.view.transform(), event.oldSize()):
            # Nobody has looked at anything closer: a pane that gets its room late begins anew.
            QTimer.singleShot(0, self, self._begin)
        self.place_bars()
        self.controller.search.follow_window()

    def place_bars(self) -> None:
        """Puts the bars and the map into the corners of the canvas."""
        place((self.tools, self.live, self.zoom, self.map), self.view)
        self.watch.place(self.tools, self.live)
        self.figures.place(self.zoom, self.map, self.view)
        # Without steps there is nothing to find one's way in, and the map would lie over the hint.
        has_steps = bool(self.scene.nodes) and self.hint.isHidden()
        self.map.setVisible(min(self.width(), self.height()) >= _SMALL - 120 and has_steps)
        self._place_hint()

    def _place_hint(self) -> None:
        """Below the inputs and outputs of an ensemble without steps, above them where there is no room."""
        if self.hint.isHidden():
            return
        nodes = self.view.mapFromScene(self.scene.extent()).boundingRect().translated(self.view.pos())
        height, area = self.hint.sizeHint().height(), self.view.geometry()
        top = nodes.bottom() + _BELOW
        if top + height > area.bottom():
            top = max(area.top(), nodes.top() - _BELOW - height)
        self.hint.setGeometry(area.x(), top, area.width(), height)
