"""How many models the server has, in a line, with the way to all of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from studio.app.serving.ladder import PROCESS, REPOSITORY
from studio.app.session import Session
from studio.core.serving.launch import State
from studio.ui.room.place import WhyPlace
from studio.ui.server import names
from studio.ui.widgets import ElidedLabel, LinkButton


class ModelsLine(QWidget):
    """The page of the models says the rest."""

    opened = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Serve.MODELS)
        self._session = session
        self.words = ElidedLabel("", "dim", 12, parent=self)
        self.open = LinkButton("All models", "stack", "small", self)
        self.open.setObjectName(names.Serve.ALL_MODELS)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 12)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.open)
        self.open.clicked.connect(self.opened)
        session.server.models_changed.connect(self._show)
        session.server.status_changed.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        server = self._session.server
        ready, should = server.readiness()
        counts = server.counts
        if server.status.is_silent:
            self._tell("Not known: the server does not answer", "error")
            return
        stopped = "No server runs" if server.status.spec is None else "This server is stopped"
        parts = [f"{ready} of {should} ready"] if server.status.is_running else [stopped]
        if counts.changing:
            parts.append(f"{counts.changing} loading")
        if counts.failed_models:
            parts.append(f"{len(counts.failed_models)} failed")
        self._tell(", ".join(parts), "error" if counts.failed_models else "dim")

    def _tell(self, words: str, role: str) -> None:
        self.words.setText(words)
        self.words.set_role(role)
        self.setAccessibleName(f"Models: {self.words.text()}")


def first_failing(session: Session) -> str:
    """The first model that is not as it should be; "" where all are, or none is known."""
    server = session.server
    dead = [name for name, proof in server.prober.proofs.items() if proof.state in ("fail", "unknown")]
    return next(iter([*server.counts.failed_models[:1], *sorted(dead)]), "")


def why_place(session: Session) -> WhyPlace | None:
    """What is asked about where something is not as it should be: the server itself, or else its first such model."""
    status = session.server.status
    failing = {rung.name for rung in status.rungs if rung.state == "fail"}
    if status.state is State.FAILED or not failing.isdisjoint((PROCESS, REPOSITORY)):
        return WhyPlace("", "down")
    model = first_failing(session)
    return WhyPlace(model) if model else None


def why_ways(session: Session, ask: Callable[[WhyPlace], object]) -> list[QPushButton]:
    """What leads on from a rung that fails; nothing where the reason is not known of."""
    place = why_place(session)
    if place is None:
        return []
    button = LinkButton("Why?", "question", "small")
    button.setObjectName(names.Serve.WHY)
    # It may be another by the time of the press.
    button.clicked.connect(lambda: ask(why_place(session) or place))
    return [button]
