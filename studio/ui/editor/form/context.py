"""What every row of the form shares: the model that it edits, and the signal that a field took the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from studio.app.editing.forecast import Forecast
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.config.draft import Draft
from studio.text.tree import Path


class Unfinished(Protocol):
    """What has parts to come."""

    def build_next(self) -> bool:
        """Makes one more; false where none is left."""
        ...


class FormContext(QObject):
    """Rows edit through it, so that none of them knows another."""

    focused = Signal(object)
    """The path of the field that took the keyboard."""
    parts_wanted = Signal()
    """An editor has parts to come: whoever holds the form makes them, a few a turn of the event loop."""
    text_wanted = Signal(object)
    """A path or a span to show in the text."""

    def __init__(self, session: Session, model: OpenModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.forecast = Forecast.of(session, model)
        self.to_come: list[Unfinished] = []
        self.session = session
        self.model = model

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
