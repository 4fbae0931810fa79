"""The memory ledger: what each load took of a GPU and each unload gave back; whether a model leaks, and fits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.app.serving.sampling.leak_test import CYCLES, LeakTest, why_not
from studio.core.serving.figures.ledger import Entry, Leak, kept
from studio.core.serving.series import ModelKey
from studio.ui.monitor import history
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.views.view import Offset, TextTable, column_of, sentence
from studio.ui.widgets import QuietButton

if TYPE_CHECKING:
    from studio.app.session import Session

_TIP = f"Unloads and loads the chosen model {CYCLES} times"
_WORDS = {"load": "load", "unload": "unload", "growth": "between"}


class MemoryView(QWidget):
    """Estimates, by what the whole GPU had in use before and after."""

    def __init__(self, session: Session, offset: Offset) -> None:
        super().__init__()
        self._session, self._offset = session, offset
        self._selected: ModelKey | None = None
        self._test: LeakTest | None = None
        self.words = sentence()
        self.leak = QuietButton("Leak test")
        self.leak.clicked.connect(self.start)
        self.cancel = QuietButton("Cancel")
        self.cancel.setToolTip("Loads the model again and ends the test")
        self.cancel.clicked.connect(self._cancel)
        self.cancel.hide()
        self.found = sentence("dim")
        titles = ("time", "", "model", "took", "in use after", "")
        self.table = TextTable("Memory ledger", titles, (80, 80, 260, 120, 120), 3)
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 0, 0, 0)
        row.addWidget(self.leak)
        row.addWidget(self.cancel)
        row.addWidget(self.found, 1)
        column_of(self, self.words, bar, self.table, stretch=self.table)

    def refresh(self, selected: ModelKey | None, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Shows what is known, and of the selected model whether it leaks and fits."""
        self._selected = selected
        server = self._session.server.current
        entries = list(server.ledger.entries)
        has_gpus = any(gpu.memory_total > 0 for gpu in self._session.sampler.last.gpus)
        self._show_button(has_gpus)
        self.table.rows.show_rows([self._row(entry) for entry in reversed(entries)])
        if not has_gpus:
            self.words.setText("No GPU of this server tells its memory.")
            return
        said = "Estimates, by what the whole GPU has in use: what other programs do is in them."
        self.words.setText(f"{self._of_selected(entries, selected[0])} {said}" if selected else said)
        if self._test is not None:
            self.found.setText(f"{self._test.model}: {self._test.done} of {CYCLES} unloads measured …")

    def start(self) -> None:
        """Tests the selected model for a leak."""
        if self._selected is not None and self._test is None:
            server = self._session.server.current
            self._test = LeakTest(server, server.sampler, self._selected[0], self)
            self._test.ended.connect(self._tell)
            self.cancel.show()
            self._show_button(has_gpus=True)
            self._test.start()

    def _show_button(self, has_gpus: bool) -> None:
        """Off, with its reason, where no test can begin."""
        if self._test is not None:
            why = f"{self._test.model} is being tested."
        elif self._selected is None:
            why = "Choose a model in the table."
        elif not has_gpus:
            why = "No GPU of this server tells its memory."
        else:
            why = why_not(self._session.server.current, self._selected[0])
        self.leak.setEnabled(not why)
        self.leak.setToolTip(why or f"{_TIP}; requests to it fail meanwhile")

    def _cancel(self) -> None:
        if self._test is not None:
            self.cancel.setEnabled(False)
            self._test.cancel()

    def _tell(self, found: Leak | None, model: str) -> None:
        test, self._test = self._test, None
        if test is not None:
            test.deleteLater()
        self.cancel.hide()
        self.cancel.setEnabled(True)
        if found is None:
            self.found.setText(f"{model}: the test was not finished. Look whether it is loaded.")
            return
        mega = 2**20
        bounds = f"{found.slope / mega:+.1f} MB a cycle (95 %: {found.low / mega:.1f} to {found.high / mega:.1f})"
        self.found.setText(f"{model}: {'memory grows' if found.leaks else 'no leak is certain'}, {bounds}.")

    def _of_selected(self, entries: list[Entry], model: str) -> str:
        parts = []
        fit = self._session.server.current.ledger.will_it_fit(model, self._session.sampler.last)
        if fit is not None:
            parts.append(f"One more {model} on {fit[0]}: {fit[1].text}")
        for gpu in dict.fromkeys(entry.gpu for entry in entries):
            left = kept(entries, gpu, model)
            if math.isfinite(left) and left > 2**20:
                parts.append(f"{model} kept {left / 2**30:.2f} GB after its unload.")
        return " ".join(parts)

    def _row(self, entry: Entry) -> tuple[str, ...]:
        at = history.clock(entry.at, self._offset())
        change = f"{entry.change / 2**30:+.2f} GB"
        gpu = next((each.title for each in self._session.sampler.last.gpus if each.uuid == entry.gpu), "GPU")
        name = entry.model or "requests and others"
        return at, _WORDS[entry.kind], name, change, f"{entry.after / 2**30:.2f} GB", gpu
