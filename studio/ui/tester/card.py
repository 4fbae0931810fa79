"""One input of a request as a card: what it is, where its data comes from, what the data is like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.figures import statistics
from studio.core.inference.request_size import tensor_bytes
from studio.core.inference.requests import Array, Tensor
from studio.core.saved_requests.keeping.origins import Origin
from studio.failure import Failure
from studio.ui.look import theme
from studio.ui.tester import names
from studio.ui.tester.sources.file_source import FileSource
from studio.ui.tester.sources.generator import Generator
from studio.ui.tester.sources.held import Answers, HeldSource
from studio.ui.tester.sources.literal import HexSource, JsonSource
from studio.ui.tester.sources.source import Plan, Source
from studio.ui.tester.sources.typed import Grid, TextSource
from studio.ui.widgets import (
    Chooser,
    DataTypeMark,
    ElidedLabel,
    HairLine,
    IconLabel,
    Label,
    MonoLabel,
    Switch,
    set_state,
)

_KINDS: tuple[type[Source], ...] = (FileSource, TextSource, Generator, Grid, JsonSource, HexSource, HeldSource)
S = TypeVar("S", bound=Source)
_SUMMARY_AFTER_MS = 120
_MOST_SUMMARISED = 20_000_000


class InputCard(QFrame):
    """Takes a dropped file; says at once what is wrong with the data. An optional input is left out until wanted."""

    many = Signal(object, list)
    """TensorInfo and the paths: several files, or a folder, were dropped on it."""
    measured = Signal()
    """What it holds, and with it how large it is, may have changed."""

    def __init__(self, info: TensorInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self.batch = 1
        self.wire_bytes = 0
        """The bytes of its tensor on the wire, as far as they are known."""
        self.shape: tuple[int, ...] = ()
        """The shape of its tensor as it is sent; empty while it is not known."""
        self.setProperty("kind", "card")
        self.setObjectName(names.Tester.CARD.format(info.name))
        self.setAccessibleName(f"Input {info.name}")
        self.setAcceptDrops(True)
        self.sources = [kind(info) for kind in _KINDS if kind.suits(info)]
        self.chooser = Chooser(tuple(source.title for source in self.sources), dense=True)
        self.chooser.setObjectName(names.Tester.SOURCE.format(info.name))
        self.chooser.setAccessibleName(f"Source of {info.name}")
        self.stack = QStackedWidget()
        self._shape = ElidedLabel(str(list(info.shape)), "dim")
        self._shape.setFont(theme.mono_font())
        self._sign = IconLabel("check-circle-fill", "ok", 14)
        self._summary = Label("", "dim", 12)
        self._summary.setObjectName(names.Tester.SUMMARY.format(info.name))
        self._summary.setWordWrap(True)
        self._later = QTimer(self, singleShot=True, interval=_SUMMARY_AFTER_MS)
        self.switch = Switch("send" if info.optional else "")
        self.switch.setObjectName(names.Tester.SENT.format(info.name))
        self.switch.setAccessibleName(f"Send the optional input {info.name}")
        self.switch.setChecked(not info.optional)
        self._body = QWidget()
        self._build()
        self._connect()
        self._start()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        kind = self.info.data_type
        for widget in (DataTypeMark(kind.short), Label(self.info.name, weight=600), MonoLabel(kind.short, "dim")):
            head.addWidget(widget)
        head.addWidget(self._shape, 1)
        if self.info.optional:
            head.addWidget(Label("optional", "dim", 11))
        self._ragged = Label("ragged", "dim", 11)
        self._ragged.setToolTip("Requests of one batch may have other sizes here: the batcher joins them as they are.")
        self._ragged.hide()
        head.addWidget(self._ragged)
        self.switch.setVisible(self.info.optional)
        head.addWidget(self.chooser)
        head.addWidget(self.switch)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._sign, alignment=Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._summary, 1)
        for source in self.sources:
            self.stack.addWidget(source)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._body)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addWidget(self.stack)
        body.addWidget(HairLine())
        body.addLayout(foot)

    def _connect(self) -> None:
        self.chooser.currentIndexChanged.connect(self._switch)
        self.switch.toggled.connect(self._show_sent)
        for field in self.stack.findChildren(QLineEdit):
            # A file that is dropped there is for the card.
            field.setAcceptDrops(False)
        self._later.timeout.connect(self._summarise)
        for source in self.sources:
            source.changed.connect(self._later.start)

    def _start(self) -> None:
        """Text for strings, a generator for numbers: something that can be sent at once."""
        wanted = TextSource if self.info.data_type.wire == "BYTES" else Generator
        self.chooser.setCurrentIndex(next(i for i, s in enumerate(self.sources) if isinstance(s, wanted)))
        self._switch()
        self._show_sent(self.is_sent)

    @property
    def is_sent(self) -> bool:
        """Whether it goes with the request; only an optional input can be left out."""
        return self.switch.isChecked()

    def _show_sent(self, sent: bool) -> None:
        for widget in (self._body, self.chooser):
            widget.setVisible(sent)
        self._shape.setText(str(list(self.info.shape)))
        self.wire_bytes = self.wire_bytes if sent else 0
        self._later.start()
        self.measured.emit()

    def _switch(self) -> None:
        current = self.sources[max(self.chooser.currentIndex(), 0)]
        self.stack.setCurrentWidget(current)
        self.stack.setFixedHeight(current.sizeHint().height())
        self._later.start()

    def set_batch(self, batch: int) -> None:
        """How many of it go in one request, where it has a batch dimension."""
        self.batch = batch
        self._later.start()

    def set_ragged(self, ragged: bool) -> None:
        """Says whether requests of other sizes may share a batch with it."""
        self._ragged.setVisible(ragged)

    def plan(self) -> Callable[[], Tensor]:
        """What will make the input as it is sent; works on any thread. Both steps raise CoreError."""
        info, make = self.info, self._source.plan(self.batch)
        return lambda: Tensor(info.name, info.data_type, make())

    @property
    def origin(self) -> Origin | None:
        """Where its tensor is from; None where its values are all there is to keep."""
        return self._source.origin()

    @property
    def _source(self) -> Source:
        return self.sources[max(self.chooser.currentIndex(), 0)]

    def _summarise(self) -> None:
        """What the data is like, or why there is none; made on another thread."""
        self.stack.setFixedHeight(self._source.sizeHint().height())
        if not self.is_sent:
            return
        try:
            make = self._source.plan(self.batch)
        except CoreError as error:
            self._not_made(error)
            return
        info = self.info
        tasks.run(self, lambda _context: _summary(info, make), self._made, self._not_made, key="summary")

    def _made(self, found: tuple[tuple[int, ...], str, int]) -> None:
        self.shape, words, self.wire_bytes = found
        self._shape.setText(f"{list(self.info.shape)} → {list(self.shape)}")
        self._say("check-circle-fill", "ok", words)
        self.measured.emit()

    def _not_made(self, failure: Failure) -> None:
        self._shape.setText(str(list(self.info.shape)))
        self._say("warning-fill", "warn_fill", _sentence(failure.detail))
        self.wire_bytes, self.shape = 0, ()
        self.measured.emit()

    def _say(self, sign: str, role: str, text: str) -> None:
        self._sign.set_icon(sign, role)
        self._summary.setText(text)

    def takes(self, path: Path) -> bool:
        """Whether a dropped file can fill this input."""
        return any(source.takes(path) for source in self.sources)

    def take_file(self, path: Path) -> None:
        """Switches to the file source with this file."""
        self._choose(FileSource).set_path(path)

    def take_files(self, paths: list[Path]) -> None:
        """Takes one file; asks what several of them, or a folder, are to become."""
        if len(paths) > 1 or paths[0].is_dir():
            self.many.emit(self.info, paths)
        else:
            self.take_file(paths[0])

    def hold(self, array: Array, words: str) -> None:
        """Switches to a tensor as it is, in its wire shape; `words` say where it is from."""
        self._choose(HeldSource).hold(array, words)

    def offer(self, answers: Answers) -> None:
        """Offers outputs of before as its data."""
        next(source for source in self.sources if isinstance(source, HeldSource)).answers = answers

    def _choose(self, kind: type[S]) -> S:
        place, found = next((i, source) for i, source in enumerate(self.sources) if isinstance(source, kind))
        self.switch.setChecked(True)
        self.chooser.setCurrentIndex(place)
        self._later.start()
        return found

    def highlight(self, on: bool) -> None:
        """Shows that what is being dragged would land here."""
        set_state(self, "target" if on else "")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accepts files that are dragged over the card."""
        if dropped_files(event):
            event.acceptProposedAction()
            self.highlight(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Takes the card's highlight away."""
        super().dragLeaveEvent(event)
        self.highlight(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """The first file that was dropped."""
        self.highlight(False)
        paths = dropped_files(event)
        if paths:
            event.acceptProposedAction()
            self.take_files(paths)


def dropped_files(event: QDropEvent) -> list[Path]:
    """The files on this machine that a drag carries."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _sentence(words: str) -> str:
    """With a capital at its beginning, as it stands alone here."""
    return words[:1].upper() + words[1:]


def _summary(info: TensorInfo, make: Plan) -> tuple[tuple[int, ...], str, int]:
    """The shape of a tensor, what is in it in words, and its bytes on the wire."""
    array = make()
    found = statistics(array) if array.size <= _MOST_SUMMARISED else None
    strings = array.dtype == np.object_
    size = sum(len(bytes(value)) for value in array.ravel().tolist()) if strings else array.nbytes
    words = f"min {found.minimum:.4g}   max {found.maximum:.4g}   mean {found.mean:.4g}   " if found else ""
    on_wire = tensor_bytes(Tensor(info.name, info.data_type, array))
    return tuple(array.shape), f"{words}{size:,} bytes", on_wire
