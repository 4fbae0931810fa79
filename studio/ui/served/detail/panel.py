"""What a model of the table unfolds to: why it failed, and how what runs differs from its file."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.serving.loading import keep_trial
from studio.app.serving.overrides import asks_for_missing_gpu, on_cpu
from studio.app.serving.served_models.details import ServedDetails
from studio.app.session import Session
from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.core.inference.model_index import is_ready
from studio.core.serving.against_file import ServedField, adopt
from studio.core.serving.dependents import dependents
from studio.core.serving.logs.reasons import read_reason
from studio.ui.look.theme import colour
from studio.ui.served import names
from studio.ui.served.detail.against import AgainstBox
from studio.ui.served.detail.failure import FailureBox
from studio.ui.served.rows import shown_of
from studio.ui.widgets import Label, QuietButton


class DetailPanel(QWidget):
    """One model, unfolded. It follows the server by `refresh`."""

    place_asked = Signal(object)
    fix_asked = Signal(object, object)
    resized = Signal()
    """It needs another height."""

    def __init__(self, session: Session, details: ServedDetails, model: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Served.DETAIL.format(model))
        self.setAccessibleName(f"{model}, unfolded")
        self._session, self._details, self._model = session, details, model
        self._is_failed = False
        self.failure = FailureBox(session, model, self)
        self.against = AgainstBox(model, self)
        self.on_cpu = QuietButton("Load on the CPU", "", "dense", self)
        self.on_cpu.setObjectName(names.Served.ON_CPU.format(model))
        self.on_cpu.setToolTip("Loads it with its instances on the CPU; the file stays as it is")
        self.versions = Label("", "dim", 12, parent=self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.resized)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 1)
        column.setSpacing(0)
        self.versions.setContentsMargins(44, 8, 16, 0)
        for part in (self.versions, self.failure, self.against):
            column.addWidget(part)
        self.failure.add_action(self.on_cpu)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        self.failure.place_asked.connect(self.place_asked)
        self.failure.fix_asked.connect(self.fix_asked)
        self.on_cpu.clicked.connect(self._load_on_cpu)
        self.against.drop_asked.connect(lambda: self._session.server.load(self._model))
        self.against.keep_asked.connect(self._keep)
        self.against.adopt_asked.connect(self._adopt)

    def refresh(self) -> None:
        """Shows how it is now."""
        session, name = self._session, self._model
        shown, reload = shown_of(session, name), session.server.reloads.of(name)
        whole = shown.reason
        if not whole and shown.is_dead and shown.proof is not None:
            whole = shown.proof.why
        if not whole and reload is not None and reload.kind == "failed":
            whole = reload.evidence
        self._is_failed = bool(whole) and not shown.busy
        self.failure.setVisible(bool(whole))
        if whole:
            self.failure.show_reason(read_reason(whole), self._consequence(is_up=bool(shown.ready)))
        needs_gpu = any(asks_for_missing_gpu(row.reason) for row in shown.failed) and not shown.ready
        self.on_cpu.setVisible(needs_gpu and not shown.refusal)
        self.on_cpu.setEnabled(not shown.pending)
        told = [row for row in shown.rows if row.version]
        self.versions.setText(", ".join(f"version {row.version} {row.state.lower() or 'not loaded'}" for row in told))
        self.versions.setVisible(len(told) > 1)
        self._show_against(can_drop=not shown.refusal and not shown.pending)
        self.update()

    def findings(self) -> list[Finding]:
        """What the quick fix mends here."""
        return self.failure.findings() if not self.failure.isHidden() else []

    def _show_against(self, *, can_drop: bool) -> None:
        detail = self._details.all.get(self._model)
        against = detail.against if detail is not None else None
        self.against.setVisible(against is not None and bool(against.fields or against.tried))
        if against is not None:
            self.against.show_against(against, can_drop=can_drop)

    def _consequence(self, *, is_up: bool) -> str:
        """What it takes along, and what goes on all the same."""
        if is_up:
            return "What was loaded before runs on."
        states = self._session.server.models
        needing = [
            name
            for name in dependents(self._session.drafts(), (self._model,))
            if name in states and not is_ready(states[name])
        ]
        return f"{', '.join(needing)} fail{'s' if len(needing) == 1 else ''} with it." if needing else ""

    def _load_on_cpu(self) -> None:
        found = self._session.draft(self._model)
        if found is not None:
            self._session.server.load(self._model, on_cpu(found))

    def _keep(self) -> None:
        keep_trial(self._session.server.current, self._session.open_model(self._model))

    def _adopt(self, fields: tuple[ServedField, ...]) -> None:
        """Takes them into the text of the model as one step to undo."""
        detail = self._details.all.get(self._model)
        served = detail.config if detail is not None else None
        if served is None or not fields:
            return

        def edit(before: Draft) -> Draft:
            for each in fields:
                before = adopt(before, served, each.path)
            return before

        what = fields[0].name if len(fields) == 1 else f"{len(fields)} fields"
        self._session.open_model(self._model).edit(f"Adopt {what} from the server", edit)

    def event(self, event: QEvent) -> bool:
        """A part that needs another height is told once all of it is known."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._later.start()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, soft where something failed, and the line below it."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("error_soft" if self._is_failed else "panel"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))
