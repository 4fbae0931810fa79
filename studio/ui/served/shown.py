"""What the index, the log and the answers of a server say of one model, in words."""

from __future__ import annotations

import time
from dataclasses import dataclass

from studio.core.inference.requests import ModelState
from studio.core.serving.alive import Proof
from studio.core.serving.logs.model_log import Load
from studio.core.serving.logs.reasons import Reason
from studio.ui.look.load_state import LoadState

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
    def state(self) -> LoadState:
        """Its state, for its sign; one that is ready and does not answer has failed."""
        return "loading" if self.pending else state_of(self.rows, self.proof)

    @property
    def is_unknown(self) -> bool:
        """Whether it is ready, and nobody knows whether it answers."""
        return self.state == "ready" and self.proof is not None and self.proof.state == "unknown"

    @property
    def reason(self) -> str:
        """Why it is not there, whole; of one that still loads what went wrong so far."""
        if self.busy:
            return self.busy[0].reason or (self.load.reason if self.load else "")
        return "" if self.ready else next((row.reason for row in self.failed), "")


def state_of(rows: tuple[ModelState, ...], proof: Proof | None) -> LoadState:
    """The state that the index and the answers of a server tell of one model."""
    # Asked of thousands in one go: generators would take half as long again.
    found: LoadState = ""
    for row in rows:
        word = row.state
        if word in ("LOADING", "UNLOADING"):
            return "loading"
        if word == "READY":
            found = "failed" if proof is not None and proof.state == "fail" else "ready"
        elif not found and row.is_failed:
            found = "failed"
    return found


def in_a_line(reason: Reason) -> str:
    """The line of a reason that says something, with the place that it names."""
    return f"{reason.summary} ({reason.place})" if reason.place else reason.summary
