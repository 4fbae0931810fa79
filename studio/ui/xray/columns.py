"""The columns at the sides of the page: the right one goes first where there is no room, then the list."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from studio.ui.widgets import HairLine

_LEAST: Mapping[str, int] = {"span": 1300, "list": 900}
"""The widths of the page from which on its columns are there by themselves."""


class Columns:
    """A person can have either all the same, by its button in the header."""

    def __init__(self, parts: Mapping[str, tuple[QWidget, HairLine, QWidget]]) -> None:
        """By "span" and "list" each: the column, the line beside it, and the button that shows it."""
        self._parts = parts
        self._wanted = dict.fromkeys(parts, True)

    def turn(self, key: str, width: int) -> int:
        """Shows a column or hides it; gives what the columns take of the width."""
        self._wanted[key] = self._parts[key][0].isHidden()
        return self.arrange(width, key)

    def arrange(self, width: int, wished: str = "") -> int:
        """Shows those that have room in a width; gives what they take of it."""
        taken = 0
        for key, (column, line, button) in self._parts.items():
            has_room = width >= _LEAST[key]
            is_shown = self._wanted[key] and (has_room or key == wished)
            column.setVisible(is_shown)
            line.setVisible(is_shown)
            button.setVisible(not is_shown or not has_room)
            taken += column.width() if is_shown else 0
        return taken
