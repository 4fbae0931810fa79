"""The inspector's part on what was seen on a wire: how its mean went, and each value that is kept."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from studio.core.inference.wires.seen import Seen
from studio.ui.canvas import names
from studio.ui.canvas.cards.card import Sentence
from studio.ui.canvas.watch.words import number, warning
from studio.ui.look.theme import colour
from studio.ui.widgets import DenseTable, Label, LinkButton
from studio.ui.widgets.tables import AT_RIGHT, ICON, MONO, ROLE, WEIGHT, Index, column_head

_LINE = 30
"""Requests whose means are drawn."""
_ROW, _ROWS = 24, 8
_HEADERS = ("Seen", "", "mean")
_MEAN = 2
_KEPT = "The last 64 values of a watched wire, 16 MB at most. An unwatched wire keeps one."


def mean_of(seen: Seen) -> float:
    """The mean of a value; NaN where it has none, or it is not known."""
    found = seen.digest.statistics if seen.digest is not None else None
    return found.mean if found is not None else math.nan


class MeanLine(QWidget):
    """The means of the last requests, oldest first; what is odd is marked, what has no mean is a gap."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._means: Sequence[float] = ()
        self._odd: Sequence[bool] = ()
        self.setFixedHeight(44)

    def show_values(self, values: Sequence[Seen]) -> tuple[float, float]:
        """Shows other ones, the latest first; gives the two ends of the axis."""
        shown = list(reversed(values[:_LINE]))
        self._means = [mean_of(each) for each in shown]
        self._odd = [bool(warning(each.digest)) for each in shown]
        self.setAccessibleName("Means: " + ", ".join(number(mean) for mean in self._means))
        self.update()
        return self._ends()

    def _ends(self) -> tuple[float, float]:
        there = [mean for mean in self._means if math.isfinite(mean)]
        low, high = min([0.0, *there]), max([0.0, *there])
        return low, high if high > low else low + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        low, high = self._ends()
        box = QRectF(self.rect()).adjusted(3, 4, -3, -4)
        step = box.width() / max(len(self._means) - 1, 1)
        points = [
            QPointF(box.left() + place * step, box.bottom() - box.height() * (mean - low) / (high - low))
            for place, mean in enumerate(self._means)
        ]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(QRectF(box.left(), box.bottom(), box.width(), 1), colour("line"))
            painter.setPen(QPen(colour("accent"), 1.5))
            for run in self._runs(points):
                painter.drawPolyline(QPolygonF(run))
            painter.setPen(Qt.PenStyle.NoPen)
            for point, mean, is_odd in zip(points, self._means, self._odd, strict=True):
                if is_odd:
                    painter.setBrush(colour("warn_fill" if math.isfinite(mean) else "error"))
                    painter.drawEllipse(point if math.isfinite(mean) else QPointF(point.x(), box.bottom()), 3, 3)
            if points and math.isfinite(self._means[-1]):
                painter.setBrush(colour("accent"))
                painter.drawEllipse(points[-1], 3, 3)

    def _runs(self, points: Sequence[QPointF]) -> list[list[QPointF]]:
        runs: list[list[QPointF]] = [[]]
        for point, mean in zip(points, self._means, strict=True):
            if math.isfinite(mean):
                runs[-1].append(point)
            else:
                runs.append([])
        return [run for run in runs if len(run) > 1]


