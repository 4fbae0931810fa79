"""The middle of the page: what request it is, its waterfall, a field to find a span, and where its time went."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.tracing.narrowing import medians_by_model, name_of
from studio.core.tracing.trace import Trace
from studio.core.tracing.values import RequestTrace, Shares
from studio.ui.look.theme import mono_font
from studio.ui.widgets import (
    ElidedLabel,
    HairLine,
    IconButton,
    KeyHint,
    Label,
    MonoLabel,
    Row,
    SearchField,
    without_room,
)
from studio.ui.widgets.waterfall.crowd import Crowd
from studio.ui.widgets.waterfall.panel import Waterfall
from studio.ui.xray import names
from studio.ui.xray.timing import TimingFoot

_HINTS_FROM = 620
"""The width from which on the keys are told."""


class _FindField(SearchField):
    """Escape closes it, whatever is in it."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Middle(QWidget):
    """Shows one request of a trace."""

    request_wanted = Signal(int)
    """The row in the trace of another request."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.waterfall = Waterfall()
        self.waterfall.view.setObjectName(names.Xray.WATERFALL)
        self.waterfall.overview.setObjectName(names.Xray.OVERVIEW)
        self.timing = TimingFoot()
        self._medians: dict[str, tuple[float, int]] = {}
        self._trace: Trace | None = None
        self._crowd = Crowd.none()
        column = without_room(QVBoxLayout(self))
        for widget in (self._head(), HairLine(), self._find_row()):
            column.addWidget(widget)
        column.addWidget(self.waterfall, 1)
        column.addWidget(HairLine())
        column.addWidget(self.timing)
        self.waterfall.other_chosen.connect(self.request_wanted)
        self.setFocusProxy(self.waterfall.view)

    def _head(self) -> QWidget:
        self.name = MonoLabel("", px=13)
        self.name.setFont(mono_font(13, 600))
        self.total = Label("", weight=600)
        self.about = ElidedLabel("", "dim", 12)
        self.hints = Row(
            KeyHint("W"),
            KeyHint("S"),
            Label("zoom", "dim", 12),
            KeyHint("A"),
            KeyHint("D"),
            Label("move", "dim", 12),
            KeyHint("F"),
            Label("fit", "dim", 12),
            spacing=5,
        )
        head = QWidget()
        head.setFixedHeight(36)
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self.total)
        row.addWidget(self.about, 1)
        row.addWidget(self.hints)
        return head

    def _find_row(self) -> QWidget:
        self.field = _FindField("Model or stage")
        self.field.setObjectName(names.Xray.FIND)
        self.field.setFixedWidth(220)
        self.found = Label("", "dim", 12)
        shut = IconButton("x", "Close the search")
        shut.setObjectName(f"{names.Xray.FIND}.close")
        shut.clicked.connect(self.close_search)
        self.search = Row(self.field, self.found, "stretch", shut, margins=12)
        self.search.setFixedHeight(40)
        self.search.hide()
        self.field.left.connect(self.close_search)
        self.field.returnPressed.connect(self._find_next)
        self.field.textChanged.connect(lambda _: self._find_next())
        return self.search

    # What it shows

    def show_trace(self, trace: Trace) -> None:
        """Takes the trace that requests are shown of."""
        self._trace = trace
        self._medians = medians_by_model(trace)
        self._crowd = Crowd(trace.begin, trace.end, trace.failed)

    def show_request(self, row: int, request: RequestTrace, shares: Shares, caller: int = 0) -> None:
        """Shows a request of the trace with where its time went.

        `caller` is how long it took for who asked, 0 where nobody knows.
        """
        trace = self._trace
        if trace is None:
            return
        self.name.setText(name_of(trace, row))
        self.total.setText(f"{request.total / 1e6:.2f} ms")
        self.about.setText(" · ".join(_about(request, caller)))
        self.about.set_role("error" if request.failed else "dim")
        self.waterfall.show_crowd(self._crowd, row, lambda each: name_of(trace, each))
        self.waterfall.show_request(request, int(trace.begin[row]))
        model = trace.models[row]
        self.timing.show_request(shares, *self._medians[model], len(trace), model if len(self._medians) > 1 else "")

    def set_width(self, width: int) -> None:
        """Leaves out what has no room in a width."""
        self.hints.setVisible(width >= _HINTS_FROM)

    # Finding

    def open_search(self) -> None:
        """Asks for a span by the name of its model or of a stage."""
        self.search.show()
        self.field.setFocus()
        self.field.selectAll()

    def close_search(self) -> None:
        """Takes the field away."""
        self.search.hide()
        self.waterfall.view.setFocus()

    def _find_next(self) -> None:
        count = self.waterfall.find_model(self.field.text())
        self.found.setText("" if not self.field.text() else f"{count:,} found" if count else "nothing found")


def _about(request: RequestTrace, caller: int) -> list[str]:
    parts = [f"failed: {request.error}"] if request.failed else []
    parts.append("in the server")
    if caller:
        parts.append(f"{caller / 1e6:.2f} ms for the caller")
    parts += {"grpc": ["gRPC"], "http": ["HTTP"]}.get(request.protocol, [])
    if not request.is_whole:
        parts.append("not recorded to its end")
    return parts
