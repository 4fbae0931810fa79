"""What the form is made of: parts, each a view of a path or a few, and the context that they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.app.editing.forecast import Forecast
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.text.tree import Path

NOT_READABLE = "not readable"
"""In place of a value that nobody can know."""


class FormPart(QWidget):
    """One view of the document that edits it through its context and knows of no other part.

    `paths` are what it stands for, without the index of an element of its own. `whole`: they are out of the form's
    reach without it, with all that is in them; otherwise what lies deeper gets editors of its own. A part that is
    not usual is shown where the file sets something of it, or once it was asked for. Where `needs` names a field,
    the part is shown only while the file has that.
    """

    def __init__(self, context: FormContext, paths: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.paths: tuple[Path, ...] = tuple(paths)
        self.whole = True
        self.is_usual = True
        self.needs: Path = ()

    def show_draft(self, draft: Draft) -> None:
        """Shows a draft; called after every change, so it changes only what differs."""
        raise NotImplementedError

    def show_state(self, draft: Draft) -> None:
        """Shows whether the file sets it; called after `show_draft`."""

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Shows the problems whose paths are nearer to this part than to any other."""

    def reveal(self, path: Path) -> QWidget | None:
        """The control of a path that this part stands for, brought out where it is folded away; it keeps its focus.

        None where the path is not here. The control takes the keyboard itself or by its focus proxy.
        """
        return self if self.nearness(path) else None

    def detail(self, draft: Draft) -> str:
        """A few words for the header of the section."""
        del draft
        return ""

    def applies(self, draft: Draft) -> bool:
        """Whether the part has a place in a configuration like this one."""
        return not self.needs or draft.has(*self.needs)

    def is_set(self, draft: Draft) -> bool:
        """Whether the file sets something of it."""
        return any(draft.has(*path) for path in self.paths)

    def nearness(self, path: Path) -> int:
        """How many steps of a path lead to this part; 0 where it lies elsewhere."""
        return max((len(own) for own in self.paths if path[: len(own)] == own), default=0)


class Editors(Protocol):
    """Makes the editor of any field of a configuration."""

    def for_field(self, context: FormContext, path: Path, parent: QWidget) -> FormPart:
        """The editor of the field at a path."""
        ...

    def for_one_of(self, context: FormContext, above: Path, oneof: str, parent: QWidget) -> FormPart:
        """The editor of a oneof of the message at a path."""
        ...


class Unfinished(Protocol):
    """What has parts to come."""

    def build_next(self) -> bool:
        """Makes one more; false where none is left."""
        ...


class FormContext(QObject):
    """Parts edit through it and get the editors of what lies deeper from it, so that none of them knows another."""

    focused = Signal(object)
    """The path of the field that took the keyboard."""
    parts_wanted = Signal()
    """An editor has parts to come: whoever holds the form makes them, a few a turn of the event loop."""
    text_wanted = Signal(object)
    """A path or a span to show in the text."""

    def __init__(self, session: Session, model: OpenModel, editors: Editors, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editors = editors
        self.forecast = Forecast.of(session, model)
        self.to_come: list[Unfinished] = []
        self.session = session
        self.model = model

    def part_for(self, path: Path, parent: QWidget) -> FormPart:
        """The editor of a field."""
        return self._editors.for_field(self, path, parent)

    def part_for_one_of(self, above: Path, oneof: str, parent: QWidget) -> FormPart:
        """The editor of fields of a message that rule one another out."""
        return self._editors.for_one_of(self, above, oneof, parent)

    def finish_later(self, editor: Unfinished) -> None:
        """Has the parts of an editor made in the turns to come."""
        self.to_come.append(editor)
        self.parts_wanted.emit()

    def edit(self, title: str, change: Callable[[Draft], Draft], merge: str = "") -> None:
        """One step of the model's history; steps with the same `merge` that follow each other are one."""
        self.model.edit(title, change, merge)

    def put(self, title: str, path: Path, value: Any, merge: str = "") -> None:
        """Sets the field at a path; None clears it."""
        if value is None:
            self.edit(title, lambda draft: draft.clear(*path), merge)
        else:
            self.edit(title, lambda draft: draft.set(*path, value), merge)

    def origin(self, path: Path) -> str:
        """Where the value in force at a path comes from, in words."""
        return self.forecast.origin(path)

    def in_force(self, path: Path) -> tuple[str, str]:
        """What will be filled in at a path that the file does not set, and by whom: nothing and "default" if none."""
        value, filler = self.forecast.in_force(path)
        return value, filler or "default"

    def takes_history_key(self, event: QEvent) -> bool:
        """Undo and redo in a field are the model's, not the history of the field's own text. True where it was one."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(event, QKeyEvent):
            return False
        undo = event.matches(QKeySequence.StandardKey.Undo)
        if not undo and not event.matches(QKeySequence.StandardKey.Redo):
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            stack = self.model.undo_stack
            (stack.undo if undo else stack.redo)()
        return True
