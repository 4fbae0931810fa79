"""What was alerted of: when, what, and how it was then; a double click goes there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.core.serving.figures.alerts import Alert
from studio.core.serving.series import ModelKey
from studio.ui.monitor import history
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.views.view import Offset, TextTable, column_of, sentence

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler


class AlertsView(QWidget):
    """The list, the latest first."""

    wanted = Signal(object)
    """Alert whose model and moment are to be shown."""

    def __init__(self, sampler: CurrentSampler, offset: Offset) -> None:
        super().__init__()
        self._sampler, self._offset = sampler, offset
        self._told: list[Alert] = []
        self.words = sentence("dim")
        titles = ("time", "", "what", "as it was then")
        self.table = TextTable("Alerts", titles, (88, 60, 320))
        self.table.opened.connect(lambda row: self.wanted.emit(self._told[row]))
        column_of(self, self.words, self.table, stretch=self.table)

    def refresh(self, selected: ModelKey | None, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Shows what was told so far."""
        self._told = list(reversed(self._sampler.told))
        now = set(self._sampler.alerts.current)
        rows = [
            (history.clock(each.at, self._offset()), "now" if each in now else "over", each.title, each.text)
            for each in self._told
        ]
        self.table.rows.show_rows(rows, ["text" if each in now else "dim" for each in self._told])
        nothing = (
            "Nothing yet. The monitor tells of: a 99th percentile over what is usual for a model or over what the "
            "settings say, a queue that grows, failures, a model that takes requests and answers none, a GPU that is "
            "nearly full."
        )
        self.words.setText("A double click shows the moment in the charts." if rows else nothing)
