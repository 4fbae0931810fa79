"""The server's log in the bottom panel: levels, models, filter, follow, copy, save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.app import notices, tasks
from studio.app.serving.saved_log import write_lines
from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LogLine
from studio.core.serving.logs.log_buffer import as_text
from studio.core.serving.logs.reasons import read_reason
from studio.ui.server import names
from studio.ui.server.log_panel.lines import LogLines
from studio.ui.server.log_panel.model import LINE, LogModel
from studio.ui.server.log_panel.server_log import ServerLog
from studio.ui.widgets import Chooser, EmptyState, IconButton, Label, SearchField, Segmented
from studio.ui.widgets.layouts.tabbed import TabbedAsRead

_LEVELS = (("E", "Error"), ("W", "Warning"), ("I", "Info"), ("V", "Verbose"))
_ALL = "All models"


class LogPanel(TabbedAsRead):
    """Follows the log until a person scrolls up."""

    menu_asked = Signal(QPoint)
    """Where on the screen the menu of its lines is to open."""
    place_asked = Signal(str, object)
    """A model, and the Reason why it did not load: what a line speaks of is to be shown."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Log.PANEL)
        self.setProperty("kind", "panel")
        self._session = session
        self._logs: dict[ServerControl, ServerLog] = {}
        for server in session.servers.all:
            self._add(server)
        self._log = self._logs[session.server.current]
        self.list = LogLines(self._log.model)
        self._build()
        self._connect(session)

    def _build(self) -> None:
        self._build_filters()
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        for widget in (self.levels, self.counted, self.of_model):
            row.addWidget(widget)
        row.addWidget(self.filter, 1)
        row.addWidget(self.follow)
        for icon, words, name, act in (
            ("copy", "Copy the selected lines, or all", names.Log.COPY, self.copy),
            ("download-simple", "Save the lines shown to a file", names.Log.SAVE, self.ask_save),
            ("trash", "Clear the lines shown", names.Log.CLEAR, self.clear),
        ):
            button = IconButton(icon, words)
            button.setObjectName(name)
            button.clicked.connect(act)
            row.addWidget(button)
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

    def _build_filters(self) -> None:
        self.levels = Segmented(_LEVELS, dense=True, many=True)
        self.levels.setObjectName(names.Log.LEVEL)
        self.levels.setAccessibleName("Levels shown")
        self.levels.set_values(("E", "W", "I"))
        self.of_model = Chooser((_ALL,), dense=True)
        self.of_model.setObjectName(names.Log.MODEL)
        self.of_model.setAccessibleName("Model whose lines are shown")
        self.filter = SearchField("Filter, or /regex/")
        self.filter.setObjectName(names.Log.FILTER)
        self.filter.setProperty("dense", True)
        self.follow = IconButton("arrow-line-down", "Follow new lines")
        self.follow.setObjectName(names.Log.FOLLOW)
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.counted = Label("", "dim", 12)

    def _connect(self, session: Session) -> None:
        session.servers.added.connect(self._add)
        session.servers.removed.connect(lambda server: self._logs.pop(server).deleteLater())
        session.server.switched.connect(self._switch)
        self.levels.changed.connect(lambda _key: self._filter())
        self.filter.textChanged.connect(lambda _text: self._filter())
        self.of_model.currentIndexChanged.connect(lambda _index: self._filter())
        self.list.asked.connect(self._ask_place)
        self.follow.toggled.connect(lambda on: self.list.scrollToBottom() if on else None)
        self.list.verticalScrollBar().actionTriggered.connect(lambda _action: self._scrolled())
        QShortcut(QKeySequence.StandardKey.Copy, self.list, self.copy, context=Qt.ShortcutContext.WidgetShortcut)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(
            lambda at: self.menu_asked.emit(self.list.viewport().mapToGlobal(at))
        )
        self._list_models()
        self._changed()

    @property
    def model(self) -> LogModel:
        """The lines of the current server."""
        return self._log.model

    def _add(self, server: ServerControl) -> None:
        log = self._logs[server] = ServerLog(server, self)

        def when_shown(act: Callable[[], object]) -> Callable[[], object]:
            return lambda: act() if log is self._log else None

        log.changed.connect(when_shown(lambda: self._changed()))
        log.model.models_changed.connect(when_shown(lambda: self._list_models()))
        log.model.older_shown.connect(when_shown(lambda: self._keep_place()))
        log.model.too_slow.connect(when_shown(_tell_slow))

    def _switch(self) -> None:
        """Another server is current: its log is shown, where it was left."""
        before, now = self._log, self._logs[self._session.server.current]
        bar = self.list.verticalScrollBar()
        before.follows, before.scrolled = self.follow.isChecked(), bar.value()
        self._log = now
        self.list.show_lines(now.model)
        self._list_models()
        self._filter()
        self.follow.setChecked(now.follows)
        if now.follows:
            self.list.scrollToBottom()
        else:
            bar.setValue(now.scrolled)

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

    def _changed(self) -> None:
        self._show_empty()
        if self.follow.isChecked():
            self.list.scrollToBottom()

    def _filter(self) -> None:
        model = self.of_model.currentText() if self.of_model.currentIndex() > 0 else ""
        wanted = (tuple(self.levels.values()), self.filter.text(), model)
        if wanted != self._log.filtered:
            self._log.filtered = wanted
            self.model.set_filter(*wanted)
        self._show_empty()
        if self.follow.isChecked():
            self.list.scrollToBottom()

    def _scrolled(self) -> None:
        bar = self.list.verticalScrollBar()
        self.follow.setChecked(bar.sliderPosition() >= bar.maximum())

    def go_to(self, model: str, at: float) -> None:
        """Shows the lines of a model, all where it has none, from a time on."""
        self.of_model.setCurrentIndex(max(self.of_model.findText(model), 0))
        lines = self.model.shown()
        row = next((place for place, line in enumerate(lines) if at and line.time >= at), len(lines) - 1)
        if lines:
            self.follow.setChecked(False)
            index = self.model.index(row, 0)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index, self.list.ScrollHint.PositionAtCenter)

    def copy(self) -> None:
        """The selected lines, or all that are shown, to the clipboard."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        lines = [self.model.index(row, 0).data(LINE) for row in rows] or self.model.shown()
        QApplication.clipboard().setText("\n".join(as_text(line) for line in lines))

    def ask_save(self) -> None:
        """Asks for a file and writes the lines that are shown to it."""
        name, _ = QFileDialog.getSaveFileName(self, "Save the log", "server-log.txt", "Text (*.txt *.log)")
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Writes the lines that are shown to a file."""
        lines = self.model.shown()

        def done(_: None) -> None:
            notices.post("success", f"Saved {len(lines):,} lines of the log", str(path))

        tasks.run(self, lambda _: write_lines(path, lines), done, key="save")

    def _list_models(self) -> None:
        """Offers the models of which there are lines."""
        chosen = self.of_model.currentText()
        with QSignalBlocker(self.of_model):
            self.of_model.clear()
            self.of_model.addItems([_ALL, *sorted(self.model.models)])
            self.of_model.setCurrentIndex(max(self.of_model.findText(chosen), 0))
        if self.of_model.currentText() != chosen:
            self._filter()

    def _keep_place(self) -> None:
        """Older lines came in above."""
        if self.follow.isChecked():
            self.list.scrollToBottom()

    def _ask_place(self, line: LogLine) -> None:
        if line.model:
            self.place_asked.emit(line.model, read_reason(line.text))


def _tell_slow() -> None:
    detail = "A repetition of a repetition does, such as (a+)+. The characters are looked for as they stand."
    notices.post("warning", "This expression takes too long", detail)
