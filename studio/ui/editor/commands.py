"""The editor's commands: on the open models, on the tab in front, and on its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.editor import text_commands
from studio.ui.editor.in_front import editor_in_front, file_in_front, tab_in_front
from studio.ui.editor.side_by_side import side_by_side
from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu
from studio.ui.room.page import Saves, Searchable
from studio.ui.room.place import FieldHelpPlace, ReviewPlace

if TYPE_CHECKING:
    from studio.app.editing.open_text import OpenText
    from studio.ui.editor.model_tab import ModelTab
    from studio.ui.room.context import Context


def commit_typing() -> None:
    """Ends what is being typed in a field, so that it becomes an edit before a save."""
    from PySide6.QtWidgets import QApplication, QLineEdit

    focus = QApplication.focusWidget()
    if isinstance(focus, QLineEdit):
        focus.editingFinished.emit()


def opened_in_front(context: Context) -> OpenText | None:
    """The model or the file whose tab is in front, with what is being typed in it made an edit."""
    tab, file = tab_in_front(context), file_in_front(context)
    commit_typing()
    if file is not None:
        file.text.flush()
        return file.file
    return tab.model if tab is not None else None


def save(context: Context) -> None:
    """Saves the model or the file in front, or what the page in front has to save."""
    front, opened = context.front(), opened_in_front(context)
    if opened is not None:
        opened.save()
    elif isinstance(front, Saves):
        front.save()


def save_all(context: Context) -> None:
    """Saves every model with unsaved edits."""
    commit_typing()
    context.session.save_all()


def review(context: Context) -> None:
    """Shows what is unsaved, the model in front first."""
    front = opened_in_front(context)
    unsaved = sorted(context.session.unsaved(), key=lambda model: model is not front)
    context.show(ReviewPlace(tuple(model.name for model in unsaved)))


def field_help(context: Context) -> None:
    """Shows the help for the field under the cursor, or for that of the card at the pointer."""
    tab = tab_in_front(context)
    if tab is not None:
        tab.help_here()
    context.show(FieldHelpPlace())
    context.show_inspector()


def try_in_front(context: Context) -> None:
    """Loads the text of the model in front on the server; its file stays as it is."""
    from studio.ui.editor.changes.trial import try_model

    tab = tab_in_front(context)
    commit_typing()
    if tab is not None:
        try_model(context.session, tab.model)


def replace(context: Context) -> None:
    """Looks for a text in what is in front, to put another in its place."""
    tab, pane = tab_in_front(context), editor_in_front(context)
    if tab is not None:
        tab.open_find_bar(replacing=True)
    elif pane is not None:
        pane.find_bar.open(replacing=True)


def find(context: Context) -> None:
    """Looks in what has the keyboard where that can be searched, else in the text in front."""
    from PySide6.QtWidgets import QApplication

    widget = QApplication.focusWidget()
    while widget is not None and not isinstance(widget, Searchable):
        widget = widget.parentWidget()
    tab = tab_in_front(context)
    if isinstance(widget, Searchable):
        widget.open_search()
    elif tab is not None:
        tab.open_find_bar()
    elif (pane := editor_in_front(context)) is not None:
        pane.find_bar.open()


def _on_tab(
    id_: str,
    text: str,
    menu: Menu,
    at: tuple[int, int],
    run: Callable[[ModelTab], object],
    key: str = "",
    icon: str = "",
) -> Command[Context]:
    keys = (key,) if key else ()
    return Command(id_, text, menu, at, run, keys, icon, facts.model_in_front).on(tab_in_front)


def _on_model(
    id_: str,
    text: str,
    menu: Menu,
    at: tuple[int, int],
    run: Callable[[OpenText], object],
    key: str,
    icon: str,
    needs: facts.Needs,
) -> Command[Context]:
    return Command(id_, text, menu, at, run, (key,), icon, needs).on(opened_in_front)


_FILE: tuple[Command[Context], ...] = (
    Command("save", "Save", Menu.FILE, (1, 10), save, ("Ctrl+S",), "floppy-disk", facts.something_to_save),
    Command("save_all", "Save all", Menu.FILE, (1, 20), save_all, ("Ctrl+Shift+S",), needs=facts.unsaved_model),
    Command(
        "review",
        "Review changes…",
        Menu.FILE,
        (1, 30),
        review,
        ("Ctrl+Shift+D",),
        "git-diff",
        facts.unsaved_model,
    ),
)
_EDIT: tuple[Command[Context], ...] = (
    _on_model(
        "undo",
        "Undo",
        Menu.EDIT,
        (0, 10),
        lambda model: model.undo_stack.undo(),
        "Ctrl+Z",
        "arrow-counter-clockwise",
        facts.step_to_undo,
    ),
    _on_model(
        "redo",
        "Redo",
        Menu.EDIT,
        (0, 20),
        lambda model: model.undo_stack.redo(),
        "Ctrl+Shift+Z",
        "arrow-clockwise",
        facts.step_to_redo,
    ),
    Command("find", "Find", Menu.EDIT, (1, 10), find, ("Ctrl+F",), "magnifying-glass", facts.session),
    Command("replace", "Replace", Menu.EDIT, (1, 12), replace, ("Ctrl+H",), needs=facts.text_in_front),
    _on_tab("find_field", "Add field…", Menu.EDIT, (1, 20), lambda tab: tab.find_field(), "Ctrl+Shift+I", "plus"),
    _on_tab("clear_field", "Clear the field", Menu.EDIT, (1, 30), lambda tab: tab.clear_field(), "Alt+Del", "eraser"),
)
COMMANDS: tuple[Command[Context], ...] = (
    *_FILE,
    *_EDIT,
    *text_commands.COMMANDS,
    _on_tab(
        "effective",
        "Effective configuration",
        Menu.VIEW,
        (0, 10),
        lambda tab: tab.show_effective(),
        "Ctrl+Shift+E",
        "circle-half",
    ),
    _on_tab("side_by_side", "Side by side", Menu.VIEW, (0, 15), side_by_side, "Ctrl+\\", "columns"),
    Command(
        "try_model",
        "Try the unsaved text on the server",
        Menu.MODEL,
        (3, 15),
        try_in_front,
        ("Ctrl+Shift+Return",),
        "flask",
        facts.model_in_front_and_server,
    ),
    Command(
        "field_help",
        "Help for this field",
        Menu.HELP,
        (0, 10),
        field_help,
        ("F1",),
        "question",
        facts.model_in_front,
        context_menus=frozenset({ContextMenu.TEXT}),
    ),
)
