"""Two stretches of time of the selected model, and the difference in figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.core.serving.figures import columns
from studio.core.serving.figures.comparison import compare, mean
from studio.core.serving.series import ModelKey
from studio.ui.monitor import history
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.rows import figure
from studio.ui.monitor.views.view import Offset, TextTable, column_of, sentence
from studio.ui.widgets import QuietButton

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler

_WORDS = {
    "requests_s": "requests/s", "inferences_s": "inferences/s", "batch": "mean batch", "request_ms": "request ms",
    "queue_ms": "queue ms", "input_ms": "input ms", "compute_ms": "compute ms", "output_ms": "output ms",
    "cache_hit": "cache hits, of 1", "failures_s": "failures/s", "pending": "pending, mean", "p50": "p50 ms",
    "p95": "p95 ms, mean", "p99": "p99 ms, mean",
}  # fmt: skip


class CompareView(QWidget):
    """The stretch that is shown is kept as A or as B by a button; zoom or wait in between."""

    def __init__(self, sampler: CurrentSampler, offset: Offset) -> None:
        super().__init__()
        self._sampler, self._offset = sampler, offset
        self._shown = TimeWindow(0, 60)
        self._selected: ModelKey | None = None
        self.kept: dict[str, TimeWindow] = {}
        self.words = sentence("dim")
        self.first, self.second = QuietButton("Keep what is shown as A"), QuietButton("Keep what is shown as B")
        self.table = TextTable("Two stretches of time", ("", "A", "B", "difference", ""), (180, 120, 120, 160), 1)
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 0, 16, 8)
        for button, name in ((self.first, "A"), (self.second, "B")):
            button.clicked.connect(lambda _=False, name=name: self.keep(name))
            row.addWidget(button)
        row.addStretch(1)
        column_of(self, self.words, bar, self.table, stretch=self.table)

    def keep(self, name: str) -> None:
        """Keeps the stretch that is shown as A or B."""
        self.kept[name] = self._shown
        self._show()

    def refresh(self, selected: ModelKey | None, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Follows the model and the stretch that are shown."""
        self._selected, self._shown = selected, window
        self._show()

    def _show(self) -> None:
        said = [f"{name} is {self._clock(stretch)}" for name, stretch in sorted(self.kept.items())]
        who = f"{self._selected[0]}: " if self._selected else ""
        self.words.setText(
            who + (", ".join(said) or "zoom to a stretch of time and keep it as A, then to another and keep it as B.")
        )
        if self._selected is None or len(self.kept) < 2:
            self.table.rows.show_rows([])
            return
        before, after = (self._means(self._selected, self.kept[name]) for name in "AB")
        self.table.rows.show_rows(
            [
                (_WORDS[each.field], figure(each.before, 2), figure(each.after, 2), each.text, "")
                for each in compare(before, after)
            ]
        )

    def _means(self, key: ModelKey, stretch: TimeWindow) -> dict[str, float]:
        found = {}
        names = [column.name for column in columns.MODEL]
        times, kept = self._sampler.figures.models.rows(key, names, stretch.start)
        inside = {name: history.until(times, values, stretch.end)[1] for name, values in zip(names, kept, strict=True)}
        for column in columns.MODEL:
            found[column.name] = mean(inside[column.name], inside[column.weight] if column.weight else None)
        return found

    def _clock(self, stretch: TimeWindow) -> str:
        return f"{history.clock(stretch.start, self._offset())} to {history.clock(stretch.end, self._offset())}"
