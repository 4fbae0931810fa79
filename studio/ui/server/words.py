"""What the server's page says of a server in words: its state, its addresses, and why its failing rung fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.app.serving.ladder import PROCESS, VERSIONS, ServerStatus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State
from studio.core.serving.logs.reasons import is_consequence, read_reason

if TYPE_CHECKING:
    from studio.app.session import Session

STATES = {
    State.STARTING: ("Starting", "accent"),
    State.READY: ("Running", "ok"),
    State.STOPPING: ("Stopping", "dim"),
    State.STOPPED: ("Stopped", "dim"),
    State.FAILED: ("Failed", "error"),
}
SILENT = ("Does not answer", "error")
_ONE_LINE = 64
_MOST_REASONS = 3
_MOST_OF_A_REASON = 220


def is_ours(status: ServerStatus) -> bool:
    """Whether a server runs that was launched here."""
    return status.is_running and status.spec is not None and status.spec.kind is not EngineKind.ATTACHED


def where(status: ServerStatus) -> str:
    """The addresses in one line."""
    pairs = (("HTTP", status.addresses.http), ("gRPC", status.addresses.grpc), ("metrics", status.addresses.metrics))
    return " · ".join(f"{title} {address}" for title, address in pairs if address) if status.is_running else ""


def state_words(session: Session) -> tuple[str, str]:
    """The state in a word, and its role; amber where it runs and not all is there that should be."""
    server = session.server
    words, role = STATES[server.status.state]
    if server.status.is_silent:
        return SILENT
    if server.status.state is State.STOPPING:
        # What it waits for.
        return server.status.rung(PROCESS).evidence.rstrip(".") or words, role
    if server.status.state is not State.READY:
        return words, role
    ready, should = server.readiness()
    if ready < should:
        words, role = f"{words}, {ready} of {should} models ready", "warn"
    dead = [name for name, proof in server.prober.proofs.items() if proof.state == "fail"]
    return (f"Running, {dead[0]} does not answer", "error") if dead else (words, role)


def failing_reason(session: Session, status: ServerStatus) -> str:
    """What the failing rung's line has no room for: the models' own reasons, or its evidence in full."""
    failing = next((rung for rung in status.rungs if rung.state == "fail"), None)
    if failing is None or status.state is State.FAILED:
        # Of a server that ended the page tells the reason above both halves.
        return ""
    failed = sorted(session.server.counts.failed, key=lambda row: is_consequence(row.reason))
    wrong = [f"{row.name}: {read_reason(row.reason).summary}" for row in failed[:_MOST_REASONS]]
    if failing.name == VERSIONS and wrong:
        more = [f"and {len(failed) - _MOST_REASONS} more, in All models"] if len(failed) > _MOST_REASONS else []
        return "\n".join([*(_shortened(text) for text in wrong), *more])
    return failing.evidence if len(failing.evidence) > _ONE_LINE else ""


def _shortened(text: str) -> str:
    """The beginning of a reason: Python models give their whole traceback."""
    first = " ".join(text.split())
    return first if len(first) <= _MOST_OF_A_REASON else f"{first[:_MOST_OF_A_REASON]} …"
