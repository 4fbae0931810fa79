"""The status bar: what the rooms keep in sight, at the left and at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QStatusBar, QWidget

from studio import __version__
from studio.ui.look.theme import ui_font
from studio.ui.room.context import Context
from studio.ui.room.room import StatusItem
from studio.ui.shell import names
from studio.ui.shell.frame.notices_entry import NoticesEntry
from studio.ui.widgets import HairLine
from studio.ui.widgets.status import status_label

AT_RIGHT = 90
"""From this order on an item stands at the right."""


class StatusBar(QStatusBar):
    """A row 24 high. Each item follows the session by itself, and hides where it has nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Status.BAR)
        self.setFixedHeight(25)
        self.setSizeGripEnabled(False)
        self.setFont(ui_font(11))
        body = QWidget()
        body.setFixedHeight(24)
        self._row = QHBoxLayout(body)
        self._row.setContentsMargins(8, 0, 10, 0)
        self._row.setSpacing(8)
        self._lines: dict[QObject, HairLine] = {}
        self._row.addStretch(1)
        self.notices = NoticesEntry()
        self._row.addWidget(self.notices)
        self.version = status_label(f"Trireme {__version__}")
        self.version.setObjectName(names.Status.VERSION)
        self._row.addWidget(self.version)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self.addWidget(body, 1)

    def fill(self, items: Sequence[StatusItem], context: Context) -> None:
        """Makes the items of the rooms."""
        left = 0
        for item in sorted(items, key=lambda item: item.order):
            made = item.make(context)
            at = left if item.order < AT_RIGHT else self._row.count() - 1
            if item.has_line:
                self._row.insertWidget(at, self._line(made))
                at += 1
            self._row.insertWidget(at, made)
            left = at + 1 if item.order < AT_RIGHT else left

    def _line(self, item: QWidget) -> HairLine:
        """A line before an item, there while the item is."""
        line = HairLine(vertical=True, role="edge")
        line.setFixedHeight(10)
        line.setVisible(not item.isHidden())
        self._lines[item] = line
        item.installEventFilter(self)
        return line

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent) and watched in self._lines:
            self._lines[watched].setVisible(event.type() == QEvent.Type.ShowToParent)
        return super().eventFilter(watched, event)
