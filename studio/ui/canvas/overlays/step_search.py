"""The list at the pointer that adds a step: all models, or those that fit the wire that was dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from studio.core.graph.candidates import Candidate
from studio.core.graph.models import Model
from studio.ui.canvas import names
from studio.ui.canvas.scene.colours import backend_icon
from studio.ui.widgets.pick_list import Entry, PickList

_WIDTH = 400
_ROWS = 10
_ROW = 28
_MOST = 400


class ModelSearch(PickList):
    """A pick list at a place of the canvas; the field has the keyboard at once."""

    def __init__(self, canvas: QWidget) -> None:
        self._canvas = canvas
        self._at = QPoint()
        # The bars and the map lie beside the canvas, so what is inside it would be below them.
        super().__init__(canvas.parentWidget() or canvas, names.Canvas.SEARCH, "Add a step")

    def open_at(self, at: QPoint, entries: Sequence[Entry], placeholder: str) -> None:
        """Shows entries beside a place of the canvas."""
        self._at = self._canvas.mapTo(self._window, at)
        self.open(entries, placeholder)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Shows other entries, for the words that were typed meanwhile."""
        self._entries = entries
        self._narrow(self.field.text())

    def follow_window(self) -> None:
        """Stays within a window that has another size now."""
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        area = self._window.rect()
        rows = max(1, min(_ROWS, self._model.rowCount()))
        width, height = min(_WIDTH, area.width() - 16), 52 + rows * _ROW
        x = max(8, min(self._at.x() - 20, area.width() - width - 8))
        y = max(8, min(self._at.y() - 20, area.height() - height - 8))
        self.setGeometry(x, y, width, height)


def entries(
    found: Sequence[Candidate], model: Callable[[str], Model | None], take: Callable[[Candidate], object]
) -> list[Entry]:
    """Candidates as lines of the list: what fits with its port, what does not with the reason."""
    lines = []
    for each in found[:_MOST]:
        known = model(each.model)
        detail = each.port if each.ok else each.reason
        icon = backend_icon(known.backend if known else "")
        lines.append(Entry(each.model, _taking(take, each), icon, "", detail, each.ok))
    return lines


def _taking(take: Callable[[Candidate], object], each: Candidate) -> Callable[[], object]:
    return lambda: take(each)
