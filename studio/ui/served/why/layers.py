"""The eight layers on one line, from client to artifact, each with its state and what that rests on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.serving.why.answer import Layer, LayerState, clock
from studio.ui.look.theme import colour
from studio.ui.served import names
from studio.ui.widgets import IconLabel, Label

_SIGNS: dict[LayerState, tuple[str, str]] = {
    "fine": ("check-circle-fill", "ok"),
    "not used": ("circle", "faint"),
    "not reached": ("circle", "faint"),
    "stopped by it": ("x-circle-fill", "error"),
    "cause": ("x-circle-fill", "error"),
    "not known": ("question", "warn_fill"),
}
_WRONG: frozenset[LayerState] = frozenset({"stopped by it", "cause"})
_LEFT = 16


class LayerRow(QWidget):
    """The row of one layer."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Served.WHY_LAYER.format(name))
        self._name = name
        self._is_wrong = False
        self._is_last = name == "artifact"
        self._sign = IconLabel("circle", "faint", 14, self)
        self.title = Label(name.capitalize(), weight=500, parent=self)
        self.state = Label("", "dim", 11, parent=self)
        self.evidence = Label("", "dim", 11, parent=self)
        self.evidence.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget, stretch in ((self._sign, 0), (self.title, 1), (self.state, 0)):
            head.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(_LEFT, 6, 12, 7)
        column.setSpacing(1)
        column.addLayout(head)
        self.evidence.setContentsMargins(22, 0, 0, 0)
        column.addWidget(self.evidence)

    def show_layer(self, layer: Layer) -> None:
        """Shows its state now."""
        self._is_wrong = layer.state in _WRONG
        self._sign.set_icon(*_SIGNS[layer.state])
        self.state.setText(layer.state)
        self.state.set_role("error" if self._is_wrong else "warn" if layer.state == "not known" else "dim")
        told = f"{layer.evidence}, seen {clock(layer.at)[:8]}" if layer.at else layer.evidence
        self.evidence.setText(told)
        self.evidence.set_role("text" if self._is_wrong else "dim")
        self.setAccessibleName(f"{self._name}: {layer.state}. {told}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of one that is wrong, and the line that ties the layers together."""
        with QPainter(self) as painter:
            if self._is_wrong:
                painter.fillRect(self.rect(), colour("error_soft"))
            if not self._is_last:
                painter.fillRect(QRectF(_LEFT + 6.5, 24, 1, self.height() - 24), colour("edge"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))


class Layers(QWidget):
    """The rows of all layers."""

    def __init__(self, layers: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = {name: LayerRow(name, self) for name in layers}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in self.rows.values():
            column.addWidget(row)

    def show_layers(self, layers: Sequence[Layer]) -> None:
        """Shows their states now."""
        for each in layers:
            self.rows[each.name].show_layer(each)
