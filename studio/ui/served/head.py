"""The header of the models' page: how many fail, which server and folder that is, the filter, and what is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.serving.ladder import ServerStatus
from studio.app.session import Session
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State
from studio.ui.served import names
from studio.ui.served.shown import Shown
from studio.ui.served.table_model import Which
from studio.ui.widgets import (
    InlineProblem,
    KeyHint,
    PageHeader,
    Pill,
    PrimaryButton,
    QuietButton,
    SearchField,
    Segmented,
)


class ServedHead(QWidget):
    """The header, and below it a line where the server takes no changes."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.header = PageHeader("stack", "Models", self)
        self._build()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.other)

    def _build(self) -> None:
        self.pill = Pill(parent=self)
        self.header.add_sign(self.pill)
        self.filter = SearchField("Name or state", "funnel-simple", parent=self)
        self.filter.setObjectName(names.Served.FILTER)
        self.filter.setFixedWidth(168)
        self.which = Segmented((("all", "All"), ("ready", "Ready"), ("failed", "Failed")), parent=self)
        self.which.setObjectName(names.Served.WHICH)
        self.which.setAccessibleName("Which models are shown")
        self.unload = QuietButton("Unload", "eject", parent=self)
        self.unload.setObjectName(names.Served.UNLOAD)
        self.load = PrimaryButton("Load", "arrow-clockwise", parent=self)
        self.load.setObjectName(names.Served.LOAD)
        self.key = KeyHint("Ctrl+R", self)
        for widget in (self.filter, self.which, self.unload, self.load, self.key):
            self.header.add_action(widget)
        self.other = InlineProblem("warning", parent=self)
        self.other.setObjectName(names.Served.OTHER)

    def refresh(self, counts: Mapping[Which, int]) -> None:
        """Shows how many there are now, and of which server."""
        status = self._session.server.status
        self.which.set_items(tuple((key, f"{key.capitalize()} {count}") for key, count in counts.items()))
        failed = counts["failed"]
        if not status.is_running:
            self.pill.set_state("no server runs", "dim")
        elif failed:
            self.pill.set_state(f"{failed} failed", "error")
        else:
            self.pill.set_state(f"{counts['ready']} ready", "ok" if counts["ready"] else "dim")
        self.header.detail.setText(self._where(status))
        refusal = self._session.server.guard.refusal if status.is_running else ""
        self.other.setVisible(bool(refusal))
        if refusal:
            self.other.show_problem("warning", f"Nothing can be loaded or unloaded here: {refusal}")

    def show_chosen(self, chosen: Sequence[Shown], count: int) -> None:
        """Enables what can be done with what is chosen; else says why not."""
        refusal = self._session.server.guard.refusal
        is_busy = any(shown.busy or shown.pending for shown in chosen)
        some = bool(chosen)
        many = f" {count}" if count > 1 else ""
        is_reload = some and all(shown.ready for shown in chosen)
        self.load.setText(f"Reload{many}" if is_reload else f"Load{many}")
        self.unload.setText(f"Unload{many}")
        self.load.setEnabled(some and not refusal and not is_busy)
        self.unload.setEnabled(some and not refusal and any(shown.ready and not shown.pending for shown in chosen))
        nothing = "" if some else "Choose a model first"
        for button in (self.load, self.unload):
            button.setToolTip(refusal or ("It is being loaded or unloaded" if is_busy else nothing))

    def _where(self, status: ServerStatus) -> str:
        if not status.is_running:
            return ""
        spec, repository = status.spec, self._session.repository
        address = status.addresses.grpc or status.addresses.http
        parts = [", ".join(part for part in (status.description, address) if part)]
        if spec is not None and spec.kind is not EngineKind.ATTACHED:
            same = repository is not None and spec.repository == repository.path
            folder = "this folder" if same else str(spec.repository.name if spec.repository else "no folder")
            parts.append(f"serves {folder}, control {spec.control.value}")
        else:
            parts.append("which folder it serves is not told")
        if status.state is State.STARTING:
            parts.append("starts")
        return " · ".join(parts)
