"""The monitor: what each model of the running server does, over time, and what that costs the devices."""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.app import tasks
from studio.app.serving.sampling.host import Host
from studio.app.session import Session
from studio.core.serving.launch import State
from studio.ui.in_turns import InTurns
from studio.ui.look import theme
from studio.ui.monitor import history, names
from studio.ui.monitor.charted import ChartedModels
from studio.ui.monitor.devices import Devices
from studio.ui.monitor.exports import MonitorExports
from studio.ui.monitor.header import MonitorHeader
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.marks import Marks
from studio.ui.monitor.metrics_problem import instead_of_figures, metrics_problem
from studio.ui.monitor.rows import Rows, ensembles_of
from studio.ui.monitor.server_marks import ServerMarks
from studio.ui.monitor.span import TimeSpan
from studio.ui.monitor.table import MonitorTable
from studio.ui.monitor.table_model import MonitorModel
from studio.ui.widgets import HairLine, InlineProblem, NoServer, without_room
from studio.ui.widgets.layouts.tabbed import TabbedAsRead

if TYPE_CHECKING:
    from studio.core.serving.figures.alerts import Alert
    from studio.core.serving.series import ModelKey
    from studio.ui.monitor.charts import ChartGrid
    from studio.ui.monitor.views.deck import Deck

_WITH_DEVICES = 1000
_CHARTS = 430


