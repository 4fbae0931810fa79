"""The activity bar: the models, and a button for each room that has a page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QToolBar, QVBoxLayout, QWidget

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour
from studio.ui.room.room import Room
from studio.ui.shell import names
from studio.ui.widgets import paint

_AT_FOOT = 90
"""From this order on a page has its button at the foot."""


class _ActivityButton(QAbstractButton):
    """An icon of 20 px in a row of 44; the active one has a bar of accent at its left."""

    def __init__(self, key: str, title: str, icon_name: str) -> None:
        super().__init__()
        self._icon_name = icon_name
        self.mark = ""
        self.setObjectName(names.Shell.ACTIVITY.format(key))
        self.setAccessibleName(title)
        self.setToolTip(title)
        self.setCheckable(True)
        self.setFixedSize(44, 44)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(44, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            active = self.isChecked()
            role = "text" if active or self.underMouse() else "dim"
            paint_icon(painter, QRectF(12, 12, 20, 20), self._icon_name, colour(role))
            if active:
                painter.fillRect(QRectF(0, 8, 2, 28), colour("accent"))
            if self.mark:
                paint.dot(painter, QPointF(31, 31), 10, "window")
                paint.dot(painter, QPointF(31, 31), 7, self.mark)
            if self.hasFocus():
                paint.focus_ring(painter, QRectF(6, 6, 32, 32))


class ActivityBar(QToolBar):
    """The bar at the left of the window, 44 wide."""

    chosen = Signal(str)

    def __init__(self, rooms: Sequence[Room], parent: QWidget | None = None) -> None:
        super().__init__("Activities", parent)
        self.setObjectName(names.Shell.ACTIVITY_BAR)
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setFixedWidth(45)
        self.buttons: dict[str, _ActivityButton] = {}
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._under = {room.key: room.page.under for room in rooms if room.page is not None and room.page.under}
        pages = sorted(
            ((r.page.order, r) for r in rooms if r.page is not None and not r.page.under), key=lambda each: each[0]
        )
        column.addWidget(self._button("models", "Models", "cube"))
        for order, room in pages:
            if order < _AT_FOOT:
                column.addWidget(self._button(room.key, room.title, room.icon))
        column.addStretch(1)
        for order, room in pages:
            if order >= _AT_FOOT:
                column.addWidget(self._button(room.key, room.title, room.icon))
        self.addWidget(body)

    def _button(self, key: str, title: str, icon_name: str) -> _ActivityButton:
        button = _ActivityButton(key, title, icon_name)
        button.clicked.connect(lambda: self._press(key))
        self.buttons[key] = button
        return button

    def _press(self, key: str) -> None:
        # A press toggles the button by itself; which one is active follows from what the window shows.
        self.chosen.emit(key)

    def set_active(self, key: str) -> None:
        """Marks the button of the activity that is in front."""
        for name, button in self.buttons.items():
            button.setChecked(name == self._under.get(key, key))

    def set_mark(self, key: str, role: str, words: str) -> None:
        """Puts a dot on an activity in a token's colour, and says why; none with an empty role."""
        button = self.buttons[key]
        if button.mark != role:
            button.mark = role
            button.setAccessibleDescription(words)
            button.update()
