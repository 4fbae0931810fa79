"""What stands in place of a trace: no server, one that cannot trace, nothing traced yet, waiting, reading a file."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.widgets import EmptyState, QuietButton, without_room
from studio.ui.xray import names

_ICON = "text-align-left"
_COST = (
    "The server writes down when each stage of a request begins and ends, and of each step of an ensemble.\n"
    "It costs a request a few microseconds while it is traced, and nothing after that."
)
_OPEN = "A trace that Triton wrote before can be opened without a server."


class _Busy(QWidget):
    """Words, a bar that shows how far it is, and a button to leave it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.cancel = QuietButton("Cancel")
        self.cancel.setObjectName(name)
        self.words = EmptyState("hourglass", "", "", self.cancel)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("How far it is")
        column = without_room(QVBoxLayout(self))
        column.addWidget(self.bar)
        column.addWidget(self.words, 1)


class XrayEmpty(QStackedWidget):
    """One widget for each state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.serve = self._button("Open Serve", "rocket-launch", names.Xray.SERVE)
        self.no_server = EmptyState(_ICON, "No server runs", f"Launch one to trace its requests. {_OPEN}", self.serve)
        self.settings = self._button("Open Serve", "rocket-launch", f"{names.Xray.SERVE}.why")
        self.cannot = EmptyState("prohibit", "Requests of this server cannot be traced now", "", self.settings)
        self.begin = QuietButton("Trace the next 20", "record")
        self.begin.setObjectName(names.Xray.BEGIN)
        self.ready = EmptyState(_ICON, "Nothing is traced yet", _COST, self.begin)
        self.waiting = _Busy(names.Xray.WAIT)
        self.loading = _Busy(names.Xray.CANCEL)
        for widget in (self.no_server, self.cannot, self.ready, self.waiting, self.loading):
            self.addWidget(widget)

    @staticmethod
    def _button(words: str, icon: str, name: str) -> QPushButton:
        made = QuietButton(words, icon)
        made.setObjectName(name)
        return made

    def show_no_server(self) -> None:
        """There is no server whose requests could be traced."""
        self.setCurrentWidget(self.no_server)

    def show_cannot(self, why: str) -> None:
        """The server that runs cannot be traced."""
        self.cannot.set_text("Requests of this server cannot be traced now", why)
        self.setCurrentWidget(self.cannot)

    def show_ready(self, count: int) -> None:
        """It can, and nothing is traced yet."""
        self.begin.setText(f"Trace the next {count:,}")
        self.begin.setAccessibleName(self.begin.text())
        self.setCurrentWidget(self.ready)

    def show_waiting(self, came: int, wanted: int) -> None:
        """It is traced now, and nothing came, or not all of it."""
        words = "Send some from the tester, or from anywhere else."
        self.waiting.words.set_text(f"Waiting for requests: {came:,} of {wanted:,}", words)
        self.waiting.bar.setValue(round(1000 * came / max(wanted, 1)))
        self.setCurrentWidget(self.waiting)

    def show_loading(self, name: str, share: float) -> None:
        """A file is being read, and no request of it is there yet."""
        self.loading.words.set_text(f"Reading {name}", "The first requests are shown as soon as they are found.")
        self.loading.bar.setValue(round(1000 * share))
        self.setCurrentWidget(self.loading)
