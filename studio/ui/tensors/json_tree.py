"""A JSON text as a tree, or set in lines; what is large is read on another thread, what is larger is not."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.app import tasks
from studio.core.inference.formats.elements import raw
from studio.core.inference.requests import Tensor
from studio.core.inference.viewing.kinds import is_json
from studio.ui.look import theme
from studio.ui.tensors import names
from studio.ui.tensors.parts.slices import Slices
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import Label, Segmented

_AT_ONCE = 64 << 10
_MOST = 4 << 20
_HIGH = 220
_MOST_LINES = 200_000
"""Characters of the text that are set in lines."""
_MOST_CHILDREN = 1000
_UNFOLDED = 12
"""A document of so few parts is shown with them unfolded."""
_VALUE = Qt.ItemDataRole.UserRole


def suits(tensor: Tensor) -> bool:
    """One string that begins and ends as JSON does."""
    return tensor.data_type.wire == "BYTES" and tensor.array.size == 1 and is_json(tensor.array.reshape(-1)[0])


class JsonView(Viewer):
    """A branch is filled when it is unfolded."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self.form = Segmented([("tree", "Tree"), ("text", "Text")], dense=True)
        self.form.setObjectName(names.Tensors.JSON_FORM)
        self.form.setAccessibleName("Form of the JSON")
        self.note = Label("", "dim", 12)
        self.tree = QTreeWidget()
        self.tree.setObjectName(names.Tensors.JSON_TREE)
        self.tree.setAccessibleName("JSON as a tree")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setColumnWidth(0, 220)
        self.tree.setUniformRowHeights(True)
        self.tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setFont(theme.mono_font())
        self.text = QPlainTextEdit()
        self.text.setObjectName(names.Tensors.JSON_TEXT)
        self.text.setAccessibleName("JSON as text")
        self.text.setReadOnly(True)
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        self.text.setFont(theme.mono_font())
        self._stack = QStackedWidget()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.form)
        row.addWidget(self.note)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        for widget in (self.tree, self.text):
            self._stack.addWidget(widget)
        self.form.changed.connect(self._switch)
        self.tree.itemExpanded.connect(self._fill)
        for unfolded in (self.tree.itemExpanded, self.tree.itemCollapsed):
            unfolded.connect(lambda _item: self._fit())

    def set_tensor(self, tensor: Tensor, _labels: tuple[str, ...] = ()) -> None:
        """Shows the one string of a tensor."""
        data = raw(tensor.array.reshape(-1)[0])
        self.note.setText(f"{len(data):,} bytes")
        if len(data) > _MOST:
            self._not_read(f"{len(data):,} bytes: more than {_MOST >> 20} MB are not read as JSON; see Text and Hex.")
        elif len(data) <= _AT_ONCE:
            self._show(_read(data))
        else:
            tasks.run(self, lambda _context: _read(data), self._show, key="json")

    def _not_read(self, words: str) -> None:
        self.note.setText(words)
        self.form.setVisible(False)
        self._stack.setVisible(False)

    def _show(self, found: tuple[Any, str, str]) -> None:
        value, lines, problem = found
        if problem:
            self._not_read(f"It is no JSON after all: {problem}")
            return
        cut = len(lines) > _MOST_LINES
        self.text.setPlainText(lines[:_MOST_LINES])
        if cut:
            self.note.setText(f"{self.note.text()}; as text the first {_MOST_LINES:,} characters are shown")
        self.tree.clear()
        root = self.tree.invisibleRootItem()
        _add_children(root, value)
        if root.childCount() <= _UNFOLDED:
            self.tree.expandToDepth(0)
        self._fit()

    def _switch(self, key: str) -> None:
        self._stack.setCurrentIndex(int(key == "text"))
        self._fit()

    def _fit(self) -> None:
        """As high as what is unfolded, within bounds: what stands below is not pushed away by nothing."""
        if self._stack.currentWidget() is self.text:
            rows, row = self.text.blockCount(), self.text.fontMetrics().lineSpacing()
        else:
            rows, row = self._rows(self.tree.invisibleRootItem()), max(self.tree.sizeHintForRow(0), 16)
        self._stack.setFixedHeight(min(max(rows * row + 12, 44), _HIGH))

    def _rows(self, item: QTreeWidgetItem) -> int:
        """The rows that are seen below a branch; more than can be shown are not counted."""
        found = 0
        for place in range(min(item.childCount(), _HIGH)):
            child = item.child(place)
            found += 1 + (self._rows(child) if child is not None and child.isExpanded() else 0)
        return found

    def _fill(self, item: QTreeWidgetItem) -> None:
        branch = item.data(0, _VALUE)
        if isinstance(branch, _Branch):
            item.setData(0, _VALUE, None)
            _add_children(item, branch.value)

    def sizeHint(self) -> QSize:
        """Room for some lines."""
        return QSize(400, 60 if self._stack.isHidden() else self._stack.height() + 48)


class _Branch:
    """What a branch will be filled with; Qt would sort the fields of a dictionary."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _read(data: bytes) -> tuple[Any, str, str]:
    try:
        value = json.loads(data)
        return value, _in_lines(value), ""
    except (ValueError, RecursionError) as error:
        return None, "", str(error)


def _in_lines(value: Any) -> str:
    """The text as far as it is shown, and a little more where it goes on: what is nested deep has long lines."""
    parts, size = [], 0
    for part in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        parts.append(part)
        size += len(part)
        if size > _MOST_LINES:
            break
    return "".join(parts)


def _add_children(item: QTreeWidgetItem, value: Any) -> None:
    pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if _is_list(value) else []
    for key, each in pairs[:_MOST_CHILDREN]:
        child = QTreeWidgetItem([str(key), _words(each)])
        item.addChild(child)
        if isinstance(each, dict | list) and each:
            child.setData(0, _VALUE, _Branch(each))
            child.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
    if len(pairs) > _MOST_CHILDREN:
        item.addChild(QTreeWidgetItem(["…", f"{len(pairs) - _MOST_CHILDREN:,} more; see Text"]))


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{len(value):,} field{'s' if len(value) != 1 else ''}}}"
    if isinstance(value, list):
        return f"[{len(value):,} element{'s' if len(value) != 1 else ''}]"
    return json.dumps(value, ensure_ascii=False)[:500]
