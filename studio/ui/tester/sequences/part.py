"""Which sequence a request belongs to: its correlation id, and whether it begins or ends it."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.core.failure import CoreError
from studio.core.inference.asking.model_traits import Sequences, sequence_words
from studio.core.inference.asking.sequence_book import Book, correlation, new_name
from studio.core.inference.requests import InferRequest
from studio.ui.tester.sequences.names import SequenceNames
from studio.ui.widgets import Label, LinkButton, Row, SectionHeader, TextField

_LOOK_MS = 1000
_WITH = "With Start the server begins {} anew, though it is open."
_WITHOUT = "Without Start the server refuses {}: it holds no such sequence."


class SequencePart(QWidget):
    """Start is set for a person where the sequence is new, was ended, or was let go by the server.

    That is done once for each of these; what a person or a saved request says of it then stays.
    """

    changed = Signal()
    was_set = Signal(str, bool)
    """Which flag, "start" or "end", was set for a person, and to what."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(SequenceNames.PART)
        self.book = Book()
        self._known: tuple[str, bool] | None = None
        """The id for which Start was set last, and to what."""
        self.id = TextField(dense=True, mono=True)
        self.id.setFixedWidth(96)
        self.start = QCheckBox("Start")
        self.end = QCheckBox("End")
        self.new = LinkButton("New id", size="small")
        self.words = Label("", "dim", 12)
        self.words.setWordWrap(True)
        self.head = SectionHeader("Sequence", height=32)
        self.head.box.setContentsMargins(0, 0, 0, 0)
        named: tuple[tuple[QWidget, str, str], ...] = (
            (self.id, SequenceNames.ID, "Correlation id"),
            (self.start, SequenceNames.START, "Start of the sequence"),
            (self.end, SequenceNames.END, "End of the sequence"),
            (self.new, SequenceNames.NEW, "A new correlation id"),
            (self.words, SequenceNames.WORDS, "What the flags of the sequence mean"),
        )
        for widget, name, title in named:
            widget.setObjectName(name)
            widget.setAccessibleName(title)
        row = Row(Label("Correlation id", "dim", 12), self.id, self.start, self.end, "stretch", self.new)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.head, row, self.words):
            column.addWidget(part)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self.refresh)
        self.id.textChanged.connect(lambda _text: self._edited())
        self.start.toggled.connect(lambda _on: self._edited())
        self.end.toggled.connect(lambda _on: self.changed.emit())
        self.new.clicked.connect(self.begin_new)
        self.hide()

    def show_sequences(self, sequences: Sequences | None) -> None:
        """Fits it to a model; hidden where that has none. What is known of its sequences stays while it is the same."""
        self.setVisible(sequences is not None)
        if sequences is None:
            self._look.stop()
            return
        self.book.idle = sequences.idle_us / 1e6
        self.head.detail.setText(sequence_words(sequences))
        self._look.start()
        if not self.id.text():
            self.begin_new()
        self.refresh()

    def begin_new(self) -> None:
        """An id that no sequence has yet."""
        self.id.setText(new_name(self.book))

    def choose(self, name: str) -> None:
        """Takes up a sequence that is there."""
        self.id.setText(name)

    def show_request(self, request: InferRequest) -> None:
        """Shows the sequence of another request; of one that belongs to none the id stays."""
        self.end.setChecked(request.sequence_end)
        if request.sequence_id:
            self.id.setText(str(request.sequence_id))
            self.start.setChecked(request.sequence_start)
        else:
            self.begin_next()

    def end_over(self) -> None:
        """Takes End away: it was set for one request, and is not meant for the next."""
        self.was_set.emit("end", False)
        self.end.setChecked(False)

    def begin_next(self) -> None:
        """Forgets how Start was set by hand: that was meant for another request."""
        self._known = None
        self.refresh()

    def _edited(self) -> None:
        self.refresh()
        self.changed.emit()

    def refresh(self) -> None:
        """Sets Start where another sequence, or another state of it, asks for that, and says why."""
        name, now = self.id.text().strip(), time.monotonic()
        self.id.set_state("" if name and name != "0" else "error")
        if not name:
            self.words.setText("A request of this model needs a correlation id.")
            return
        needs = self.book.needs_start(name, now)
        if self._known != (name, needs):
            self._known = name, needs
            self.was_set.emit("start", needs)
            self.start.setChecked(needs)
        other = _WITH if self.start.isChecked() else _WITHOUT
        is_usual = self.start.isChecked() == needs
        self.words.setText(self.book.words(name, now) if is_usual else other.format(name))

    def fill(self, request: InferRequest) -> InferRequest:
        """The request with its sequence. Raises CoreError without an id."""
        if self.isHidden():
            return request
        name = correlation(self.id.text())
        if not name:
            why = "a request of this model needs a correlation id other than 0."
            raise CoreError("Sending the request", why, "Type one, or take a new one.")
        return replace(
            request, sequence_id=name, sequence_start=self.start.isChecked(), sequence_end=self.end.isChecked()
        )
