"""Data that is typed: text for strings, a grid of cells for small tensors."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.app import notices
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference import tensors
from studio.core.inference.asking.pasted import cells
from studio.ui.look import theme
from studio.ui.tensors.table import format_value
from studio.ui.tester import names
from studio.ui.tester.sources.source import Plan, Source

_MOST_CELLS = 4096
_ROW, _MOST_ROWS_SEEN = 24, 4


def text_field(name: str, title: str, hint: str) -> QPlainTextEdit:
    """A field of a few lines for what an input is typed or pasted as, under its object name and accessible name."""
    field = QPlainTextEdit()
    field.setObjectName(name)
    field.setAccessibleName(title)
    field.setProperty("kind", "field")
    field.setPlaceholderText(hint)
    field.setFont(theme.mono_font())
    field.setFixedHeight(76)
    field.setTabChangesFocus(True)
    # A dropped file is for the card, not for the text.
    field.setAcceptDrops(False)
    field.viewport().setAcceptDrops(False)
    return field


class TextSource(Source):
    """Text for a string tensor: one element a line, or all of it as one."""

    title = "Text"

    def __init__(self, info: TensorInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.field = text_field(
            names.Tester.TEXT.format(info.name),
            f"Text of {info.name}",
            "Type the text to send; each line is one element of the batch",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        self.field.textChanged.connect(self.changed)

    @staticmethod
    def suits(info: TensorInfo) -> bool:
        """Whether the input is of strings, which alone are typed as text."""
        return info.data_type.wire == "BYTES"

    def plan(self, batch: int) -> Plan:
        """The lines, laid out in the wire shape; a single line fills the batch."""
        info, lines, shape = self.info, self.field.toPlainText().split("\n"), self._shape(batch)
        values = lines * int(np.prod(shape)) if len(lines) == 1 else lines
        open_shape = (-1, *shape[1:]) if info.shape[:1] == (-1,) else shape
        return lambda: tensors.reshape(tensors.from_values(info.data_type, values), open_shape)


class Grid(Source):
    """Cells to type in, for tensors that are small enough."""

    title = "Values"

    def __init__(self, info: TensorInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.table = QTableWidget()
        self.table.setObjectName(names.Tester.GRID.format(info.name))
        self.table.setAccessibleName(f"Values of {info.name}")
        self.table.setFont(theme.mono_font())
        self.table.setProperty("kind", "typed")
        strings = info.data_type.wire == "BYTES"
        at = Qt.AlignmentFlag.AlignLeft if strings else Qt.AlignmentFlag.AlignRight
        self._side = at | Qt.AlignmentFlag.AlignVCenter
        """Numbers stand at the right, and their heads with them."""
        self.table.horizontalHeader().setDefaultAlignment(self._side)
        self.table.horizontalHeader().setFont(theme.mono_font(11))
        self.table.verticalHeader().setFont(theme.mono_font(11))
        self.table.setCornerButtonEnabled(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.horizontalHeader().setDefaultSectionSize(64)
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.horizontalHeader().setStretchLastSection(strings)
        self._batch = -1
        """For how many its cells are; -1 while there are none."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.table.itemChanged.connect(lambda _item: self.changed.emit())
        paste = QShortcut(QKeySequence.StandardKey.Paste, self.table)
        paste.setContext(Qt.ShortcutContext.WidgetShortcut)
        paste.activated.connect(self.paste)

    def showEvent(self, event: QShowEvent) -> None:
        """Makes the cells when they are looked at first: thousands of them would hold up whoever chooses a model."""
        self._make_cells()
        super().showEvent(event)

    def _make_cells(self) -> None:
        if self._batch < 0:
            self._fill(1)

    def paste(self) -> None:
        """Puts the cells that the clipboard holds from the current cell on; what does not fit is left out, and told."""
        self._make_cells()
        text = QApplication.clipboard().text()
        is_text = self.info.data_type.wire == "BYTES"
        rows = [line.split("\t") for line in text.rstrip("\r\n").splitlines()] if is_text else cells(text)
        first, left = max(self.table.currentRow(), 0), max(self.table.currentColumn(), 0)
        lost = 0
        for row, line in enumerate(rows, first):
            for column, cell in enumerate(line, left):
                if (item := self.table.item(row, column)) is not None:
                    item.setText(cell.strip())
                else:
                    lost += 1
        if lost:
            count = sum(map(len, rows))
            words = f"{count - lost:,} of {count:,} cells were pasted into {self.info.name}"
            notices.post("info", words, "The others do not fit from the cell on where they were pasted.")

    @staticmethod
    def suits(info: TensorInfo) -> bool:
        """Up to 4,096 cells for one of a batch."""
        return int(np.prod(tensors.fill_dims(info.shape, 1))) <= _MOST_CELLS

    def _fill(self, batch: int) -> None:
        shape = self._shape(batch)
        columns = shape[-1] if shape else 1
        zeros = tensors.zeros(self.info.data_type, shape).reshape(-1, columns)
        if zeros.size > _MOST_CELLS:
            raise CoreError(f"Typing {self.info.name}", f"{zeros.size:,} cells are too many.", "Use a file.")
        self.table.blockSignals(True)
        old = {(r, c): self._text(r, c) for r in range(self.table.rowCount()) for c in range(self.table.columnCount())}
        self.table.setRowCount(zeros.shape[0])
        self.table.setColumnCount(columns)
        for row, column in np.ndindex(*zeros.shape):
            text = old.get((row, column)) or format_value(zeros[row, column])
            item = QTableWidgetItem(text)
            item.setTextAlignment(self._side)
            self.table.setItem(row, column, item)
        # Counted from 0, as the axes of every other table of a tensor are.
        self.table.setHorizontalHeaderLabels([str(column) for column in range(columns)])
        self.table.setVerticalHeaderLabels([str(row) for row in range(zeros.shape[0])])
        rows = min(max(zeros.shape[0], 1), _MOST_ROWS_SEEN)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * _ROW + 12)
        self.table.blockSignals(False)
        self._batch = batch

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text() if item else ""

    def plan(self, batch: int) -> Plan:
        """The cells as numbers; the first that is none is named."""
        if batch != self._batch:
            self._fill(batch)
        rows, columns = self.table.rowCount(), self.table.columnCount()
        values = [[self._value(row, column) for column in range(columns)] for row in range(rows)]
        data_type, shape = self.info.data_type, self._shape(batch)
        return lambda: tensors.from_values(data_type, values, shape)

    def _value(self, row: int, column: int) -> object:
        text = self._text(row, column).strip()
        if self.info.data_type.wire == "BYTES":
            return text
        if self.info.data_type.family == "B":
            return text.lower() in ("1", "true", "yes", "t")
        try:
            return int(text) if self.info.data_type.family in "IU" else float(text)
        except ValueError:
            where = f"row {row}, column {column}"
            raise CoreError(f"Reading the values of {self.info.name}", f"{text!r} at {where} is no number.") from None
