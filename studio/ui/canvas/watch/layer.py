"""All that shows values on a canvas, put together: the card at the pointer, watches, the step that failed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from studio.app import notices
from studio.app.requests.probes import probe
from studio.app.requests.wire_renewal import SECONDS
from studio.app.requests.wire_values import WireValues
from studio.core.inference.asking.probing import Probe
from studio.failure import Failure
from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.watch.failure_mark import FailureMark
from studio.ui.canvas.watch.hover import WireHover
from studio.ui.canvas.watch.labels import WireLabels
from studio.ui.canvas.watch.marks import Marks
from studio.ui.canvas.watch.pill import WatchBar
from studio.ui.canvas.watch.traced import TracedWires
from studio.ui.canvas.watch.upstream import is_outer, steps_before
from studio.ui.canvas.watch.watches import Watches
from studio.ui.canvas.watch.words import age_text
from studio.ui.widgets.deletion import unless_deleted


class WatchLayer(QObject):
    """Follows the requests to the ensemble of a canvas for as long as that is open."""

    changed = Signal()
    """What was seen on a wire that is in sight, or what is said of it."""
    placed = Signal()
    """The bar of the watches came, went or has another width."""

    def __init__(self, controller: CanvasController, pane: QWidget) -> None:
        super().__init__(pane)
        self._controller, self._pane = controller, pane
        self._document = controller.document
        requests = self._document.session.requests
        self.values, self._renewal = requests.wires, requests.renewal
        self._ensemble = self._document.model.name
        self.labels = WireLabels(self._document, self)
        self.hover = WireHover(controller, self.values, self.labels, pane)
        self.watches = Watches(controller, self.values, self.labels, pane)
        self.failure = FailureMark(controller, self.values, pane)
        self.traced = TracedWires(self._document, self.values, self)
        self.bar = WatchBar(pane)
        controller.view.marks = Marks(controller, self.hover, self.watches, self.failure, pane)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self._connect()
        self.values.follow(self._ensemble)

    def _connect(self) -> None:
        self.values.changed.connect(self._see)
        self.values.requested.connect(self._see)
        self._renewal.changed.connect(self._show_bar)
        self.watches.changed.connect(self._show_bar)
        self.hover.watch_wanted.connect(self.watches.toggle)
        self.hover.probe_wanted.connect(self.probe)
        self.watches.probe_wanted.connect(self.probe)
        self.bar.renewal_wanted.connect(lambda on: self._renewal.set_on(on=on))
        self.bar.unpin_wanted.connect(self.watches.remove)
        self.bar.tensor_wanted.connect(self.watches.go_to)
        values, ensemble = self.values, self._ensemble
        # What was watched is so no more once its canvas is gone; the values that were seen stay.
        self.destroyed.connect(lambda: _let_go(values, ensemble))

    def _see(self, ensemble: str) -> None:
        if ensemble == self._ensemble and self._pane.isVisible():
            self._soon.start()

    def refresh(self) -> None:
        """Shows what is known now."""
        self.hover.refresh()
        self.watches.show_changes()
        self.failure.refresh()
        self.changed.emit()

    def place(self, tools: QWidget, live: QWidget) -> None:
        """Puts the bar of the watches beside the others, and the bubble where it hides none of them."""
        self.bar.place(tools, live, self._controller.view)
        self.failure.place()

    def wake(self) -> None:
        """The canvas is seen."""
        self.watches.wake()
        self.refresh()

    def rest(self) -> None:
        """The canvas is not seen."""
        self.hover.leave()
        self.watches.rest()

    def probe(self, tensor: str) -> None:
        """Runs the steps up to a wire with the last request; without one the tester asks for a request."""
        server, last = self._document.session.server, self.values.last_request(self._ensemble)
        request = last.request if last is not None else None
        if last is None or request is None or not server.status.is_running:
            self._controller.probe_wanted.emit(tensor)
            return

        def done(found: Probe) -> None:
            self.values.take_probe(found, request, last.name, last.at)
            self.refresh()
            if found.failure is not None and not last.problem:
                notices.post_failure(found.failure)

        def failed(failure: Failure) -> None:
            self.refresh()
            notices.post_failure(failure)

        if self.hover.tensor == tensor:
            self.hover.card.show_probing()
        shown, not_shown = unless_deleted(self, done), unless_deleted(self, failed)
        probe(server.current, request, tensor, SECONDS, shown, not_shown)

    def _show_bar(self) -> None:
        if not self._pane.isVisible():
            return
        last = self.values.last_request(self._ensemble)
        of = f"{last.name}, {age_text(last.at)} ago" if last is not None else "no request yet"
        if last is not None and last.problem:
            of = f"{last.name} failed, {age_text(last.at)} ago"
        if self._renewal.problem and self.watches.tensors:
            of = "inner wires not renewed"
        before = (self.bar.isHidden(), self.bar.width())
        self.bar.show_watches(self.watches.tensors, of, self._cost(), renews=self._renewal.is_on)
        if (self.bar.isHidden(), self.bar.width()) != before:
            self.placed.emit()

    def _cost(self) -> str:
        """What it costs to renew the watched wires within the ensemble, in words."""
        graph = self._document.graph
        inner = [tensor for tensor in self.watches.tensors if graph is not None and not is_outer(graph, tensor)]
        if graph is None or not inner:
            return ""
        if not self._renewal.is_on:
            return "Inner wires are not renewed: they keep what was seen last"
        steps = len(steps_before(graph, inner))
        told = f"Each request runs {steps} of {len(graph.steps)} steps once more for them"
        return f"{told}; the last time: {self._renewal.problem}" if self._renewal.problem else told


def _let_go(values: WireValues, ensemble: str) -> None:
    if isValid(values):
        values.set_watched(ensemble, ())
        values.leave(ensemble)
