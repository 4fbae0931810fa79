"""What stands in place of a text whose layout would hold up the window: a line too long, or too many of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from studio.ui.editor import names
from studio.ui.widgets import EmptyState, QuietButton

LONGEST = 20_000
"""Characters of a line that is shown. Qt lays a line out as a whole: a million of them take it seconds."""
MOST = 100_000
"""Lines that are shown: Qt takes half a kilobyte for each, and seconds for a million."""


class Reason(NamedTuple):
    """Why a text is not shown, in words."""

    title: str
    detail: str


def unshown(text: str) -> Reason | None:
    """Why a text is not shown; None where it is."""
    lines = text.count("\n") + 1
    if lines > MOST:
        return Reason("The text has too many lines to be shown", f"It has {lines:,}; up to {MOST:,} are shown.")
    if len(text) > LONGEST:
        lengths = list(map(len, text.split("\n")))
        if max(lengths) > LONGEST:
            number, length = next((n, each) for n, each in enumerate(lengths, 1) if each > LONGEST)
            detail = f"It has {length:,} characters; lines of up to {LONGEST:,} are shown."
            return Reason(f"Line {number} is too long to be shown", detail)
    return None


class UnshownNote(EmptyState):
    """Says why a text is not shown, and offers to lay it out anew."""

    def __init__(self, lay_out: Callable[[], object] | None, parent: QWidget) -> None:
        button = QuietButton("Lay the text out anew") if lay_out is not None else None
        if button is not None:
            button.setObjectName(names.Text.LAY_OUT)
            button.clicked.connect(lay_out)
        super().__init__("warning", "", " ", button, parent)
        self.setObjectName(names.Text.LONG_LINE)
        self._more = " The form shows what it says." if lay_out is not None else ""

    def show_reason(self, reason: Reason | None) -> None:
        """Says it; None where the text is shown."""
        self.setVisible(reason is not None)
        if reason is not None:
            self.set_text(reason.title, f"{reason.detail}{self._more}")
