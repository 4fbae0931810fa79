"""Notices at the lower right: they go by themselves, but errors and those with an action go to the status bar.

There they cover nothing that a person works with, and come back by a press.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QWidget

from studio.ui.look.theme import colour
from studio.ui.shell import names
from studio.ui.shell.frame.notices_entry import SIGNS, NoticesEntry
from studio.ui.widgets import IconButton, IconLabel, Label, LinkButton, paint

if TYPE_CHECKING:
    from studio.app.notices import Notice

_WIDTH = 380
_STAYS_MS = 6000
_IN_SIGHT_MS = 15_000
"""Long enough to be read, for what stays."""
_MOST = 4
_MOVES = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})


class Toast(QFrame):
    """One notice with its actions and a cross to dismiss it."""

    closed = Signal()

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.is_away = False
        """Whether it waits in the status bar."""
        self.setObjectName(names.Shell.TOAST)
        self.setAccessibleName(f"{notice.level}: {notice.text}")
        sign, self._role = SIGNS[notice.level]
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 10, 8, 10)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(IconLabel(sign, self._role), 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._text(notice.text, "text", 500), 0, 1)
        if notice.detail:
            grid.addWidget(self._text(notice.detail, "dim", 400), 1, 1)
        if notice.actions:
            grid.addWidget(self._actions(), 2, 1)
        self.close_button = IconButton("x", "Dismiss", size=12)
        self.close_button.setObjectName(names.Shell.TOAST_CLOSE)
        self.close_button.clicked.connect(self.close_toast)
        grid.addWidget(self.close_button, 0, 2, Qt.AlignmentFlag.AlignTop)
        self.setFixedWidth(_WIDTH)

    def _text(self, text: str, role: str, weight: int) -> Label:
        label = Label(text, role, 13 if weight == 500 else 12, weight)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _actions(self) -> QWidget:
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        for index, (title, run) in enumerate(self.notice.actions):
            link = LinkButton(title)
            link.setObjectName(names.Shell.TOAST_ACTION.format(index))
            link.clicked.connect(run)
            link.clicked.connect(self.close_toast)
            box.addWidget(link)
        box.addStretch(1)
        return row

    def close_toast(self) -> None:
        """Takes the notice away."""
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def is_used(self) -> bool:
        """Whether a person points at it or has the keyboard in it."""
        focus = QApplication.focusWidget()
        return self.underMouse() or (focus is not None and self.isAncestorOf(focus))

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(_WIDTH, layout.heightForWidth(_WIDTH) if layout else 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint.round_rect(painter, rect, 6, fill="field", edge="edge")
            painter.fillRect(QRectF(1, 8, 2, rect.height() - 16), colour(self._role))


class Toasts(QObject):
    """Stacks notices over a window, the newest at the bottom."""

    def __init__(self, window: QWidget, entry: NoticesEntry) -> None:
        super().__init__(window)
        self._window, self._entry = window, entry
        self._shown: list[Toast] = []
        self._read = QTimer(self, singleShot=True, interval=_IN_SIGHT_MS)
        self._read.timeout.connect(self.put_away)
        entry.clicked.connect(self.bring_back)
        self._head: QWidget | None = None
        window.installEventFilter(self)

    def post(self, notice: Notice) -> None:
        """Shows a notice; the same one is not shown twice at a time."""
        same = [toast for toast in self._shown if _is_same(toast.notice, notice)]
        for old in same or self._shown[: max(0, len(self._shown) - _MOST + 1)]:
            old.close_toast()
        toast = Toast(notice, self._window)
        toast.closed.connect(lambda: self._forget(toast))
        self._shown.append(toast)
        if notice.level != "error" and not notice.actions:
            QTimer.singleShot(_STAYS_MS, toast, toast.close_toast)
        self._read.start()
        self._place()

    def shown(self) -> list[Toast]:
        """The notices that nobody has taken away, oldest first."""
        return list(self._shown)

    def put_away(self) -> None:
        """Leaves those that stay to the status bar, but for one that a person is at."""
        for toast in self._shown:
            toast.is_away = not toast.is_used()
        self._place()
        if any(not toast.is_away for toast in self._shown):
            self._read.start()

    def bring_back(self) -> None:
        """Shows again what was put away; by key, the latest gets the keyboard."""
        by_key = self._entry.hasFocus()
        for toast in self._shown:
            toast.is_away = False
        self._read.start()
        self._place()
        if by_key and self._shown:
            self._shown[-1].close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_latest(self) -> bool:
        """Takes the latest one in sight away; whether there was one."""
        in_sight = [toast for toast in self._shown if not toast.is_away]
        if in_sight:
            in_sight[-1].close_toast()
        return bool(in_sight)

    def close_offers(self) -> None:
        """Takes away what offers to undo or to go on with something in a repository that is no longer open."""
        for toast in self.shown():
            if toast.notice.actions and toast.notice.level in ("info", "success"):
                toast.close_toast()

    def _forget(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
        self._place()

    def keep_clear(self, head: QWidget) -> None:
        """Covers no part of this widget: what it offers is needed while a notice stays."""
        self._head = head
        head.installEventFilter(self)
        if (holder := head.parentWidget()) is not None:
            # It keeps its place in a dock that moves.
            holder.installEventFilter(self)

    def _head_area(self) -> QRect:
        """Where in the window the widget is that is kept clear; far below it where it is not in sight."""
        head = self._head
        if head is None or not head.isVisible() or head.window() is not self._window:
            return QRect(0, 1 << 20, 0, 0)
        return QRect(head.mapTo(self._window, QPoint()), head.size())

    def _place(self) -> None:
        bottom, head = self._window.height() - 36, self._head_area()
        self._entry.show_notices([toast.notice for toast in self._shown if toast.is_away])
        for toast in reversed(self._shown):
            if toast.is_away:
                toast.hide()
                continue
            height = toast.sizeHint().height()
            if bottom > head.top() and bottom - height < head.bottom():
                bottom = head.top() - 8
            bottom -= height
            toast.setGeometry(self._window.width() - _WIDTH - 12, bottom, _WIDTH, height)
            toast.show()
            toast.raise_()
            bottom -= 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return super().eventFilter(watched, event)


def _is_same(one: Notice, other: Notice) -> bool:
    if one.key or other.key:
        return one.key == other.key
    return (one.text, one.detail) == (other.text, other.detail)
