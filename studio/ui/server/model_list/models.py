"""The models of the running server: a row for each, and what is done with several at once."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.app.session import Session
from studio.ui.server import names
from studio.ui.server.model_list.row import ModelRow
from studio.ui.server.model_list.unloading import unload
from studio.ui.widgets import EmptyState, Label, QuietButton


class ModelList(QWidget):
    """A row for each model of the repository or of the server."""

    menu_asked = Signal(str, QPoint)
    """The model under the pointer, and where on the screen its menu is to open."""
    place_asked = Signal(object)
    """Place of what a reason speaks of."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Serve.MODELS)
        self.setAccessibleName("Models of the server")
        self._session = session
        self._rows: dict[str, ModelRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(0)
        self._column.addWidget(self._for_several())
        self._nothing = EmptyState("cube", "No models", "Open a repository, or attach to a server that has some.")
        self._column.addWidget(self._nothing)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tell)
        session.server.models_changed.connect(self.refresh)
        session.repository_changed.connect(self.refresh)
        session.server.status_changed.connect(self.refresh)
        session.server.pending_changed.connect(self.refresh)
        session.server.guard_changed.connect(self.refresh)
        session.checker.findings_changed.connect(self.refresh)
        self.refresh()

    def _for_several(self) -> QWidget:
        self.several = QWidget()
        self._counted = Label("", "dim", 12)
        self.load = QuietButton("Load", size="small")
        self.load.setObjectName(names.Serve.LOAD_CHOSEN)
        self.unload = QuietButton("Unload", size="small")
        self.unload.setObjectName(names.Serve.UNLOAD_CHOSEN)
        row = QHBoxLayout(self.several)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self._counted, 1)
        for button, what in ((self.load, "Load"), (self.unload, "Unload")):
            button.setAccessibleName(f"{what} the chosen models")
            row.addWidget(button)
        self.load.clicked.connect(self._load_chosen)
        self.unload.clicked.connect(self._unload_chosen)
        return self.several

    def chosen(self) -> tuple[str, ...]:
        """The models that are ticked."""
        return tuple(sorted(name for name, row in self._rows.items() if row.choose.isChecked()))

    def _load_chosen(self) -> None:
        for name in self.chosen():
            self._session.server.load(name)

    def _unload_chosen(self) -> None:
        unload(self.window(), self._session, tuple(name for name in self.chosen() if self._rows[name].is_ready))

    def refresh(self) -> None:
        """Shows the models that there are now."""
        server, repository = self._session.server, self._session.repository
        states, proofs = server.models, server.prober.proofs
        wanted = sorted({*states, *(folder.name for folder in (repository.models if repository else ()))})
        for name in [name for name in self._rows if name not in wanted]:
            row = self._rows.pop(name)
            row.hide()
            row.deleteLater()
        for place, name in enumerate(wanted):
            if name not in self._rows:
                self._add(place, name)
            self._rows[name].show_states(
                states.get(name, ()),
                server.guard.refusal,
                name in server.pending,
                server.loads.get(name),
                proofs.get(name),
            )
        self._nothing.setVisible(not wanted)
        self._show_chosen()
        if any(row.is_loading for row in self._rows.values()):
            self._clock.start()
        else:
            self._clock.stop()

    def _add(self, place: int, name: str) -> None:
        self._rows[name] = row = ModelRow(self._session, name)
        row.menu_asked.connect(self.menu_asked)
        row.place_asked.connect(self.place_asked)
        row.unload_asked.connect(lambda name: unload(self.window(), self._session, (name,)))
        row.chosen_changed.connect(self._show_chosen)
        # Below what is for several.
        self._column.insertWidget(place + 1, row)

    def _tell(self) -> None:
        for row in self._rows.values():
            if row.is_loading:
                row.tell()

    def _show_chosen(self) -> None:
        chosen = self.chosen()
        self.several.setVisible(bool(chosen))
        self._counted.setText(f"{len(chosen)} chosen")
        control = not self._session.server.guard.refusal
        self.load.setEnabled(control and all(self._rows[name].load.isEnabled() for name in chosen))
        self.unload.setEnabled(control and any(self._rows[name].unload.isEnabled() for name in chosen))
