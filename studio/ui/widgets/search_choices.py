"""The three choices of a search: the case of letters, whole words, a regular expression."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from studio.text.search import Search
from studio.ui.look.theme import ui_font

CHOICE = "searchChoice.{}"
"""The object name of each of the buttons."""
_CHOICES = (("case", "Aa", "Match case"), ("whole", "ab", "Whole words"), ("pattern", ".*", "Regular expression"))


class SearchChoices(QWidget):
    """Buttons that stay pressed; any number of them."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._buttons: dict[str, QToolButton] = {}
        for key, text, tip in _CHOICES:
            button = QToolButton()
            button.setObjectName(CHOICE.format(key))
            button.setAccessibleName(tip)
            button.setToolTip(tip)
            button.setText(text)
            button.setFont(ui_font(12, 500))
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.setFixedSize(26, 24)
            button.toggled.connect(lambda _: self.changed.emit())
            row.addWidget(button)
            self._buttons[key] = button

    def search(self, words: str) -> Search:
        """A search for words with these choices."""
        on = {key: button.isChecked() for key, button in self._buttons.items()}
        return Search(words, on["case"], on["whole"], on["pattern"])
