"""What will be written: the folder with its files, and the text of the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QTreeWidgetItemIterator,
    QVBoxLayout,
    QWidget,
)

from studio.core.checking.findings import Finding
from studio.core.files.repository import CONFIG_NAME
from studio.core.files.sizes import size_text
from studio.core.new_model.proposal import Proposal
from studio.core.new_model.rendering import config_text, files
from studio.ui.look import theme
from studio.ui.look.icons import icon
from studio.ui.new_model import names
from studio.ui.widgets import HairLine, InlineProblem, Label
from studio.ui.widgets.text.highlighter import Highlighter

_ROW, _MOST_ROWS, _MOST_FINDINGS = 24, 7, 4
_PATH = Qt.ItemDataRole.UserRole
_ORDER = {"error": 0, "warning": 1, "hint": 2}


class _Files(QTreeWidget):
    """A tree that is always open, so it needs no carets."""

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Draws no branches: the indent says enough."""


class Preview(QWidget):
    """Follows the proposal at every edit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._proposal = Proposal("", "")
        self._chosen = CONFIG_NAME
        self._listed: list[tuple[str, int]] = []
        self._make()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title)
        inset = QHBoxLayout()
        inset.setContentsMargins(8, 0, 8, 4)
        inset.addWidget(self.tree)
        column.addLayout(inset)
        column.addWidget(HairLine(parent=self))
        column.addWidget(self.text, 1)
        column.addWidget(self._findings)
        self.tree.currentItemChanged.connect(self._choose)
        theme.retint(self._retint)

    def _make(self) -> None:
        self._title = Label("Written to the repository", px=11, weight=500, role="dim", parent=self)
        self._title.setContentsMargins(16, 10, 16, 6)
        self._make_tree()
        self.text = QPlainTextEdit(self)
        self.text.setObjectName(names.NewModel.TEXT)
        self.text.setAccessibleName("Text of the chosen file")
        self.text.setReadOnly(True)
        self.text.setFont(theme.mono_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.document().setDocumentMargin(16)
        self.text.setTabChangesFocus(True)
        self._highlighter = Highlighter(self.text.document())
        self._make_findings()

    def _make_tree(self) -> None:
        self.tree = _Files(self)
        self.tree.setObjectName(names.NewModel.FILES)
        self.tree.setAccessibleName("Files of the new model")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(16)
        self.tree.setUniformRowHeights(True)
        self.tree.setItemsExpandable(False)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _make_findings(self) -> None:
        self._findings = QWidget(self)
        self._findings.setObjectName(names.NewModel.FINDINGS)
        self._said = QVBoxLayout(self._findings)
        self._said.setContentsMargins(12, 8, 12, 8)
        self._said.setSpacing(4)
        self._problems = [InlineProblem(parent=self._findings) for _ in range(_MOST_FINDINGS)]
        self._more = Label("", "dim", 12, parent=self._findings)
        for widget in (*self._problems, self._more):
            self._said.addWidget(widget)
        self._findings.hide()

    def show_proposal(self, proposal: Proposal) -> None:
        """Shows what would be written now."""
        self._proposal = proposal
        listed = [(proposal.name, -1), *files(proposal)]
        if listed != self._listed:
            self._listed = listed
            self._fill()
        self._show_text()

    def show_findings(self, found: Sequence[Finding], notes: Sequence[str]) -> None:
        """Shows what the checker says of it, and what a person should know."""
        said = [(each.severity.value, each.message) for each in sorted(found, key=lambda f: _ORDER[f.severity.value])]
        said += [("hint", note) for note in notes]
        for place, problem in enumerate(self._problems):
            problem.setVisible(place < len(said))
            if place < len(said):
                problem.show_problem(*said[place])
                problem.setToolTip(said[place][1])
        over = len(said) - _MOST_FINDINGS
        self._more.setText(f"and {over} more")
        self._more.setVisible(over > 0)
        self._findings.setVisible(bool(said))

    def _fill(self) -> None:
        self.tree.blockSignals(True)
        self.tree.clear()
        folders: dict[str, QTreeWidgetItem] = {}
        root = self._item(self.tree.invisibleRootItem(), f"{self._proposal.name or '…'}/", "", -1)
        for path, size in files(self._proposal):
            *around, name = path.split("/")
            above = root
            for depth in range(len(around)):
                key = "/".join(around[: depth + 1])
                if key not in folders:
                    folders[key] = self._item(above, f"{around[depth]}/", "", -1)
                above = folders[key]
            self._item(above, name, path, size)
        self.tree.expandAll()
        self._select(self._chosen)
        rows = 1 + len(folders) + len(self._listed) - 1
        self.tree.setFixedHeight(min(rows, _MOST_ROWS) * _ROW + 8)
        self.tree.blockSignals(False)
        self._retint()

    def _item(self, above: QTreeWidgetItem, text: str, path: str, size: int) -> QTreeWidgetItem:
        made = QTreeWidgetItem(above, [text, size_text(size)])
        made.setData(0, _PATH, path)
        made.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        made.setFont(0, theme.ui_font(13))
        made.setFont(1, theme.ui_font(12))
        made.setSizeHint(0, QSize(0, _ROW))
        if path and self._text_of(path) is None:
            made.setFlags(made.flags() & ~Qt.ItemFlag.ItemIsSelectable)
        return made

    def _select(self, path: str) -> None:
        walk = QTreeWidgetItemIterator(self.tree)
        while (item := walk.value()) is not None:
            if item.data(0, _PATH) == path:
                self.tree.setCurrentItem(item)
            walk += 1

    def _choose(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        path = str(item.data(0, _PATH)) if item is not None else ""
        if path and self._text_of(path) is not None:
            self._chosen = path
            self._show_text()

    def _show_text(self) -> None:
        text = self._text_of(self._chosen)
        if text is None:
            self._chosen = CONFIG_NAME
            text = config_text(self._proposal)
        # Its colours are those of protobuf text.
        coloured = self._chosen.endswith(".pbtxt")
        self._highlighter.setDocument(self.text.document() if coloured else None)
        if self.text.toPlainText() != text:
            self.text.setPlainText(text)

    def _text_of(self, path: str) -> str | None:
        """The text of a file that is written anew; None for one that is copied."""
        if path == CONFIG_NAME:
            return config_text(self._proposal)
        return next((each.text for each in self._proposal.texts if each.target == path), None)

    def _retint(self) -> None:
        walk = QTreeWidgetItemIterator(self.tree)
        while (item := walk.value()) is not None:
            path = str(item.data(0, _PATH))
            sign = "folder-simple" if not path else "file-text" if self._text_of(path) is not None else "cube"
            item.setIcon(0, icon(sign, "dim"))
            item.setForeground(1, theme.colour("dim"))
            walk += 1
