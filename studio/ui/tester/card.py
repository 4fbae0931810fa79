"""One input of a request as a card: what it is, where its data comes from, what the data is like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.requests import Tensor
from studio.core.inference.results import statistics
from studio.failure import Failure
from studio.ui.look import theme
from studio.ui.tester import names
from studio.ui.tester.file_source import FileSource
from studio.ui.tester.generator import Generator
from studio.ui.tester.source import Plan, Source
from studio.ui.tester.typed import Grid, TextSource
from studio.ui.widgets import Chooser, DataTypeMark, ElidedLabel, HairLine, IconLabel, Label, MonoLabel, set_state

_KINDS: tuple[type[Source], ...] = (FileSource, TextSource, Generator, Grid)
_SUMMARY_AFTER_MS = 120
_MOST_SUMMARISED = 20_000_000


class InputCard(QFrame):
    """Takes a dropped file; says at once what is wrong with the data."""

    def __init__(self, info: TensorInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self.batch = 1
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
        self._later = QTimer(self, singleShot=True, interval=_SUMMARY_AFTER_MS)
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
        head.addWidget(self.chooser)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._sign)
        foot.addWidget(self._summary, 1)
        for source in self.sources:
            self.stack.addWidget(source)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.stack)
        column.addWidget(HairLine())
        column.addLayout(foot)

    def _connect(self) -> None:
        self.chooser.currentIndexChanged.connect(self._switch)
        self._later.timeout.connect(self._summarise)
        for source in self.sources:
            source.changed.connect(self._later.start)

    def _start(self) -> None:
        """Text for strings, a generator for numbers: something that can be sent at once."""
        wanted = TextSource if self.info.data_type.wire == "BYTES" else Generator
        self.chooser.setCurrentIndex(next(i for i, s in enumerate(self.sources) if isinstance(s, wanted)))
        self._switch()

    def _switch(self) -> None:
        current = self.sources[max(self.chooser.currentIndex(), 0)]
        self.stack.setCurrentWidget(current)
        self.stack.setFixedHeight(current.sizeHint().height())
        self._later.start()

    def set_batch(self, batch: int) -> None:
        """How many of it go in one request, where it has a batch dimension."""
        self.batch = batch
        self._later.start()

    def plan(self) -> Callable[[], Tensor]:
        """What will make the input as it is sent; works on any thread. Both steps raise CoreError."""
        info, make = self.info, self._source.plan(self.batch)
        return lambda: Tensor(info.name, info.data_type, make())

    @property
    def _source(self) -> Source:
        return self.sources[max(self.chooser.currentIndex(), 0)]

    def _summarise(self) -> None:
        """What the data is like, or why there is none; made on another thread."""
        self.stack.setFixedHeight(self._source.sizeHint().height())
        try:
            make = self._source.plan(self.batch)
        except CoreError as error:
            self._not_made(error)
            return
        tasks.run(self, lambda _context: _summary(make), self._made, self._not_made, key="summary")

    def _made(self, found: tuple[str, str]) -> None:
        shape, words = found
        self._shape.setText(f"{list(self.info.shape)} → {shape}")
        self._say("check-circle-fill", "ok", words)

    def _not_made(self, failure: Failure) -> None:
        self._shape.setText(str(list(self.info.shape)))
        self._say("warning-fill", "warn_fill", failure.detail)

    def _say(self, sign: str, role: str, text: str) -> None:
        self._sign.set_icon(sign, role)
        self._summary.setText(text)

    def takes(self, path: Path) -> bool:
        """Whether a dropped file can fill this input."""
        return any(source.takes(path) for source in self.sources)

    def take_file(self, path: Path) -> None:
        """Switches to the file source with this file."""
        place, source = next((i, s) for i, s in enumerate(self.sources) if isinstance(s, FileSource))
        source.set_path(path)
        self.chooser.setCurrentIndex(place)
        self._later.start()

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
            self.take_file(paths[0])


def dropped_files(event: QDropEvent) -> list[Path]:
    """The files on this machine that a drag carries."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _summary(make: Plan) -> tuple[str, str]:
    """The shape of a tensor, and what is in it, in words."""
    array = make()
    found = statistics(array) if array.size <= _MOST_SUMMARISED else None
    strings = array.dtype == np.object_
    size = sum(len(bytes(value)) for value in array.ravel().tolist()) if strings else array.nbytes
    words = f"min {found.minimum:.4g}   max {found.maximum:.4g}   mean {found.mean:.4g}   " if found else ""
    return str(list(array.shape)), f"{words}{size:,} bytes"
