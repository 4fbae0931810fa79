"""The memory of a server's GPUs: what each load took and each unload gave back; whether a model leaks, and fits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.app import tasks
from studio.app.serving.sampling import memory_holders
from studio.app.serving.sampling.leak_test import CYCLES, LeakTest, why_not
from studio.app.serving.sampling.memory_holders import Held
from studio.core.serving.figures.ledger import Entry, Leak, kept
from studio.core.serving.figures.shares import shares, steps
from studio.core.serving.series import GpuReading, ModelKey
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.plotting.waterfall import Waterfall
from studio.ui.monitor.views.memory_tables import MemoryTables
from studio.ui.monitor.views.view import Offset, column_of, sentence
from studio.ui.widgets import InlineProblem, QuietButton, Segmented

if TYPE_CHECKING:
    from studio.app.session import Session

_TIP = f"Unloads and loads the chosen model {CYCLES} times"
_NONE = "No GPU of this server tells its memory."
_UNSEEN = "No process of it is seen on this machine."
_ESTIMATES = "Estimates, by what the whole GPU has in use: what other programs do is in them."


class MemoryView(QWidget):
    """A waterfall of one GPU, and below it the ledger, the models or the processes."""

    def __init__(self, session: Session, offset: Offset) -> None:
        super().__init__()
        self._session = session
        self._selected: ModelKey | None = None
        self._test: LeakTest | None = None
        self._held = Held()
        self._looks = False
        self.words = sentence()
        self.kept = InlineProblem("warning", "")
        self.waterfall = Waterfall(offset)
        self.tables = MemoryTables(offset)
        self._build()
        self.leak.clicked.connect(self.start)
        self.cancel.clicked.connect(self._cancel)
        self.chooser.changed.connect(lambda _: self._show_memory())
        self.waterfall.chosen.connect(self._choose)
        self.tables.entered.connect(self.waterfall.choose)

    def _build(self) -> None:
        self.leak = QuietButton("Leak test")
        self.cancel = QuietButton("Cancel")
        self.cancel.setToolTip("Loads the model again and ends the test")
        self.cancel.hide()
        self.chooser = Segmented((("", "GPU"),), dense=True)
        self.chooser.setAccessibleName("GPU")
        self.found = sentence("dim")
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 4, 16, 4)
        for widget in (self.chooser, self.tables.chooser, self.leak, self.cancel):
            row.addWidget(widget)
        row.addWidget(self.found, 1)
        bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column_of(self, self.words, self.kept, self.waterfall, bar, self.tables, stretch=self.waterfall)
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.setStretchFactor(self.waterfall, 3)
            layout.setStretchFactor(self.tables, 2)

    def refresh(self, selected: ModelKey | None, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Shows what is known, and of the selected model whether it leaks and fits."""
        self._selected = selected
        entries = list(self._session.server.current.ledger.entries)
        gpus = self._gpus()
        self._show_button(bool(gpus))
        self._look(gpus)
        self._show_memory()
        self.waterfall.setVisible(bool(gpus))
        self.tables.follow_gpus(has_gpus=bool(gpus))
        if not gpus:
            seen = "The memory of its Python models on this machine is below."
            self.words.setText(f"{_NONE} {seen if self._held.holders else _UNSEEN}")
            self.kept.hide()
            return
        fits = self._fits(selected[0]) if selected else ""
        self.words.setText(f"{fits} {_ESTIMATES}".strip())
        left = self._left(entries)
        self.kept.setVisible(bool(left))
        if left:
            self.kept.show_problem("warning", left)
        if self._test is not None:
            self.found.setText(f"{self._test.model}: {self._test.done} of {CYCLES} unloads measured …")

    def _gpus(self) -> list[GpuReading]:
        return [gpu for gpu in self._session.sampler.last.gpus if gpu.memory_total > 0]

    def _show_memory(self) -> None:
        """Waterfall and tables, of the GPU that is chosen."""
        entries, gpus = list(self._session.server.current.ledger.entries), self._gpus()
        self.chooser.setVisible(len(gpus) > 1)
        self.tables.show_entries(entries, gpus)
        self.tables.show_held(self._held, gpus)
        if not gpus:
            # The chosen one stays so for when they are told again.
            return
        self.chooser.set_items([(gpu.uuid, gpu.title) for gpu in gpus])
        gpu = next((each for each in gpus if each.uuid == self.chooser.value()), gpus[0])
        self.chooser.set_value(gpu.uuid)
        known = shares(entries, gpu.uuid, gpu.memory_used, self._held.of_models(gpu.uuid))
        self.tables.show_shares(known)
        self.waterfall.show_memory(steps(entries, gpu.uuid, self.waterfall.room()), known, gpu.memory_total)

    def _choose(self, entry: int) -> None:
        self.waterfall.choose(entry)
        self.tables.choose(entry)

    def _look(self, gpus: Sequence[GpuReading]) -> None:
        """Asks driver and system for the processes, one question at a time."""
        server = self._session.server.current
        if not memory_holders.can_see(server.status):
            self._held = Held()
        elif not self._looks:
            self._looks = True
            addresses, own = server.status.addresses, server.processes
            uuids = frozenset(gpu.uuid for gpu in gpus)
            tasks.run(self, lambda _: memory_holders.look(addresses, own, uuids), self._take_held, self._miss_held)

    def _take_held(self, found: Held) -> None:
        self._looks, self._held = False, found

    def _miss_held(self, _: Exception) -> None:
        self._looks = False

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
            why = _NONE
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

    def _fits(self, model: str) -> str:
        fit = self._session.server.current.ledger.will_it_fit(model, self._session.sampler.last)
        return f"One more {model} on {fit[0]}: {fit[1].text}" if fit is not None else ""

    def _left(self, entries: list[Entry]) -> str:
        """What did not come back with the latest unload of each model."""
        parts = []
        for gpu, model in dict.fromkeys((entry.gpu, entry.model) for entry in entries if entry.kind == "unload"):
            left = kept(entries, gpu, model)
            if math.isfinite(left) and left > 2**20:
                parts.append(f"{model} kept {left / 2**30:.2f} GB after its unload.")
        return " ".join(parts)
