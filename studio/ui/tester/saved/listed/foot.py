"""Below the list: what came of the last run of all, and the offer to run them after a model changed."""

from __future__ import annotations

import time
from collections import Counter

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.app.requests.requests import Requests
from studio.ui.look.theme import colour
from studio.ui.tester.saved import names
from studio.ui.tester.saved.listed.delegate import STATES
from studio.ui.widgets import ElidedLabel, IconLabel, Label, LinkButton, Row
from studio.ui.widgets.structure import Clickable

_WORDS = (("failed", "not as expected"), ("error", "without an answer"), ("cancelled", "not sent"))
_BROADEST = 200


class Strip(QWidget):
    """A cell for each request in the order of the list: how it came out by colour; not run is an outline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: tuple[str, ...] = ()
        self.setFixedHeight(6)

    def show_states(self, states: tuple[str, ...]) -> None:
        """Shows these; "" is one that was not run."""
        self._states = states
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        count = len(self._states)
        if not count:
            return
        gap = 2 if count <= _BROADEST // 4 else 0
        width = (self.width() + gap) / count
        with QPainter(self) as painter:
            for place, state in enumerate(self._states):
                cell = QRectF(place * width, 0, max(1.0, width - gap), self.height())
                painter.fillRect(cell, colour(STATES[state][1] if state else "line"))


class Foot(QFrame):
    """Hidden until there is something to tell."""

    shown = Signal()
    """The results of the last run are to be shown."""
    run_wanted = Signal()

    def __init__(self, requests: Requests, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Saved.FOOT)
        self._requests = requests
        self._build()
        requests.runs.came.connect(self._show)
        requests.runs.began.connect(self._show)
        requests.runs.ended.connect(self._show)
        requests.saved.changed.connect(self._show)
        requests.since_run.changed.connect(self._show)
        self._show()

    def _build(self) -> None:
        self.offer = _Offer()
        self.offer.setObjectName(names.Saved.OFFER)
        self.offer.run.clicked.connect(self.run_wanted)
        self._last = Clickable()
        self._last.setObjectName(names.Saved.LAST)
        self._last.setAccessibleName("The last run of saved requests")
        self._title = Label("", weight=600)
        self._when = Label("", "dim", 12)
        self._strip = Strip()
        self._signs = {state: IconLabel(*STATES[state], 14) for state in ("passed", "failed", "error", "cancelled")}
        self._words = {state: ElidedLabel("", "dim", 12) for state in self._signs}
        inner = QVBoxLayout(self._last)
        inner.setContentsMargins(12, 8, 12, 10)
        inner.setSpacing(6)
        inner.addWidget(Row(self._title, "stretch", self._when))
        inner.addWidget(self._strip)
        self._rows = {state: Row(sign, self._words[state]) for state, sign in self._signs.items()}
        for row in self._rows.values():
            row.box.setStretch(1, 1)
            inner.addWidget(row)
        self._last.clicked.connect(self.shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.offer)
        column.addWidget(self._last)

    def _show(self, *_: object) -> None:
        runs, saved = self._requests.runs, self._requests.saved
        states = tuple(runs.outcomes[name].state if name in runs.outcomes else "" for name in saved.names)
        counts = Counter("passed" if state == "written" else state for state in states)
        self.offer.show_models(self._requests.since_run.models if saved.names else ())
        self._last.setVisible(any(states))
        done, all_ = runs.progress
        self._title.setText(f"Running {done} of {all_}" if runs.is_running else "Last run")
        clock = time.strftime("%H:%M", time.localtime(runs.began_at))
        self._when.setText("" if runs.is_running else f"{clock}, {runs.seconds:.1f} s")
        self._strip.show_states(states)
        said = {"passed": "as expected", **dict(_WORDS)}
        for state, words in said.items():
            self._words[state].setText(f"{counts[state]} {words}")
            self._rows[state].setVisible(bool(counts[state]))
        self.setVisible(self._last.isVisibleTo(self) or self.offer.isVisibleTo(self))


class _Offer(QFrame):
    """Says which models changed on the server since the last run."""

    def __init__(self) -> None:
        super().__init__()
        self._words = Label("", px=12)
        self._words.setWordWrap(True)
        self.run = LinkButton("Run all", "play", "small")
        self.run.setObjectName(names.Saved.OFFER_RUN)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self._words)
        column.addWidget(Row(self.run, "stretch"))

    def show_models(self, models: tuple[str, ...]) -> None:
        """Names them; hidden where there is none."""
        more = f" and {len(models) - 2} more" if len(models) > 2 else ""
        self._words.setText(f"{', '.join(models[:2])}{more} changed on the server: are the answers still as expected?")
        self.setAccessibleName(self._words.text())
        self.setVisible(bool(models))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The soft ground of a warning with its bar."""
        del event
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("warn_soft"))
            painter.fillRect(0, 0, 2, self.height(), colour("warn_fill"))
