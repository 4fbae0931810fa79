"""The models of the running server: state, reason, and buttons that load and unload."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.app.serving.overrides import asks_for_missing_gpu, on_cpu
from studio.app.session import Session
from studio.core.inference.requests import ModelState
from studio.ui.look.load_state import LOAD_SIGNS, load_state
from studio.ui.server import names
from studio.ui.widgets import ElidedLabel, EmptyState, HairLine, IconLabel, Label, QuietButton


class ModelRow(QWidget):
    """One model. Its buttons are off where the server's control mode does not allow them."""

    menu_asked = Signal(str, QPoint)

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self._session = session
        self._name = name
        self._sign = IconLabel("circle", "faint")
        self.state = ElidedLabel("", "dim", 12)
        self.load = QuietButton("Load", size="small")
        self.load.setObjectName(names.Serve.LOAD.format(name))
        self.load.setAccessibleName(f"Load {name}")
        self.unload = QuietButton("Unload", size="small")
        self.unload.setObjectName(names.Serve.UNLOAD.format(name))
        self.unload.setAccessibleName(f"Unload {name}")
        self.on_cpu = QuietButton("Load on the CPU", size="small")
        self.on_cpu.setObjectName(names.Serve.ON_CPU.format(name))
        self.on_cpu.setToolTip("Loads it with its instances on the CPU; the file stays as it is")
        self._build()
        self.load.clicked.connect(lambda: session.server.load(name))
        self.unload.clicked.connect(lambda: session.server.unload(name))
        self.on_cpu.clicked.connect(self._load_on_cpu)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self._sign)
        row.addWidget(Label(self._name, weight=500))
        row.addWidget(self.state, 1)
        self.setFixedHeight(33)
        for button in (self.on_cpu, self.load, self.unload):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(HairLine())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(self._name, event.globalPos())

    def _load_on_cpu(self) -> None:
        draft = self._session.draft(self._name)
        if draft is not None:
            self._session.server.load(self._name, on_cpu(draft))

    def show_states(self, rows: tuple[ModelState, ...], refusal: str, pending: bool) -> None:
        """Shows what the server's index says of the model; `refusal` says why nothing can be changed there."""
        control = not refusal
        for button in (self.load, self.unload):
            button.setToolTip(refusal)
        ready = [row for row in rows if row.is_ready]
        busy = [row for row in rows if row.is_changing]
        failed = [row for row in rows if row.is_failed]
        shown = (busy or ready or failed or [ModelState(self._name, "", "", "not loaded")])[0]
        self._sign.set_icon(*LOAD_SIGNS["loading" if pending else load_state(shown)])
        self.state.setText("asked …" if pending and not busy else self._words(ready, busy, failed))
        self.state.set_role("error" if failed and not ready else "dim")
        self.load.setText("Reload" if ready else "Load")
        self.load.setEnabled(control and not busy and not pending)
        self.unload.setEnabled(control and bool(ready) and not pending)
        needs_gpu = any(asks_for_missing_gpu(row.reason) for row in failed)
        self.on_cpu.setVisible(control and needs_gpu and not ready and not pending)
        self.setAccessibleName(f"{self._name}: {self.state.text()}")

    @staticmethod
    def _words(ready: list[ModelState], busy: list[ModelState], failed: list[ModelState]) -> str:
        if busy:
            return "loading …" if busy[0].is_loading else "unloading …"
        if ready:
            versions = ", ".join(row.version for row in ready)
            return f"version{'s' if len(ready) > 1 else ''} {versions} ready"
        return failed[0].reason if failed else "not loaded"


class ModelList(QWidget):
    """A row for each model of the repository or of the server."""

    menu_asked = Signal(str, QPoint)
    """The model under the pointer, and where on the screen its menu is to open."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Serve.MODELS)
        self.setAccessibleName("Models of the server")
        self._session = session
        self._rows: dict[str, ModelRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(0)
        self._nothing = EmptyState("cube", "No models", "Open a repository, or attach to a server that has some.")
        self._column.addWidget(self._nothing)
        session.server.models_changed.connect(self.refresh)
        session.repository_changed.connect(self.refresh)
        session.server.status_changed.connect(self.refresh)
        session.server.pending_changed.connect(self.refresh)
        session.server.guard.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows the models that there are now."""
        states = self._session.server.models
        repository = self._session.repository
        wanted = sorted({*states, *(folder.name for folder in (repository.models if repository else ()))})
        for name in [name for name in self._rows if name not in wanted]:
            row = self._rows.pop(name)
            row.hide()
            row.deleteLater()
        for place, name in enumerate(wanted):
            if name not in self._rows:
                self._rows[name] = ModelRow(self._session, name)
                self._rows[name].menu_asked.connect(self.menu_asked)
                self._column.insertWidget(place, self._rows[name])
            self._rows[name].show_states(
                states.get(name, ()), self._session.server.guard.refusal, name in self._session.server.pending
            )
        self._nothing.setVisible(not wanted)
