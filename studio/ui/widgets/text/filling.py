"""A large text put into an editor piece by piece: all of it at once would hold up the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

PIECE = 4_000
"""Lines that are put in at once, which takes Qt some 10 ms."""
_HURRY = frozenset(
    {
        QEvent.Type.ShortcutOverride,
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Drop,
        QEvent.Type.ContextMenu,
    }
)
"""What a person does with a text needs the whole of it."""


def _pieces(text: str) -> Iterator[str]:
    start = count = 0
    end = text.find("\n")
    while end >= 0:
        count += 1
        if count == PIECE:
            yield text[start : end + 1]
            start, count = end + 1, 0
        end = text.find("\n", end + 1)
    yield text[start:]


class Filling(QObject):
    """Fills an editor, the first piece at once and each other in a turn of its own."""

    def __init__(self, edit: QPlainTextEdit, put: Callable[[Callable[[], object]], object]) -> None:
        """`put` carries out what it is given, which changes the editor: nobody typed that."""
        super().__init__(edit)
        self._edit = edit
        self._put = put
        self._rest: Iterator[str] = iter(())
        self._after: list[Callable[[], object]] = []
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._go_on)
        for each in (edit, edit.viewport()):
            each.installEventFilter(self)

    def begin(self, text: str) -> None:
        """Shows the first lines of a text; the rest follows."""
        self._after = []
        self._rest = _pieces(text)
        first = next(self._rest)
        self._put(lambda: self._edit.setPlainText(first))
        if len(first) < len(text):
            self._next.start()
        else:
            self._next.stop()

    def finish(self) -> None:
        """Puts in all that is left now."""
        if self._next.isActive():
            self._append("".join(self._rest))
            self._end()

    def when_filled(self, call: Callable[[], object]) -> None:
        """Call once the whole text is there; at once where it is."""
        if self._next.isActive():
            self._after.append(call)
        else:
            call()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A person takes the text in hand."""
        if event.type() in _HURRY:
            self.finish()
        return super().eventFilter(watched, event)

    def _go_on(self) -> None:
        piece = next(self._rest, None)
        if piece is None:
            self._end()
        else:
            self._append(piece)
            self._next.start()

    def _append(self, piece: str) -> None:
        cursor = QTextCursor(self._edit.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self._put(lambda: cursor.insertText(piece))

    def _end(self) -> None:
        self._next.stop()
        after, self._after = self._after, []
        for call in after:
            call()
