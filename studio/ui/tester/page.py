"""The tester: inputs at the left, outputs at the right, where the time went below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.failure import CoreError
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.model_index import ready_models, ready_versions
from studio.core.inference.requests import ModelMetadata
from studio.core.serving.launch import State
from studio.failure import Failure
from studio.ui.tester import names
from studio.ui.tester.answer import AnswerSide
from studio.ui.tester.front_end.switch import FrontEndSwitch
from studio.ui.tester.header import Header
from studio.ui.tester.inputs import InputsSide
from studio.ui.tester.model_reader import ModelReader
from studio.ui.tester.planning import PlansRequests
from studio.ui.tester.receiving import Receiving
from studio.ui.tester.sending import Asked, Sending
from studio.ui.tester.tab_order import tab_way
from studio.ui.tester.timing import TimingPanel
from studio.ui.tester.tools.tools import Tools
from studio.ui.tester.ways import generates, is_here, nothing_words, way
from studio.ui.widgets import HairLine, NoServer, without_room


class TesterPage(PlansRequests):
    """Sends one request at a time to a model of the running server."""

    why_asked = Signal(str)
    """The model that gave no answer."""
    sent = Signal(object, object)
    """The InferRequest that was answered, and its InferResult, which is shown."""
    not_judged = Signal(object)
    """Failure: why what came cannot be compared with what is expected."""
    save_wanted = Signal()
    left = Signal()
    """Another model is chosen in place of one that could not be asked; the form is as it was."""
    inputs_changed = Signal()
    """The model takes other inputs than before; the form is as it was, and becomes theirs."""
    described = Signal()
    """The inputs of the model that is chosen are known, and the form is there."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Tester.PAGE)
        self.setProperty("kind", "page")
        self._session = session
        self.sending = Sending(self)
        self._reader = ModelReader(session, self)
        self._wanted = ""
        self.is_offline = False
        """Whether the form and the answer are of a model that cannot be asked now."""
        self._build()
        self._connect()
        self._show_models(session.server.models)

    def _build(self) -> None:
        """From the outside in: a widget that gets its parent late is styled once more, with everything in it."""
        whole = without_room(QVBoxLayout(self))
        self.columns = QSplitter(Qt.Orientation.Horizontal, self)
        self.columns.setHandleWidth(1)
        whole.addWidget(self.columns)
        self.front_end = FrontEndSwitch(whole, self.columns)
        work = QWidget(self.columns)
        self.column = without_room(QVBoxLayout(work))
        self.header = Header()
        self.stack = QStackedWidget(work)
        for part in (self.header, HairLine(), self.stack):
            self.column.addWidget(part, part is self.stack)
        self.empty = NoServer("flask")
        self._body = QWidget(self.stack)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._body)
        self._build_body()

    def _build_body(self) -> None:
        body = without_room(QVBoxLayout(self._body))
        split = QSplitter(Qt.Orientation.Horizontal, self._body)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        body.addWidget(split, 1)
        self.inputs = InputsSide(split)
        self.answer = AnswerSide(self._session, split)
        self.inputs.answers = self.answer.offered
        self.outputs = self.answer.outputs
        self.timing = TimingPanel()
        self.receiving = Receiving(self, self.sending, self.header, self.answer, self.timing, lambda: self.metadata)
        split.setSizes([460, 680])
        self.tools = Tools(self._session, self, self)
        for part in (self.tools.lanes, self.tools.batch, HairLine(), self.timing):
            body.addWidget(part)

    def _connect(self) -> None:
        self.header.model.currentTextChanged.connect(self._model_chosen)
        self.header.version.activated.connect(lambda _index: self._ask_metadata())
        self.header.protocol.changed.connect(self.inputs.set_protocol)
        self.outputs.refusal.why.clicked.connect(lambda: self.why_asked.emit(self.header.model.currentText()))
        self.header.send.clicked.connect(self.send_request)
        self.header.cancel.clicked.connect(self._cancel)
        self._reader.known.connect(self._show_metadata)
        self._reader.refused.connect(self._not_told)
        self.sending.changed.connect(self._show_server)
        self.receiving.sent.connect(self.sent)
        self.receiving.not_judged.connect(self.not_judged)
        self._session.server.switched.connect(self._switch)
        self._session.server.models_changed.connect(self._show_models)
        self._session.server.reload_changed.connect(self._see_reload)
        self._session.server.status_changed.connect(self._show_server)

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way."""
        return self.sending.is_busy

    def select(self, model: str) -> None:
        """Chooses a model, now or as soon as the server has it."""
        self._wanted = model
        if self.header.model.findText(model) >= 0:
            self.header.model.setCurrentText(model)

    def _show_models(self, states: object) -> None:
        """Keeps the list of ready models, and the choice while it is among them."""
        found = states if isinstance(states, dict) else {}
        ready = sorted(ready_models(found))
        if not ready and self.outputs.outputs:
            # What was answered outlives the server.
            self.is_offline = True
            self.header.status.setText("No model is ready any more; this is what was answered")
        elif ready and self.metadata is not None and self._wanted == self.metadata.name not in ready:
            # Another model can be chosen; this one stays in sight until then.
            self._lose(self._wanted, ready)
        elif self.header.show_models(ready, self._wanted) or (ready and self.is_offline):
            self._model_chosen(self.header.model.currentText())
        self._show_server()

    def _lose(self, model: str, ready: Sequence[str]) -> None:
        """The model cannot be asked for now, as while it is loaded anew: its form and its answer stay."""
        self.header.show_models([model, *ready], model)
        if not self.is_offline:
            self.is_offline = True
            why = f"{model} is not ready on the server."
            self.header.why_not(why)
            if not self.is_busy:
                self.header.status.setText(why)

    def _switch(self) -> None:
        """Another server is current: its model of the same name may take other inputs."""
        self._wanted = self._wanted or self.header.model.currentText()
        self.header.show_models([], "")

    def _show_server(self) -> None:
        """What the page can do now."""
        state = self._session.server.status.state
        serving = state is State.READY and self.header.model.count() > 0 and not self.is_offline
        self.stack.setCurrentWidget(self._body if serving or self.is_offline else self.empty)
        self.header.show_protocols(self._session.server.status.addresses)
        self.inputs.set_protocol(self.header.protocol.value())
        self.header.set_ready(serving, self.is_busy, self.metadata is not None)
        self.header.model.setEnabled(self.header.model.isEnabled() or self.header.model.count() > 1)
        self.empty.set_text(*nothing_words(state))

    def _model_chosen(self, name: str) -> None:
        if name:
            self._wanted = name
        if self.is_offline:
            if name in (ready := ready_models(self._session.server.models)):
                self.header.show_models(sorted(ready), name)
            if self.metadata is not None and self.metadata.name != name:
                self.left.emit()
        rows = self._session.server.models.get(name, ())
        self.header.show_versions(list(ready_versions(rows)))
        is_back, self.is_offline = self.is_offline and self.metadata is not None and self.metadata.name == name, False
        if not self.is_busy:
            self.header.status.clear()
        if not is_back:
            self.metadata = None
            self.answer.clear()
            self.timing.clear()
        self.header.why_not("" if is_back else "The inputs of the model are being read.")
        # Until the inputs of this model are known, there is nothing that Send could send.
        self._show_server()
        self._ask_metadata()

    def _ask_metadata(self) -> None:
        self._reader.read(self.header.model.currentText(), self.header.chosen_version())

    def _see_reload(self, model: str) -> None:
        """It may take other inputs now."""
        if model and model == self.header.model.currentText() and not self.is_offline:
            self._ask_metadata()

    def _show_metadata(self, metadata: ModelMetadata, traits: Traits) -> None:
        if self.metadata is not None and self.metadata.inputs != metadata.inputs:
            self.inputs_changed.emit()
        if self.metadata is None:
            # What stood there was said of the try before.
            self.answer.clear()
            if not self.is_busy:
                self.header.status.clear()
        self.metadata, self.traits = metadata, traits
        self.header.why_not("")
        self.header.show_traits(traits)
        self.header.show_ways(traits, generates=generates(metadata))
        self.inputs.show_model(metadata, traits, is_here=is_here(self._session.server.status.addresses))
        self.tools.show_model(metadata, traits)
        self._show_server()
        self.described.emit()

    def show_offline(self, metadata: ModelMetadata, traits: Traits, why: str) -> None:
        """Shows a form for a model that cannot be asked now, and `why`: to look at a request and its answer."""
        self._wanted = metadata.name
        ready = ready_models(self._session.server.models)
        self.header.show_models([metadata.name, *sorted({*ready} - {metadata.name})], metadata.name)
        self.header.show_versions([])
        self._reader.read("", "")
        self.metadata, self.traits, self.is_offline = metadata, traits, True
        self.answer.clear()
        self.timing.clear()
        self.header.show_traits(traits)
        self.header.show_ways(traits, generates=generates(metadata))
        self.inputs.show_model(metadata, traits)
        self._show_server()
        self.header.why_not(why)
        self.header.status.setText(why)

    def _not_told(self, failure: Failure) -> None:
        """Says why the inputs are not known; they are asked for again by themselves."""
        if self.metadata is None:
            self.answer.show_failure(failure)
            words = f"Its inputs could not be read: {failure.reason}"
            self.header.why_not(words)
            if not self.is_busy:
                self.header.status.setText(f"Nothing can be sent yet. {words}")

    def send_request(self) -> None:
        """Ctrl+Enter. The data is made and sent on other threads."""
        metadata = self.metadata
        if self.is_busy or metadata is None or not self.header.send.isEnabled():
            return
        self.answer.is_awaited = True
        try:
            make = self.plan_now()
        except CoreError as error:
            self.receiving.fail(None, error)
            return
        version = self.header.chosen_version()
        server = self._session.server.current
        self.receiving.at = self._named(server)
        to = metadata.name if version == "" else f"{metadata.name} {version}"
        self.header.status.setText(f"Sending to {to}{self.receiving.at} …")
        seconds = self.inputs.options.delivery.seconds
        protocol = self.header.protocol.value()
        traced = self.receiving.note_trace if self.timing.wants_steps else None
        self.sending.start(server, Asked(make, way(self.traits, protocol), seconds, protocol, traced))

    def save(self) -> None:
        """Keeps the request that stands in the form."""
        self.save_wanted.emit()

    def _cancel(self) -> None:
        self.header.status.setText(self.sending.cancel())
        self.answer.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends what is under way."""
        if event.key() == Qt.Key.Key_Escape and self.is_busy:
            self._cancel()
        else:
            super().keyPressEvent(event)

    def tab_way(self) -> list[QWidget]:
        """As one reads, whenever cards and viewers were made."""
        return tab_way(self, self.inputs, self.header.send)

    def _named(self, server: ServerControl) -> str:
        """Where a request goes, where there is a choice."""
        servers = self._session.servers
        return f" on {servers.identity(server).name}" if len(servers.listed) > 1 else ""
