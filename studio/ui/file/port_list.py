"""The tensors of a model file, inputs and outputs each under a title, those that differ first."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from studio.core.merging.comparison import SIDES, PortRow
from studio.ui.file.ports import PortBlock
from studio.ui.widgets import Label

_MOST = 200
"""Tensors of one side that are shown; a file may have thousands."""
_AT_ONCE = 24


class PortList(QWidget):
    """A block for each tensor, made some at a time: hundreds at once would stall the window."""

    fix_wanted = Signal(object)
    """Fix"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[PortRow | str, bool]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._add_some)
        self.hide()

    def has_focus(self) -> bool:
        """Whether one of the blocks has the keyboard."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def show_rows(self, rows: Iterable[PortRow], batches: bool) -> None:
        """Shows these tensors in place of others; `batches` says whether the configuration has a batch dimension."""
        self._clear()
        there = list(rows)
        for side in SIDES:
            of_side = sorted((row for row in there if row.side == side), key=lambda row: not row.differences)
            if of_side:
                self._waiting.append((side, batches))
                self._waiting += [(row, batches) for row in of_side[:_MOST]]
            if len(of_side) > _MOST:
                self._waiting.append((f"and {len(of_side) - _MOST:,} more", batches))
        self.setVisible(bool(self._waiting))
        self._add_some()

    def _add_some(self) -> None:
        some, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        for each, batches in some:
            if isinstance(each, PortRow):
                block = PortBlock(each, batches, self)
                block.fix_wanted.connect(self.fix_wanted)
                self._column.addWidget(block)
            else:
                self._column.addSpacing(10)
                is_title = each in SIDES
                text = f"{each.capitalize()}s" if is_title else each
                self._column.addWidget(Label(text, "dim", 11, 600 if is_title else 400, parent=self))
        if self._waiting:
            self._more.start()

    def _clear(self) -> None:
        self._waiting = []
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
