"""The best of a vector of scores as bars, with their labels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.inference.requests import Tensor
from studio.core.inference.results import Ranked, softmax, top_k
from studio.core.inference.viewing.kinds import is_scores_shape
from studio.ui.look import theme
from studio.ui.look.theme import colour
from studio.ui.tensors import names
from studio.ui.tensors.parts.slices import Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import Chooser, IndexField, Label, paint

Scores = npt.NDArray[np.float64]
_ROW = 26
_COUNTS = (3, 5, 10, 20)
_INDEX, _LABEL, _SCORE = 44, 148, 72


def suits(tensor: Tensor) -> bool:
    """Numbers along one axis, as scores of classes are."""
    is_scores = tensor.data_type.family in "FIU" and is_scores_shape(tensor.array.shape)
    return is_scores and tensor.array.size > 1 and tensor.array.ndim <= 2


class _Key(QWidget):
    """Says what a tick on a bar is."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(66, 20)
        self.setAccessibleName("A tick on a bar is what is expected")

    def paintEvent(self, event: QPaintEvent) -> None:
        """A tick with its word."""
        del event
        with QPainter(self) as painter:
            painter.fillRect(QRectF(2, 3, 2, 14), colour("text"))
            paint.text(painter, QRectF(10, 0, self.width() - 10, 20), "expected", theme.ui_font(12), "dim")


class Bars(QWidget):
    """Rows of index, label, bar and score."""

    def __init__(self) -> None:
        super().__init__()
        self.ranked: tuple[Ranked, ...] = ()
        self.expected: Scores | None = None
        """What is expected of each class, for a tick on its bar."""
        self.setObjectName(names.Tensors.LABELS)

    def set_ranked(self, ranked: tuple[Ranked, ...], expected: Scores | None = None) -> None:
        """Shows these, best first."""
        self.ranked, self.expected = ranked, expected
        self.setFixedHeight(_ROW * max(len(ranked), 1))
        self.setAccessibleName(f"Best labels: {'; '.join(map(self._words, ranked))}")
        self.update()

    def _words(self, ranked: Ranked) -> str:
        wanted = "" if self.expected is None else f", expected {self.expected[ranked.index]:.4g}"
        return f"{ranked.label or ranked.index}: {ranked.score:.4g}{wanted}"

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(320, _ROW * max(len(self.ranked), 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints a bar, a label and a score in each row."""
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shown = [r.score for r in self.ranked]
            shown += [] if self.expected is None else [float(self.expected[r.index]) for r in self.ranked]
            highest = max((abs(score) for score in shown if np.isfinite(score)), default=1.0) or 1.0
            scale = 1.0 if highest <= 1.0 else highest
            for place, ranked in enumerate(self.ranked):
                self._paint_row(painter, QRectF(0, place * _ROW, self.width(), _ROW), ranked, scale, place == 0)

    def _paint_row(self, painter: QPainter, row: QRectF, ranked: Ranked, scale: float, best: bool) -> None:
        index = QRectF(row.left(), row.top(), _INDEX - 12, row.height())
        paint.text(painter, index, str(ranked.index), theme.mono_font(), "dim", Qt.AlignmentFlag.AlignRight)
        wide = _LABEL if any(each.label for each in self.ranked) else 0
        if wide:
            name = QRectF(_INDEX, row.top(), wide, row.height())
            paint.text(painter, name, ranked.label or "–", theme.ui_font(13, 600 if best else 400))
        left = float(_INDEX + wide + (8 if wide else 0))
        track = QRectF(left, row.center().y() - 5, row.width() - left - _SCORE - 8, 10)
        paint.round_rect(painter, track, 2, fill="hover")
        share = min(max(ranked.score / scale, 0.0), 1.0) if np.isfinite(ranked.score) else 0.0
        if share > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("accent", 1.0 if best else 0.55))
            painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * share, track.height()), 2, 2)
        if self.expected is not None and np.isfinite(wanted := float(self.expected[ranked.index])):
            place = track.left() + track.width() * min(max(wanted / scale, 0.0), 1.0)
            left = min(max(place - 1, track.left()), track.right() - 2)
            painter.fillRect(QRectF(left, track.top() - 3, 2, track.height() + 6), colour("text"))
        score = QRectF(row.right() - _SCORE, row.top(), _SCORE - 4, row.height())
        font = theme.ui_font(13, 600 if best else 400)
        paint.text(painter, score, f"{ranked.score:.4f}", font, "text", Qt.AlignmentFlag.AlignRight)


class LabelsView(Viewer):
    """Top k of one row of a batch, raw or as probabilities."""

    changed = Signal()

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self._tensor: Tensor | None = None
        self._labels: tuple[str, ...] = ()
        self.top = Chooser(tuple(f"Top {count}" for count in _COUNTS), dense=True)
        self.top.setObjectName(names.Tensors.TOP)
        self.top.setAccessibleName("How many labels")
        self.top.setCurrentIndex(1)
        self.scale = Chooser(("Raw values", "Softmax"), dense=True)
        self.scale.setObjectName(names.Tensors.SCORES)
        self.scale.setAccessibleName("Scale of the scores")
        self.row = IndexField()
        self.row.setObjectName(names.Tensors.LABELS_ROW)
        self.row.setAccessibleName("Which of the batch")
        self.bars = Bars()
        self._note = Label("", "dim", 12)
        self._expected: Tensor | None = None
        self.key = _Key()
        self.key.setObjectName(names.Tensors.EXPECTED_KEY)
        self.key.hide()
        self._build()
        for chooser in (self.top, self.scale):
            chooser.currentIndexChanged.connect(self._show)
        self.row.valueChanged.connect(self._show)

    def _build(self) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(8)
        for widget in (self.top, self.scale, self.row, self._note):
            controls.addWidget(widget)
        controls.addStretch(1)
        controls.addWidget(self.key)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 4)
        column.setSpacing(8)
        column.addLayout(controls)
        column.addWidget(self.bars)
        column.addStretch(1)

    def set_tensor(self, tensor: Tensor, labels: tuple[str, ...] = ()) -> None:
        """Shows a tensor with the labels of its last axis, if there are any."""
        self._tensor, self._labels = tensor, labels
        rows = tensor.array.reshape(-1, tensor.array.shape[-1]).shape[0]
        self.row.blockSignals(True)
        self.row.set_count(rows)
        self.row.setPrefix("batch ")
        self.row.blockSignals(False)
        self.row.setVisible(rows > 1)
        self._note.setText("" if labels else "The model has no label file")
        self._show()

    def set_expected(self, tensor: Tensor | None) -> None:
        """Marks what is expected of each class, where it is of the same shape."""
        is_alike = tensor is not None and self._tensor is not None and tensor.array.shape == self._tensor.array.shape
        self._expected = tensor if is_alike else None
        self._show()

    def _row_of(self, tensor: Tensor) -> Scores:
        rows = tensor.array.reshape(-1, tensor.array.shape[-1])
        scores = rows[self.row.value()].astype(np.float64)
        return softmax(scores) if self.scale.currentIndex() == 1 else scores

    def _show(self) -> None:
        if self._tensor is None:
            return
        wanted = None if self._expected is None else self._row_of(self._expected)
        self.key.setVisible(wanted is not None)
        best = top_k(self._row_of(self._tensor), _COUNTS[self.top.currentIndex()], self._labels)
        self.bars.set_ranked(best, wanted)
        self.changed.emit()
