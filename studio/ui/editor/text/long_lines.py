"""What stands in place of a text with a line so long that laying it out would hold up the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from studio.ui.editor import names
from studio.ui.widgets import EmptyState, QuietButton

LONGEST = 20_000
"""Characters of a line that is shown. Qt lays a line out as a whole: a million of them take it seconds."""


def long_line(text: str) -> tuple[int, int]:
    """The number of the first line that is too long to be shown, from 1, and its length; (0, 0) where none is."""
    if len(text) > LONGEST:
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > LONGEST:
                return number, len(line)
    return 0, 0


class LongLineNote(EmptyState):
    """Says which line it is, and offers to lay the text out in lines."""

    def __init__(self, lay_out: Callable[[], object] | None, parent: QWidget) -> None:
        button = QuietButton("Lay the text out in lines") if lay_out is not None else None
        if button is not None:
            button.setObjectName(names.Text.LAY_OUT)
            button.clicked.connect(lay_out)
        super().__init__("warning", "", " ", button, parent)
        self.setObjectName(names.Text.LONG_LINE)
        self._more = " The form shows what it says." if lay_out is not None else ""

    def show_line(self, number: int, length: int) -> None:
        """Names the line; with number 0 there is none, and nothing is shown."""
        self.setVisible(bool(number))
        self.set_text(
            f"Line {number} is too long to be shown",
            f"It has {length:,} characters; lines of up to {LONGEST:,} are shown.{self._more}",
        )
