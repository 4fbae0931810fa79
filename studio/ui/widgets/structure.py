"""What pages are made of: headers, hairlines, empty states."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.look.theme import colour
from studio.ui.widgets import paint
from studio.ui.widgets.buttons import QuietButton
from studio.ui.widgets.labels import ElidedLabel, IconLabel, Label


class HairLine(QWidget):
    """A line of one pixel in the colour of hairlines."""

    def __init__(self, *, vertical: bool = False, role: str = "line", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour(self._role))


def without_room(layout: QBoxLayout) -> QBoxLayout:
    """A layout without room around or between."""
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


class Row(QWidget):
    """Widgets beside one another, centred; `stretch` in the list is a gap that grows."""

    def __init__(
        self, *widgets: QWidget | str, spacing: int = 8, margins: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(margins, 0, margins, 0)
        self.box.setSpacing(spacing)
        for widget in widgets:
            if isinstance(widget, str):
                self.box.addStretch(1)
            else:
                self.box.addWidget(widget)


class PageHeader(QWidget):
    """The header of a page, 48 high: icon, title, what it says of itself, and actions at the right."""

    def __init__(self, icon_name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(48)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(16, 0, 12, 0)
        self.box.setSpacing(8)
        self.title = Label(title, px=16, weight=600)
        self.detail = ElidedLabel("", "dim", 12)
        self.detail.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        if icon_name:
            self.box.addWidget(IconLabel(icon_name, "dim"))
        self.box.addWidget(self.title)
        self._after_title = self.box.count()
        self.box.addWidget(self.detail, 1)

    def add_sign(self, widget: QWidget) -> None:
        """Puts a pill beside the title."""
        self.box.insertWidget(self._after_title, widget)
        self._after_title += 1

    def add_action(self, widget: QWidget) -> None:
        """Puts a control at the right."""
        self.box.addWidget(widget)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))


class SectionHeader(QWidget):
    """The header of a section, 32 to 36 high; a click or Space folds the section where it can be folded.

    `body` is shown and hidden with it. Controls at the right come by `add_action`.
    """

    toggled = Signal(bool)

    def __init__(
        self,
        title: str,
        *,
        body: QWidget | None = None,
        foldable: bool = False,
        height: int = 36,
        line: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._body = body
        self._foldable = foldable or body is not None
        self._line = line
        self._open = True
        self._hover = False
        self.setFixedHeight(height)
        self.setAccessibleName(title)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(12, 0, 12, 0)
        self.box.setSpacing(8)
        self._caret = IconLabel("caret-down", "dim", 12, self)
        # Shown without a parent it would be a window for a moment, and close whatever menu is open.
        self._caret.setVisible(self._foldable)
        self.title = Label(title, px=13, weight=600)
        self.detail = Label("", "dim", 12)
        for widget in (self._caret, self.title, self.detail):
            self.box.addWidget(widget)
        self.box.addStretch(1)
        if self._foldable:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def add_action(self, widget: QWidget) -> None:
        """Puts a control at the right."""
        self.box.addWidget(widget)

    def is_open(self) -> bool:
        """Whether the section shows its body."""
        return self._open

    def set_open(self, is_open: bool) -> None:
        """Folds or unfolds the section."""
        self._caret.set_icon("caret-down" if is_open else "caret-right", "dim")
        if self._body is not None:
            self._body.setVisible(is_open)
        if is_open != self._open:
            self._open = is_open
            self.toggled.emit(is_open)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._foldable and event.button() == Qt.MouseButton.LeftButton:
            self.set_open(not self._open)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._foldable and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self.set_open(not self._open)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._line:
                painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))
            if self.hasFocus():
                paint.focus_ring(painter, QRectF(self.rect()).adjusted(4, 4, -4, -4))


class EmptyState(QWidget):
    """What stands where nothing is yet: an icon, a sentence, what to do, and a button that does it."""

    def __init__(
        self,
        icon_name: str,
        title: str,
        detail: str = "",
        button: QPushButton | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconLabel(icon_name, "faint", 32), alignment=centre)
        self.title = Label(title, px=13, weight=600)
        self.detail = Label(detail, "dim")
        for label in (self.title, self.detail):
            label.setAlignment(centre)
            label.setWordWrap(True)
            column.addWidget(label)
        self.detail.setVisible(bool(detail))
        if button is not None:
            column.addSpacing(4)
            column.addWidget(button, alignment=centre)
        column.addStretch(3)
        self.setAccessibleName(title)

    def set_text(self, title: str, detail: str = "") -> None:
        """Shows another title and another line of words."""
        self.title.setText(title)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))


class NoServer(EmptyState):
    """What stands on a page that has nothing to show without a server, with a way to one."""

    TITLE = "No server runs"
    SERVE = "openServe"
    """The object name of the button."""

    def __init__(self, icon_name: str) -> None:
        serve = QuietButton("Open Serve", "rocket-launch")
        serve.setObjectName(self.SERVE)
        super().__init__(icon_name, self.TITLE, "", serve)
        self.serve = serve


SEVERITY_ICONS = {
    "error": ("x-circle-fill", "error"),
    "warning": ("warning-fill", "warn_fill"),
    "hint": ("info", "accent"),
    "ok": ("check-circle-fill", "ok"),
}


class Clickable(QFrame):
    """A frame that acts as one button: mouse, Enter and Space."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = False
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
