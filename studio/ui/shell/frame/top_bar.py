"""The top bar: menus, the command field, the engine, restart and stop."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QMenuBar, QSizePolicy, QWidget

from studio.ui.look.icons import paint_icon
from studio.ui.look.logo import Logo
from studio.ui.look.theme import colour, ui_font
from studio.ui.shell import names
from studio.ui.widgets import Clickable, IconButton, Label, paint


class CommandField(Clickable):
    """What looks like a field and opens the palette: 400 x 24."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.Shell.COMMAND_FIELD)
        self.setAccessibleName("Go to a model or run a command")
        self.setMaximumWidth(400)
        self.setMinimumWidth(220)
        self.setFixedHeight(24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(400, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint.round_rect(painter, rect, 4, fill="hover" if self.hovered else "field", edge="edge")
            paint_icon(painter, QRectF(8, 4, 16, 16), "magnifying-glass", colour("dim"))
            room = rect.adjusted(32, 0, -60, 0)
            paint.text(painter, room, "Go to a model or run a command", ui_font(13), "dim")
            right = rect.adjusted(0, 0, -8, 0)
            paint.text(painter, right, "Ctrl P", ui_font(11, 500), "dim", Qt.AlignmentFlag.AlignRight)
            if self.hasFocus():
                paint.focus_ring(painter, rect)


class EngineChooser(Clickable):
    """The engine that F5 uses: 188 x 24, opens a menu."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.Shell.ENGINE_CHOOSER)
        self.setAccessibleName("Engine")
        self.setFixedSize(188, 24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._text = ""
        self.menu = QMenu(self)
        self.clicked.connect(self._drop)

    def set_text(self, text: str) -> None:
        """Says which engine is chosen."""
        self._text = text
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def text(self) -> str:
        """Which engine is chosen."""
        return self._text

    def set_choices(self, choices: list[tuple[str, str]]) -> None:
        """Takes (key, text) of each engine."""
        self.menu.clear()
        for key, text in choices:
            action = self.menu.addAction(text)
            action.setObjectName(f"engine.{key}")
            action.triggered.connect(lambda _=False, key=key: self.chosen.emit(key))

    def _drop(self) -> None:
        self.menu.setMinimumWidth(self.width())
        self.menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint.round_rect(painter, rect, 4, fill="hover" if self.hovered else "field", edge="edge")
            paint_icon(painter, QRectF(8, 4, 16, 16), "hard-drives", colour("dim"))
            paint.text(painter, rect.adjusted(29, 0, -20, 0), self._text, ui_font(13))
            paint_icon(painter, QRectF(rect.right() - 18, 6, 12, 12), "caret-down", colour("dim"))
            if self.hasFocus():
                paint.focus_ring(painter, rect)


class TopBar(QWidget):
    """The row at the top of the window, 36 high; the command field stands in the middle of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Shell.TOP_BAR)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(37)
        self.menus = QMenuBar()
        self.menus.setObjectName(names.Shell.MENU_BAR)
        self.menus.setNativeMenuBar(False)
        self.menus.setFont(ui_font(13))
        self.menus.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.field = CommandField()
        self._build_right()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 1)
        row.setSpacing(4)
        row.addWidget(Logo(20))
        row.addWidget(self.menus, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self.right)
        self.field.setParent(self)

    def _build_right(self) -> None:
        self.engine = EngineChooser()
        self.restart = IconButton("rocket-launch", "Launch (F5)", "text")
        self.restart.setObjectName(names.Shell.RESTART)
        self.stop = IconButton("stop-fill", "Stop (Shift+F5)", "text")
        self.stop.setObjectName(names.Shell.STOP)
        self.note = Label("No repository open", "dim")
        self.right = QWidget()
        row = QHBoxLayout(self.right)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.note, self.engine, self.restart, self.stop):
            row.addWidget(widget)
        row.insertSpacing(1, 4)

    def set_open(self, is_open: bool) -> None:
        """Shows the engine where there is a repository or a server, and else says that there is none."""
        self.note.setVisible(not is_open)
        for widget in (self.engine, self.restart, self.stop):
            widget.setVisible(is_open)
        self._place_field()

    def _place_field(self) -> None:
        row = self.layout()
        if row is not None:
            # What is shown now has its place only then.
            row.activate()
        left = self.menus.geometry().right() + 16
        room = self.right.geometry().left() - 16 - left
        width = max(220, min(400, room))
        middle = (self.width() - width) // 2
        self.field.setGeometry(max(left, min(middle, left + room - width)), 6, width, 24)

    def resizeEvent(self, event: object) -> None:
        self._place_field()

    def showEvent(self, event: object) -> None:
        self._place_field()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("window"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))
