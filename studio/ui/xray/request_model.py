"""The requests of a trace as rows of a list, of which only those in sight are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from studio.core.tracing.narrowing import Order, name_of, narrowed
from studio.core.tracing.trace import Trace
from studio.ui.widgets.tables import Index

ROW = Qt.ItemDataRole.UserRole + 140
"""The row of a request in its trace."""


class RequestModel(QAbstractTableModel):
    """A trace that is narrowed by words, in an order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trace: Trace | None = None
        self.words = ""
        self.order: Order = "slowest"
        self.answered: frozenset[str] = frozenset()
        """Ids of requests that are known to have been answered."""
        self.slowest = 1.0
        self.is_mixed = False
        """Whether the trace is of more than one model."""
        self._rows: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._places: npt.NDArray[np.int64] = np.zeros(0, np.int64)

    def show(self, trace: Trace | None, words: str, order: Order) -> None:
        """Shows another trace, or other requests of it."""
        if trace is not self.trace:
            self.is_mixed = trace is not None and len(set(trace.models)) > 1
        self.beginResetModel()
        self.trace, self.words, self.order = trace, words, order
        self._rows = narrowed(trace, words, order) if trace is not None else np.zeros(0, np.int64)
        count = len(trace) if trace is not None else 0
        self.slowest = float(max(trace.duration.max(), 1)) if trace is not None and count else 1.0
        self._places = np.full(count, -1, np.int64)
        self._places[self._rows] = np.arange(len(self._rows))
        self.endResetModel()

    def place(self, row: int) -> int:
        """Where a request of the trace stands in the list; -1 where it does not."""
        return int(self._places[row]) if 0 <= row < len(self._places) else -1

    def row_at(self, place: int) -> int:
        """The row in the trace of what stands at a place; -1 outside."""
        return int(self._rows[place]) if 0 <= place < len(self._rows) else -1

    def durations(self) -> npt.NDArray[np.int64]:
        """How long those that are listed took, in ns."""
        return self.trace.duration[self._rows] if self.trace is not None else np.zeros(0, np.int64)

    def rows(self) -> list[int]:
        """All rows of the trace that are listed."""
        return [int(row) for row in self._rows]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 1

    def sign(self, row: int) -> tuple[str, str, str]:
        """Icon, colour and words for how a request ended."""
        if self.trace is None or self.trace.failed[row]:
            return "x-circle-fill", "error", self.trace.errors.get(self.trace.ids[row], "") if self.trace else ""
        if self.trace.ids[row] in self.answered:
            return "check-circle-fill", "ok", "answered"
        return "check-circle", "dim", "ended; a trace does not tell whether it failed"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index.row())
        if row < 0 or self.trace is None:
            return None
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            failed = ", failed" if self.trace.failed[row] else ""
            of = f" of {self.trace.models[row]}" if self.is_mixed else ""
            return f"{name_of(self.trace, row)}{of}, {self.trace.duration[row] / 1e6:.2f} ms{failed}"
        if role == Qt.ItemDataRole.ToolTipRole:
            times = (
                f"{self.trace.duration[row] / 1e6:.3f} ms, from {self.trace.begin[row] / 1e6:.3f} ms of the trace on"
            )
            return f"{name_of(self.trace, row)}\n{self.trace.models[row]}\n{times}\n{self.sign(row)[2]}"
        return None
