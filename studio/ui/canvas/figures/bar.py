"""The bar at the foot of a canvas that chooses which figure the steps show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.canvas import names
from studio.ui.canvas.figures.words import FIGURE_WORDS, NodeFigure
from studio.ui.canvas.overlays.toolbars import HEIGHT, FloatingBar
from studio.ui.widgets import KeyHint, Label, Pill, Segmented

_MARGIN, _GAP = 16, 8


class FigureBar(FloatingBar):
    """Six figures, of which at most one is shown; beside them how many executions failed lately."""

    wanted = Signal(str)
    """NodeFigure"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, 12)
        self.setObjectName(names.Canvas.FIGURES)
        self._title = Label("Nodes show", "dim", parent=self)
        self.choice = Segmented([(key, key.capitalize()) for key in FIGURE_WORDS], dense=True, many=True, parent=self)
        self.choice.setObjectName(names.Canvas.FIGURE)
        self.choice.setAccessibleName("What the steps show")
        self.choice.setToolTip("What the steps show, of the last minute: press 1 to 6, and once more to hide it")
        self.choice.changed.connect(self._tell)
        self.failed = Pill("", "error", parent=self)
        self._keys = KeyHint("1 … 6", self)
        for part in (self._title, self.choice, self.failed, self._keys):
            self.box.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self.box.setSpacing(8)
        self._shown: NodeFigure | None = None
        self.show_choice(None)
        self.show_failed(0)

    def _tell(self, key: str) -> None:
        # What is chosen is told by who shows it.
        self.show_choice(self._shown)
        self.wanted.emit(key)

    def show_choice(self, figure: NodeFigure | None) -> None:
        """Marks the figure that the steps show; None where they show none."""
        self._shown = figure
        self.choice.set_values((figure,) if figure is not None else ())

    def show_failed(self, count: int) -> None:
        """Says how many executions of the steps failed in the last minute."""
        self.failed.set_state(f"{count:,}", "error")
        self.failed.setVisible(count > 0)
        words = f"{count:,} execution{'s' * (count != 1)} of the steps failed in the last minute"
        self.failed.setToolTip(words)
        self.failed.setAccessibleName(words)

    def place(self, zoom: QWidget, minimap: QWidget, area: QWidget) -> None:
        """Beside the zoom where it fits between that and the map, else above the zoom; narrow without its title."""
        left = zoom.geometry().right() + 1 + _GAP
        right = minimap.x() - _GAP if not minimap.isHidden() else area.geometry().right() - _MARGIN
        for parts in (self._title, self._keys):
            parts.setVisible(right - left >= self._whole_width())
        self.adjustSize()
        fits = self.width() <= right - left
        self.move(left if fits else zoom.x(), zoom.y() if fits else zoom.y() - HEIGHT - _GAP)
        self.setVisible(fits or self.width() <= area.width() - 2 * _MARGIN)

    def _whole_width(self) -> int:
        parts = (self._title, self.choice, self._keys)
        return 24 + sum(part.sizeHint().width() + 8 for part in parts) + 24
