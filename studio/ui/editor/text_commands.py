"""The commands on the text of the model in front, and on what is typed anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.editor.in_front import editor_in_front, text_in_front
from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope

if TYPE_CHECKING:
    from studio.ui.editor.text.pane import EditorPane
    from studio.ui.editor.text.text_pane import TextPane
    from studio.ui.room.context import Context


def _on_text(
    id_: str,
    text: str,
    at: tuple[int, int],
    run: Callable[[TextPane], object],
    key: str = "",
    icon: str = "",
    *,
    needs: facts.Needs = facts.model_in_front,
    at_pointer: bool = False,
) -> Command[Context]:
    """On the text of a configuration."""
    keys = (key,) if key else ()
    menus = frozenset({ContextMenu.TEXT} if at_pointer else ())
    made = Command(id_, text, Menu.TEXT, at, run, keys, icon, needs, context_menus=menus)
    return made.on(text_in_front)


def _on_any(
    id_: str,
    text: str,
    at: tuple[int, int],
    run: Callable[[EditorPane], object],
    key: str = "",
    icon: str = "",
    *,
    menu: Menu = Menu.EDIT,
    scope: Scope = Scope.WINDOW,
    at_pointer: bool = False,
) -> Command[Context]:
    """On any text, that of a file too."""
    keys = (key,) if key else ()
    menus = frozenset({ContextMenu.TEXT} if at_pointer else ())
    made = Command(id_, text, menu, at, run, keys, icon, facts.text_in_front, scope=scope, context_menus=menus)
    return made.on(editor_in_front)


def _rename(context: Context) -> None:
    from studio.ui.editor.rename import rename_here

    rename_here(context)


def _resize(by: int) -> Callable[[Context], object]:
    def resize(_: Context) -> None:
        from studio.ui.editor.text.text_size import text_size

        if by:
            text_size().change(by)
        else:
            text_size().reset()

    return resize


def _clipboard(verb: str) -> Callable[[Context], object]:
    """Does with what has the keyboard what its own key does."""

    def do(_: Context) -> None:
        from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

        widget = QApplication.focusWidget()
        if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
            {"cut": widget.cut, "copy": widget.copy, "paste": widget.paste, "select_all": widget.selectAll}[verb]()

    return do


def _on_focused(id_: str, text: str, order: int, key: str, icon: str = "") -> Command[Context]:
    menus = frozenset({ContextMenu.TEXT})
    run, needs = _clipboard(id_), facts.session
    return Command(id_, text, Menu.EDIT, (0, order), run, (key,), icon, needs, scope=Scope.TEXT, context_menus=menus)


_LINES: tuple[Command[Context], ...] = (
    _on_any(
        "lines_up",
        "Move lines up",
        (4, 60),
        lambda on: on.rewriting.move_lines(-1),
        "Alt+Up",
        scope=Scope.TEXT,
        menu=Menu.TEXT,
    ),
    _on_any(
        "lines_down",
        "Move lines down",
        (4, 62),
        lambda on: on.rewriting.move_lines(1),
        "Alt+Down",
        scope=Scope.TEXT,
        menu=Menu.TEXT,
    ),
    _on_any(
        "copy_up",
        "Copy lines up",
        (4, 64),
        lambda on: on.rewriting.copy_lines(-1),
        "Alt+Shift+Up",
        scope=Scope.TEXT,
        menu=Menu.TEXT,
    ),
    _on_any(
        "copy_down",
        "Copy lines down",
        (4, 66),
        lambda on: on.rewriting.copy_lines(1),
        "Alt+Shift+Down",
        scope=Scope.TEXT,
        menu=Menu.TEXT,
    ),
    _on_any(
        "delete_lines",
        "Delete lines",
        (4, 68),
        lambda on: on.rewriting.delete_lines(),
        "Ctrl+Shift+K",
        scope=Scope.TEXT,
        menu=Menu.TEXT,
    ),
    _on_any(
        "select_next",
        "Select the word, then the next like it",
        (4, 70),
        lambda on: on.rewriting.select_next(),
        "Ctrl+D",
        scope=Scope.TEXT,
        menu=Menu.TEXT,
    ),
)
COMMANDS: tuple[Command[Context], ...] = (
    _on_focused("cut", "Cut", 30, "Ctrl+X", "scissors"),
    _on_focused("copy", "Copy", 40, "Ctrl+C", "copy"),
    _on_focused("paste", "Paste", 50, "Ctrl+V", "clipboard-text"),
    _on_focused("select_all", "Select all", 60, "Ctrl+A"),
    _on_any("go_to_line", "Go to line", (1, 14), lambda on: on.go_to_line.open(), "Ctrl+G", scope=Scope.TEXT),
    _on_text("suggest", "Suggest what may be written", (4, 30), lambda on: on.completion.ask(), "Ctrl+Space"),
    _on_text(
        "format",
        "Format the text",
        (4, 40),
        lambda on: on.rewriting.format(),
        "Alt+Shift+F",
        "text-align-left",
        at_pointer=True,
    ),
    _on_any(
        "comment",
        "Comment lines",
        (4, 50),
        lambda on: on.rewriting.toggle_comment(),
        "Ctrl+/",
        "hash",
        at_pointer=True,
        menu=Menu.TEXT,
    ),
    *_LINES,
    _on_text("card", "Tell about the word at the cursor", (4, 80), lambda on: on.hover.show_here(), "Shift+F1"),
    _on_text(
        "definition",
        "Go to the step’s model",
        (4, 90),
        lambda on: on.hover.follow(),
        "F12",
        needs=facts.ensemble_in_front,
        at_pointer=True,
    ),
    Command(
        "rename_here",
        "Rename what is at the cursor…",
        Menu.TEXT,
        (4, 95),
        _rename,
        ("F2",),
        needs=facts.model_in_front,
        scope=Scope.TEXT,
        context_menus=frozenset({ContextMenu.TEXT}),
    ),
    _on_any("fold", "Fold", (5, 10), lambda on: on.edit.folding.fold_here(), "Ctrl+Shift+[", menu=Menu.TEXT),
    _on_any("unfold", "Unfold", (5, 20), lambda on: on.edit.folding.unfold_here(), "Ctrl+Shift+]", menu=Menu.TEXT),
    _on_any("fold_all", "Fold all", (5, 30), lambda on: on.edit.folding.fold_all(), menu=Menu.TEXT),
    _on_any("unfold_all", "Unfold all", (5, 40), lambda on: on.edit.folding.unfold_all(), menu=Menu.TEXT),
    Command("larger_text", "Larger text", Menu.TEXT, (6, 50), _resize(1), ("Ctrl++", "Ctrl+="), needs=facts.session),
    Command("smaller_text", "Smaller text", Menu.TEXT, (6, 60), _resize(-1), ("Ctrl+-",), needs=facts.session),
    Command("usual_text", "Text in its usual size", Menu.TEXT, (6, 70), _resize(0), ("Ctrl+0",), needs=facts.session),
)
