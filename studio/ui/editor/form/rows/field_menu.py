"""What every field of the form can do: be cleared, be shown in the text, tell what it does."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget

from studio.core.config.draft import Draft
from studio.core.config.fields import title_of
from studio.core.config.help import field_help
from studio.text.paths import dotted, widget_key
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.editor.form.part import FormContext, FormPart
from studio.ui.widgets import ElidedLabel, IconButton

CLEAR_KEY = "Alt+Del"
LABEL_AT = 20
FIELD_AT = 148


class ClearButton(IconButton):
    """Takes a field out of the file. Seen where the field is set and the pointer or the keyboard is there."""

    def __init__(self, part: UpkeptPart) -> None:
        super().__init__("x", f"Clear {part.label.text().lower()} ({CLEAR_KEY})", "dim", 12, part)
        self.setObjectName(names.Form.CLEAR.format(widget_key(part.path)))
        # The key does the same; a stop at each cross would make the way through the form twice as long.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._of_use = self._over = self._held = False
        # The path is asked for then: that of a choice is the member that is chosen.
        self.clicked.connect(lambda: clear_field(part.context, part.path))
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


class UpkeptPart(FormPart):
    """A part for one field, with a label: what every such part can do."""

    def __init__(self, context: FormContext, path: Path, label: str, parent: QWidget | None = None) -> None:
        super().__init__(context, (path,), parent)
        self.path = path
        self.label = ElidedLabel(label, "dim", parent=self)
        self._is_set = False
        # Made when it is needed: most parts never need it, and a form has many.
        self._clear: ClearButton | None = None

    def show_state(self, draft: Draft) -> None:
        """The label of what the file sets stands out; it can be cleared."""
        self._is_set = draft.has(*self.path)
        self.label.set_role("text" if self._is_set else "dim")
        if self._clear is not None:
            self._clear.set_of_use(self._is_set)

    def peek(self, *, over: bool | None = None, held: bool | None = None) -> None:
        """The pointer or the keyboard came or went: what clears the field comes and goes with it."""
        if self._clear is None:
            self._clear = ClearButton(self)
            self._clear.set_of_use(self._is_set)
            # Over the end of the label: a column of its own would take room that fields need.
            self._clear.move(FIELD_AT - 30, 4)
        self._clear.peek(over=over, held=held)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Shows the button that clears the field."""
        super().enterEvent(event)
        self.peek(over=True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hides the button that clears the field."""
        super().leaveEvent(event)
        self.peek(over=False)

    def event(self, event: QEvent) -> bool:
        """Shows the field's help as a tool tip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), field_tip(self.context, self.path), self)
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the field."""
        menu = field_menu(self.context, self.path, self.label.text(), self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())
