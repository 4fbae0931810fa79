"""The top bar: menus, the command field, the servers, restart and stop."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QMenuBar, QSizePolicy, QWidget

from studio.ui.look import server_colours
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


class ServerChooser(Clickable):
    """The current server, or the engine that F5 uses where none runs: 188 x 24, opens a menu."""

    opening = Signal()
    """The menu is about to be shown: it is filled then."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.Shell.SERVER_CHOOSER)
        self.setAccessibleName("Server")
        self.setFixedSize(188, 24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._text, self._sign, self._count = "", "", 0
        self._needs_look = False
        self.menu = QMenu(self)
        self.clicked.connect(self.drop)

    def show_server(self, text: str, sign: str = "", count: int = 0, *, needs_look: bool = False) -> None:
        """Says which server is current, by its colour, and how many there are; `needs_look` where another failed."""
        self._text, self._sign, self._count, self._needs_look = text, sign, count, needs_look
        told = f"{text}; one of {count} servers" if count > 1 else text
        self.setAccessibleDescription(f"{told}; another needs a look" if needs_look else told)
        self.setToolTip(self.accessibleDescription())
        self.update()

    def text(self) -> str:
        """The choice that is current."""
        return self._text

    def drop(self) -> None:
        """Opens the menu of choices."""
        self.opening.emit()
        self.menu.setMinimumWidth(self.width())
        self.menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            paint.round_rect(painter, rect, 4, fill="hover" if self.hovered else "field", edge="edge")
            if self._sign:
                server_colours.paint_sign(painter, QRectF(8, 4, 16, 16), self._sign)
            else:
                paint_icon(painter, QRectF(8, 4, 16, 16), "hard-drives", colour("dim"))
            room = 46 if self._count > 1 else 20
            paint.text(painter, rect.adjusted(29, 0, -room, 0), self._text, ui_font(13))
            if self._count > 1:
                counted = QRectF(rect.right() - 42, 5, 22, 14)
                fill = "warn_soft" if self._needs_look else "hover"
                paint.round_rect(painter, counted, 3, fill=fill, edge="" if self._needs_look else "edge")
                role, middle = "warn" if self._needs_look else "dim", Qt.AlignmentFlag.AlignHCenter
                paint.text(painter, counted, str(self._count), ui_font(11, 600), role, middle)
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
        self._warning = ""
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
        self.servers = ServerChooser()
        self.restart = IconButton("rocket-launch", "Launch (F5)", "text")
        self.restart.setObjectName(names.Shell.RESTART)
        self.stop = IconButton("stop-fill", "Stop (Shift+F5)", "text")
        self.stop.setObjectName(names.Shell.STOP)
        self.note = Label("No repository open", "dim")
        self.right = QWidget()
        row = QHBoxLayout(self.right)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.note, self.servers, self.restart, self.stop):
            row.addWidget(widget)
        row.insertSpacing(1, 4)

    def set_open(self, is_open: bool) -> None:
        """Shows the servers where there is a repository or a server, and else says that there is none."""
        self.note.setVisible(not is_open)
        for widget in (self.servers, self.restart, self.stop):
            widget.setVisible(is_open)
        self._place_field()

    def warn_by(self, colour_name: str) -> None:
        """A band in the colour of a server that is not on this machine; none for ""."""
        if colour_name != self._warning:
            self._warning = colour_name
            self.update()

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
            if self._warning:
                painter.fillRect(0, self.height() - 3, self.width(), 3, server_colours.of(self._warning))
