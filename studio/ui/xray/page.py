"""The X-ray: requests that a server traced, and where the time of each went."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.app import tasks
from studio.app.session import Session
from studio.ui.widgets import InlineProblem, without_room
from studio.ui.widgets.layouts.tabbed import TabbedAsRead
from studio.ui.xray import names
from studio.ui.xray.empty import XrayEmpty
from studio.ui.xray.exports import XrayExports
from studio.ui.xray.head import XrayHead
from studio.ui.xray.loading import LoadingBar
from studio.ui.xray.sources import XraySources
from studio.ui.xray.state import XrayState

if TYPE_CHECKING:
    from studio.core.tracing.trace import Trace
    from studio.core.tracing.values import RequestTrace, Shares
    from studio.ui.xray.content import XrayContent

_MOST_LOSSES = 3
_MODULES = ("studio.ui.widgets.waterfall.panel", "studio.ui.xray.request_list", "studio.ui.xray.content")
"""Each needs little more than those before it."""


class XrayPage(TabbedAsRead):
    """What shows a trace is made bit by bit once the page was seen, or when it is needed."""

    made = Signal(object)
    """The XrayContent, once."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Xray.PAGE)
        self.setAccessibleName("X-ray")
        self.setProperty("kind", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._session = session
        self.trace: Trace | None = None
        self._content: XrayContent | None = None
        self._left = list(_MODULES)
        self._wanted_model = ""
        self._build()
        self.sources = XraySources(session, self)
        self.exports = XrayExports(self, self.head.export, self.sources, self._shares, self._listed)
        self._column.insertWidget(2, self.exports.bar)
        self.state = XrayState(self.sources, self.head, self.loading, self.empty, self.stack)
        self.sources.grew.connect(self.show_trace)
        self.sources.ended.connect(self._end)
        self.head.open.clicked.connect(self.exports.ask_trace)
        self.head.export.clicked.connect(self.exports.offer)
        self.state.refresh()

    def _build(self) -> None:
        self.head = XrayHead()
        self.problem = InlineProblem("warning", "")
        self.problem.setObjectName(names.Xray.PROBLEM)
        self.problem.hide()
        self.empty = XrayEmpty()
        self.loading = LoadingBar()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self._column = column = without_room(QVBoxLayout(self))
        for widget in (self.head, self.loading, self.problem):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)

    # What shows the trace

    @property
    def content(self) -> XrayContent:
        """What shows the trace, made now where it is not there yet."""
        if self._content is None:
            from studio.ui.xray.content import XrayContent

            self._content = XrayContent(self._session, self.head)
            self.stack.addWidget(self._content)
            self.made.emit(self._content)
        return self._content

    def _prepare(self) -> None:
        """A little in each turn of the event loop."""
        if self._left:
            import_module(self._left.pop(0))
            QTimer.singleShot(0, self, self._prepare)
        else:
            _ = self.content

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._content is None and self._left:
            # Alone it takes longer than the window should stand still.
            tasks.run(self, lambda _: import_module("numpy"), lambda _: self._prepare(), key="prepare")

    # What it shows

    def show_trace(self, trace: Trace | None) -> None:
        """Shows a trace, or that there is none."""
        self.trace = trace if trace is not None and len(trace) else None
        losses = trace.losses if trace is not None else ()
        self.problem.setVisible(bool(losses))
        if losses:
            more = len(losses) - _MOST_LOSSES
            rest = f" And {more} more." if more > 0 else ""
            self.problem.show_problem("warning", " ".join(losses[:_MOST_LOSSES]) + rest)
        if self.trace is not None:
            self.content.show_trace(self.trace)
            self._choose_wanted()
        self._turn()

    def show_one(self, request: RequestTrace) -> None:
        """Shows one request that was traced elsewhere."""
        self.sources.leave()
        self.trace = self.content.show_one(request)
        self.content.find_usual()
        self.problem.hide()
        self._turn()

    def _turn(self) -> None:
        """Shows the trace, or what stands in its place."""
        self.state.show_trace(self.trace)
        if self.trace is not None and self.hasFocus():
            self.content.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard is for the trace, where there is one."""
        super().focusInEvent(event)
        if self.trace is not None:
            self.content.setFocus()

    def _end(self, _trace: Trace) -> None:
        if self.trace is not None:
            self.content.find_usual()

    def _shares(self) -> Shares | None:
        return self.content.shares() if self.trace is not None else None

    def _listed(self) -> tuple[Trace, Sequence[int]] | None:
        return (self.trace, self.content.requests.model.rows()) if self.trace is not None else None

    def choose_model(self, model: str) -> None:
        """Chooses the span of a model in the request that is shown, or in the next one that is."""
        self._wanted_model = model
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        if self._wanted_model and self.trace is not None:
            self.content.choose_model(self._wanted_model)
            self._wanted_model = ""

    def trace_next(self) -> None:
        """Traces the next requests of the current server; where they are waited for already, waits for no more."""
        self.state.trace_next()
