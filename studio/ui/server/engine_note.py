"""Whether the chosen engine can be used here: what it is, why not, and its installation where that is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app import notices
from studio.app.session import Session
from studio.core.serving.kinds import ON_DEMAND, StandIn
from studio.ui.server import names
from studio.ui.widgets import IconLabel, Label, QuietButton, Row
from studio.ui.widgets.deletion import unless_deleted
from studio.ui.widgets.installation import Installation

if TYPE_CHECKING:
    from studio.app.serving.machine import DockerInfo, EngineInfo, Machine
    from studio.core.serving.container import Place

_AGAIN_MS = 4000
"""Docker is looked for so often while the page is shown: it may start or end at any time."""


class EngineNote(QWidget):
    """One line below the choice of the engine, and the progress of an installation."""

    changed = Signal()
    """Something became known, or usable."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._kind = "embedded"
        self._then: Callable[[], object] | None = None
        self.machine: Machine | None = None
        self.engine: EngineInfo | None = None
        self._needed: tuple[StandIn, ...] = ()
        self._gave_up: frozenset[StandIn] = frozenset()
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._look_again)
        # The page may live on for a moment after its session.
        session.server.destroyed.connect(self._again.stop)
        self._sign = IconLabel("circle", "faint", 14)
        self.words = Label("", "dim", 12)
        self.words.setObjectName(names.Serve.ENGINE_NOTE)
        self.words.setWordWrap(True)
        self.install = QuietButton("Install", "download-simple", "dense")
        self.install.setObjectName(names.Serve.INSTALL)
        self.install.setAccessibleName("Install the embedded engine")
        self._build()
        self.install.clicked.connect(self.start_installation)
        self._show()

    def _build(self) -> None:
        self._line = Row(self._sign, self.words, self.install, spacing=6)
        self._line.box.setStretch(1, 1)
        self.installing = Installation(
            lambda progress, done, failed: self._session.server.install_engine(
                progress, done, failed, [each.backend for each in self._absent()]
            ),
            "the embedded engine",
            names.Serve.PROGRESS,
            names.Serve.CANCEL_INSTALL,
        )
        self.installing.setObjectName(names.Serve.INSTALLING)
        self.installing.ended.connect(self._ended)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._line)
        column.addWidget(self.installing)

    def look(self, then: Callable[[], object] | None = None) -> None:
        """Looks what this machine has; that takes a moment and runs beside the window. `then` is called once it has."""

        def found(machine: Machine) -> None:
            self.take_machine(machine)
            if then is not None:
                then()

        self._session.server.engine_info(unless_deleted(self, self.take_engine))
        self._session.server.machine(unless_deleted(self, found))

    def showEvent(self, event: QShowEvent) -> None:
        """Docker may have come or gone since it was looked for."""
        super().showEvent(event)
        if self.machine is not None:
            self._look_again()
        self._again.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody reads it: nothing is looked for."""
        super().hideEvent(event)
        self._again.stop()

    def _look_again(self) -> None:
        self._session.server.docker(unless_deleted(self, self._take_docker))

    def _take_docker(self, docker: DockerInfo) -> None:
        if self.machine is not None and docker != self.machine.docker:
            self.look()
        if self.isVisible():
            self._again.start()

    def take_engine(self, info: EngineInfo) -> None:
        """Takes what is known of the embedded engine."""
        self.engine = info
        self._show()
        self.changed.emit()

    def take_machine(self, machine: Machine) -> None:
        """Takes what this machine has."""
        self.machine, self.engine = machine, machine.engine
        self._show()
        self.changed.emit()

    def set_kind(self, kind: str) -> None:
        """Tells of another engine: "embedded" or "docker"."""
        self._kind = kind
        self._show()

    def look_at_models(self) -> None:
        """Looks which backends the models of the repository need that do not come with the engine."""
        server = self._session.server
        server.needed_backends(self._session.drafts(), unless_deleted(self, self.set_needed))

    def set_needed(self, needed: tuple[StandIn, ...]) -> None:
        """Takes which backends the models need that are installed on demand."""
        if needed != self._needed:
            self._needed, self._gave_up = needed, frozenset()
            self._show()
            self.changed.emit()

    def _absent(self) -> tuple[StandIn, ...]:
        """The backends that are needed and not installed."""
        there = self.engine.backends if self.engine is not None else ()
        return tuple(each for each in self._needed if each.backend not in there)

    @property
    def is_missing(self) -> bool:
        """Whether the embedded engine is chosen and something of it has to be installed first."""
        if self._kind != "embedded" or self.engine is None:
            return False
        return not self.engine.installed or not self._gave_up.issuperset(self._absent())

    @property
    def has_docker(self) -> bool:
        """Whether Docker answers and has an image of Triton, as far as is known."""
        return self.machine is not None and not self.machine.docker.problem and bool(self.machine.images)

    @property
    def problem(self) -> str:
        """Why Docker is chosen and cannot be used; empty where it can, or is not known yet."""
        return self.machine.docker.problem if self._kind == "docker" and self.machine else ""

    @property
    def place(self) -> Place | None:
        """The Docker engine that takes a container, as far as is known."""
        return self.machine.docker.place if self.machine else None

    def _show(self) -> None:
        sign, role, text = self._docker() if self._kind == "docker" else self._embedded()
        self._sign.set_icon(sign, role)
        self.words.setText(text)
        wanted = self.is_missing or (self._kind == "embedded" and self.engine is not None and bool(self._absent()))
        self.install.setVisible(wanted and not self.is_installing)
        looked = self.machine.docker.looked_at if self.machine and self._kind == "docker" else ()
        self.words.setToolTip("\n".join(("Looked at", *looked)) if looked else "")
        self._line.setVisible(not self.is_installing or self._kind == "docker")
        self.installing.setVisible(self.is_installing and self._kind == "embedded")

    def _embedded(self) -> tuple[str, str, str]:
        info = self.engine
        if info is None:
            return "circle", "faint", "Looking for the engine …"
        if not info.installed:
            return "warning-fill", "warn_fill", info.problem or "It is not installed."
        if absent := self._absent():
            costs = "; ".join(each.words for each in absent)
            return "warning-fill", "warn_fill", f"Models here need a stand-in for a backend of Triton. {costs}."
        parts = [f"Triton {info.version}", f"Python {info.python}" if info.python else ""]
        parts.append(f"ONNX Runtime {info.onnxruntime}" if info.onnxruntime else "")
        parts += [ON_DEMAND[name].title for name in info.backends]
        words = ", ".join(part for part in parts if part)
        return (
            ("warning-fill", "warn_fill", f"{words}. {info.problem}")
            if info.problem
            else ("check-circle-fill", "ok", words)
        )

    def _docker(self) -> tuple[str, str, str]:
        if self.machine is None:
            return "circle", "faint", "Looking for Docker …"
        if self.machine.docker.problem:
            reason = self.machine.docker.problem
            return "x-circle-fill", "error", reason[:1].upper() + reason[1:]
        count = len(self.machine.images)
        images = f"{count} Triton image{'s' if count != 1 else ''}" if count else "no Triton image yet"
        return "check-circle-fill", "ok", f"Docker {self.machine.docker.version}, {images}"

    # Installation

    def start_installation(self, then: object = None) -> None:
        """Installs the embedded engine; `then` is called once it is there."""
        if not self.is_installing:
            self._then = then if callable(then) else None
            self.installing.begin()
            self._show()
            self.changed.emit()

    @property
    def is_installing(self) -> bool:
        """Whether an installation is under way."""
        return self.installing.is_running

    def _ended(self, engine: EngineInfo | None) -> None:
        then, self._then = self._then, None
        self.engine = engine or self.engine
        self._show()
        self.changed.emit()
        if engine is None:
            # Whoever does not get it can serve the other models.
            self._gave_up = frozenset(self._absent())
            self.look()
            return
        notices.post("success", "The embedded engine is installed")
        if then is not None:
            then()
