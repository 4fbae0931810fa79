"""Which tensor has the boxes of a picture, and how its rows are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.core.inference.requests import Array, Tensor
from studio.core.inference.viewing.boxes import ORDERS, Box, Order, are_scores, boxes, is_relative
from studio.core.inference.viewing.kinds import is_boxes
from studio.ui.look import theme
from studio.ui.tensors import names
from studio.ui.widgets import Chooser, Label, NumberField, Segmented

_NONE = "no boxes"


class BoxBar(QWidget):
    """Offers the tensors that may be boxes; hidden where there is none."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered: list[Tensor] = []
        self._scores: list[Tensor] = []
        self.source = Chooser((_NONE,), dense=True)
        self.order = Chooser(ORDERS, dense=True)
        self.unit = Segmented([("pixels", "pixels"), ("share", "0–1")], dense=True)
        self.least = NumberField(0, low=0, high=1e9, decimals=3, width=56, dense=True)
        for control, name, words in (
            (self.source, names.Tensors.BOXES, "Tensor with the boxes"),
            (self.order, names.Tensors.BOX_ORDER, "Order of the corners"),
            (self.unit, names.Tensors.BOX_UNIT, "Unit of the corners"),
            (self.least, names.Tensors.BOX_LEAST, "Least score"),
        ):
            control.setObjectName(name)
            control.setAccessibleName(words)
        # The interface's font would make a sign of multiplication of the x before a number.
        self.order.setFont(theme.mono_font(12))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.source)
        self._details = (self.order, self.unit, Label("over", "dim", 12), self.least)
        for widget in self._details:
            row.addWidget(widget)
        row.addStretch(1)
        self.source.currentIndexChanged.connect(self._chosen)
        self.order.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.unit.changed.connect(lambda _key: self.changed.emit())
        self.least.edited.connect(lambda _value: self.changed.emit())
        self.offer([])

    def offer(self, tensors: Sequence[Tensor]) -> None:
        """Offers those of the tensors that may be boxes; the first one is chosen."""
        self._offered = [each for each in tensors if is_boxes(each)]
        self._scores = [each for each in tensors if each.array.ndim < 3 or each.array.shape[-1] == 1]
        self.source.blockSignals(True)
        self.source.clear()
        self.source.addItems([_NONE, *(f"boxes: {each.name}" for each in self._offered)])
        self.source.blockSignals(False)
        self.setVisible(bool(self._offered))
        self.source.setCurrentIndex(1 if self._offered else 0)
        if not self._offered:
            self._chosen(0)

    def choose(self, tensor: Tensor) -> None:
        """Takes the boxes from this one."""
        place = next((at for at, each in enumerate(self._offered) if each is tensor), -1)
        self.source.setCurrentIndex(place + 1)

    @property
    def tensor(self) -> Tensor | None:
        """The one with the boxes; None where none is wanted."""
        place = self.source.currentIndex() - 1
        return self._offered[place] if 0 <= place < len(self._offered) else None

    def _chosen(self, _index: int) -> None:
        found = self.tensor
        for widget in self._details:
            widget.setVisible(found is not None)
        if found is not None:
            self.unit.set_value("share" if is_relative(found.array) else "pixels")
        self.changed.emit()

    def boxes(self, size: tuple[int, int], number: int) -> tuple[Box, ...]:
        """The boxes on a picture of this height and width, the best first."""
        found = self.tensor
        if found is None:
            return ()
        return boxes(
            found.array,
            size,
            cast(Order, self.order.currentText()),
            relative=self.unit.value() == "share",
            number=number,
            least=self.least.value() or 0.0,
            scores=self._scores_of(found),
        )

    def _scores_of(self, found: Tensor) -> Array | None:
        if found.array.shape[-1] > 4:
            return None
        given = [each for each in self._scores if each is not found and are_scores(each, found)]
        return next((each.array for each in given if "score" in each.name.lower()), given[0].array if given else None)
