"""What the page shows of a trace: its requests, one of them as a waterfall, and what is known of a span of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.app import notices, tasks
from studio.app.progress import Pace, reporter
from studio.app.session import Session
from studio.core.tracing.narrowing import name_of
from studio.core.tracing.shares import shares
from studio.core.tracing.trace import Trace, trace_of
from studio.core.tracing.typical import Typical, typical
from studio.core.tracing.values import RequestTrace, Shares
from studio.ui.widgets import HairLine, without_room
from studio.ui.widgets.waterfall.axis import TimeAxis
from studio.ui.xray.columns import Columns
from studio.ui.xray.head import XrayHead
from studio.ui.xray.inspector import SpanInspector
from studio.ui.xray.middle import Middle
from studio.ui.xray.request_list import RequestList
from studio.ui.xray.text import request_text, sums_text


class XrayContent(QWidget):
    """Shows one trace, and one request of it."""

    span_menu_asked = Signal(QPoint)
    request_menu_asked = Signal(QPoint)
    canvas_wanted = Signal(str, str)
    """An ensemble and the model of its step; "" for a model that is asked by itself."""

    def __init__(self, session: Session, head: XrayHead, parent: QWidget | None = None) -> None:
        """`head` has the buttons that show the columns."""
        super().__init__(parent)
        self._session = session
        self.trace: Trace | None = None
        self.row = -1
        """The request that is shown, or asked for."""
        self._wanted_model = ""
        self._picked = False
        """Whether a person chose the request that is shown."""
        self._build(head)
        head.show_span.clicked.connect(lambda: self.turn_column("span"))
        head.show_list.clicked.connect(lambda: self.turn_column("list"))
        self._connect()

    def _build(self, head: XrayHead) -> None:
        self.requests, self.middle, self.inspector = RequestList(), Middle(), SpanInspector()
        left, right = HairLine(vertical=True), HairLine(vertical=True)
        # Narrower than what is in it: only so it comes to where its columns fold.
        self.setMinimumWidth(400)
        row = without_room(QHBoxLayout(self))
        row.addWidget(self.requests)
        row.addWidget(left)
        row.addWidget(self.middle, 1)
        row.addWidget(right)
        row.addWidget(self.inspector)
        span, requests = (self.inspector, right, head.show_span), (self.requests, left, head.show_list)
        self._columns = Columns({"span": span, "list": requests})
        self.setFocusProxy(self.middle.waterfall.view)

    def _connect(self) -> None:
        self.requests.chosen.connect(self._pick)
        self.requests.menu_asked.connect(self.request_menu_asked)
        self.middle.request_wanted.connect(self.pick_request)
        waterfall = self.middle.waterfall
        waterfall.chosen_changed.connect(self._show_span)
        waterfall.menu_asked.connect(self.span_menu_asked)
        waterfall.entered.connect(lambda _: self.show_on_canvas())
        self.inspector.canvas_wanted.connect(self.show_on_canvas)
        self.middle.timing.turned.connect(self._show_shares)
        self.inspector.closed.connect(lambda: self.turn_column("span"))

    # What it shows

    @property
    def axis(self) -> TimeAxis:
        """The stretch of time that is in sight."""
        return self.middle.waterfall.axis

    def shares(self) -> Shares | None:
        """The sums that are shown."""
        return self.middle.timing.shares()

    def show_trace(self, trace: Trace) -> None:
        """Shows a trace; a request of it stays chosen where it is the one that grew."""
        before = self.trace
        self.trace = trace
        self.requests.model.answered = frozenset(self._callers())
        same = _same(before, trace, self.row)
        self._picked = self._picked and same >= 0
        self.middle.show_trace(trace)
        self.choose_request(same if self._picked else int(trace.slowest_first()[0]))
        self.requests.show_trace(trace, self.row)

    def show_one(self, request: RequestTrace) -> Trace:
        """Shows one request that was traced elsewhere; gives the trace that it is."""
        trace = trace_of((request,))
        self.show_trace(trace)
        return trace

    def find_usual(self) -> None:
        """Finds the medians and shares of all requests, in the background."""
        trace = self.trace
        if trace is None:
            return
        self._show_usual(None)

        def work(context: tasks.TaskContext) -> Typical:
            report, pace = reporter(context), Pace()

            def going_on(share: float) -> None:
                report(share, "")
                pace.is_due()

            return typical(trace, going_on)

        tasks.run(self, work, self._show_usual, notices.post_failure, key="usual")

    def _show_shares(self) -> None:
        found = self.shares()
        if found is not None:
            self.inspector.show_shares(found)

    def _show_usual(self, found: Typical | None) -> None:
        self.middle.timing.show_typical(found)
        self.inspector.show_typical(found)

    # Which request

    def choose_request(self, row: int) -> None:
        """Shows a request, by its row in the trace; what is on the disk is read in the background."""
        trace = self.trace
        if trace is None or not 0 <= row < len(trace):
            return
        self.row = row

        def work(_: object) -> tuple[RequestTrace, Shares]:
            request = trace.request(row)
            return request, shares(request)

        def shown(found: tuple[RequestTrace, Shares]) -> None:
            if self.trace is trace:
                self._show_request(row, *found)

        tasks.run(self, work, shown, notices.post_failure, key="request")

    def _pick(self, row: int) -> None:
        self._picked = True
        self.choose_request(row)

    def pick_request(self, row: int) -> None:
        """Shows a request that a person chose, and keeps to it while the trace grows."""
        self.requests.choose(row)
        self._pick(row)

    def _show_request(self, row: int, request: RequestTrace, found: Shares) -> None:
        self.middle.show_request(row, request, found, self._callers().get(request.id, 0))
        waterfall = self.middle.waterfall
        if self._wanted_model:
            waterfall.choose_model(self._wanted_model)
            self._wanted_model = ""
        elif waterfall.chosen is None:
            waterfall.choose_first()
        self._show_span()

    def _callers(self) -> Mapping[str, int]:
        """How long the studio's own requests took for it, by their ids."""
        past = self._session.requests.past.latest
        answered = {each.request.request_id: each.result for each in reversed(past) if each.result is not None}
        return {name: result.times.total for name, result in answered.items() if name}

    def choose_model(self, model: str) -> None:
        """Chooses the span of a model in the request that is shown; where it has none, in the slowest that asks it."""
        if self.middle.waterfall.request is None or not self.middle.waterfall.choose_model(model):
            self._wanted_model = model

    # The span

    def _show_span(self) -> None:
        waterfall = self.middle.waterfall
        line, span = waterfall.chosen, waterfall.chosen_span
        self.inspector.show_span(waterfall.request, span, line, can_show=self._canvas_place() is not None)

    def _canvas_place(self) -> tuple[str, str] | None:
        """The ensemble and the model of the chosen span; None where the repository has neither."""
        waterfall, repository = self.middle.waterfall, self._session.repository
        span = waterfall.chosen_span
        if span is None or repository is None:
            return None
        above = waterfall.span(span.parent)
        ensemble = above.model if above is not None and above.is_ensemble else ""
        known = repository.model(ensemble or span.model)
        return (ensemble, span.model) if known is not None else None

    def show_on_canvas(self) -> None:
        """Shows the step of the chosen span in the graph of its ensemble."""
        found = self._canvas_place()
        if found is not None:
            self.canvas_wanted.emit(*found)

    def turn(self) -> None:
        """Opens the chosen span, or folds it."""
        self.middle.waterfall.turn()

    def zoom_to_span(self) -> None:
        """Shows the chosen span in all the width."""
        line = self.middle.waterfall.chosen
        if line is not None:
            room = (line.end - line.start) * 0.1
            self.axis.show(line.start - room, line.end + room)

    # The clipboard

    def copy_request(self) -> None:
        """Puts the spans of the request on the clipboard, as a table of text."""
        trace, request = self.trace, self.middle.waterfall.request
        if trace is not None and request is not None:
            QGuiApplication.clipboard().setText(request_text(name_of(trace, self.row), request))

    def copy_sums(self) -> None:
        """Puts the sums that are shown on the clipboard, as a table of text."""
        shown = self.middle.timing.shares()
        if shown is not None:
            QGuiApplication.clipboard().setText(sums_text(shown))

    # The columns

    def turn_column(self, column: str) -> None:
        """Shows a column, or hides it: "span" or "list"."""
        taken = self._columns.turn(column, self.width())
        self.middle.set_width(self.width() - taken)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        # In the header of a page without a trace there is nothing to show the columns of.
        if self.isVisible():
            self.middle.set_width(self.width() - self._columns.arrange(self.width()))


def _same(before: Trace | None, after: Trace, row: int) -> int:
    """The row in a trace that grew of a request of before; -1 where it is another trace."""
    if before is None or not 0 <= row < len(before):
        return -1
    found = np.flatnonzero(after.keys == before.keys[row])
    return int(found[0]) if len(found) and after.ids[int(found[0])] == before.ids[row] else -1
