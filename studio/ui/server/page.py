"""The server's page: what to launch at the left; health and models at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from studio.app import notices
from studio.app.serving.ladder import ServerStatus
from studio.app.serving.needs import needs_of, served_ports
from studio.app.session import Session
from studio.core.files.repository import Repository
from studio.core.serving.doctor import Diagnosis
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State
from studio.ui.in_turns import InTurns
from studio.ui.server import names
from studio.ui.server.connection_line import ConnectionLine
from studio.ui.server.doctor import Doctor
from studio.ui.server.launch.form import LaunchForm
from studio.ui.server.models_line import ModelsLine, why_ways
from studio.ui.server.several.server_list import ServerList
from studio.ui.server.words import failing_reason, is_ours, state_words, where
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

_SETTINGS, _HEALTH = 572, 320
"""The least width of either half: the ports need theirs in a line, and the name of an image in its field."""


class ServePage(QWidget):
    """Launches, restarts and stops one server, and shows how it is."""

    why_asked = Signal(object)
    """WhyPlace: what is not as it should be."""

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
        self._show_status(session.server.status)
        self._turns = InTurns((*self._form.steps(), self._begin_form, self._form.note.look, self._form.show), self)

    @property
    def form(self) -> LaunchForm:
        """What is launched. It is made a turn of the event loop after the page, or when it is first asked for."""
        self._turns.finish()
        return self._form

    def _begin_form(self) -> None:
        """Fills the settings and follows them."""
        session, form = self._session, self._form
        form.set_repository(session.repository.path if session.repository else None)
        running = session.server.status
        if running.is_running and running.spec is not None:
            form.show_spec(running.spec)
        session.server.adopted.connect(form.show_spec)
        session.repository_changed.connect(self._show_repository)
        form.changed.connect(self._refresh)
        form.engine.changed.connect(lambda _key: self.doctor.show_diagnoses(()))
        form.note.look_at_models()
        self._show_launch(running)

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
        left = self._side("Launch settings", split, _SETTINGS)
        settings = SectionHeader("Launch settings", line=True, parent=left.parentWidget())
        settings.add_action(self.waiting)
        self._form = LaunchForm(self._session, left.parentWidget())
        self._form.hide()
        right = self._side("Health", split, _HEALTH)
        self.ladder = Ladder(right.parentWidget())
        self.ladder.setObjectName(names.Serve.LADDER)
        self.models = ModelsLine(self._session, right.parentWidget())
        self.doctor = Doctor(right.parentWidget())
        health, models = (
            SectionHeader(title, line=True, parent=right.parentWidget()) for title in ("Health", "Models")
        )
        for side, widgets in (
            (left, (settings, self._form)),
            (right, (health, self.ladder, self.doctor, models, self.models)),
        ):
            for widget in widgets:
                side.addWidget(widget)
            side.addStretch(1)
        split.setSizes([590, 550])
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
    def _side(title: str, split: QSplitter, least: int) -> QVBoxLayout:
        """One half that scrolls. It has its place before it is filled: what is moved later is styled once more."""
        area = QScrollArea(split)
        area.setObjectName(names.Serve.SIDE.format(title))
        area.setAccessibleName(title)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setMinimumWidth(least)
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
        self._session.server.models_changed.connect(self._show_pill)
        self.doctor.again.connect(lambda: self._examine())

    def launch(self, *, another: bool = False) -> None:
        """F5: launches, or restarts with the settings as they are now; `another` leaves what runs as it is.

        Where the settings are still being made, once they are.
        """
        self._turns.when_whole(lambda: self._launch_as_set(another=another))

    def _launch_as_set(self, *, another: bool) -> None:
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
        return is_ours(servers.current.status) and not servers.serves_another_folder and not self._another

    def _show_repository(self, repository: Repository | None) -> None:
        self.form.set_repository(repository.path if repository else None)
        self.form.note.look_at_models()

    def _refresh(self) -> None:
        self._show_status(self._session.server.status)

    def _show_status(self, status: ServerStatus) -> None:
        self._show_pill()
        self.header.title.setText(status.description or "Server")
        self.header.detail.setText(where(status))
        if status.rungs != self._rungs:
            self._rungs = status.rungs
            ways = why_ways(self._session, self.why_asked.emit)
            self.ladder.set_rungs(status.rungs, failing_reason(self._session, status), ways)
        failed = status.exit if status.state is State.FAILED else None
        self.problem.setVisible(failed is not None)
        if failed is not None:
            self.problem.show_problem("error", failed.reason)
            self.problem.setToolTip(failed.reason)
        is_attached = status.spec is not None and status.spec.kind is EngineKind.ATTACHED
        stops = self._session.server.is_stopping
        self.stop.setText("Stop now" if stops else "Detach" if is_attached and status.is_running else "Stop")
        self.stop.setEnabled(status.is_running or stops)
        self._show_launch(status)

    def _show_launch(self, status: ServerStatus) -> None:
        """What a launch would do, and whether one is due."""
        form = self._form
        free = status.state is not State.STOPPING and not form.note.is_installing
        self.start.setEnabled(self._session.repository is not None and free)
        launch = "Install and launch" if form.note.is_missing else "Launch"
        restarts = is_ours(status) and not self._session.servers.serves_another_folder
        self.start.setText("Restart" if restarts else launch)
        self.start.set_icon_name("arrow-clockwise" if restarts else "rocket-launch")
        self.start.setAccessibleName(self.start.text())
        waits = form.is_whole and self._is_waiting(status)
        self.waiting.setVisible(waits)
        if form.is_whole:
            form.show_ports(None if waits else served_ports(status))

    def _show_pill(self, *_: object) -> None:
        self.pill.set_state(*state_words(self._session))

    def _is_waiting(self, status: ServerStatus) -> bool:
        """Whether the settings differ from what runs."""
        if not is_ours(status) or status.spec is None or self._session.servers.serves_another_folder:
            return False
        return replace(status.spec, load=()) != replace(self._form.spec(), load=())
