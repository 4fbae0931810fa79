"""The editor's commands: on the open models, on the tab in front, and on its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.editor.side_by_side import side_by_side
from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import Menu, Scope
from studio.ui.room.place import FieldHelpPlace, ReviewPlace

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.ui.editor.model_tab import ModelTab
    from studio.ui.editor.text.text_pane import TextPane
    from studio.ui.room.context import Context


def commit_typing() -> None:
    """Ends what is being typed in a field, so that it becomes an edit before a save."""
    from PySide6.QtWidgets import QApplication, QLineEdit

    focus = QApplication.focusWidget()
    if isinstance(focus, QLineEdit):
        focus.editingFinished.emit()


def tab_in_front(context: Context) -> ModelTab | None:
    """The model's tab in front."""
    from studio.ui.editor.model_tab import ModelTab

    page = context.front()
    return page if isinstance(page, ModelTab) else None


def text_in_front(context: Context) -> TextPane | None:
    """The text of the model in front, shown and with the keyboard."""
    tab = tab_in_front(context)
    return tab.show_text() if tab is not None else None


def model_in_front(context: Context) -> OpenModel | None:
    """The model whose tab is in front, with what is being typed in it made an edit."""
    tab = tab_in_front(context)
    commit_typing()
    return tab.model if tab is not None else None


def save_all(context: Context) -> None:
    """Saves every model with unsaved edits."""
    commit_typing()
    context.session.save_all()


def review(context: Context) -> None:
    """Shows what is unsaved, the model in front first."""
    front = model_in_front(context)
    unsaved = sorted(context.session.unsaved(), key=lambda model: model is not front)
    context.show(ReviewPlace(tuple(model.name for model in unsaved)))


def field_help(context: Context) -> None:
    """Shows the help for the field under the cursor, or for that of the card at the pointer."""
    tab = tab_in_front(context)
    if tab is not None:
        tab.help_here()
    context.show(FieldHelpPlace())
    context.show_inspector()


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


def _on_text(
    id_: str,
    text: str,
    at: tuple[int, int],
    run: Callable[[TextPane], object],
    key: str = "",
    icon: str = "",
    *,
    menu: Menu = Menu.EDIT,
    scope: Scope = Scope.WINDOW,
) -> Command[Context]:
    keys = (key,) if key else ()
    return Command(id_, text, menu, at, run, keys, icon, facts.model_in_front, scope=scope).on(text_in_front)


def _on_model(
    id_: str,
    text: str,
    menu: Menu,
    at: tuple[int, int],
    run: Callable[[OpenModel], object],
    key: str,
    icon: str,
    needs: facts.Needs,
) -> Command[Context]:
    return Command(id_, text, menu, at, run, (key,), icon, needs).on(model_in_front)


_FILE: tuple[Command[Context], ...] = (
    _on_model("save", "Save", Menu.FILE, (1, 10), lambda m: m.save(), "Ctrl+S", "floppy-disk", facts.model_in_front),
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
    _on_tab("find", "Find", Menu.EDIT, (1, 10), lambda tab: tab.open_find_bar(), "Ctrl+F", "magnifying-glass"),
    _on_tab("find_field", "Add field…", Menu.EDIT, (1, 20), lambda tab: tab.find_field(), "Ctrl+Shift+I", "plus"),
    _on_tab("clear_field", "Clear the field", Menu.EDIT, (1, 30), lambda tab: tab.clear_field(), "Alt+Del", "eraser"),
)
_TEXT: tuple[Command[Context], ...] = (
    _on_text("suggest", "Suggest what may be written", (4, 30), lambda text: text.completion.ask(), "Ctrl+Space"),
    _on_text("format", "Format the text", (4, 40), lambda text: text.format(), "Alt+Shift+F", "text-align-left"),
    _on_text("comment", "Comment lines", (4, 50), lambda text: text.toggle_comment(), "Ctrl+/", "hash"),
    _on_text("lines_up", "Move lines up", (4, 60), lambda text: text.move_lines(-1), "Alt+Up", scope=Scope.TEXT),
    _on_text("lines_down", "Move lines down", (4, 70), lambda text: text.move_lines(1), "Alt+Down", scope=Scope.TEXT),
    _on_text("card", "Tell about the word at the cursor", (4, 80), lambda text: text.hover.show_here(), "Shift+F1"),
    _on_text("definition", "Go to the step’s model", (4, 90), lambda text: text.hover.follow(), "F12"),
    _on_text("fold", "Fold", (3, 10), lambda text: text.edit.folding.fold_here(), "Ctrl+Shift+[", menu=Menu.VIEW),
    _on_text("unfold", "Unfold", (3, 20), lambda text: text.edit.folding.unfold_here(), "Ctrl+Shift+]", menu=Menu.VIEW),
    _on_text("fold_all", "Fold all", (3, 30), lambda text: text.edit.folding.fold_all(), menu=Menu.VIEW),
    _on_text("unfold_all", "Unfold all", (3, 40), lambda text: text.edit.folding.unfold_all(), menu=Menu.VIEW),
)
COMMANDS: tuple[Command[Context], ...] = (
    *_FILE,
    *_EDIT,
    *_TEXT,
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
        "field_help", "Help for this field", Menu.HELP, (0, 10), field_help, ("F1",), "question", facts.model_in_front
    ),
)
