"""The lower part of the monitor: the charts, or one of the views that explain them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from studio.app.session import Session
from studio.core.serving.series import ModelKey
from studio.ui.monitor import history, names
from studio.ui.monitor.charts import ChartGrid
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.views.alerts_view import AlertsView
from studio.ui.monitor.views.batch_view import BatchView
from studio.ui.monitor.views.compare_view import CompareView
from studio.ui.monitor.views.families_view import FamiliesView
from studio.ui.monitor.views.memory_view import MemoryView
from studio.ui.monitor.views.time_view import TimeView
from studio.ui.monitor.views.view import Offset, View, column_of
from studio.ui.widgets import ElidedLabel, HairLine, Segmented

CHARTS = "charts"
_TITLES = (
    (CHARTS, "Charts"),
    ("time", "Where the time goes"),
    ("batches", "Batches"),
    ("compare", "Compare"),
    ("memory", "GPU memory"),
    ("families", "More metrics"),
    ("alerts", "Alerts"),
)


class Deck(QWidget):
    """One view at a time; those that are not seen draw nothing."""

    turned = Signal()
    """Another view is in front."""

    def __init__(self, session: Session, charts: ChartGrid, offset: Offset) -> None:
        super().__init__()
        self._sampler, self._offset = session.sampler, offset
        self.charts = charts
        self.alerts = AlertsView(session.sampler, offset)
        self.views: dict[str, QWidget] = {
            CHARTS: charts,
            "time": TimeView(session.sampler, offset),
            "batches": BatchView(session),
            "compare": CompareView(session.sampler, offset),
            "memory": MemoryView(session, offset),
            "families": FamiliesView(session.sampler, offset),
            "alerts": self.alerts,
        }
        self.chooser = Segmented(_TITLES, dense=True)
        self.chooser.setObjectName(names.Monitor.VIEWS)
        self.chooser.setAccessibleName("What the lower part shows")
        self.note = ElidedLabel("", "dim", 11)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.stack = QStackedWidget()
        for view in self.views.values():
            self.stack.addWidget(view)
        strip = QWidget()
        strip.setFixedHeight(36)
        row = QHBoxLayout(strip)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        row.addWidget(self.chooser)
        row.addWidget(self.note, 1)
        column_of(self, strip, HairLine(), self.stack, stretch=self.stack)
        self.chooser.changed.connect(self._turn)

    def show_view(self, key: str) -> None:
        """Puts a view in front."""
        self.chooser.set_value(key)
        self._turn(key)

    def refresh(self, selected: ModelKey | None, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Draws the view that is seen."""
        now = len(self._sampler.alerts.current)
        said = f"Alerts {now}" if now else "Alerts"
        self.chooser.set_items([(key, said if key == "alerts" else title) for key, title in _TITLES])
        shown = self.stack.currentWidget()
        is_drawn = shown in (self.charts, self.views["time"])
        self.note.setText(history.thinned(self._sampler.figures.models, window, self._offset()) if is_drawn else "")
        if shown is self.charts:
            self.charts.refresh(window, marks)
        else:
            view: View = shown  # type: ignore[assignment]
            view.refresh(selected, window, marks)

    def _turn(self, key: str) -> None:
        self.stack.setCurrentWidget(self.views[key])
        self.turned.emit()
