"""The server's page: what to launch at the left; health and models at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from studio.app import notices
from studio.app.serving.ladder import VERSIONS, ServerStatus
from studio.app.serving.needs import needs_of, served_ports
from studio.app.session import Session
from studio.core.files.repository import Repository
from studio.core.inference.model_index import failed_versions
from studio.core.serving.doctor import Diagnosis
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State
from studio.core.serving.logs.reasons import read_reason
from studio.ui.server import names
from studio.ui.server.connection_line import ConnectionLine
from studio.ui.server.doctor import Doctor
from studio.ui.server.launch.form import LaunchForm
from studio.ui.server.models_line import ModelsLine, why_ways
from studio.ui.server.several.server_list import ServerList
from studio.ui.widgets import (
    InlineProblem,
    KeyHint,
    Ladder,
    PageHeader,
    Pill,
    PrimaryButton,
    QuietButton,
    SectionHeader,
)
from studio.ui.widgets.deletion import unless_deleted

_ONE_LINE = 64
_MOST_REASONS = 3
_MOST_OF_A_REASON = 220
_STATES = {
    State.STARTING: ("Starting", "accent"),
    State.READY: ("Running", "ok"),
    State.STOPPING: ("Stopping", "dim"),
    State.STOPPED: ("Stopped", "dim"),
    State.FAILED: ("Failed", "error"),
}


class ServePage(QWidget):
    """Launches, restarts and stops one server, and shows how it is."""

    why_asked = Signal(str)
    """A model that is not as it should be."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Serve.PAGE)
        self.setProperty("kind", "page")
        self._session = session
        self.problem = InlineProblem("error", parent=self)
        self.problem.setObjectName(names.Serve.PROBLEM)
        self._rungs: object = None
        self._another = False
        self._build()
        self._connect()
        self.form.set_repository(session.repository.path if session.repository else None)
        running = session.server.status
        if running.is_running and running.spec is not None:
            self.form.show_spec(running.spec)
        self._show_status(running)
        self.form.note.look()
        self.form.note.look_at_models()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header())
        column.addWidget(ServerList(self._session, self))
        column.addWidget(ConnectionLine(self._session, self))
        column.addWidget(self.problem)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        self.waiting = Pill("Changed settings wait for a restart", "accent")
        self.waiting.setObjectName(names.Serve.WAITING)
        left = self._side("Launch settings", split)
        settings = SectionHeader("Launch settings", line=True, parent=left.parentWidget())
        settings.add_action(self.waiting)
        self.form = LaunchForm(self._session, left.parentWidget())
        right = self._side("Health", split)
        self.ladder = Ladder(right.parentWidget())
        self.ladder.setObjectName(names.Serve.LADDER)
        self.models = ModelsLine(self._session, right.parentWidget())
        self.doctor = Doctor(right.parentWidget())
        health, models = (
            SectionHeader(title, line=True, parent=right.parentWidget()) for title in ("Health", "Models")
        )
        for side, widgets in (
            (left, (settings, self.form)),
            (right, (health, self.ladder, self.doctor, models, self.models)),
        ):
            for widget in widgets:
                side.addWidget(widget)
            side.addStretch(1)
        split.setSizes([560, 580])
        column.addWidget(split, 1)

    def _header(self) -> PageHeader:
        self.header = PageHeader("hard-drives", "Server")
        self.pill = Pill()
        self.pill.setObjectName(names.Serve.STATE)
        self.header.add_sign(self.pill)
        self.stop = QuietButton("Stop", "stop")
        self.stop.setObjectName(names.Serve.STOP)
        self.start = PrimaryButton("Launch", "rocket-launch")
        self.start.setObjectName(names.Serve.LAUNCH)
        for widget in (self.stop, KeyHint("Shift+F5"), self.start, KeyHint("F5")):
            self.header.add_action(widget)
        return self.header

    @staticmethod
    def _side(title: str, split: QSplitter) -> QVBoxLayout:
        """One half that scrolls. It has its place before it is filled: what is moved later is styled once more."""
        area = QScrollArea(split)
        area.setObjectName(names.Serve.SIDE.format(title))
        area.setAccessibleName(title)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setMinimumWidth(320)
        body = QWidget()
        body.setProperty("kind", "page")
        area.setWidget(body)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        return column

    def _connect(self) -> None:
        self.start.clicked.connect(lambda: self.launch())
        self.stop.clicked.connect(self._session.server.stop)
        self._session.server.status_changed.connect(self._show_status)
        self._session.server.adopted.connect(self.form.show_spec)
        self._session.server.models_changed.connect(self._show_pill)
        self._session.repository_changed.connect(self._show_repository)
        self.form.changed.connect(self._refresh)
        self.doctor.again.connect(lambda: self._examine())
        self.form.engine.changed.connect(lambda _key: self.doctor.show_diagnoses(()))

    def launch(self, *, another: bool = False) -> None:
        """F5: launches, or restarts with the settings as they are now; `another` leaves what runs as it is."""
        self._another = another
        if self._session.repository is None or self.form.note.is_installing:
            return
        if self.form.note.is_missing:
            self.form.note.start_installation(lambda: self.launch(another=another))
            return
        if self.form.note.problem:
            # It may have been started since.
            self.form.note.look(self._launch_found)
            return
        self._launch()

    def _launch_found(self) -> None:
        if self.form.note.problem:
            notices.post("error", "Docker cannot be used", self.form.note.problem)
            return
        self._launch()

    def _launch(self) -> None:
        if wrong := self.form.problems():
            self.form.show_problem()
            notices.post("error", "Nothing was launched", wrong[0].text)
            return
        self.form.keep()
        if self.form.spec().kind is EngineKind.DOCKER:
            self._examine(self._launch_examined)
            return
        self._start_server()

    def _launch_examined(self) -> None:
        wrong = [each for each in self.doctor.diagnoses() if each.level == "error"]
        if not wrong:
            self._start_server()
            return
        first = f"{wrong[0].text} {wrong[0].remedy}".rstrip()
        detail = first if len(wrong) == 1 else f"{first} {len(wrong) - 1} more below Doctor."
        anyway = ("Launch all the same", self._start_server)
        notices.post("error", "The container was not started", detail, (anyway,))

    def _start_server(self) -> None:
        server, spec = self._session.server, self.form.spec()
        if self._restarts():
            server.restart(spec)
        else:
            server.launch(spec)

    def _examine(self, then: Callable[[], object] | None = None) -> None:
        """Looks whether a container could be started, and shows all that is found at once."""

        def found(diagnoses: tuple[Diagnosis, ...]) -> None:
            self.doctor.show_diagnoses(diagnoses)
            if then is not None:
                then()

        server, spec = self._session.server, self.form.spec()
        given_back = served_ports(server.status) if self._restarts() else None
        server.examine(spec, needs_of(self._session), given_back, unless_deleted(self, found))

    def _restarts(self) -> bool:
        """Whether a launch takes the place of what runs: where that serves the folder in front."""
        servers = self._session.servers
        return _is_ours(servers.current.status) and not servers.serves_another_folder and not self._another

    def _show_repository(self, repository: Repository | None) -> None:
        self.form.set_repository(repository.path if repository else None)
        self.form.note.look_at_models()

    def _refresh(self) -> None:
        self._show_status(self._session.server.status)

    def _show_status(self, status: ServerStatus) -> None:
        self._show_pill()
        self.header.title.setText(status.description or "Server")
        self.header.detail.setText(_where(status))
        if status.rungs != self._rungs:
            self._rungs = status.rungs
            self.ladder.set_rungs(status.rungs, self._reason(status), why_ways(self._session, self.why_asked.emit))
        failed = status.exit if status.state is State.FAILED else None
        self.problem.setVisible(failed is not None)
        if failed is not None:
            self.problem.show_problem("error", failed.reason)
            self.problem.setToolTip(failed.reason)
        is_attached = status.spec is not None and status.spec.kind is EngineKind.ATTACHED
        self.stop.setText("Detach" if is_attached and status.is_running else "Stop")
        self.stop.setEnabled(status.is_running)
        free = status.state is not State.STOPPING and not self.form.note.is_installing
        self.start.setEnabled(self._session.repository is not None and free)
        launch = "Install and launch" if self.form.note.is_missing else "Launch"
        self.start.setText(
            "Restart" if _is_ours(status) and not self._session.servers.serves_another_folder else launch
        )
        self.start.setAccessibleName(self.start.text())
        waits = self._is_waiting(status)
        self.waiting.setVisible(waits)
        self.form.show_ports(None if waits else served_ports(status))

    def _show_pill(self, *_: object) -> None:
        """The state in a word; amber where it runs and not all is there that should be."""
        server = self._session.server
        words, role = _STATES[server.status.state]
        ready, should = server.readiness()
        if server.status.state is State.READY and ready < should:
            words, role = f"{words}, {ready} of {should} models ready", "warn"
        dead = [name for name, proof in server.prober.proofs.items() if proof.state == "fail"]
        if server.status.state is State.READY and dead:
            words, role = f"Running, {dead[0]} does not answer", "error"
        self.pill.set_state(words, role)

    def _reason(self, status: ServerStatus) -> str:
        """What the failing rung's line has no room for: the models' own reasons, or its evidence in full."""
        failing = next((rung for rung in status.rungs if rung.state == "fail"), None)
        if failing is None:
            return ""
        failed = failed_versions(self._session.server.models)
        wrong = [f"{row.name}: {read_reason(row.reason).summary}" for row in failed]
        if failing.name == VERSIONS and wrong:
            more = [f"and {len(wrong) - _MOST_REASONS} more, in All models"] if len(wrong) > _MOST_REASONS else []
            return "\n".join([*(_shortened(text) for text in wrong[:_MOST_REASONS]), *more])
        return failing.evidence if len(failing.evidence) > _ONE_LINE else ""

    def _is_waiting(self, status: ServerStatus) -> bool:
        """Whether the settings differ from what runs."""
        if not _is_ours(status) or status.spec is None or self._session.servers.serves_another_folder:
            return False
        return replace(status.spec, load=()) != replace(self.form.spec(), load=())


def _is_ours(status: ServerStatus) -> bool:
    """Whether a server runs that was launched here."""
    return status.is_running and status.spec is not None and status.spec.kind is not EngineKind.ATTACHED


def _where(status: ServerStatus) -> str:
    """The addresses in one line."""
    pairs = (("HTTP", status.addresses.http), ("gRPC", status.addresses.grpc), ("metrics", status.addresses.metrics))
    return " · ".join(f"{title} {address}" for title, address in pairs if address) if status.is_running else ""


def _shortened(text: str) -> str:
    """The beginning of a reason: Python models give their whole traceback."""
    first = " ".join(text.split())
    return first if len(first) <= _MOST_OF_A_REASON else f"{first[:_MOST_OF_A_REASON]} …"
