"""What is known of the chosen span, and which models took the time of the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.core.tracing.typical import Typical
from studio.core.tracing.values import RequestTrace, Shares, Span
from studio.ui.widgets import (
    ElidedLabel,
    HairLine,
    IconButton,
    KeyHint,
    Label,
    QuietButton,
    SectionHeader,
    StageBar,
    without_room,
)
from studio.ui.widgets.waterfall.axis import percent
from studio.ui.widgets.waterfall.lanes import UNTOLD
from studio.ui.widgets.waterfall.values import Line
from studio.ui.xray import names

WIDTH = 264
_MOST_MODELS = 12


class _Fact(QWidget):
    """A name at the left, a value at the right, a hairline below."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.value = Label("", weight=500)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        self.name = Label(name, "dim")
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(self.value)
        column = without_room(QVBoxLayout(self))
        column.addLayout(row, 1)
        column.addWidget(HairLine())
        self.setFixedHeight(26)


class _Times(NamedTuple):
    """Nanoseconds of a model, of all together, and of the one that took most."""

    time: int
    whole: int
    most: int


class _ModelRow(QWidget):
    """One model: its name, its time and share, its stages against the one that took most."""

    def __init__(self, name: str, times: _Times, parts: Mapping[str, float], *, strong: bool) -> None:
        super().__init__()
        time, whole, most = times
        title = ElidedLabel(name, weight=600 if strong else 400)
        amount = Label(f"{time / 1e6:.2f}", weight=600 if strong else 400)
        of = Label(percent(time / max(whole, 1)), "dim")
        of.setFixedWidth(52)
        for label in (amount, of):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(title, 1)
        head.addWidget(amount)
        head.addWidget(of)
        bar = StageBar(6)
        bar.set_parts(parts)
        bar.setAccessibleName(f"{name}: {time / 1e6:.2f} ms")
        holder = _to_scale(bar, time, most)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 5, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(holder)
        column.addSpacing(3)
        column.addWidget(HairLine())


def _to_scale(bar: StageBar, time: int, most: int) -> QHBoxLayout:
    """A bar as long as its time is beside the longest."""
    part = round(1000 * time / most) if most else 0
    holder = QHBoxLayout()
    holder.setSpacing(0)
    holder.addWidget(bar, max(part, 10))
    holder.addStretch(max(1000 - part, 0))
    return holder


