"""An undo stack of bounded size: steps long past are packed, and the oldest go where all of them take too much."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from studio.app.editing.undo import UndoStep

_LARGEST = 64 << 20
_NEAR = 8
_NEAR_BYTES = 16 << 20
_LOOK_EVERY = 16


class History(QUndoStack):
    """Like a QUndoStack, but `push` keeps it within a size.

    Dropping a step means that one more step can no longer be undone. Nothing else changes: the file's state stays
    clean where its step is still there.
    """

    def __init__(self, parent: QObject | None = None, largest: int = _LARGEST) -> None:
        super().__init__(parent)
        self._largest = largest
        self._pushed = 0

    def push(self, cmd: QUndoCommand) -> None:
        """Does a step, and makes room for it."""
        self._pushed += 1
        is_large = sum(step.size for step in _steps(cmd)) * _LOOK_EVERY > self._largest
        super().push(cmd)
        self._bound(is_large)

    def endMacro(self) -> None:
        """Ends a macro, and makes room for it."""
        super().endMacro()
        self._bound(look=True)

    def size(self) -> int:
        """The bytes that all steps take together, about."""
        return sum(step.size for index in range(self.count()) for step in _steps(self.command(index)))

    def _bound(self, look: bool) -> None:
        # Inside a macro nothing can be undone, and nothing may be dropped.
        if not self.canUndo():
            return
        self._pack()
        if look or self._pushed % _LOOK_EVERY == 0:
            self._drop()

    def _pack(self) -> None:
        """The latest steps are kept as they are, for undo to be at once; the others are packed."""
        latest = next(iter(_steps(self.command(self.count() - 1))), None)
        near = max(1, min(_NEAR, _NEAR_BYTES // max(1, latest.size))) if latest else _NEAR
        for index in range(self.count() - 1 - near, -1, -1):
            packed = [step.pack() for step in _steps(self.command(index))]
            if not any(packed):
                break

    def _drop(self) -> None:
        """Leaves the newest steps that take three quarters of the room, where all take more than there is."""
        sizes = [sum(step.size for step in _steps(self.command(index))) for index in range(self.count())]
        if sum(sizes) <= self._largest:
            return
        kept, total = 0, 0
        for size in reversed(sizes):
            total += size
            if total > self._largest * 3 // 4:
                break
            kept += 1
        self._keep(max(1, kept))

    def _keep(self, count: int) -> None:
        """A stack cannot lose its oldest steps: it is filled anew with those that stay."""
        first = self.count() - count
        copies = [_copied(self.command(index)) for index in range(first, self.count())]
        clean = self.cleanIndex() - first
        self.clear()
        if clean < 0:
            self.resetClean()
        for index, (title, steps, is_macro) in enumerate(copies):
            if is_macro:
                self.beginMacro(title)
            for step in steps:
                super().push(step)
            if is_macro:
                super().endMacro()
            if index + 1 == clean:
                self.setClean()


def _copied(command: QUndoCommand) -> tuple[str, list[UndoStep[object]], bool]:
    return command.text(), [step.copy() for step in _steps(command)], not isinstance(command, UndoStep)


def _steps(command: QUndoCommand) -> Iterator[UndoStep[object]]:
    """The step that a command is, or those of a macro."""
    if isinstance(command, UndoStep):
        yield command
    for index in range(command.childCount()):
        child = command.child(index)
        if isinstance(child, UndoStep):
            yield child
