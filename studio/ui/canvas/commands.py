"""The commands on a canvas: names, keys and menus of its actions, for canvas and palette alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from studio.ui.canvas.figures.words import FIGURE_WORDS
from studio.ui.canvas.layout.alignment import ALIGNMENTS
from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope

if TYPE_CHECKING:
    from studio.ui.canvas.actions import CanvasActions

CanvasCommand: TypeAlias = "Command[CanvasActions]"
_NODES, _WIRE, _GROUND = ContextMenu.CANVAS_NODES, ContextMenu.CANVAS_WIRE, ContextMenu.CANVAS_GROUND


def _command(
    id_: str,
    text: str,
    run: Callable[[CanvasActions], object],
    *keys: str,
    icon: str = "",
    at: tuple[Menu, int, int] = (Menu.GRAPH, 0, 0),
    menus: tuple[ContextMenu, ...] = (),
) -> CanvasCommand:
    menu, group, place = at
    found = frozenset(menus)
    needs = facts.ensemble_in_front
    return Command(id_, text, menu, (group, place), run, keys, icon, needs, scope=Scope.CANVAS, context_menus=found)


def _show(figure: str) -> Callable[[CanvasActions], object]:
    return lambda actions: actions.show_figure(figure)


def _align(way: str) -> Callable[[CanvasActions], object]:
    return lambda actions: actions.align(way)


_OPEN = (
    _command("graph_open", "Open the model", lambda on: on.open(), "O", icon="arrow-square-out", menus=(_NODES,)),
    _command("graph_why", "Why?", lambda on: on.why(), "W", icon="question", at=(Menu.GRAPH, 0, 5), menus=(_NODES,)),
    _command(
        "graph_span", "Show in the X-ray", lambda on: on.show_span(), "X", icon="text-align-left", menus=(_NODES,)
    ),
)
_EDIT = (
    _command(
        "graph_add",
        "Add a step…",
        lambda on: on.add(),
        "Tab",
        icon="plus",
        at=(Menu.EDIT, 3, 10),
        menus=(_GROUND,),
    ),
    _command("graph_rename", "Rename the tensor…", lambda on: on.rename_tensor(), "F2", menus=(_WIRE,)),
    _command("graph_value", "Show the value on the wire", lambda on: on.show_value(), "V", icon="eye", menus=(_WIRE,)),
    _command("graph_watch", "Watch the wire", lambda on: on.watch(), "P", icon="push-pin", menus=(_WIRE,)),
    _command(
        "graph_probe", "Probe the wire", lambda on: on.probe(), "Shift+P", icon="magnifying-glass", menus=(_WIRE,)
    ),
    _command("graph_cut", "Cut steps", lambda on: on.cut(), "Ctrl+X", menus=(_NODES,)),
    _command("graph_copy", "Copy steps", lambda on: on.copy(), "Ctrl+C", menus=(_NODES,)),
    _command("graph_paste", "Paste steps", lambda on: on.paste(), "Ctrl+V", menus=(_GROUND,)),
    _command(
        "graph_paste_wired",
        "Paste steps with incoming wires",
        lambda on: on.paste(keep_incoming=True),
        "Ctrl+Shift+V",
        menus=(_GROUND,),
    ),
    _command("graph_duplicate", "Duplicate steps", lambda on: on.duplicate(), "Ctrl+D", menus=(_NODES,)),
    _command("graph_delete", "Delete and heal", lambda on: on.delete(), "Delete", "Backspace", menus=(_NODES, _WIRE)),
    _command(
        "graph_delete_only",
        "Delete without healing",
        lambda on: on.delete(heal=False),
        "Shift+Delete",
        menus=(_NODES,),
    ),
)
_ARRANGE = (
    _command("graph_all", "Choose everything", lambda on: on.choose_all(), "Ctrl+A", menus=(_GROUND,)),
    _command(
        "graph_find",
        "Go to a step…",
        lambda on: on.find(),
        "Ctrl+G",
        icon="magnifying-glass",
        at=(Menu.EDIT, 3, 15),
        menus=(_GROUND,),
    ),
    _command(
        "graph_fit",
        "Fit the graph",
        lambda on: on.fit(),
        "F",
        icon="corners-out",
        at=(Menu.VIEW, 5, 30),
        menus=(_GROUND,),
    ),
    _command(
        "graph_layout",
        "Lay out the graph",
        lambda on: on.lay_out(),
        "L",
        icon="tree-structure",
        at=(Menu.VIEW, 5, 20),
        menus=(_GROUND,),
    ),
    _command(
        "graph_layout_chosen", "Lay out what is chosen", lambda on: on.lay_out_chosen(), "Shift+L", menus=(_NODES,)
    ),
    _command(
        "graph_order", "Order the steps as they run", lambda on: on.order(), icon="sort-ascending", menus=(_GROUND,)
    ),
    _command(
        "graph_frame",
        "Frame the chosen steps",
        lambda on: on.frame(),
        "G",
        icon="bounding-box",
        at=(Menu.EDIT, 3, 20),
        menus=(_NODES,),
    ),
    _command("graph_unframe", "Take the frame away", lambda on: on.unframe(), "Shift+G", menus=(_GROUND,)),
)
_EXPORT = (
    _command(
        "graph_picture",
        "Export the graph…",
        lambda on: on.exports.ask_picture(),
        icon="image",
        at=(Menu.FILE, 2, 10),
        menus=(_GROUND,),
    ),
    _command(
        "graph_mermaid",
        "Copy the graph as Mermaid",
        lambda on: on.exports.copy_mermaid(),
        icon="copy",
        at=(Menu.FILE, 2, 20),
        menus=(_GROUND,),
    ),
    _command(
        "graph_compare",
        "Compare the ensemble…",
        lambda on: on.compare(),
        icon="git-diff",
        at=(Menu.FILE, 2, 25),
        menus=(_GROUND,),
    ),
    _command(
        "graph_bls",
        "Convert to a Python model (BLS)…",
        lambda on: on.exports.ask_bls(),
        icon="terminal-window",
        at=(Menu.FILE, 2, 30),
        menus=(_GROUND,),
    ),
)
_LOOK = (
    _command("graph_full", "Show the graph at full size", lambda on: on.full_size(), "0"),
    _command("graph_zoom_in", "Zoom in on the graph", lambda on: on.zoom_by(1.25), "+", "="),
    _command("graph_zoom_out", "Zoom out of the graph", lambda on: on.zoom_by(1 / 1.25), "-"),
)
_FIGURES = tuple(
    _command(f"graph_show_{figure}", f"Show {words} on the steps", _show(figure), str(place))
    for place, (figure, words) in enumerate(FIGURE_WORDS.items(), 1)
)
_ALIGN = tuple(_command(f"graph_{way}", text, _align(way)) for way, text in ALIGNMENTS)

GROUPS: tuple[tuple[CanvasCommand, ...], ...] = (_OPEN, _EDIT, _ARRANGE, _EXPORT, _LOOK, _FIGURES, _ALIGN)
"""In the order of the menus at the pointer, which draw a line between two groups."""
ON_CANVAS: tuple[CanvasCommand, ...] = tuple(command for group in GROUPS for command in group)
BY_ID = {command.id: command for command in ON_CANVAS}


def run(command: CanvasCommand, actions: CanvasActions) -> None:
    """Runs a command on a canvas."""
    if command.run is not None:
        command.run(actions)