class SpanInspector(QWidget):
    """The right column of the page."""

    canvas_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Span")
        self._typical: Typical | None = None
        self._shares: Shares | None = None
        self._shown: tuple[RequestTrace | None, Span | None, Line | None] = (None, None, None)
        self._build()

    def _build(self) -> None:
        head = SectionHeader("Span", line=True)
        self.close_button = IconButton("x", "Close the column")
        self.close_button.setObjectName(names.Xray.CLOSE)
        self.close_button.clicked.connect(self.closed)
        head.add_action(self.close_button)
        body = QWidget()
        body.setProperty("kind", "panel")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(0)
        self._build_facts()
        self._models = QVBoxLayout()
        self._models.setSpacing(0)
        self._column.addLayout(self._models)
        self._column.addStretch(1)
        column = without_room(QVBoxLayout(self))
        column.addWidget(head)
        column.addWidget(self._scroll(body), 1)
        column.addWidget(self._foot())

    @staticmethod
    def _scroll(body: QWidget) -> QScrollArea:
        scroll = QScrollArea()
        scroll.setAccessibleName("What is known of the span")
        scroll.setObjectName("xraySpanScroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        return scroll

    def _build_facts(self) -> None:
        self.title, self.detail = ElidedLabel("", px=16, weight=600), ElidedLabel("", "dim", 12)
        self.error = Label("", "error", 12)
        self.error.setWordWrap(True)
        self.note = Label(UNTOLD.capitalize() + ".", "dim", 12)
        self.note.setWordWrap(True)
        self.facts = {key: _Fact(key) for key in ("From, to", "Lasts", "Of this request", "Median")}
        for widget in (self.title, self.detail):
            self._column.addWidget(widget)
        self._column.setSpacing(0)
        self._column.insertSpacing(1, 4)
        self._column.addSpacing(10)
        self._column.addWidget(self.error)
        for fact in self.facts.values():
            self._column.addWidget(fact)
        self._column.addSpacing(8)
        self._column.addWidget(self.note)
        self._column.addSpacing(18)

    def _foot(self) -> QWidget:
        self.canvas = QuietButton("Show on canvas", "flow-arrow")
        self.canvas.setObjectName(names.Xray.CANVAS)
        self.canvas.setToolTip("The step in the graph of its ensemble")
        self.canvas.clicked.connect(self.canvas_wanted)
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 8, 16, 16)
        row.setSpacing(8)
        row.addWidget(self.canvas, 1)
        row.addWidget(KeyHint("G"))
        self.canvas.setSizePolicy(self.canvas.sizePolicy().Policy.Expanding, self.canvas.sizePolicy().Policy.Fixed)
        return foot

    # What it shows

    def show_typical(self, typical: Typical | None) -> None:
        """Takes the medians; None while they are not known."""
        self._typical = typical
        self.show_span(*self._shown, can_show=self.canvas.isEnabled())

    def show_span(self, request: RequestTrace | None, span: Span | None, line: Line | None, *, can_show: bool) -> None:
        """Shows a span, or a stage of it; `can_show` says whether a canvas has it."""
        self._shown = request, span, line
        self.canvas.setEnabled(can_show)
        if request is None:
            return
        stage = line.place.stage if line is not None else ""
        name = span.model if span is not None else line.title if line is not None else request.model
        self.title.setText(f"{name}, {stage}" if stage else name)
        self.detail.setText(self._about(span))
        failed = line.failed if line is not None else ""
        self.error.setText(failed)
        self.error.setVisible(bool(failed))
        if line is not None:
            self._show_facts(request, name, stage, line)

    @staticmethod
    def _about(span: Span | None) -> str:
        if span is None:
            return "reading the request, sending the answer"
        parts = [f"version {span.version}"] if span.version else []
        if span.is_ensemble:
            parts.append(f"ensemble of {len(span.steps)} steps")
        elif span.steps:
            parts.append(f"asked {len(span.steps)} times by itself" if len(span.steps) > 1 else "asked once by itself")
        if not span.ran and not span.is_ensemble:
            parts.insert(0, "did not run: from the cache, or refused")
        if not span.is_whole:
            parts.append("its end was not recorded")
        return " · ".join(parts)

    def _show_facts(self, request: RequestTrace, name: str, stage: str, line: Line) -> None:
        start, end = line.start - self._offset(request, line), line.end - self._offset(request, line)
        self.facts["From, to"].value.setText(f"{start / 1e6:.2f} → {end / 1e6:.2f} ms")
        self.facts["Lasts"].value.setText(f"{line.lasts / 1e6:.2f} ms")
        self.facts["Of this request"].value.setText(percent(line.lasts / max(request.total, 1)))
        found = self._typical.medians.get((name, stage)) if self._typical is not None else None
        fact = self.facts["Median"]
        fact.setVisible(found is not None and self._typical is not None and self._typical.requests > 1)
        if found is not None and self._typical is not None:
            fact.name.setText(f"Median of {self._typical.requests:,}")
            fact.value.setText(f"{found / 1e6:.2f} ms")

    def _offset(self, request: RequestTrace, line: Line) -> int:
        """When the request began on the clock of the rows: a span knows its times in the request alone."""
        span = next((each for each in request.root.walk() if each.id == line.place.span), None)
        if span is None:
            return line.start - min((piece.begin for piece in request.network), default=0)
        own = [piece.begin for piece in span.pieces if piece.stage == line.place.stage]
        return line.start - (own[0] if own else span.begin)

    def show_shares(self, found: Shares) -> None:
        """Shows which models took the time, of one request, or of several on the average."""
        if found is self._shares:
            return
        self._shares = found
        count = max(found.requests, 1)
        while (item := self._models.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._head_models("this request" if count == 1 else f"mean of {count:,}")
        most = max([each.time for each in found.models] + [each.time for each in found.stages], default=1)
        for each in found.models[:_MOST_MODELS]:
            parts: dict[str, float] = {part.stage: float(part.time) for part in each.stages}
            times = _Times(each.time // count, found.total // count, most // count)
            self._models.addWidget(_ModelRow(each.model, times, parts, strong=each is found.models[0]))
        for stage, name in (("network", "network"), ("gap", "between steps")):
            own = sum(part.time for model in found.models for part in model.stages if part.stage == stage)
            time = sum(each.time for each in found.stages if each.stage == stage) - own
            # A model alone has no steps: what little is left there is between the stamps of its own.
            is_rest = stage == "gap" and len(found.models) == 1 and time * 100 < found.total
            if time > 0 and not is_rest:
                times = _Times(time // count, found.total // count, most // count)
                self._models.addWidget(_ModelRow(name, times, {stage: float(time)}, strong=False))
        if len(found.models) > _MOST_MODELS:
            self._models.addWidget(Label(f"and {len(found.models) - _MOST_MODELS} more models", "dim", 12))

    def _head_models(self, whose: str) -> None:
        title = QWidget()
        row = QHBoxLayout(title)
        row.setContentsMargins(0, 0, 0, 2)
        row.addWidget(Label(f"By model, {whose}", "dim", 11, 600))
        row.addStretch(1)
        row.addWidget(Label("ms, share", "dim", 11))
        self._models.addWidget(title)
