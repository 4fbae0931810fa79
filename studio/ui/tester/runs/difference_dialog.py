"""Where an output differs from what is expected: the places that are furthest off, the worst first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtWidgets import QWidget

from studio.core.inference.requests import Tensor
from studio.core.saved_requests.expected import Expected
from studio.core.saved_requests.worst import Place
from studio.ui.tester.runs import names
from studio.ui.widgets import DenseTable, Label
from studio.ui.widgets.dialogs import Question
from studio.ui.widgets.tables import AT_RIGHT, ICON, MONO, ROLE, Index, column_head

HEADERS = ("at", "came", "expected", "|Δ|", "relative")
_MOST_SIGNS = 60


class PlacesModel(QAbstractTableModel):
    """The places, which never change."""

    def __init__(self, places: tuple[Place, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places = places

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return column_head(HEADERS, section, orientation, role, numbers=section if section else -1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place, column = self._places[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _texts(place)[column]
        if role == MONO:
            return True
        if role == ICON and column == 0:
            return ("check-circle-fill", "ok") if place.is_within else ("git-diff", "error")
        if role == ROLE:
            return "dim" if place.is_within else "error" if column == 3 else "text"
        return AT_RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and column else None


def _texts(place: Place) -> tuple[str, ...]:
    is_text = isinstance(place.wanted, bytes | str)
    return (
        str(list(place.where)),
        shown(place.got),
        shown(place.wanted),
        "–" if is_text else f"{place.off:.4g}",
        "–" if is_text or not place.relative else f"{place.relative:.3%}",
    )


def shown(value: object) -> str:
    """An element in a line."""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    text = repr(text)[1:-1] if isinstance(value, bytes | str) else text
    return text if len(text) <= _MOST_SIGNS else f"{text[:_MOST_SIGNS]}…"


class DifferenceDialog(Question):
    """Closed by Escape."""

    def __init__(self, parent: QWidget, got: Tensor, wanted: Expected, places: tuple[Place, ...], most: int) -> None:
        off = sum(not each.is_within for each in places)
        more = f"the {most:,} worst of them" if len(places) >= most else f"{len(places):,} of {got.array.size:,}"
        tolerance = wanted.tolerance
        allowed = f"{tolerance.absolute:g} + {tolerance.relative * 100:g} % of what is expected"
        text = f"{more} elements differ, {off:,} by more than is allowed ({allowed})."
        title = f"{got.name}: what came and what is expected"
        super().__init__(parent, title, text if places else "All elements are the same.", names.Runs.DIFFERENCE)
        self.setMinimumWidth(640)
        self.table = DenseTable()
        self.table.setObjectName(names.Runs.DIFFERENCE_TABLE)
        self.table.setAccessibleName("Elements that differ")
        self.table.setModel(PlacesModel(places, self))
        self.table.setMinimumHeight(300)
        header = self.table.horizontalHeader()
        for column, width in enumerate((124, 132, 132, 96)):
            header.resizeSection(column, width)
        self.column.addWidget(self.table)
        shapes = Label(f"{got.data_type.short} {list(got.array.shape)}", "dim", 12)
        self.column.addWidget(shapes)
        self.add_button("", "Close")
        self.finish()
        self.table.setFocus()
        if places:
            self.table.selectRow(0)
