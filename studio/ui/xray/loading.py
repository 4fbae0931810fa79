"""A line below the header while a trace is being read: how far it is, and a button to leave it."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from studio.ui.widgets import Label, QuietButton, Row
from studio.ui.xray import names


class LoadingBar(Row):
    """What came so far is shown meanwhile."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        self.words = Label("", "dim", 12)
        self.bar = QProgressBar()
        self.cancel = QuietButton("Cancel", size="small")
        super().__init__(self.words, self.bar, "stretch", self.cancel, margins=16, parent=parent)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(180)
        self.bar.setAccessibleName("How much of the trace is read")
        self.cancel.setObjectName(f"{names.Xray.CANCEL}{name or '.rest'}")
        self.setFixedHeight(32)
        self.hide()

    def show_share(self, name: str, share: float, count: int) -> None:
        """Tells how much is read, and how many requests came of it."""
        self.show_words(f"Reading {name}: {share:.0%}, {count:,} requests so far", share)

    def show_waiting(self, count: int, wanted: int) -> None:
        """Tells how many of the requests that are waited for came."""
        self.show_words(f"Waiting for requests: {count:,} of {wanted:,}", count / max(wanted, 1))

    def show_words(self, words: str, share: float) -> None:
        """Tells anything else that takes time."""
        self.words.setText(words)
        self.bar.setValue(round(1000 * share))
        self.show()
