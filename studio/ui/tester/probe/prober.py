"""Probing a wire of an ensemble: the tensor on it, by running the steps up to it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from studio.app import notices, tasks
from studio.app.requests.probes import probe
from studio.app.session import Session
from studio.app.tasks import Task
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.asking.probing import Probe, wires
from studio.core.inference.requests import InferRequest
from studio.failure import Failure
from studio.ui.tester import names
from studio.ui.tester.tools.form import Form
from studio.ui.widgets import QuietButton
from studio.ui.widgets.deletion import unless_deleted


class Prober(QObject):
    """Offers the wires of the chosen ensemble, and probes one with what stands in the form."""

    def __init__(self, session: Session, page: Form, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._page = session, page
        self._model, self._wanted = "", ""
        self._task: Task[Probe] | None = None
        self.button = QuietButton("Probe …", "magnifying-glass")
        self.button.setObjectName(names.Tester.PROBE)
        self.button.setToolTip("The tensor on a wire, by running the steps up to it")
        self.button.setAccessibleName("Probe a wire of the ensemble")
        self.button.clicked.connect(self.offer)
        self.button.hide()

    def show_model(self, model: str, traits: Traits) -> None:
        """The model that is asked from now on; a wire of it that was waited for is probed."""
        self._model = model
        self.button.setVisible(traits.is_ensemble)
        wanted, self._wanted = self._wanted, ""
        if wanted and traits.is_ensemble:
            self.probe(wanted)

    def probe_when_known(self, model: str, tensor: str) -> None:
        """Probes a wire of a model, now or as soon as its inputs are known."""
        metadata = self._page.metadata
        if metadata is not None and metadata.name == model:
            self.probe(tensor)
        else:
            self._wanted = tensor

    def offer(self) -> None:
        """Opens the list of wires."""

        def show(config: dict[str, Any]) -> None:
            menu = QMenu(self.button)
            menu.aboutToHide.connect(menu.deleteLater)
            for wire in wires(config):
                menu.addAction(wire).triggered.connect(lambda _checked=False, wire=wire: self.probe(wire))
            menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

        self._session.server.config(self._model, unless_deleted(self, show))

    def probe(self, tensor: str) -> None:
        """Runs the steps up to a tensor."""
        try:
            make = self._page.plan_now()
        except Failure as failure:
            notices.post_failure(failure)
            return
        if self._task is not None:
            self._task.cancel()
        self._page.header.status.setText(f"Probing {tensor} …")
        tasks.run(self, lambda _context: make(), lambda request: self._run(request, tensor), key="probe")

    def _run(self, request: InferRequest, tensor: str) -> None:
        seconds = self._page.inputs.options.delivery.seconds
        shown, failed = (
            unless_deleted(self, lambda found: self._show(found, request)),
            unless_deleted(self, self._failed),
        )
        self._task = probe(self._session.server.current, request, tensor, seconds, shown, failed)

    def _show(self, found: Probe, request: InferRequest) -> None:
        self._session.requests.wires.take_probe(found, request)
        words = f"{found.tensor} after {len(found.ran)} of {len(found.steps)} steps"
        self._page.header.status.setText(words)
        self._page.answer.show_probe(found)

    def _failed(self, failure: Failure) -> None:
        self._page.header.status.setText("Not probed")
        self._page.answer.show_failure(failure)
