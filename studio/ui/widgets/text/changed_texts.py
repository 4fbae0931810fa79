"""Several texts that change: a list of them, and beside it what changes in the one that is chosen."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from studio.app import tasks
from studio.text.hunks import Row, hunks, rows
from studio.ui.widgets.labels import ElidedLabel
from studio.ui.widgets.structure import HairLine
from studio.ui.widgets.text.diff_view import DiffView

Groups: TypeAlias = list[list[Row]]
_MOST_SHOWN = 200
"""Changes of one text that are shown."""
_LARGE = 100_000
"""Characters of both texts from which they are compared beside the window's thread."""


class ChangedTexts(QWidget):
    """Whoever uses it fills the list, and shows what changes in its current item."""

    def __init__(self, label: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget(self)
        self.list.setAccessibleName(label)
        self.list.setFixedWidth(width)
        self.list.setStyleSheet("QListWidget::item { height: 28px; padding-left: 12px; }")
        self.view = DiffView(self)
        self._title, self._detail = (
            ElidedLabel("", px=13, weight=600, parent=self),
            ElidedLabel("", "dim", 12, parent=self),
        )
        self._task: tasks.Task[Groups] | None = None
        self._build()

    def _build(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(2)
        head.addWidget(self._title)
        head.addWidget(self._detail)
        right.addLayout(head)
        right.addWidget(HairLine(parent=self))
        right.addWidget(self.view, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(HairLine(vertical=True, parent=self))
        row.addLayout(right, 1)

    def show_change(self, title: str, detail: str, before: str, after: str) -> None:
        """Shows what changes in a text."""
        self._title.setText(title)
        self._detail.setText(detail)
        if self._task is not None:
            self._task.cancel()
        if len(before) + len(after) < _LARGE:
            self._show_rows(_rows(before, after))
        else:
            self._task = tasks.run(self, lambda _: _rows(before, after), self._show_rows, key="change")

    def _show_rows(self, found: Groups) -> None:
        self.view.show_groups(found)
        self.view.go_to(0)


def _rows(before: str, after: str) -> Groups:
    return rows(before, hunks(before, after)[:_MOST_SHOWN])
