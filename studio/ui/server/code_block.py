"""A command as it would be typed, to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.widgets import paint


class CodeBlock(QLabel):
    """Monospaced text on a ground of its own; the command in the accent, its options dim."""

    def __init__(self) -> None:
        super().__init__()
        self._plain = ""
        self.setFont(theme.mono_font())
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setContentsMargins(12, 10, 12, 10)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        theme.retint(self._retint)

    def command(self) -> str:
        """The text as it is copied."""
        return self._plain

    def set_command(self, text: str) -> None:
        """Shows a command in place of the one before."""
        if text != self._plain:
            self._plain = text
            self._retint()

    def _retint(self) -> None:
        first, *rest = self._plain.split("\n")
        lines = [_coloured(first, "accent"), *(_coloured(line, "") for line in rest)]
        self.setText("<br>".join(lines))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the ground behind the code."""
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 4, fill="window", edge="line")
        super().paintEvent(event)


def _coloured(line: str, command: str) -> str:
    """One line as rich text."""
    indent = len(line) - len(line.lstrip())
    words = line.split()
    shown = []
    for place, word in enumerate(words):
        role = command if command and place < 2 else "dim" if word.startswith("-") or word == "\\" else "text"
        safe = word.replace("&", "&amp;").replace("<", "&lt;")
        shown.append(f'<span style="color:{colour(role).name()}">{safe}</span>')
    return "&nbsp;" * indent + " ".join(shown)
