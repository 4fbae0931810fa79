"""The table of commands: what each declares, how it is enabled, and the reference that is made of it."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QKeySequence

from studio.app.selection import Selected
from studio.ui import reference
from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.facts import Facts
from studio.ui.room.menus import ContextMenu, Menu, Scope
from studio.ui.room.room import Region
from studio.ui.workbench import ROOMS, commands

ROOT = Path(__file__).parents[2]
EVERY = commands()
BY_ID = {command.id: command for command in EVERY}


def test_every_command_is_declared_once() -> None:
    assert len(BY_ID) == len(EVERY) > 90
    texts = [(command.menu, command.text) for command in EVERY]
    assert len(texts) == len(set(texts))
    # The palette alone lists the menu of the graph, in the order of the canvas's table.
    places = [(command.menu, command.at) for command in EVERY if command.menu.is_in_bar]
    assert len(places) == len(set(places)), "two commands want the same place in a menu"


def test_every_room_is_declared_once_and_says_what_it_is_for() -> None:
    keys = [room.key for room in ROOMS]
    assert len(keys) == len(set(keys))
    assert all(room.help.endswith(".") and len(room.help.split()) > 4 for room in ROOMS)
    panels = [panel.key for room in ROOMS for panel in room.panels]
    assert len(panels) == len(set(panels))
    kinds = [opener.kind for room in ROOMS for opener in room.places]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("scope", Scope)
def test_a_key_means_one_thing_in_one_place(scope: Scope) -> None:
    everywhere = [key for command in EVERY if command.scope is Scope.WINDOW for key in command.keys]
    here = [key for command in EVERY if command.scope is scope for key in command.keys]
    assert here
    assert len(here) == len(set(here))
    assert not set(here) & set(everywhere) or scope is Scope.WINDOW
    assert all(not QKeySequence(key).isEmpty() for key in here)


def test_a_command_does_something_and_says_what_it_needs() -> None:
    for command in EVERY:
        assert (command.run is None) != (command.choices is None), command.id
        assert (command.needs.__doc__ or "").startswith("Needs "), command.id


def test_facts_decide_what_can_be_run() -> None:
    able = {command.id for command in EVERY if command.run and command.needs(Facts())}
    always = {"quit", "palette", "next_region", "last_region", "full_screen", "keys", "show_files", "about", "licences"}
    assert able == always | {f"theme_{choice}" for choice in ("system", "dark", "light")}
    file = Facts(model="a", models=("a", "b"), row=Selected("file", "a"))
    assert facts.selected_file(file)
    assert not facts.one_model(file)
    assert not BY_ID["load_model"].needs(file)
    assert BY_ID["load_model"].needs(Facts(model="a", server_runs=True, may_change_models=True))
    assert not BY_ID["load_model"].needs(Facts(model="a", server_runs=True)), "the server is read-only"


def _give(found: str | None, _context: object) -> str | None:
    return found


def test_a_command_that_finds_nothing_to_work_on_does_nothing() -> None:
    done: list[str] = []
    command: Command[str] = Command("x", "X", Menu.EDIT, run=done.append)
    for found in (None, "text"):
        run: Any = command.on(partial(_give, found)).run
        run(None)
    assert done == ["text"]


def test_each_menu_at_the_pointer_of_the_explorer_has_commands() -> None:
    rows = (ContextMenu.MODEL_ROW, ContextMenu.VERSION_ROW, ContextMenu.FILE_ROW, ContextMenu.EMPTY_ROW)
    assert all(any(kind in command.context_menus for command in EVERY) for kind in rows)


@cache
def _named() -> dict[str, set[str]]:
    """The plain names that `studio/ui` passes first, by the name of the function that is called."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "studio" / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if str(node.args[0].value).isidentifier():
                    found[name].add(str(node.args[0].value))
    return found


def named_in_code(call: str) -> set[str]:
    """The plain names that `studio/ui` passes first to calls of a function."""
    return _named()[call]


def test_what_rooms_name_to_each_other_is_declared() -> None:
    pages = {room.key for room in ROOMS if room.page} | {"models"}
    foot = {panel.key for room in ROOMS for panel in room.panels if panel.region is Region.FOOT}
    every = {panel.key for room in ROOMS for panel in room.panels}
    views = {view.key for room in ROOMS for view in room.inspector}
    for call, declared in (
        ("PagePlace", pages),
        ("PanelPlace", foot),
        ("page", pages),
        ("panel", every),
        ("count", foot),
        ("inspect", views),
        ("mark", pages),
    ):
        assert named_in_code(call) <= declared, call
    # `run` is what others are called by too: of theirs none is named by a plain text.
    assert named_in_code("run") <= set(BY_ID)
    assert {"attach", "review", "palette", "launch", "stop"} <= named_in_code("run")


def test_the_reference_is_as_the_declarations_are() -> None:
    held = (ROOT / "packaging" / "REFERENCE.md").read_text("utf-8")
    assert held == reference.text(), "run `make reference`"
