"""The bubble below a step that failed: what it said, what the values prove, and where to go from there."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.inference.wires.failed_step import FailedStep
from studio.ui.canvas import names
from studio.ui.widgets import ElidedLabel, IconButton, IconLabel, Label, LinkButton, paint

WIDTH = 380
_LONGEST = 240


class FailureBubble(QFrame):
    """Stays until the next request is answered, or until it is closed."""

    file_wanted = Signal()
    log_wanted = Signal()
    alone_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Canvas.FAILED)
        self.setFixedWidth(WIDTH)
        self._title = ElidedLabel("", weight=600, parent=self)
        self._when = Label("", "dim", 12, parent=self)
        close = IconButton("x", "Close", size=12, parent=self)
        close.setObjectName(names.Canvas.FAILED_ACTION.format("close"))
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel("x-circle-fill", "error", 16, self))
        head.addWidget(self._title, 1)
        head.addWidget(self._when)
        head.addWidget(close)
        self._words, self._proof = Label("", parent=self), Label("", "dim", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 10)
        column.setSpacing(6)
        column.addLayout(head)
        for part in (self._words, self._proof):
            part.setWordWrap(True)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(part)
        column.addLayout(self._links())
        self.hide()

    def _links(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        self.file = self._link("", "file", self.file_wanted)
        self.log = self._link("Log line", "log", self.log_wanted)
        self.alone = self._link("", "alone", self.alone_wanted)
        for part in (self.file, self.log, self.alone):
            row.addWidget(part)
        row.addStretch(1)
        return row

    def _link(self, text: str, key: str, wanted: SignalInstance) -> LinkButton:
        button = LinkButton(text, size="dense", parent=self)
        button.setObjectName(names.Canvas.FAILED_ACTION.format(key))
        button.clicked.connect(lambda: wanted.emit())
        return button

    def show_failure(self, model: str, failed: FailedStep, proof: str, alone: str, *, has_file: bool) -> None:
        """What the step of a model said; `alone` is the model to which the values can be sent by themselves."""
        self._title.setText(f"{model} failed")
        when = time.strftime("%H:%M:%S", time.localtime(failed.at))
        self._when.setText(f"{failed.request}, {when}" if failed.request else when)
        words = failed.words if len(failed.words) <= _LONGEST else failed.words[:_LONGEST] + " …"
        self._words.setText(words)
        self._words.setToolTip(failed.whole if failed.whole != words else "")
        self._proof.setText(proof)
        self._proof.setVisible(bool(proof))
        self.file.setText(f"{failed.file.rpartition('/')[2]}, line {failed.line}")
        self.file.setVisible(has_file)
        self.alone.setText(f"Send to {alone} alone")
        self.setAccessibleName(". ".join(part.rstrip(".") for part in (f"{model} failed", failed.words, proof) if part))
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(WIDTH, layout.totalHeightForWidth(WIDTH))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 6, fill="error_soft", edge="error")
