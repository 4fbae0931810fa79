"""The explorer's room: the tree of the repository, and what can be done with its models, versions and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.app.desktop import open_path
from studio.app.selection import Selected
from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope
from studio.ui.room.place import FilePlace, ModelFilePlace, ModelPlace, NewModelPlace, RenameModelPlace
from studio.ui.room.room import Panel, Region, Room, StatusItem, shows

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QMenu, QWidget

    from studio.ui.explorer.nodes import TreeNode
    from studio.ui.explorer.panel import ExplorerPanel
    from studio.ui.room.context import Context

_MENUS = {
    "model": ContextMenu.MODEL_ROW,
    "version": ContextMenu.VERSION_ROW,
    "config": ContextMenu.FILE_ROW,
    "file": ContextMenu.FILE_ROW,
}
_ANY_ROW = frozenset({ContextMenu.MODEL_ROW, ContextMenu.VERSION_ROW, ContextMenu.FILE_ROW})
_ANY_MODEL = _ANY_ROW | {ContextMenu.LISTED_MODEL}
_LISTED = frozenset({ContextMenu.LISTED_MODEL})
_FOLDERS = frozenset({ContextMenu.MODEL_ROW, ContextMenu.VERSION_ROW})


def _panel(context: Context) -> ExplorerPanel:
    from studio.ui.explorer.panel import ExplorerPanel

    panel = ExplorerPanel(context.session)
    panel.activated.connect(lambda name: context.show(ModelPlace(name)))
    panel.previewed.connect(lambda name: context.show(ModelPlace(name, preview=True)))
    panel.file_activated.connect(lambda path: _open_file(context, path))
    panel.file_previewed.connect(lambda path: _preview_file(context, path))
    panel.selected.connect(lambda _: _select(context, panel))
    panel.menu_actions = lambda node: _menu(context, node)
    panel.files_dropped.connect(lambda model, files: _take_files(context, model, files))
    panel.new.clicked.connect(lambda: context.show(NewModelPlace()))
    panel.new_tool.clicked.connect(lambda: context.show(NewModelPlace()))
    panel.rescan_tool.clicked.connect(lambda: context.session.rescan())
    panel.drop.clicked.connect(lambda: context.show(NewModelPlace()))
    context.drops.hovering.connect(panel.drop.set_target)
    context.selection.front_changed.connect(panel.follow)
    context.selection.file_shown.connect(panel.follow_file)
    context.bind_keys(panel.tree, Scope.TREE)
    return panel


def _open_file(context: Context, path: Path) -> None:
    """Opens a text in a tab; a model file shows what it says of itself."""
    from studio.app.editing.open_files import is_model_file

    row = context.selection.row
    if is_model_file(path) and row is not None:
        context.show_inspector()
        context.show(ModelFilePlace(row.model, 0, path))
    else:
        context.show(FilePlace(path))


def _preview_file(context: Context, path: Path) -> None:
    """Shows a text in a tab that the next preview takes; a model file has none."""
    from studio.app.editing.open_files import is_model_file

    if not is_model_file(path):
        context.show(FilePlace(path, preview=True))


def _busy(context: Context) -> QWidget:
    from studio.ui.explorer.busy_status import BusyEntry

    return BusyEntry(context)


def _select(context: Context, panel: ExplorerPanel) -> None:
    node = panel.current()
    context.selection.select(
        selected(node) if node else None, [row for node in panel.selection() if (row := selected(node)) is not None]
    )


def selected(node: TreeNode) -> Selected | None:
    """A row of the tree as what is selected."""
    if node.kind == "root":
        return None
    of_version = node.kind == "file" and node.parent is not None and node.parent.kind == "version"
    number = node.parent.number if of_version and node.parent is not None else node.number
    return Selected(node.kind, node.model, node.path, number)


def _menu(context: Context, node: TreeNode | None) -> QMenu:
    return context.menu(_MENUS.get(node.kind, ContextMenu.EMPTY_ROW) if node else ContextMenu.EMPTY_ROW)


def _take_files(context: Context, model: str, files: list[Path]) -> None:
    """Files that were dropped on a model become a new version of it, and others a new model."""
    if model:
        add_version(context, model, files)
    else:
        context.show(NewModelPlace(tuple(files)))


def rename_model(context: Context) -> None:
    """Asks for a new name of the selected model."""
    _rename(context, RenameModelPlace(context.selection.model))


def _rename(context: Context, place: RenameModelPlace) -> QWidget | None:
    """Asks for a new name of a model, and opens it under that where it was open."""
    from studio.ui.explorer.commands import rename
    from studio.ui.explorer.panel import ExplorerPanel

    old, panel = place.model, context.panel("explorer")
    was_open = old in context.session.models()

    def renamed(new: str) -> None:
        if isinstance(panel, ExplorerPanel):
            panel.select(new)
        if was_open:
            context.show(ModelPlace(new))

    return context.ask(lambda window: rename(window, context.session, old, renamed))


def duplicate_model(context: Context) -> None:
    """Copies the selected model under a new name."""
    from studio.ui.explorer.commands import duplicate

    context.ask(lambda window: duplicate(window, context.session, context.selection.model))


def add_version(context: Context, model: str = "", files: list[Path] | None = None) -> None:
    """Asks what a new version of a model holds; of the selected one where none is given."""
    from studio.ui.explorer.commands import add_version

    name = model or context.selection.model
    context.ask(lambda window: add_version(window, context.session, name, files or ()))


def delete_model(context: Context) -> None:
    """Moves the selected models and versions to the trash, after asking."""
    from studio.ui.explorer.commands import delete

    context.ask(lambda window: delete(window, context.session, context.selection.folders))


def open_model(context: Context) -> None:
    """Brings the selected model in front."""
    context.show(ModelPlace(context.selection.model))


def show_folder(context: Context) -> None:
    """Shows the selected model's folder in the file manager."""
    repository = context.session.repository
    folder = repository.model(context.selection.model) if repository else None
    if folder is not None:
        open_path(folder.path)


