"""The canvas's room: the graph of an ensemble as a view of its tab, what is chosen on it, and its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from studio.ui.canvas.commands import ON_CANVAS
from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu
from studio.ui.room.page import ModelPage
from studio.ui.room.place import (
    FilePlace,
    LogPlace,
    ModelPlace,
    RenameTensorPlace,
    RequestPlace,
    SpanPlace,
    StepPlace,
    WhyPlace,
)
from studio.ui.room.room import InspectorView, ModelView, Room, shows

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.app.editing.open_model import OpenModel
    from studio.ui.canvas.actions import CanvasActions
    from studio.ui.canvas.inspector import GraphInspector
    from studio.ui.canvas.pane import GraphPane
    from studio.ui.room.context import Context

_KEY = "graph"


def _view(context: Context, model: OpenModel, parent: QWidget) -> GraphPane:
    from studio.ui.canvas.pane import GraphPane
    from studio.ui.canvas.side_by_side import SideBySide

    pane = GraphPane(context.session, model, parent)
    # In a turn of its own: with the canvas it would hold up the window.
    pane.shown.connect(lambda shown: QTimer.singleShot(0, shown, lambda: _inspect_seen(context, shown)))
    pane.touched.connect(lambda touched: _inspect(context, touched))
    pane.hidden.connect(lambda hidden: _leave(context, hidden))
    pane.text_wanted.connect(lambda span: context.show(ModelPlace(model.name, span)))
    pane.model_wanted.connect(lambda name: context.show(ModelPlace(name)))
    pane.why_wanted.connect(lambda name: context.show(WhyPlace(name)))
    pane.rename_wanted.connect(lambda old, new: context.show(RenameTensorPlace(model.name, old, new)))
    pane.probe_wanted.connect(lambda tensor: context.show(RequestPlace(model.name, probe=tensor)))
    pane.controller.compare_wanted.connect(lambda: SideBySide(pane.document, pane.window()).show())
    pane.controller.span_wanted.connect(lambda name: context.show(SpanPlace(name)))
    pane.watch.failure.file_wanted.connect(lambda path, line: context.show(FilePlace(path, line)))
    pane.watch.failure.log_wanted.connect(lambda name, at: context.show(LogPlace(name, at)))
    pane.watch.failure.request_wanted.connect(lambda made: context.show(RequestPlace(made.model, filled=made)))
    pane.step_clicked.connect(context.selection.step_chosen)
    return pane


def _inspector(context: Context) -> GraphInspector:
    from studio.ui.canvas.inspector import GraphInspector

    def entitle(title: str) -> None:
        if context.inspected() == _KEY:
            context.inspect(_KEY, title)

    inspector = GraphInspector()
    inspector.titled.connect(entitle)
    inspector.model_wanted.connect(lambda name: context.show(ModelPlace(name)))
    inspector.test_wanted.connect(lambda name: context.show(RequestPlace(name)))
    return inspector


def _inspect_seen(context: Context, pane: GraphPane) -> None:
    if pane.isVisible():
        _inspect(context, pane)


def _inspect(context: Context, pane: GraphPane) -> None:
    """Turns the inspector to what is chosen on a canvas."""
    from studio.ui.canvas.inspector import GraphInspector

    inspector = context.inspect(_KEY)
    if isinstance(inspector, GraphInspector):
        inspector.follow(pane)


def _leave(context: Context, pane: GraphPane) -> None:
    """Turns the inspector back where the canvas that it followed is out of sight."""
    from studio.ui.canvas.inspector import GraphInspector

    inspector = context.inspector_view(_KEY)
    if isinstance(inspector, GraphInspector) and inspector.pane is pane:
        context.inspect()


def graph_in_front(context: Context) -> GraphPane | None:
    """The graph of the ensemble in front, shown and with the keyboard."""
    from studio.ui.canvas.pane import GraphPane

    page = context.front()
    view = page.show_view(_KEY) if isinstance(page, ModelPage) else None
    return view if isinstance(view, GraphPane) else None


def _actions_in_front(context: Context) -> CanvasActions | None:
    graph = graph_in_front(context)
    return graph.canvas_actions if graph is not None else None


def _show_step(context: Context, place: StepPlace) -> QWidget | None:
    from studio.ui.canvas.pane import GraphPane

    page = context.show(ModelPlace(place.ensemble))
    view = page.show_view(_KEY) if isinstance(page, ModelPage) else None
    if isinstance(view, GraphPane):
        view.show_step(place.step, place.model)
    return page


def new_ensemble(context: Context) -> None:
    """Asks for the name of an ensemble of the models that are selected in the explorer."""
    from studio.ui.canvas.new_ensemble import ask_ensemble

    ask_ensemble(context)


COMMANDS: tuple[Command[Context], ...] = (
    *(command.on(_actions_in_front) for command in ON_CANVAS),
    Command(
        "show_graph",
        "Graph",
        Menu.VIEW,
        (5, 10),
        graph_in_front,
        ("Ctrl+Shift+G",),
        "flow-arrow",
        facts.ensemble_in_front,
    ),
    Command(
        "new_ensemble",
        "New ensemble…",
        Menu.MODEL,
        (1, 20),
        new_ensemble,
        ("Ctrl+Shift+N",),
        "flow-arrow",
        facts.repository,
        context_menus=frozenset({ContextMenu.MODEL_ROW}),
    ),
)
ROOM = Room(
    "canvas",
    "Graph",
    "flow-arrow",
    "An ensemble as a graph: add steps, wire tensors, see what does not fit and why.",
    COMMANDS,
    model_views=(
        ModelView(
            _KEY, "Graph", "flow-arrow", lambda model: model.last_good.config.is_ensemble, _view, 320, leads=True
        ),
    ),
    places=(shows(StepPlace, _show_step),),
    inspector=(InspectorView(_KEY, "Ensemble", _inspector, 30),),
)
