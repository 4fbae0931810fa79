"""The card beside the pointer that shows what was last seen on a wire."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.core.files.sizes import size_text
from studio.core.graph.elements import Port
from studio.core.inference.wires.digest import PICTURE, Digest
from studio.core.inference.wires.seen import Seen
from studio.ui.canvas import names
from studio.ui.canvas.scene import node_shape
from studio.ui.canvas.watch.digest_paint import (
    LINE,
    paint_figures,
    paint_histogram,
    paint_lines,
    paint_picture,
    paint_values,
)
from studio.ui.canvas.watch.words import age_text, digest_words, shape_text, warning
from studio.ui.look.theme import ui_font
from studio.ui.widgets import DataTypeMark, ElidedLabel, IconLabel, KeyHint, Label, MonoLabel, QuietButton, paint

WIDTH = 310
_FIGURES = 4 * LINE
_ORIGINS = {"probe": "Probed with", "trace": "Traced in", "request": "Of the request"}


class DigestBody(QWidget):
    """What is said of a value, drawn."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.digest: Digest | None = None
        self.labels: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_digest(self, digest: Digest | None, labels: tuple[str, ...] = ()) -> None:
        """Shows another one; nothing where there is none."""
        self.digest, self.labels = digest, labels
        self.setVisible(digest is not None)
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        found = self.digest
        if found is None or found.shown == "empty":
            return QSize(200, 0)
        if found.shown == "picture":
            return QSize(200, PICTURE + 20)
        if found.shown == "text":
            return QSize(200, round(LINE * len(found.text)))
        return QSize(200, round(_FIGURES + (LINE * len(found.values) + 8 if found.shown == "values" else 72)))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self.digest is not None:
            with QPainter(self) as painter:
                self._paint(painter, QRectF(self.rect()), self.digest)

    def _paint(self, painter: QPainter, box: QRectF, found: Digest) -> None:
        if found.shown == "picture":
            self._paint_picture(painter, box, found)
        elif found.shown == "text":
            paint_lines(painter, box, found.text)
        elif found.shown == "values":
            paint_values(painter, box, found, labels=self.labels)
            paint_figures(painter, box.adjusted(0, LINE * len(found.values) + 8, 0, 0), found)
        elif found.shown == "histogram":
            if found.histogram is not None:
                paint_histogram(painter, QRectF(box.left(), box.top(), box.width(), 64), found.histogram)
            paint_figures(painter, box.adjusted(0, 72, 0, 0), found)

    def _paint_picture(self, painter: QPainter, box: QRectF, found: Digest) -> None:
        paint_picture(painter, QRectF(box.left(), box.top(), PICTURE, PICTURE), found)
        note = QRectF(box.left(), box.top() + PICTURE + 3, box.width() / 2, 16)
        paint.text(painter, note, found.note, ui_font(11), "dim")
        right = box.adjusted(PICTURE + 12, 0, 0, 0)
        paint_figures(painter, right, found)
        if found.histogram is not None:
            paint_histogram(painter, right.adjusted(0, _FIGURES + 4, 0, -1), found.histogram)


class ValueCard(QFrame):
    """Name, type and shape, how old it is, the value, and what can be done with it. It never takes the keyboard."""

    watch_wanted = Signal()
    open_wanted = Signal()
    copy_wanted = Signal()
    probe_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Canvas.VALUE)
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(8)
        column.addLayout(self._head())
        self.body = DigestBody(self)
        column.addWidget(self.body)
        self.words = Label("", "dim", 12, parent=self)
        self.words.setWordWrap(True)
        column.addWidget(self.words)
        column.addLayout(self._foot())
        self.hide()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self._mark = DataTypeMark("", self)
        self._name = ElidedLabel("", weight=600, parent=self)
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._type = MonoLabel("", "dim")
        self._odd = IconLabel("x-circle-fill", "error", 14, self)
        self._age = Label("", "dim", 12, parent=self)
        for part in (self._mark, self._name, self._type):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._odd)
        row.addWidget(self._age)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.watch = self._button("Pin", "push-pin", "watch", "Watch this wire (P)", self.watch_wanted)
        self._key = KeyHint("P", self)
        self.open = self._button("Open", "", "open", "Open it in the viewer of tensors (O)", self.open_wanted)
        self.copy = self._button("Copy", "", "copy", "Copy its values (C)", self.copy_wanted)
        self.probe = self._button(
            "Probe", "magnifying-glass", "probe", "Run the steps up to this wire", self.probe_wanted
        )
        self._size = Label("", "dim", 12, parent=self)
        for part in (self.watch, self._key, self.open, self.copy, self.probe):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self._size)
        return row

    def _button(self, text: str, icon: str, key: str, tip: str, wanted: SignalInstance) -> QuietButton:
        button = QuietButton(text, icon, "dense", self)
        button.setObjectName(names.Canvas.VALUE_ACTION.format(key))
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: wanted.emit())
        return button

    def show_wire(self, tensor: str, port: Port | None, problem: str) -> None:
        """Says of which wire it is; the value follows."""
        self._mark.set_data_type(port.data_type if port is not None else "")
        self._name.setText(tensor)
        self._declared = ""
        if port is not None:
            self._declared = f"{port.data_type.removeprefix('TYPE_')} {node_shape.dims_of(port)}".strip()
        self._problem = problem

    def show_value(self, seen: Seen | None, labels: tuple[str, ...], *, is_watched: bool) -> None:
        """What was last seen, None where nothing was."""
        digest = seen.digest if seen is not None else None
        shape = f"{digest.data_type} {shape_text(digest.shape)}" if digest is not None else self._declared
        self._type.setText(shape)
        self._age.setText(f"{age_text(seen.at)} ago" if seen is not None else "")
        self._odd.setVisible(bool(digest is not None and digest.odd))
        self.body.show_digest(digest, labels)
        self.words.setText("\n".join(part for part in (self._said(seen), self._problem) if part))
        self.words.setVisible(bool(self.words.text()))
        self._size.setText(size_text(seen.size) if seen is not None else "")
        has_tensor = seen is not None and seen.tensor is not None
        for part in (self.open, self.copy):
            part.setVisible(has_tensor)
        self.probe.setVisible(seen is None)
        self.watch.setText("Unpin" if is_watched else "Pin")
        self.setAccessibleName(f"{self._name.text()}: {digest_words(digest) if digest else self.words.text()}")
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(
                WIDTH, layout.totalHeightForWidth(WIDTH) if layout.hasHeightForWidth() else self.sizeHint().height()
            )

    def show_probing(self) -> None:
        """The steps up to the wire run now."""
        self.words.setText("Probing …")
        self.probe.hide()

    def _said(self, seen: Seen | None) -> str:
        if seen is None:
            return "Not seen; probe it."
        if seen.digest is None:
            return "Too large to be kept." if seen.tensor is None else "Reading …"
        odd = warning(seen.digest)
        told = f"{_ORIGINS[seen.origin]} {seen.request}" if seen.request != seen.origin else f"By a {seen.origin}"
        return f"{told}: {odd}" if odd else told

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 6, fill="panel", edge="edge")
