"""The statistics of a tensor in a line, and the pass over all of its values while it goes on."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.core.inference.requests import Tensor
from studio.ui.tensors import names
from studio.ui.tensors.parts.counting import Counting
from studio.ui.widgets import Label, LinkButton

_SHOWN_AFTER_MS = 300


class FiguresLine(QWidget):
    """Those of a large tensor are of a sample until all is counted; that can be left, and begun again."""

    def __init__(self, tensor: Tensor, counting: Counting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tensor, self._counting = tensor, counting
        self._is_going = False
        count = tensor.array.size
        self.statistics = Label(f"{count:,} element{'s' if count != 1 else ''}", "dim", 12)
        self.statistics.setObjectName(names.Tensors.STATISTICS)
        self.odd = Label("", "error", 12)
        self.odd.setObjectName(names.Tensors.NOT_FINITE)
        self.odd.hide()
        self.going = Label("", "dim", 12)
        self.cancel = LinkButton("Cancel", "", "small")
        self.cancel.setObjectName(names.Tensors.CANCEL_COUNT)
        self.cancel.setAccessibleName("Cancel the count of all values")
        self.again = LinkButton("Count all", "", "small")
        self.again.setObjectName(names.Tensors.COUNT_ALL)
        self.again.setToolTip("These figures are of a sample: count all values")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.statistics, self.odd, self.going, self.cancel, self.again):
            row.addWidget(widget)
        row.addStretch(1)
        # A pass that is soon over is not worth a word.
        self._late = QTimer(self, singleShot=True, interval=_SHOWN_AFTER_MS)
        self._late.timeout.connect(self._move)
        self.cancel.clicked.connect(counting.cancel)
        self.again.clicked.connect(counting.count_all)
        counting.told.connect(self._tell)
        counting.moved.connect(self._move)
        # A single element says all there is to say of it.
        self.setVisible(count != 1)
        self._move()

    def set_tensor(self, tensor: Tensor) -> None:
        """Another tensor of the same type and shape, which is counted from now on."""
        self._tensor = tensor

    def _tell(self) -> None:
        counted = self._counting.counted
        if counted is None:
            return
        found = counted.statistics
        parts = [f"min {found.minimum:.4g}", f"max {found.maximum:.4g}", f"mean {found.mean:.4g}"]
        counts = [f"NaN {found.nan:,}", f"Inf {found.inf:,}"] if self._tensor.data_type.family == "F" else []
        is_odd = bool(found.nan or found.inf)
        note = [f"({counted.note})"] if counted.note else []
        self.statistics.setText("   ".join([*parts, *([] if is_odd else counts), *note]))
        self.odd.setText("   ".join(counts))
        self.odd.setVisible(is_odd)

    def _move(self) -> None:
        share, counted = self._counting.share, self._counting.counted
        if (share is not None) != self._is_going:
            self._is_going = share is not None
            self._late.start() if self._is_going else self._late.stop()
        is_told = share is not None and not self._late.isActive()
        self.going.setText(f"counting all, {share:.0%}" if share is not None else "")
        for widget in (self.going, self.cancel):
            widget.setVisible(is_told)
        self.again.setVisible(share is None and counted is not None and not counted.is_exact)
