"""The sizes of the batches that a model was run with, held against what its configuration asks for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.serving.figures import busy
from studio.core.serving.figures.batching import BatchCount, Batching, mean_size, verdict
from studio.core.serving.series import ModelKey
from studio.failure import Failure
from studio.ui.look.theme import colour, ui_font
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.views.view import column_of, sentence
from studio.ui.widgets import paint

if TYPE_CHECKING:
    from studio.app.serving.sampling.batch_counts import BatchCounts
    from studio.app.session import Session

_BAR, _GAP, _SIDE = 44, 12, 16


class Histogram(QWidget):
    """A bar a batch size, as high as its share of the runs; preferred sizes are marked by a word."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: tuple[BatchCount, ...] = ()
        self._asked = Batching()
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_counts(self, counts: Sequence[BatchCount], asked: Batching) -> None:
        """Shows the runs of each batch size."""
        self._counts, self._asked = tuple(sorted(counts, key=lambda each: each.size)), asked
        said = ", ".join(f"batch {each.size}: {each.runs} runs" for each in self._counts)
        self.setAccessibleName(said or "No batches")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        most = max((1, *(each.runs for each in self._counts)))
        with QPainter(self) as painter:
            base, room = self.height() - 44, self.height() - 72
            painter.fillRect(QRectF(_SIDE, base, self.width() - 2 * _SIDE, 1), colour("edge"))
            for place, each in enumerate(self._counts):
                left = _SIDE + 8 + place * (_BAR + _GAP)
                if left + _BAR > self.width() - _SIDE:
                    break
                high = max(2.0, room * each.runs / most)
                is_wanted = each.size in self._asked.preferred or each.size == self._asked.most
                bar = QRectF(left, base - high, _BAR, high)
                paint.round_rect(painter, bar, 2, fill=str(colour("accent" if is_wanted else "edge").name()))
                centre = Qt.AlignmentFlag.AlignHCenter
                above = QRectF(left - 10, base - high - 18, _BAR + 20, 16)
                paint.text(painter, above, f"{each.runs:,}", ui_font(11), "dim", centre)
                below = QRectF(left - 10, base + 4, _BAR + 20, 18)
                paint.text(painter, below, str(each.size), ui_font(13, 600), "text", centre)
                if is_wanted:
                    word = "preferred" if each.size in self._asked.preferred else "largest"
                    at = QRectF(left - 12, base + 22, _BAR + 24, 16)
                    paint.text(painter, at, word, ui_font(11), "dim", centre)


class BatchView(QWidget):
    """Follows the statistics of the selected model while it is seen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._key: ModelKey | None = None
        self._counts: BatchCounts | None = None
        self.words = sentence()
        self.note = sentence("dim")
        self.histogram = Histogram()
        column_of(self, self.words, self.histogram, self.note, stretch=self.histogram)

    def refresh(self, selected: ModelKey | None, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Asks anew for the selected model."""
        if selected is None:
            self.words.setText("Choose a model in the table.")
            return
        counts = self._follow()
        if selected != self._key:
            self._key = selected
            self.histogram.show_counts((), Batching())
            self.words.setText(f"{selected[0]}: reading its statistics …")
            self._note(selected)
        counts.want(selected)

    def _follow(self) -> BatchCounts:
        """Those of the current server."""
        counts = self._session.server.current.batches
        if counts is not self._counts:
            if self._counts is not None:
                # That of a server that was removed is gone already.
                with suppress(RuntimeError):
                    self._counts.told.disconnect(self._note)
            self._counts, self._key = counts, None
            counts.told.connect(self._note)
        return counts

    def _note(self, key: ModelKey) -> None:
        found = self._counts.of(key) if self._counts is not None and key == self._key else None
        if isinstance(found, Failure):
            self.words.setText(f"{key[0]}: its statistics cannot be read: {found.reason}")
        elif found is not None:
            self._show(key, found)

    def _show(self, key: ModelKey, counts: tuple[BatchCount, ...]) -> None:
        facts = self._session.sampler.facts(key[0])
        if facts is not None and facts.is_ensemble:
            steps = ", ".join(dict.fromkeys(facts.steps))
            self.histogram.show_counts((), Batching())
            self.words.setText(f"{key[0]}: an ensemble has no batches of its own. Choose one of its steps: {steps}.")
            self.note.setText("")
            return
        asked = facts.batching if facts is not None and facts.is_known else None
        self.histogram.show_counts(counts, asked or Batching())
        said = verdict(counts, asked) if asked else f"Mean {mean_size(counts):.3g}." if counts else ""
        self.words.setText(f"{key[0]}: {said or 'nothing was run since it was loaded.'}")
        said = self._busy(key, asked) if asked else ""
        self.note.setText(f"{said} Runs by batch size since the model was loaded, by the server's statistics.".strip())

    def _busy(self, key: ModelKey, asked: Batching) -> str:
        """Of the latest sample; nothing of an ensemble, which has no instances."""
        facts, now = self._session.sampler.facts(key[0]), self._session.sampler.last.models.get(key)
        if now is None or (facts is not None and facts.is_ensemble):
            return ""
        run_ms = now.input_ms + now.compute_ms + now.output_ms
        return busy.told(busy.share(now.inferences_s, now.batch, run_ms, asked.instances), asked.instances)
