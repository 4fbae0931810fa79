"""What every field of the form can do: be cleared, be shown in the text, tell what it does."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from studio.core.fields import title_of
from studio.core.help import dotted, field_help
from studio.text.tree import Path
from studio.ui import names
from studio.ui.editor.form.context import FormContext
from studio.ui.widgets import IconButton

CLEAR_KEY = "Alt+Del"


class ClearButton(IconButton):
    """Takes a field out of the file. Seen where the field is set and the pointer or the keyboard is there."""

    def __init__(self, context: FormContext, path: Path, label: str, parent: QWidget) -> None:
        super().__init__("x", f"Clear {label.lower()} ({CLEAR_KEY})", "dim", 12, parent)
        self.setObjectName(names.Form.CLEAR.format(".".join(str(step) for step in path)))
        # The key does the same; a stop at each cross would make the way through the form twice as long.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._of_use = self._over = self._held = False
        self.clicked.connect(lambda: clear_field(context, path))
        self.hide()

    def set_of_use(self, of_use: bool) -> None:
        """Whether there is something to clear."""
        self._of_use = of_use
        self._settle()

    def peek(self, *, over: bool | None = None, held: bool | None = None) -> None:
        """The pointer, or the keyboard, came or went."""
        self._over = self._over if over is None else over
        self._held = self._held if held is None else held
        self._settle()

    def _settle(self) -> None:
        self.setVisible(self._of_use and (self._over or self._held))
        self.raise_()


def clear_field(context: FormContext, path: Path) -> None:
    """Takes a field out of the file, with all that is in it."""
    context.edit(f"Clear {title_of(path).lower()}", lambda draft: draft.clear(*path))


def field_menu(context: FormContext, path: Path, label: str, parent: QWidget) -> QMenu:
    """What can be done with a field."""
    menu = QMenu(parent)
    is_set = context.model.draft.has(*path)
    clear = menu.addAction(f"Clear {label.lower()}\t{CLEAR_KEY}", lambda: clear_field(context, path))
    clear.setEnabled(is_set)
    show = menu.addAction("Show in the text", lambda: context.text_wanted.emit(path))
    show.setEnabled(is_set)
    menu.addAction("Copy its name", lambda: QApplication.clipboard().setText(dotted(path)))
    return menu


def field_tip(context: FormContext, path: Path) -> str:
    """What a field does, its default, and where the value in force comes from."""
    known = field_help(path)
    lines = [f"<b>{escape(title_of(path))}</b>  <code>{escape(dotted(path))}</code>"]
    if known:
        lines.append(escape(known.what))
    if known and known.default:
        lines.append(f"Default: {escape(known.default)}")
    lines.append(escape(context.origin(path)))
    lines.append("F1 for more")
    return "<br>".join(line for line in lines if line)
