"""One request as a waterfall: ruler and rows, and above them the whole trace where there is more than the request."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.tracing.values import RequestTrace, Span
from studio.ui.widgets.structure import HairLine, without_room
from studio.ui.widgets.waterfall.axis import TimeAxis
from studio.ui.widgets.waterfall.crowd import Crowd
from studio.ui.widgets.waterfall.lines import PAGE, Folds, lines
from studio.ui.widgets.waterfall.overview import Overview
from studio.ui.widgets.waterfall.painting import ROW
from studio.ui.widgets.waterfall.ruler import HEIGHT, Ruler
from studio.ui.widgets.waterfall.spans import Spans
from studio.ui.widgets.waterfall.values import EARLIER, LATER, Line, Place
from studio.ui.widgets.waterfall.view import WaterfallView


class Waterfall(QWidget):
    """Shows one request; `show_crowd` puts it among the others of its trace."""

    chosen_changed = Signal()
    entered = Signal(object)
    other_chosen = Signal(int)
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = TimeAxis(self)
        self.request: RequestTrace | None = None
        self.offset = 0
        self._folds = Folds()
        self._spans = Spans()
        self.overview = Overview(self.axis)
        self.overview.hide()
        self._line = HairLine()
        self._line.hide()
        self.ruler = Ruler(self.axis)
        self.view = WaterfallView(self.axis)
        column = without_room(QVBoxLayout(self))
        for widget in (self.overview, self._line, self.ruler):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.view.turned.connect(self.turn)
        self.view.chosen_changed.connect(self._choose)
        self.view.entered.connect(self.entered)
        self.view.other_chosen.connect(self.other_chosen)
        self.view.menu_asked.connect(self.menu_asked)

    # What it shows

    def show_request(self, request: RequestTrace | None, offset: int = 0) -> None:
        """Shows a request; `offset` is when it began, on the clock of the whole trace."""
        spans = Spans(request.root if request is not None else None)
        # One that is read anew, since its trace grew, is the same. All of its steps would take long to compare.
        is_other = _mark(request, spans) != _mark(self.request, self._spans)
        if is_other:
            self._folds = Folds()
        self._spans = spans
        before = self.offset
        self.request, self.offset = request, offset
        if request is None:
            self.view.choose(None)
            self.view.show_lines([])
            return
        end = max([request.total, *(span.end for span in spans.all)])
        if not len(self.view.lanes.crowd):
            self.axis.set_whole(offset, offset + end)
        if is_other:
            self._open_slowest()
            self.axis.set_home(offset, offset + end)
        elif offset != before:
            self.axis.shift(offset - before)
        self._refresh()

    def show_crowd(self, crowd: Crowd, own: int, label: Callable[[int], str]) -> None:
        """Shows the other requests of the trace: above as a whole, below those at the same time."""
        self.view.lanes.label = label
        self.view.show_crowd(crowd, own)
        has_others = len(crowd) > 1
        self.overview.setVisible(has_others)
        self._line.setVisible(has_others)
        if has_others:
            self.axis.set_whole(*crowd.extent)
            self.overview.show_crowd(crowd)

    def _open_slowest(self) -> None:
        """The step that took the longest begins opened, for most come to see why."""
        steps = [span for span in self._spans.all if span.pieces and not span.steps]
        if steps:
            slowest = max(steps, key=lambda span: span.duration).id
            self._folds.turn(slowest)
            for above, place in self._spans.above(slowest):
                self._folds.show_step(above, place)

    def _refresh(self) -> None:
        if self.request is not None:
            self.view.show_lines(lines(self.request, self._folds, self.offset))

    @property
    def wanted_height(self) -> int:
        """How high it is with all rows in sight."""
        return HEIGHT + len(self.view.lines) * ROW + 2

    # What is chosen

    @property
    def chosen(self) -> Line | None:
        """The row that is chosen; None where none is."""
        return self.view.chosen

    def span(self, number: int) -> Span | None:
        """A span of the request that is shown."""
        return self._spans.span(number)

    @property
    def chosen_span(self) -> Span | None:
        """The span that is chosen, or whose stage is."""
        line = self.chosen
        return self.span(line.place.span) if line is not None else None

    def choose_first(self) -> None:
        """Chooses what failed; else the stage that took the longest, of the step that did."""
        failed = [line for line in self.view.lines if line.failed and not line.is_outline]
        steps = [line for line in self.view.lines if line.place.stage not in ("", EARLIER, LATER)]
        if failed:
            self.view.choose(failed[-1].place)
        elif steps:
            self.view.choose(max(steps, key=lambda line: line.lasts).place)

    def choose_model(self, model: str) -> bool:
        """Chooses the span of a model, the one that took the longest where there are several; whether there is one."""
        found = [span for span in self._spans.all if span.model == model]
        if not found:
            return False
        span = max(found, key=lambda each: each.duration)
        self.open_to(span)
        self.view.choose(Place(span.id))
        return True

    def open_to(self, span: Span) -> None:
        """Opens what a span lies in, so that it is seen."""
        for above, place in self._spans.above(span.id):
            if not self._folds.is_open(above):
                self._folds.turn(above.id)
            self._folds.show_step(above, place)
        self._refresh()

    def _choose(self) -> None:
        """What stands for steps that are not shown turns the page when it is chosen."""
        place = self.chosen.place if self.chosen is not None else None
        if place is None or place.stage not in (EARLIER, LATER):
            self.chosen_changed.emit()
        elif (span := self.span(place.span)) is not None:
            first = self._folds.first(span)
            step = first - 1 if place.stage == EARLIER else first + PAGE
            self._folds.show_step(span, step)
            self._refresh()
            self.view.choose(Place(span.steps[step].id))

    def turn(self, span: int | None = None) -> None:
        """Opens a span or folds it; by default the chosen one."""
        line = self.chosen
        wanted = span if span is not None else line.place.span if line is not None else None
        if wanted is None:
            return
        self._folds.turn(wanted)
        if line is not None and line.place.stage and line.place.span == wanted:
            self.view.choose(Place(wanted))
        self._refresh()

    def find_model(self, words: str) -> int:
        """Chooses the next span whose model, or else a stage, the words are part of; gives how many there are."""
        wanted = words.lower()
        found = [span for span in self._spans.all if wanted in span.model.lower()] if words else []
        if words and not found:
            found = [span for span in self._spans.all if any(wanted in piece.stage for piece in span.pieces)]
        if found:
            now, numbers = self.chosen_span, [span.id for span in found]
            at = numbers.index(now.id) + 1 if now is not None and now.id in numbers else 0
            self.open_to(found[at % len(found)])
            self.view.choose(Place(found[at % len(found)].id))
        return len(found)


def _mark(request: RequestTrace | None, spans: Spans) -> tuple[object, ...]:
    """What tells requests apart."""
    if request is None:
        return ()
    root = request.root
    return request.id, request.model, root.id, request.began, request.total, root.end, request.error, len(spans.all)
