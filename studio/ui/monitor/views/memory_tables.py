"""The tables below the memory's waterfall: the ledger, what each model has, and which process holds it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.app.serving.sampling.memory_holders import Held
from studio.core.serving.figures.ledger import Entry
from studio.core.serving.figures.shares import Share
from studio.core.serving.series import GpuReading
from studio.ui.monitor import history
from studio.ui.monitor.views.view import Offset, TextTable, column_of
from studio.ui.widgets import Segmented

TITLES = (("ledger", "Ledger"), ("models", "By model"), ("processes", "By process"))
_WORDS = {"load": "load", "unload": "unload", "growth": "between"}
_GB, _MB = 2**30, 2**20


class MemoryTables(QWidget):
    """One of them at a time; the chooser stands elsewhere."""

    entered = Signal(int)
    """The entry of the row that is chosen in the ledger."""

    def __init__(self, offset: Offset) -> None:
        super().__init__()
        self._offset = offset
        self._entries: list[Entry] = []
        self._chosen = TITLES[0][0]
        self.chooser = Segmented(TITLES, dense=True)
        self.chooser.setAccessibleName("What is listed of the memory")
        head = ("time", "", "model", "GPU", "took", "in use after", "")
        self.ledger = TextTable("Memory ledger", head, (88, 80, 260, 80, 120, 120), 4)
        self.models = TextTable("Memory by model", ("model", "", "memory", ""), (328, 120, 120), 2)
        titles = ("process", "Python instance", "model", "GPU memory", "host memory", "")
        self.processes = TextTable("Memory by process", titles, (98, 220, 200, 180, 120), 3)
        self._stack = QStackedWidget()
        for table in (self.ledger, self.models, self.processes):
            self._stack.addWidget(table)
        column_of(self, self._stack, stretch=self._stack)
        self.setMinimumHeight(84)
        self.chooser.changed.connect(self.show_table)
        self.ledger.clicked.connect(lambda index: self.entered.emit(len(self._entries) - 1 - index.row()))

    def show_table(self, key: str) -> None:
        """Puts a table in front."""
        self._chosen = key
        self._put_in_front(key)

    def follow_gpus(self, *, has_gpus: bool) -> None:
        """Without a GPU only processes have something to list; with one the chosen table comes back."""
        self._put_in_front(self._chosen if has_gpus else "processes")

    def _put_in_front(self, key: str) -> None:
        self.chooser.set_value(key)
        self._stack.setCurrentIndex([name for name, _ in TITLES].index(key))

    def choose(self, entry: int) -> None:
        """Shows an entry of the ledger."""
        self.show_table("ledger")
        self.ledger.selectRow(len(self._entries) - 1 - entry)

    def show_entries(self, entries: Sequence[Entry], gpus: Sequence[GpuReading]) -> None:
        """The latest first."""
        self._entries = list(entries)
        titles = {gpu.uuid: gpu.title for gpu in gpus}
        rows = [
            (
                history.clock(entry.at, self._offset()),
                _WORDS[entry.kind],
                entry.model or "requests and others",
                titles.get(entry.gpu, "GPU"),
                f"{entry.change / _GB:+.2f} GB".replace("-", "−"),
                f"{entry.after / _GB:.2f} GB",
                "",
            )
            for entry in reversed(self._entries)
        ]
        self.ledger.rows.show_rows(rows)

    def show_shares(self, shares: Sequence[Share]) -> None:
        """What is in use, by model."""
        rows = [
            (share.name, share.source if share.source in _SOURCES else "", _size(share.bytes), "") for share in shares
        ]
        self.models.rows.show_rows(rows, ["text" if share.source in _SOURCES else "dim" for share in shares])

    def show_held(self, held: Held, gpus: Sequence[GpuReading]) -> None:
        """What each process holds; a dash for what is not told."""
        rows = []
        for holder in held.holders:
            parts = [
                _size(holder.graphics[gpu.uuid]) + (f" of {gpu.title}" if len(gpus) > 1 else "")
                for gpu in gpus
                if gpu.uuid in holder.graphics
            ]
            host = _size(holder.host) if holder.model else "–"
            rows.append((str(holder.pid), holder.name, holder.model, ", ".join(parts) or "–", host, ""))
        self.processes.rows.show_rows(rows, ["text" if holder.model else "dim" for holder in held.holders])


_SOURCES = ("estimate", "by process")


def _size(size: float) -> str:
    if not math.isfinite(size):
        return "not told"
    return f"{size / _GB:.2f} GB" if abs(size) >= _GB else f"{size / _MB:.0f} MB"