class SeenModel(QAbstractTableModel):
    """The values that are kept of one wire, the latest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.values: tuple[Seen, ...] = ()

    def show_values(self, values: tuple[Seen, ...]) -> None:
        """Takes other ones; rows of the same values are only painted again."""
        if [each.number for each in values] == [each.number for each in self.values]:
            self.values = values
            if values:
                self.dataChanged.emit(self.index(0, 0), self.index(len(values) - 1, _MEAN))
            return
        self.beginResetModel()
        self.values = values
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.values)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return column_head(_HEADERS, section, orientation, role, numbers=_MEAN)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        seen, column = self.values[index.row()], index.column()
        odd = warning(seen.digest)
        if role == Qt.ItemDataRole.DisplayRole:
            return (seen.request, time.strftime("%H:%M:%S", time.localtime(seen.at)), _shown_mean(seen))[column]
        if role == ICON and column == _MEAN and odd:
            is_error = seen.digest is not None and bool(seen.digest.odd)
            return ("x-circle-fill", "error") if is_error else ("warning-fill", "warn_fill")
        if role == Qt.ItemDataRole.TextAlignmentRole and column == _MEAN:
            return AT_RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            return odd or None
        return _look(role, column)


def _look(role: int, column: int) -> Any:
    if role == MONO and column == 0:
        return True
    if role == ROLE and column == 1:
        return "dim"
    return 600 if role == WEIGHT and column == _MEAN else None


def _shown_mean(seen: Seen) -> str:
    found = seen.digest.statistics if seen.digest is not None else None
    return number(found.mean) if found is not None else ""


class SeenPart(QWidget):
    """Two chosen values are compared; one is with the one before it."""

    compare_wanted = Signal(object, object)
    """Two Seen, the later one first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 20, 0, 0)
        column.setSpacing(4)
        self._range = Label("", "dim", 11, parent=self)
        self._title = Label("Mean, last requests", "dim", 12, 600, parent=self)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._range)
        column.addLayout(head)
        self.line = MeanLine(self)
        column.addWidget(self.line)
        self.model = SeenModel(self)
        column.addWidget(self._table())
        row = QHBoxLayout()
        self._odd = Sentence(self)
        self.compare = LinkButton("Compare", size="dense", parent=self)
        self.compare.setObjectName(names.Canvas.FIELD.format("compare"))
        self.compare.setToolTip("Two chosen values, or the chosen one and the one before it")
        self.compare.clicked.connect(self._compare)
        row.addWidget(self._odd, 1)
        row.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(row)
        kept = Label(_KEPT, "dim", 11, parent=self)
        kept.setWordWrap(True)
        column.addSpacing(8)
        column.addWidget(kept)

    def _table(self) -> DenseTable:
        self.table = DenseTable(_ROW, self)
        self.table.setObjectName(names.Canvas.FIELD.format("seen"))
        self.table.setAccessibleName("Values seen on this wire")
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        heads = self.table.horizontalHeader()
        heads.setMinimumSectionSize(40)
        heads.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section, width in ((1, 78), (_MEAN, 72)):
            heads.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
            heads.resizeSection(section, width)
        return self.table

    def show_values(self, values: tuple[Seen, ...]) -> None:
        """What is kept of a wire, the latest first."""
        self.setVisible(bool(values))
        has_means = sum(not math.isnan(mean_of(each)) for each in values) > 1
        low, high = self.line.show_values(values)
        self._range.setText(f"{number(low)} to {number(high)}")
        for part in (self.line, self._range, self._title):
            part.setVisible(has_means)
        self.model.show_values(values)
        rows = min(max(len(values), 1), _ROWS)
        self.table.setFixedHeight(rows * _ROW + self.table.horizontalHeader().sizeHint().height() + 2)
        odd = next(((each, warning(each.digest)) for each in values if warning(each.digest)), None)
        words = f"{odd[0].request}: {odd[1]}" if odd is not None else ""
        self._odd.say(words, "warning-fill", "warn_fill")
        self.compare.setVisible(len(values) > 1)

    def chosen(self) -> list[Seen]:
        """The chosen values, the latest first; the latest of all where none is chosen."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [self.model.values[row] for row in rows] or list(self.model.values[:1])

    def _compare(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            place = self.model.values.index(chosen[0])
            chosen += self.model.values[place + 1 : place + 2]
        if len(chosen) > 1:
            self.compare_wanted.emit(chosen[0], chosen[-1])
