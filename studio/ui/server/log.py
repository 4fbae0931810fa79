"""The server's log in the bottom panel: levels, filter, follow, copy."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.app.serving.ladder import ServerStatus
from studio.app.session import Session
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LogLine, State
from studio.ui.look import theme
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour
from studio.ui.server import names
from studio.ui.server.log_model import CAUSE, LINE, LogModel, as_text, clock
from studio.ui.widgets import EmptyState, IconButton, Label, SearchField, Segmented, paint

_ROW = 22
_TIME, _LEVEL, _SOURCE = 96, 24, 148
_LEVELS = (("E", "Error"), ("W", "Warning"), ("I", "Info"), ("V", "Verbose"))
_MARKS = {"E": "error", "W": "warn_fill"}


class LogDelegate(QStyledItemDelegate):
    """Time, level, source and message on one line; a solid square for errors and warnings only."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows of one height, as wide as the message."""
        text = str(index.data() or "")
        width = option.fontMetrics.averageCharWidth() * min(len(text), 400)
        return QSize(_TIME + _LEVEL + _SOURCE + width + 24, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One line of the log."""
        line = index.data(LINE)
        if not isinstance(line, LogLine):
            return
        rect = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, colour("select"))
        elif line.level in ("E", CAUSE):
            painter.fillRect(rect, colour("error_soft"))
        mono = theme.mono_font()
        dim = "text" if selected else "dim"
        left = rect.left() + 16
        paint.text(painter, QRectF(left, rect.top(), _TIME, _ROW), clock(line.time), mono, dim)
        self._level(painter, QRectF(left + _TIME, rect.top() + 4, 14, 14), line.level)
        if line.level == CAUSE:
            self._cause(painter, rect, left + _TIME + _LEVEL, line.text)
            return
        source = QRectF(left + _TIME + _LEVEL, rect.top(), _SOURCE - 12, _ROW)
        paint.text(painter, source, line.source, mono, dim)
        start = left + _TIME + _LEVEL + _SOURCE
        message = QRectF(start, rect.top(), max(rect.right() - start, 10), _ROW)
        paint.text(painter, message, line.text, mono, "text" if line.level in ("E", "W", "I") else dim)

    @staticmethod
    def _cause(painter: QPainter, rect: QRectF, left: float, text: str) -> None:
        """The plain words below the server's own."""
        sign = QRectF(left, rect.top() + 4, 14, 14)
        paint_icon(painter, sign, "arrow-elbow-down-right", colour("error"))
        place = QRectF(left + 22, rect.top(), max(rect.right() - left - 22, 10), _ROW)
        paint.text(painter, place, f"Cause: {text}", theme.ui_font(12, 600))

    @staticmethod
    def _level(painter: QPainter, box: QRectF, level: str) -> None:
        mark = _MARKS.get(level)
        if level == CAUSE:
            return
        if mark:
            paint.round_rect(painter, box, 2, fill=mark)
        font = theme.ui_font(11, 600) if mark else theme.mono_font()
        painter.setFont(font)
        painter.setPen(colour("window" if mark else "dim"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, level)


class LogPanel(QWidget):
    """Follows the log until a person scrolls up."""

    menu_asked = Signal(QPoint)
    """Where on the screen the menu of its lines is to open."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Log.PANEL)
        self.setProperty("kind", "panel")
        self._session = session
        self._state = session.server.status.state
        self.model = LogModel(self)
        self.list = QListView()
        self.list.setObjectName(names.Log.LIST)
        self.list.setAccessibleName("Lines of the server's log")
        self.list.setModel(self.model)
        self.list.setItemDelegate(LogDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFont(theme.mono_font())
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._build()
        self._connect(session)

    def _build(self) -> None:
        self.levels = Segmented(_LEVELS, dense=True, many=True)
        self.levels.setObjectName(names.Log.LEVEL)
        self.levels.setAccessibleName("Levels shown")
        self.levels.set_values(("E", "W", "I"))
        self.filter = SearchField("Filter, or /regex/")
        self.filter.setObjectName(names.Log.FILTER)
        self.filter.setProperty("dense", True)
        self.follow = IconButton("arrow-line-down", "Follow new lines")
        self.follow.setObjectName(names.Log.FOLLOW)
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.counted = Label("", "dim", 12)
        copy = IconButton("copy", "Copy the selected lines, or all")
        copy.setObjectName(names.Log.COPY)
        copy.clicked.connect(self.copy)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self.levels)
        row.addWidget(self.counted)
        row.addWidget(self.filter, 1)
        row.addWidget(self.follow)
        row.addWidget(copy)
        clear = IconButton("trash", "Clear the lines shown")
        clear.setObjectName(names.Log.CLEAR)
        clear.clicked.connect(self.clear)
        row.addWidget(clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        self.empty = EmptyState("terminal-window", "No log yet")
        self.empty.setObjectName(names.Log.EMPTY)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        column.addWidget(self._stack, 1)

    def _connect(self, session: Session) -> None:
        session.server.log_appended.connect(self._append)
        session.server.status_changed.connect(self._show_status)
        self.levels.changed.connect(lambda _key: self._filter())
        self.filter.textChanged.connect(lambda _text: self._filter())
        self.follow.toggled.connect(lambda on: self.list.scrollToBottom() if on else None)
        self.list.verticalScrollBar().actionTriggered.connect(lambda _action: self._scrolled())
        QShortcut(QKeySequence.StandardKey.Copy, self.list, self.copy, context=Qt.ShortcutContext.WidgetShortcut)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(
            lambda at: self.menu_asked.emit(self.list.viewport().mapToGlobal(at))
        )
        self._append(list(session.server.log))

    def _show_status(self, status: ServerStatus) -> None:
        """A new server begins a new log; the end of one is told below its last line."""
        before, self._state = self._state, status.state
        if status.state is State.STARTING and before is not State.STARTING and not self._session.server.log:
            self.model.clear()
        if status.state is State.FAILED and before is not State.FAILED and status.exit and status.exit.reason:
            self._append([LogLine(CAUSE, status.exit.reason)])
        self._show_empty()

    @property
    def is_empty(self) -> bool:
        """Whether no line is kept."""
        return not any(self.model.counts().values())

    def open_search(self) -> None:
        """Gives the keyboard to the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def clear(self) -> None:
        """Takes all lines away."""
        self.model.clear()
        self._show_empty()

    def _show_empty(self) -> None:
        """Says why nothing is shown."""
        counts = self.model.counts()
        words = {"E": ("error", "errors"), "W": ("warning", "warnings")}
        told = [f"{counts[k]:,} {words[k][counts[k] != 1]}" for k in words if counts[k]]
        self.counted.setText(", ".join(told))
        self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)
        self.setFocusProxy(self.list if self.model.rowCount() else self.filter)
        status = self._session.server.status
        if sum(counts.values()):
            self.empty.set_text("Nothing matches", "Choose other levels, or empty the filter.")
        elif status.is_running and status.spec and status.spec.kind is EngineKind.ATTACHED:
            self.empty.set_text("No log", "A server that is only attached to keeps its log to itself.")
        else:
            self.empty.set_text("No log yet", "What a server says stands here once one was launched.")

    def _append(self, lines: list[LogLine]) -> None:
        self.model.append(lines)
        self._show_empty()
        if self.follow.isChecked():
            self.list.scrollToBottom()

    def _filter(self) -> None:
        self.model.set_filter(self.levels.values(), self.filter.text())
        self._show_empty()
        if self.follow.isChecked():
            self.list.scrollToBottom()

    def _scrolled(self) -> None:
        bar = self.list.verticalScrollBar()
        self.follow.setChecked(bar.sliderPosition() >= bar.maximum())

    def copy(self) -> None:
        """The selected lines, or all that are shown, to the clipboard."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        chosen = rows or range(self.model.rowCount())
        lines = [self.model.index(row, 0).data(LINE) for row in chosen]
        QApplication.clipboard().setText("\n".join(as_text(line) for line in lines))
