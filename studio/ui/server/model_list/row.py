"""One model of the server: its state, why it is not there, how long its load took, and what can be done."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from studio.app.serving.overrides import asks_for_missing_gpu, on_cpu
from studio.app.session import Session
from studio.core.inference.requests import ModelState
from studio.core.serving.alive import Proof
from studio.core.serving.logs.model_log import Load
from studio.core.serving.logs.reasons import Reason, read_reason
from studio.ui.look.load_state import LOAD_SIGNS, load_state
from studio.ui.server import names
from studio.ui.server.model_list.reason_box import ReasonBox
from studio.ui.widgets import ElidedLabel, HairLine, IconButton, IconLabel, Label, QuietButton, format_seconds

_LONGEST_WAIT = 86_400.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a row shows: the model's rows in the index, why the server takes no calls ("": it does), and its log."""

    rows: tuple[ModelState, ...]
    refusal: str = ""
    pending: bool = False
    load: Load | None = None
    proof: Proof | None = None

    @property
    def is_dead(self) -> bool:
        """Whether it is said to be ready and does not answer."""
        return bool(self.ready) and self.proof is not None and self.proof.state == "fail"

    @property
    def ready(self) -> tuple[ModelState, ...]:
        """The versions that answer."""
        return tuple(row for row in self.rows if row.is_ready)

    @property
    def busy(self) -> tuple[ModelState, ...]:
        """The versions that are being loaded or unloaded."""
        return tuple(row for row in self.rows if row.is_changing)

    @property
    def failed(self) -> tuple[ModelState, ...]:
        """The versions that did not load."""
        return tuple(row for row in self.rows if row.is_failed)

    @property
    def since(self) -> float:
        """How long it has been loading, in seconds; 0 where that is not known."""
        if not self.busy or self.load is None or self.load.stage != "loading" or not self.load.since:
            return 0.0
        waited = time.time() - self.load.since
        # The server's clock may be another one.
        return waited if 0 < waited < _LONGEST_WAIT else 0.0

    @property
    def reason(self) -> str:
        """Why it is not there, whole; of one that still loads what went wrong so far."""
        if self.busy:
            return self.busy[0].reason or (self.load.reason if self.load else "")
        return "" if self.ready else next((row.reason for row in self.failed), "")