def open_file(context: Context) -> None:
    """Opens the selected file with the program that the system has for it."""
    row = context.selection.row
    if row is not None and row.path is not None:
        open_path(row.path)


def copy_path(context: Context) -> None:
    """Puts the paths of what is selected on the clipboard."""
    from PySide6.QtGui import QGuiApplication

    paths = [str(row.path) for row in context.selection.rows if row.path is not None]
    QGuiApplication.clipboard().setText("\n".join(paths))


def _row_command(
    menus: frozenset[ContextMenu],
    id_: str,
    text: str,
    at: tuple[int, int],
    run: Callable[[Context], object],
    icon: str,
    needs: facts.Needs,
    *keys: str,
) -> Command[Context]:
    return Command(id_, text, Menu.MODEL, at, run, keys, icon, needs, scope=Scope.TREE, context_menus=menus)


_MODEL = frozenset({ContextMenu.MODEL_ROW})
_FILE = frozenset({ContextMenu.FILE_ROW})
COMMANDS: tuple[Command[Context], ...] = (
    _row_command(
        _LISTED,
        "open_model",
        "Open the model",
        (0, 5),
        open_model,
        "cube",
        facts.one_model,
    ),
    _row_command(
        _MODEL, "rename_model", "Rename the model…", (0, 10), rename_model, "pencil-simple", facts.one_model, "F2"
    ),
    _row_command(
        _MODEL, "duplicate_model", "Duplicate the model…", (0, 20), duplicate_model, "copy", facts.one_model, "Ctrl+D"
    ),
    _row_command(
        _FOLDERS, "add_version", "Add a version…", (0, 30), add_version, "folder-simple-plus", facts.one_model
    ),
    _row_command(
        _FOLDERS, "delete_model", "Move to the trash…", (0, 40), delete_model, "trash", facts.selected_model, "Del"
    ),
    _row_command(
        _ANY_MODEL, "show_folder", "Open its folder", (2, 10), show_folder, "folder-simple", facts.selected_model
    ),
    _row_command(
        _FILE,
        "open_file",
        "Open the file with its program",
        (2, 20),
        open_file,
        "arrow-square-out",
        facts.selected_file,
    ),
    _row_command(
        _ANY_ROW, "copy_path", "Copy the path", (2, 30), copy_path, "clipboard-text", facts.selected_model, "Ctrl+C"
    ),
    Command(
        "rescan",
        "Read the folder again",
        Menu.MODEL,
        (4, 10),
        lambda context: context.session.rescan(),
        (),
        "arrow-clockwise",
        facts.repository,
        context_menus=_ANY_ROW | {ContextMenu.EMPTY_ROW},
    ),
)
ROOM = Room(
    "explorer",
    "Models",
    "cube",
    "The models of the repository with their versions and files: filter, open, rename, copy, delete.",
    COMMANDS,
    panels=(Panel("explorer", "Models", Region.LEFT, _panel),),
    status=(StatusItem(_busy, 90),),
    places=(shows(RenameModelPlace, _rename),),
)
