"""What takes files that are dropped on the tester, wherever on it they fall."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from studio.ui.tester.card import InputCard, dropped_files
from studio.ui.tester.inputs import InputsSide
from studio.ui.widgets.layouts.tabbed import TabbedAsRead


class TakesFiles(TabbedAsRead):
    """A page with inputs: a file goes to the input that it fits; several for one input are asked about."""

    inputs: InputsSide

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._target: InputCard | None = None

    def take_file(self, path: Path) -> None:
        """Gives a file to the input that it fits."""
        card = self.inputs.card_for(path)
        if card is not None:
            card.take_file(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Shows which input a file would fill."""
        paths = dropped_files(event)
        self._target = self.inputs.card_for(paths[0]) if paths else None
        if self._target is not None:
            self._target.highlight(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Takes the highlight of the input away."""
        super().dragLeaveEvent(event)
        if self._target is not None:
            self._target.highlight(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Each file goes to the input that it fits."""
        if self._target is not None:
            self._target.highlight(False)
        event.acceptProposedAction()
        paths = dropped_files(event)
        cards = [self.inputs.card_for(path) for path in paths]
        first = next(iter(cards), None)
        if first is not None and all(card is first for card in cards):
            first.take_files(paths)
            return
        for path in paths:
            self.take_file(path)
