"""The header of the monitor: whose figures these are, how they come, and what to do with them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from studio.app.serving.ladder import ServerStatus
from studio.core.serving.launch import State
from studio.ui.monitor import names
from studio.ui.monitor.span import RANGES
from studio.ui.widgets import KeyHint, PageHeader, Pill, QuietButton, Segmented

_STATES = {
    State.STARTING: ("Starting", "accent"),
    State.READY: ("Live", "ok"),
    State.STOPPING: ("Stopping", "dim"),
    State.STOPPED: ("Stopped", "dim"),
    State.FAILED: ("Failed", "error"),
}
_COUNTED = "What the studio asks by itself to see whether a model answers is counted by the server too."


class MonitorHeader(PageHeader):
    """Range, pause, mark and export; at the left the server and how it is."""

    ranged = Signal(float)
    held = Signal(bool)
    marked = Signal()
    csv_wanted = Signal()
    picture_wanted = Signal()
    dashboard_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("activity", "Monitor", parent)
        self.pill = Pill("", dot=True)
        self.pill.setObjectName(names.Monitor.STATE)
        self.add_sign(self.pill)
        self.range = Segmented(RANGES)
        self.range.setObjectName(names.Monitor.RANGE)
        self.range.setAccessibleName("Range of time")
        self.range.set_value("300")
        self.pause = QuietButton("Pause", "pause")
        self.pause.setObjectName(names.Monitor.PAUSE)
        self.pause.setCheckable(True)
        self.mark = QuietButton("Mark", "flag")
        self.mark.setObjectName(names.Monitor.MARK)
        self.mark.setToolTip("Draw a line through every chart at this moment")
        self.export = QuietButton("Export", "download-simple")
        self.export.setObjectName(names.Monitor.EXPORT)
        for widget in (self.range, self.pause, KeyHint("Space"), self.mark, self.export):
            self.add_action(widget)
        self._connect()

    def _connect(self) -> None:
        self.range.changed.connect(lambda seconds: self.ranged.emit(float(seconds)))
        self.pause.toggled.connect(self._hold)
        self.mark.clicked.connect(self.marked)
        menu = QMenu(self)
        menu.addAction("Values as CSV …").triggered.connect(self.csv_wanted)
        menu.addAction("Picture as PNG …").triggered.connect(self.picture_wanted)
        menu.addAction("Dashboard for Grafana …").triggered.connect(self.dashboard_wanted)
        self.export.clicked.connect(lambda: menu.popup(self.export.mapToGlobal(self.export.rect().bottomLeft())))

    def _hold(self, is_held: bool) -> None:
        self.pause.setText("Resume" if is_held else "Pause")
        self.pause.setAccessibleName(self.pause.text())
        self.pause.set_icon_name("play" if is_held else "pause")
        self.held.emit(is_held)

    def set_usable(self, is_usable: bool) -> None:
        """Whether there is anything to pause, mark or export."""
        for widget in (self.pause, self.mark, self.export, self.range):
            widget.setEnabled(is_usable)

    def show_status(self, status: ServerStatus, models: int, ready: int, is_zoomed: bool) -> None:
        """Says how the server is and what is shown of it."""
        self.title.setText(status.description or "Monitor")
        words, role = ("Does not answer", "error") if status.is_silent else _STATES[status.state]
        if self.pause.isChecked():
            words, role = "Paused", "warn"
        self.pill.set_state(words, role)
        parts = ["every second"] if status.state is State.READY else []
        if models:
            parts.append(f"{models} model{'s' if models > 1 else ''}, {ready} ready")
        if is_zoomed:
            parts.append("zoomed, a double click goes back")
        self.detail.setText(", ".join(parts))
        self.detail.setToolTip(_COUNTED)
