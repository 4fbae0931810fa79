"""The licences of what the studio is made of: a list that can be searched, and the text of the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from studio import licences
from studio.app import tasks
from studio.licences import Part
from studio.ui.help import names
from studio.ui.look.theme import mono_font
from studio.ui.widgets import DenseTable, HairLine, Label, PrimaryButton, SearchField
from studio.ui.widgets.tables import MONO, ROLE, WEIGHT, column_head

Index = QModelIndex | QPersistentModelIndex
HEADERS = ("Part", "Version", "Licence")
PART = Qt.ItemDataRole.UserRole + 300
_NO_INDEX = QModelIndex()
_SIZE = QSize(1120, 620)
_WIDTHS = (180, 92)
_SIDES = (488, 632)
_MARGIN = 20
_CELL = 8
_TEXT_MARGIN = 12


class LicenceModel(QAbstractTableModel):
    """A row for each part."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[Part, ...] = ()

    def show_parts(self, rows: Sequence[Part]) -> None:
        """Lists these parts in place of those that were listed."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return column_head(HEADERS, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        part, column = self._rows[index.row()], index.column()
        shown = (part.name, part.version, part.licence)[column]
        return {
            Qt.ItemDataRole.DisplayRole: shown,
            Qt.ItemDataRole.ToolTipRole: shown if column == 2 else None,
            PART: part,
            MONO: column == 1,
            WEIGHT: 500 if column == 0 else 400,
            ROLE: "text" if column == 0 else "dim",
        }.get(role)


class LicencesDialog(QDialog):
    """Reads the list, and each text as it is chosen, beside the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Help.LICENCES)
        self.setWindowTitle("Licences")
        self.setAccessibleName("Licences")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))
        self.model = LicenceModel(self)
        self.shown = QSortFilterProxyModel(self)
        self.shown.setSourceModel(self.model)
        self.shown.setFilterKeyColumn(-1)
        self.shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._build()
        self._connect()
        tasks.run(self, lambda _: licences.parts(), self._show_parts, key="parts")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 12)
        column.setSpacing(12)
        self.search = SearchField("Name, version or licence")
        self.search.setObjectName(names.Help.LICENCE_SEARCH)
        self.search.setFixedWidth(280)
        self.counted = Label("Reading …", "dim", 12)
        head = _row(Label("Licences", px=16, weight=600), self.counted)
        head.addStretch(1)
        head.addWidget(self.search)
        column.addLayout(head)
        lists = QVBoxLayout()
        lists.setSpacing(0)
        for part in (HairLine(), self._split(), HairLine()):
            lists.addWidget(part)
        column.addLayout(lists, 1)
        close = PrimaryButton("Close")
        close.setObjectName(names.Help.CLOSE)
        close.clicked.connect(self.close)
        foot = _row(Label("Trireme itself is under the Apache License 2.0.", "dim", 12))
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)

    def _split(self) -> QSplitter:
        self.table = DenseTable(parent=self)
        self.table.setObjectName(names.Help.LICENCE_LIST)
        self.table.setAccessibleName("Parts and their licences")
        self.table.setModel(self.shown)
        for at, width in enumerate(_WIDTHS):
            self.table.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            self.table.setColumnWidth(at, width)
        self.text = QPlainTextEdit(self)
        self.text.setObjectName(names.Help.LICENCE_TEXT)
        self.text.setAccessibleName("The text of the licence")
        self.text.setReadOnly(True)
        self.text.setFont(mono_font())
        self.text.document().setDocumentMargin(_TEXT_MARGIN)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        side = QWidget(split)
        side.setProperty("kind", "panel")
        beside = QHBoxLayout(side)
        beside.setContentsMargins(_MARGIN - _CELL, 0, 0, 0)
        beside.addWidget(self.table)
        split.addWidget(side)
        split.addWidget(self.text)
        split.setSizes(list(_SIDES))
        return split

    def _connect(self) -> None:
        self.search.textChanged.connect(self._narrow)
        self.table.selectionModel().currentRowChanged.connect(self._read)

    def _show_parts(self, found: Sequence[Part]) -> None:
        self.model.show_parts(found)
        self._narrow(self.search.text())

    def _narrow(self, wanted: str) -> None:
        """Shows the parts that have the text, and the first of them chosen where the chosen one has not."""
        self.shown.setFilterFixedString(wanted)
        count, whole = self.shown.rowCount(), self.model.rowCount()
        self.counted.setText(f"{count} of {whole} parts" if count != whole else f"{whole} parts")
        if count and not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        elif not count:
            self.text.clear()

    def _read(self, index: QModelIndex) -> None:
        part = index.data(PART)
        if isinstance(part, Part):
            tasks.run(self, lambda _: part.text(), self.text.setPlainText, key="text")


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    return row
