"""What is odd in an answer, above its outputs."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.inference.oddities import Oddity, oddities
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata
from studio.ui.tester import names
from studio.ui.widgets import InlineProblem

_MOST = 6


class OddWords(QWidget):
    """A line for each; nothing where nothing is odd. Counted on another thread."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.Tester.ODD)
        self.found: tuple[Oddity, ...] = ()
        self._lines: list[InlineProblem] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    def look(self, request: InferRequest, result: InferResult, metadata: ModelMetadata | None) -> None:
        """Looks an answer over."""
        told = metadata if metadata is not None and metadata.name == result.model else None
        tasks.run(self, lambda _context: oddities(request, result, told), self._show, key="odd")

    def clear(self) -> None:
        """Nothing is odd, or not known yet."""
        self._show(())

    def _show(self, found: tuple[Oddity, ...]) -> None:
        self.found = found
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        shown = [(each.level, each.words) for each in found[:_MOST]]
        if len(found) > _MOST:
            shown.append(("hint", f"And {len(found) - _MOST:,} more of this kind."))
        self._lines = [InlineProblem(level, words) for level, words in shown]
        for line in self._lines:
            self._column.addWidget(line)
        self.setVisible(bool(shown))