class MonitorPage(TabbedAsRead):
    """Pulls from the session's sampler once a second while it is seen; hidden or paused it costs nothing."""

    menu_asked = Signal(QPoint)

    def __init__(self, session: Session, parent: QWidget | None = None, host: Host | None = None) -> None:
        """`host` is this machine where another page reads it already."""
        super().__init__(parent)
        self.setObjectName(names.Monitor.PAGE)
        self.setAccessibleName("Monitor")
        self.setProperty("kind", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._session = session
        self.span = TimeSpan()
        self.charted = ChartedModels()
        self._marks = ServerMarks(session.servers, history.offset, self)
        self.host = host or Host()
        self.exports = MonitorExports(self, session.sampler, self._shown, history.offset)
        self.charts: ChartGrid | None = None
        self.deck: Deck | None = None
        self._ensembles: frozenset[str] = frozenset()
        self._rows = Rows()
        self._build()
        self._connect()
        self._note_ensembles()

    def _build(self) -> None:
        self.header = MonitorHeader()
        self.problem = InlineProblem("hint", "")
        self.problem.setObjectName(names.Monitor.PROBLEM)
        self.problem.hide()
        self.empty = NoServer("activity")
        self.empty.setObjectName(names.Monitor.EMPTY)
        self.model = MonitorModel(self._session.sampler, self.charted, self)
        self.table = MonitorTable(self.model)
        self.devices = Devices(self._session.sampler, self.host)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._content())
        column = without_room(QVBoxLayout(self))
        for widget in (self.header, self.problem):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)

    def _content(self) -> QWidget:
        self._place = QWidget()
        without_room(QVBoxLayout(self._place))
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.table)
        self.split.addWidget(self._place)
        self.split.setStretchFactor(1, 1)
        self._line = HairLine(vertical=True)
        content = QWidget()
        row = without_room(QHBoxLayout(content))
        row.addWidget(self.split, 1)
        row.addWidget(self._line)
        row.addWidget(self.devices)
        return content

    def _connect(self) -> None:
        session, header = self._session, self.header
        # What one burst of facts changes is drawn once.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._refresh_charts)
        session.sampler.sampled.connect(self._sampled)
        self._marks.changed.connect(self._later.start)
        session.server.status_changed.connect(self._note_server)
        session.server.models_changed.connect(self._note_ensembles)
        session.repository_changed.connect(self._note_ensembles)
        header.ranged.connect(self._range)
        header.held.connect(self._hold)
        header.marked.connect(self.mark)
        self.exports.follow(header)
        self.table.chosen.connect(self.choose)
        self.table.toggled.connect(self.toggle)
        self.model.modelReset.connect(self._fit_table)
        theme.changes().themed.connect(self._soon.start)

    # What it shows

    @property
    def marks(self) -> Marks:
        """The moments that get a line, of the current server."""
        return self._marks.current

    def refresh(self) -> None:
        """Draws the latest, where anybody sees it: the table now, the charts in the next turn of the event loop."""
        if not self.isVisible():
            return
        session, sampler = self._session, self._session.sampler
        self.span.follow(sampler.last.time or time.monotonic())
        found = self._rows.of(sampler, session.server.models, self._ensembles)
        if self.charted.follow([row.key for row in found], sampler.models(), self._ensembles):
            self.table.viewport().update()
        self._show_state(len(found) > 0)
        if not self.span.is_held:
            self.model.show_rows(found, self.span.window())
            self.table.span_messages()
            self.table.select(self.charted.selected)
        self._later.start()

    def _refresh_charts(self) -> None:
        if not self.isVisible():
            return
        window, marks = self._shown()
        if self.deck is not None:
            self.deck.refresh(self.charted.selected, window, marks)
        if self.devices.isVisible():
            self.devices.refresh(window, marks)

    def _show_state(self, has_rows: bool) -> None:
        status, models = self._session.server.status, self._session.server.models
        self.header.pill.setToolTip(self._session.sampler.polls.text)
        self.header.show_status(status, len(models), self._rows.ready, self.span.is_zoomed)
        self._stack.setCurrentIndex(1 if has_rows or status.state is State.READY else 0)
        self.empty.set_text(*instead_of_figures(status))
        self.header.set_usable(self._stack.currentIndex() == 1)
        last = self._session.sampler.last
        problem = metrics_problem(status, last.problem, last.left_out, self._session.sampler.polls.slow)
        if problem is not None:
            self.problem.show_problem(*problem)
        self.problem.setVisible(problem is not None)

    def _shown(self) -> tuple[TimeWindow, list[TimeMark]]:
        window = self.span.window()
        return window, self.marks.within(self._session.sampler, window)

    def _fit_table(self) -> None:
        room = max(1, self.split.height())
        wanted = self.table.height_within(max(room - _CHARTS, room // 3))
        self.split.setSizes([wanted, room - wanted])

    # What the session tells

    def _sampled(self, _: object) -> None:
        self.host.read(time.monotonic())
        if not self.span.is_held:
            self._soon.start()

    def _note_server(self, _status: object) -> None:
        self._soon.start()

    def _note_ensembles(self, _changed: object = None) -> None:
        self._ensembles = ensembles_of(self._session)
        self._soon.start()

    # What a person does

    def _range(self, seconds: float) -> None:
        self.span.choose(seconds)
        self.refresh()

    def _hold(self, is_held: bool) -> None:
        self.span.is_held = is_held
        self.refresh()

    def mark(self, moment: float | None = None) -> None:
        """Puts a mark at a moment, at this one where none is given, into every chart."""
        self.marks.add(time.monotonic() if moment is None else moment)
        self.refresh()

    def choose(self, key: ModelKey) -> None:
        """Makes a model the one that the charts are about."""
        self.charted.select(key)
        self._recharted()

    def toggle(self, key: ModelKey) -> None:
        """Puts a model into the charts, or takes it out."""
        self.charted.toggle(key)
        self._recharted()

    def only(self, key: ModelKey) -> None:
        """Charts one model alone."""
        self.charted.only(key)
        self._recharted()

    def _recharted(self) -> None:
        self.table.select(self.charted.selected)
        self.table.viewport().update()
        self._later.start()

    def _zoom(self, factor: float, around: float) -> None:
        self.span.zoom(factor, around)
        self._rezoomed()

    def stretch(self, start: float, end: float) -> None:
        """Zooms every chart to this."""
        self.span.stretch(start, end)
        self._rezoomed()

    def show_all(self) -> None:
        """Shows the whole range of time again."""
        self.span.reset()
        self._rezoomed()

    def _show_alert(self, alert: Alert) -> None:
        """The charts at the moment of an alert, of the model that it is about."""
        if alert.what in [row.key for row in self.model.rows()]:
            self.charted.select(alert.what)
        if self.deck is not None:
            self.deck.show_view("charts")
        self.stretch(alert.at - 30, alert.at + 30)

    def _rezoomed(self) -> None:
        self._show_state(self.model.rowCount() > 0)
        self._later.start()

    # Inside

    def _build_charts(self) -> None:
        from studio.ui.monitor.charts import ChartGrid
        from studio.ui.monitor.views.deck import Deck

        self.charts = made = ChartGrid(self._session.sampler, self.charted, history.offset)
        made.zoomed.connect(self._zoom)
        made.stretched.connect(self.stretch)
        made.reset.connect(self.show_all)
        made.menu_asked.connect(self.menu_asked)
        made.pointed.connect(self.devices.point)
        self.deck = deck = Deck(self._session, made, history.offset)
        deck.turned.connect(self._later.start)
        deck.alerts.wanted.connect(self._show_alert)
        if layout := self._place.layout():
            layout.addWidget(deck)
        self._fit_table()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.host.read(time.monotonic())
        if self.charts is None and self.findChild(InTurns) is None:
            # It takes most of a second to import, which the window shall not stand still for.
            steps = (lambda: import_module("studio.ui.monitor.views.deck"), self._build_charts)
            tasks.run(self, lambda _: import_module("pyqtgraph"), lambda _: InTurns(steps, self), key="charts")
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._later.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for part in (self.devices, self._line):
            part.setVisible(self.width() >= _WITH_DEVICES)
        self._later.start()
        self._fit_table()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers() and self.header.pause.isEnabled():
            self.header.pause.toggle()
        else:
            super().keyPressEvent(event)