class ModelRow(QWidget):
    """One model. Its buttons are off where the server's control mode does not allow them."""

    menu_asked = Signal(str, QPoint)
    place_asked = Signal(object)
    """Place of what a reason speaks of."""
    unload_asked = Signal(str)
    chosen_changed = Signal()

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self._session = session
        self._name = name
        self._shown = Shown(())
        self._sign = IconLabel("circle", "faint")
        self.choose = QCheckBox()
        self.choose.setAccessibleName(f"Choose {name}")
        self.choose.setObjectName(names.Serve.CHOOSE.format(name))
        self.state = ElidedLabel("", "dim", 12)
        self.took = Label("", "faint", 12)
        self.fold = IconButton("caret-right", "Show the whole reason")
        self.fold.setObjectName(names.Serve.FOLD.format(name))
        self.load = QuietButton("Load", size="small")
        self.load.setObjectName(names.Serve.LOAD.format(name))
        self.load.setAccessibleName(f"Load {name}")
        self.unload = QuietButton("Unload", size="small")
        self.unload.setObjectName(names.Serve.UNLOAD.format(name))
        self.unload.setAccessibleName(f"Unload {name}")
        self.on_cpu = QuietButton("Load on the CPU", size="small")
        self.on_cpu.setObjectName(names.Serve.ON_CPU.format(name))
        self.on_cpu.setToolTip("Loads it with its instances on the CPU; the file stays as it is")
        self.reason = ReasonBox(session, name)
        self.reason.hide()
        self._build()
        self._connect()

    def _build(self) -> None:
        head = QWidget()
        head.setFixedHeight(32)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self._sign)
        row.addWidget(Label(self._name, weight=500))
        row.addWidget(self.fold)
        row.addWidget(self.state, 1)
        row.addWidget(self.took)
        for button in (self.on_cpu, self.load, self.unload):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (head, self.reason, HairLine()):
            column.addWidget(part)

    def _connect(self) -> None:
        self.load.clicked.connect(lambda: self._session.server.load(self._name))
        self.unload.clicked.connect(lambda: self.unload_asked.emit(self._name))
        self.on_cpu.clicked.connect(self._load_on_cpu)
        self.fold.clicked.connect(self._turn)
        self.choose.toggled.connect(lambda _: self.chosen_changed.emit())
        self.reason.place_asked.connect(self.place_asked)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(self._name, event.globalPos())

    def _load_on_cpu(self) -> None:
        draft = self._session.draft(self._name)
        if draft is not None:
            self._session.server.load(self._name, on_cpu(draft))

    def _turn(self) -> None:
        self._open(self.reason.isHidden())

    def _open(self, is_open: bool) -> None:
        """Unfolds the whole reason, or folds it."""
        self.reason.setVisible(is_open)
        self.fold.set_icon("caret-down" if is_open else "caret-right")
        text = "Fold the reason" if is_open else "Show the whole reason"
        self.fold.setToolTip(text)
        self.fold.setAccessibleName(f"{text} of {self._name}")

    def show_states(
        self,
        rows: tuple[ModelState, ...],
        refusal: str,
        pending: bool,
        load: Load | None = None,
        proof: Proof | None = None,
    ) -> None:
        """Shows what the server's index and its log say; `refusal` says why nothing can be changed there."""
        self._shown = shown = Shown(rows, refusal, pending, load, proof)
        control = not refusal
        first = (*shown.busy, *shown.ready, *shown.failed, ModelState(self._name, "", "", "not loaded"))[0]
        state = "loading" if pending else "failed" if shown.is_dead else load_state(first)
        is_unknown = state == "ready" and proof is not None and proof.state == "unknown"
        self._sign.set_icon(*(("warning-fill", "warn_fill") if is_unknown else LOAD_SIGNS[state]))
        self.tell()
        self.load.setText("Reload" if shown.ready else "Load")
        self.load.setEnabled(control and not shown.busy and not pending)
        self.unload.setEnabled(control and bool(shown.ready) and not pending)
        needs_gpu = any(asks_for_missing_gpu(row.reason) for row in shown.failed)
        self.on_cpu.setVisible(control and needs_gpu and not shown.ready and not pending)
        self.took.setText(format_seconds(load.took) if load is not None and load.stage == "ready" and load.took else "")
        self._explain(shown)

    def tell(self) -> None:
        """Says how it is now: the time of a load goes on."""
        shown = self._shown
        is_failed = (bool(shown.failed) and not shown.ready and not shown.busy) or shown.is_dead
        self.state.setText("asked …" if shown.pending and not shown.busy else _words(shown))
        self.state.set_role("error" if is_failed else "dim")
        self.load.setToolTip(_why_not(shown))
        self.unload.setToolTip(shown.refusal)
        self.setAccessibleName(f"{self._name}: {self.state.text()}")

    @property
    def is_loading(self) -> bool:
        """Whether it tells a time that goes on."""
        return self._shown.since > 0

    @property
    def is_ready(self) -> bool:
        """Whether a version answers."""
        return bool(self._shown.ready)

    def _explain(self, shown: Shown) -> None:
        whole = shown.reason
        self.fold.setVisible(bool(whole))
        if not whole:
            self._open(False)
        self.reason.show_reason(read_reason(whole))


def _words(shown: Shown) -> str:
    if shown.busy:
        return _loading(shown) if shown.busy[0].is_loading else "unloading …"
    if shown.ready:
        versions = ", ".join(row.version for row in shown.ready)
        proven = shown.proof.words(time.monotonic()) if shown.proof else ""
        told = f"version{'s' if len(shown.ready) > 1 else ''} {versions} ready"
        return f"{told}, {proven}" if proven else told
    if shown.failed:
        return _in_a_line(read_reason(shown.failed[0].reason))
    return "loaded, the server still starts" if shown.load and shown.load.stage == "ready" else "not loaded"


def _loading(shown: Shown) -> str:
    waited = f"loading, {shown.since:.0f} s" if shown.since >= 1 else "loading …"
    return f"{waited}: {_in_a_line(read_reason(shown.reason))}" if shown.reason else waited


def _in_a_line(reason: Reason) -> str:
    return f"{reason.summary} ({reason.place})" if reason.place else reason.summary


def _why_not(shown: Shown) -> str:
    """Why it cannot be loaded now; "" where it can."""
    if shown.busy or shown.pending:
        since = (
            time.strftime(", since %H:%M:%S", time.localtime(shown.load.since)) if shown.since and shown.load else ""
        )
        return f"It is being {'loaded' if shown.pending or shown.busy[0].is_loading else 'unloaded'}{since}"
    return shown.refusal
