"""An OpenAI-compatible front end: attached to by its address, asked, and its text as it comes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from studio.app.requests.front_ends import AttachedFrontEnd
from studio.app.tasks import Task
from studio.core.inference.requests import InferRequest
from studio.core.inference.streams import StreamTimes
from studio.failure import Failure
from studio.ui.tester.front_end.form import FrontEndForm, Headers
from studio.ui.tester.front_end.names import FrontEndNames
from studio.ui.tester.stream.side import StreamSide
from studio.ui.widgets import (
    DangerButton,
    ElidedLabel,
    HairLine,
    InlineProblem,
    LinkButton,
    PrimaryButton,
    QuietButton,
    Row,
    TextField,
)

_ADDRESS = "http://127.0.0.1:9000"
_SECONDS = 600.0


class FrontEndSide(QWidget):
    """Stands in the place of the tester's form while it is asked for. The key is kept nowhere."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(FrontEndNames.SIDE)
        self.setProperty("kind", "page")
        self._front_end = AttachedFrontEnd(self)
        self._task: Task[StreamTimes] | None = None
        self.back = LinkButton("Triton", "arrow-left", "small")
        self.address = TextField(_ADDRESS, mono=True)
        self.key = TextField("", mono=True)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText("API key, if it wants one")
        self.attach = QuietButton("Attach", "link")
        self.status = ElidedLabel("", "dim", 12)
        self.stop = DangerButton("Stop", "stop-fill")
        self.send = PrimaryButton("Send", "paper-plane-right-fill")
        self.form = FrontEndForm()
        self.stream = StreamSide()
        self.problem = InlineProblem("error")
        self._build()
        self.back.clicked.connect(self.left)
        self.attach.clicked.connect(self.attach_now)
        self.address.returnPressed.connect(self.attach_now)
        self.send.clicked.connect(self.ask)
        self.stop.clicked.connect(self._stop)
        self.hide()

    def _build(self) -> None:
        named: tuple[tuple[QWidget, str, str], ...] = (
            (self.back, FrontEndNames.BACK, "Back to the requests to Triton"),
            (self.address, FrontEndNames.ADDRESS, "Address of the front end"),
            (self.key, FrontEndNames.KEY, "API key"),
            (self.attach, FrontEndNames.ATTACH, "Attach to the front end"),
            (self.status, FrontEndNames.STATUS, "What the front end said"),
            (self.stop, FrontEndNames.STOP, "Stop"),
            (self.send, FrontEndNames.SEND, "Send"),
            (self.problem, FrontEndNames.PROBLEM, "What went wrong"),
        )
        for widget, name, title in named:
            widget.setObjectName(name)
            widget.setAccessibleName(title)
        self.address.setFixedWidth(240)
        self.key.setFixedWidth(180)
        for hidden in (self.stop, self.problem):
            hidden.hide()
        parts = (self.back, self.address, self.key, self.attach, self.status, self.stop, self.send)
        header = Row(*parts, margins=12)
        header.setFixedHeight(48)
        header.box.setStretch(4, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.form)
        split.addWidget(self.stream)
        split.setSizes([380, 900])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (header, HairLine(), self.problem):
            column.addWidget(widget)
        column.addWidget(split, 1)

    def _headers(self) -> Headers:
        key = self.key.text().strip()
        return (("Authorization", f"Bearer {key}"),) if key else ()

    def attach_now(self) -> None:
        """Asks the address which models it has."""
        self.problem.hide()
        self.status.setText("Asking for its models …")
        self._front_end.attach(self.address.text().strip(), self._headers(), self._attached, self._refused)

    def _attached(self, models: tuple[str, ...]) -> None:
        self.form.show_models(models)
        self.status.setText(f"{len(models):,} model{'' if len(models) == 1 else 's'}")

    def _refused(self, failure: Failure) -> None:
        self.status.setText("Not attached")
        self._tell(failure)

    def _tell(self, failure: Failure) -> None:
        self.problem.show_problem("error", f"{failure.attempted} failed: {failure.detail}")
        self.problem.show()

    def ask(self) -> None:
        """Sends what stands in the form."""
        if self._task is not None:
            return
        self.problem.hide()
        try:
            request = self.form.request(self._headers())
        except Failure as failure:
            self._tell(failure)
            return
        self._front_end.address = self.address.text().strip()
        model, most = str(request.fields["model"]), int(request.fields["max_tokens"])
        asked = InferRequest(model, (), parameters=(("max_tokens", most),), protocol="http")
        self.stream.begin(asked, "generate_stream" if request.fields.get("stream") else "generate", has_text=True)
        self._task = self._front_end.ask(request, _SECONDS, self.stream.add, self._over, self._failed)
        self._show_busy("Asking …")

    def _over(self, times: StreamTimes) -> None:
        self.stream.end()
        self._end(f"{times.count:,} chunk{'' if times.count == 1 else 's'} in {times.total / 1e9:.2f} s")

    def _failed(self, failure: Failure) -> None:
        self.stream.fail(failure)
        self._end("Not answered")
        self._tell(failure)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.stream.stop()
            self._end("Stopped: the connection was closed")

    def _end(self, words: str) -> None:
        self._task = None
        self._show_busy(words)

    def _show_busy(self, words: str) -> None:
        self.status.setText(words)
        self.stop.setVisible(self._task is not None)
        self.send.setEnabled(self._task is None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc stops what comes."""
        if event.key() == Qt.Key.Key_Escape and self._task is not None:
            self._stop()
        else:
            super().keyPressEvent(event)
