"""One tensor as the model file and the configuration have it, with what differs and what would mend it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.checking.findings import Fix
from studio.core.merging.comparison import Difference, Port, PortRow, words
from studio.ui.file import names
from studio.ui.look.theme import mono_font
from studio.ui.widgets import DataTypeChip, DataTypeMark, ElidedLabel, HairLine, IconLabel, Label, LinkButton, MonoLabel

_WHERE = 76
_INDENT = 24
_KINDS = {"name": "name", "data_type": "data type", "dims": "dims", "batch": "batch dimension", "optional": "optional"}


class PortBlock(QWidget):
    """A tensor's name with a sign, then what the file says and, where it is another thing, the configuration."""

    fix_wanted = Signal(object)
    """Fix"""

    def __init__(self, row: PortRow, batches: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._row, self._batches = row, batches
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 6, 0, 6)
        self._column.setSpacing(4)
        self._build_head()
        self._build_sides()
        for difference in row.differences:
            self._add_difference(difference)
        self._column.addSpacing(2)
        self._column.addWidget(HairLine(parent=self))
        self.setAccessibleName(self._said())

    def _port(self) -> Port:
        return self._row.left or self._row.right or Port("")

    def _build_head(self) -> None:
        port = self._port()
        name = ElidedLabel(port.name, px=13, weight=500, parent=self)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(DataTypeMark(port.data_type, self))
        line.addWidget(name, 1)
        if self._type_is_shared():
            line.addWidget(MonoLabel(port.data_type or port.kind, "dim", parent=self))
        if port.optional:
            line.addWidget(Label("optional", "dim", 11, parent=self))
        sign, role, tip = self._sign()
        mark = IconLabel(sign, role, parent=self)
        mark.setToolTip(tip)
        line.addWidget(mark)
        self._column.addLayout(line)

    def _sign(self) -> tuple[str, str, str]:
        if self._row.differences:
            return "warning-fill", "warn_fill", "The configuration says something else."
        if self._row.right is None:
            return "minus", "faint", "The configuration does not name it."
        return "check", "ok", "The configuration agrees."

    def _type_is_shared(self) -> bool:
        """Whether one data type is all there is to say, so that it can stand beside the name."""
        left, right = self._row.left, self._row.right
        return left is None or right is None or not left.data_type or left.data_type == right.data_type

    def _build_sides(self) -> None:
        left, right = self._row.left, self._row.right
        grid = QGridLayout()
        grid.setContentsMargins(_INDENT, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, _WHERE)
        grid.setColumnStretch(1, 1)
        if left is not None and right is not None and (left.data_type, left.shape) == (right.data_type, right.shape):
            self._add_side(grid, "both", left)
        else:
            for where, port in (("file", left), ("configuration", right)):
                if port is not None:
                    self._add_side(grid, where, port)
        self._column.addLayout(grid)

    def _add_side(self, grid: QGridLayout, where: str, port: Port) -> None:
        at = grid.rowCount()
        what = {each.what for each in self._row.differences} if where == "configuration" else set()
        grid.addWidget(Label(where, "dim", 11, parent=self), at, 0)
        grid.addWidget(self._shape(port, "warn" if what & {"dims", "batch"} else "text"), at, 1)
        if not self._type_is_shared():
            # Aligned, as a widget of one size would hold the whole column to it.
            grid.addWidget(DataTypeChip(port.data_type, self), at + 1, 1, Qt.AlignmentFlag.AlignLeft)

    def _shape(self, port: Port, role: str) -> ElidedLabel:
        shape = words(port.shape, batches=self._batches and _varies(port))
        label = ElidedLabel(shape, role if port.shape is not None else "dim", 12, parent=self)
        label.setFont(mono_font(12))
        return label

    def _add_difference(self, difference: Difference) -> None:
        line = QVBoxLayout()
        line.setContentsMargins(_INDENT, 0, 0, 0)
        line.setSpacing(0)
        kind = _KINDS.get(difference.what, difference.what)
        text = difference.text[:1].upper() + difference.text[1:]
        another = "Other dims." if kind == "dims" else f"Another {kind}."
        said = Label(another if difference.what in ("data_type", "dims") else f"{text}.", "warn", 12)
        said.setParent(self)
        said.setWordWrap(True)
        said.setMinimumWidth(1)
        said.setToolTip(text)
        line.addWidget(said)
        for fix in difference.fixes:
            line.addWidget(self._fix_button(fix, difference.what))
        self._column.addLayout(line)

    def _fix_button(self, fix: Fix, what: str) -> LinkButton:
        button = LinkButton(fix.title, size="small", parent=self)
        button.setObjectName(names.File.FIX.format(self._row.side, self._port().name, what))
        button.setAccessibleName(f"{self._port().name}: {fix.title}")
        button.clicked.connect(lambda: self.fix_wanted.emit(fix))
        return button

    def _said(self) -> str:
        port = self._port()
        told = "; ".join(each.text for each in self._row.differences)
        return f"{self._row.side} {port.name}, {port.data_type} {words(port.shape)}{f': {told}' if told else ''}"


def _varies(port: Port) -> bool:
    return bool(port.shape) and port.shape is not None and port.shape[0] == -1
