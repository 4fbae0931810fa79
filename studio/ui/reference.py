"""The reference of rooms, commands, keys and settings in Markdown, made of their declarations.

usage: python -m studio.ui.reference FILE
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studio.app.declared_settings import DECLARED, Setting
from studio.ui import workbench
from studio.ui.room.menus import ContextMenu, Menu

if TYPE_CHECKING:
    from studio.ui.room.command import Command
    from studio.ui.room.context import Context

_HEAD = """# Reference

Rooms, commands, keys and settings of the window, in the words of their declarations. `make reference` writes this file.
"""
_TYPES = {str: "text", int: "whole number", float: "number", bool: "on or off", list: "list of texts"}


def text() -> str:
    """The whole reference, as it stands in `packaging/REFERENCE.md`."""
    return "\n".join([_HEAD, *_rooms(), *_commands(), *_context_menus(), *_settings()])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _rooms() -> Iterator[str]:
    yield "## Rooms\n"
    yield from _table(("Room", "What one does there"), ((room.title, room.help) for room in workbench.ROOMS))


def _commands() -> Iterator[str]:
    yield "## Commands\n"
    yield "Every command is in the palette too (Ctrl+Shift+P). One that lacks what it needs is greyed.\n"
    head = ("Command", "Keys", "Where the keys hold", "Needs", "Identifier")
    for menu in Menu:
        yield f"### {menu.value}\n"
        yield from _table(head, (_command(each) for each in workbench.commands() if each.menu is menu))


def _command(command: Command[Context]) -> tuple[str, ...]:
    keys = ", ".join(f"`{key}`" for key in dict.fromkeys(key.replace("Return", "Enter") for key in command.keys))
    needs = (command.needs.__doc__ or "").removeprefix("Needs ").rstrip(".")
    return command.text, keys, command.scope.value if keys else "", needs, f"`{command.id}`"


def _context_menus() -> Iterator[str]:
    yield "## Menus at the pointer\n"
    for kind in ContextMenu:
        held = [command.text for command in workbench.commands() if kind in command.context_menus]
        if held:
            yield f"- **{kind.value.capitalize()}**: {'; '.join(held)}."
    yield ""


def _settings() -> Iterator[str]:
    yield "## Settings\n"
    yield "They are kept in `settings.json` in the studio's configuration folder; the page Settings shows most.\n"
    head = ("Setting", "Type", "Default", "What it does")
    yield from _table(head, (_setting(each) for each in DECLARED))


def _setting(setting: Setting) -> tuple[str, ...]:
    kind = " or ".join(f"`{choice}`" for choice in setting.choices) or _TYPES[type(setting.default)]
    default = f"`{setting.default}`" if setting.default not in ("", []) else "empty"
    return f"`{setting.name}`", kind, default, setting.prose


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), "utf-8")
