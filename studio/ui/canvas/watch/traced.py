"""Takes the values of wires out of traces that were recorded with tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.app import tasks
from studio.app.requests.wire_values import WireValues
from studio.app.serving.server import ServerControl
from studio.core.failure import CoreError
from studio.core.inference.asking.probing import ProbeStep
from studio.core.inference.requests import Tensor
from studio.ui.canvas.document import CanvasDocument

if TYPE_CHECKING:
    from studio.core.tracing.trace import Trace

_LOOKED_AT = 1000
"""Of the requests of a trace, the newest: it may have a hundred thousand."""


class TracedWires(QObject):
    """Follows what the current server records: the last request to the ensemble gives its values."""

    def __init__(self, document: CanvasDocument, values: WireValues, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._values = document, values
        self._server: ServerControl | None = None
        self._last = -1
        document.session.server.switched.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        if self._server is not None:
            self._server.tracing.grew.disconnect(self.take)
        self._server = self._document.session.server.current
        self._server.tracing.grew.connect(self.take)

    def take(self, trace: Trace) -> None:
        """Takes the values of the last request to the ensemble, where they were recorded."""
        ensemble, graph = self._document.model.name, self._document.graph
        newest = range(len(trace) - 1, max(len(trace) - 1 - _LOOKED_AT, -1), -1)
        row = next((row for row in newest if trace.models[row] == ensemble), -1)
        if graph is None or row < 0 or int(trace.keys[row]) == self._last:
            return
        self._last = int(trace.keys[row])
        steps = tuple(
            ProbeStep(
                node.model,
                "",
                {port.name: port.tensor for port in node.inputs if port.tensor},
                {port.name: port.tensor for port in node.outputs if port.tensor},
            )
            for node in graph.nodes
            if node.kind == "step"
        )

        def work(_: tasks.TaskContext) -> tuple[str, tuple[Tensor, ...]]:
            from studio.core.inference.wires.traced import traced_tensors

            try:
                request = trace.request(row)
            except CoreError:
                # The x-ray says what is wrong with a trace.
                return "", ()
            return request.id, traced_tensors(request.root, steps)

        def done(found: tuple[str, tuple[Tensor, ...]]) -> None:
            for tensor in found[1]:
                self._values.take(ensemble, tensor, found[0] or "trace", origin="trace")

        tasks.run(self, work, done, key="traced")
