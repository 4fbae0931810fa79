"""The rows of the models' table: what each column says of one model, worked out from the session."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio.core.config.draft import Draft
from studio.core.files.sizes import size_text
from studio.core.inference.model_index import is_ready
from studio.core.serving.alive import Proof
from studio.core.serving.logs.reasons import read_reason
from studio.core.serving.reloads import CACHE_WORDS
from studio.ui.look.backends import backend_badge
from studio.ui.look.load_state import LOAD_SIGNS, LoadState
from studio.ui.served.shown import Shown, in_a_line, state_of
from studio.ui.widgets import format_seconds

if TYPE_CHECKING:
    from studio.app.serving.served_models.details import Detail, ServedDetails
    from studio.app.serving.trials import Trial
    from studio.app.session import Session

COLUMNS = ("model", "state", "version", "reason", "load time", "instances", "memory", "against the file")
MODEL, STATE, VERSION, REASON, LOAD, INSTANCES, MEMORY, AGAINST = range(len(COLUMNS))
_TOLD_FOR = 600.0
"""So many seconds a row says what the last reload came to."""
_DASH = "–"
_SILENT = Proof("unknown", why="the server does not answer")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says. `tip` is what it has no room for; `order` what it is sorted by, where that is no text."""

    text: str = ""
    role: str = "text"
    tip: str = ""
    order: float = 0.0


@dataclass(frozen=True, slots=True)
class ServedRow:
    """One model. `unfolds`: there is more to be read below it."""

    name: str
    badge: str
    state: LoadState
    sign: tuple[str, str]
    cells: tuple[Cell, ...]
    pill: str = ""
    unfolds: bool = False
    is_loading: bool = False
    shown: Shown = field(default_factory=lambda: Shown(()))


def sort_key(session: Session, details: ServedDetails, name: str, column: int) -> tuple[float, str, str]:
    """What one model is sorted by in a column: no more of its row is worked out than that."""
    shown, detail, draft = shown_of(session, name), details.all.get(name), session.draft(name)
    cell = _CELLS[column](session, shown, detail, draft, name)
    return cell.order, cell.text.casefold() if not cell.order else "", name


def served_names(session: Session) -> list[str]:
    """The models that the server has or the repository holds."""
    repository = session.repository
    return sorted({*session.server.models, *(folder.name for folder in (repository.models if repository else ()))})


def shown_of(session: Session, name: str) -> Shown:
    """What the server says of one model now."""
    server = session.server
    proof, pending = server.prober.proofs.get(name), name in server.pending
    if server.status.is_silent and (proof is None or proof.state != "fail"):
        proof = _SILENT
    return Shown(server.models.get(name, ()), server.guard.refusal, pending, server.loads.get(name), proof)


def states_of(session: Session, names: Sequence[str]) -> dict[str, LoadState]:
    """The states of many models, as their rows show them."""
    server = session.server.current
    models, pending, proofs = server.models, server.pending, server.prober.proofs
    return {name: "loading" if name in pending else state_of(models.get(name, ()), proofs.get(name)) for name in names}


def tried(session: Session, name: str) -> Trial | None:
    """What a model runs in place of its file, as long as that says something else."""
    trial, saved = session.server.trials.of(name), session.saved_draft(name)
    return None if trial is None or (saved is not None and saved.document.text == trial.text) else trial


def served_row(session: Session, details: ServedDetails, name: str) -> ServedRow:
    """The row of one model."""
    server, shown = session.server, shown_of(session, name)
    detail, draft = details.all.get(name), session.draft(name)
    trial, state = tried(session, name), shown.state
    sign = ("warning-fill", "warn_fill") if shown.is_unknown or (trial is not None and state == "ready") else None
    backend = draft.config.named_backend if draft is not None else ""
    reload = server.reloads.of(name)
    against = detail.against if detail is not None else None
    is_told = bool(shown.reason) or bool(against and against.fields) or bool(reload and reload.kind == "failed")
    return ServedRow(
        name,
        backend_badge(backend) if backend else "",
        state,
        sign or LOAD_SIGNS[state],
        tuple(cell(session, shown, detail, draft, name) for cell in _CELLS),
        "try" if trial is not None else "",
        is_told or shown.is_dead,
        bool(shown.busy) or shown.pending,
        shown,
    )


def _state(shown: Shown) -> Cell:
    if shown.busy:
        is_leaving = not shown.busy[0].is_loading
        return Cell("unloading" if is_leaving else "reloading" if shown.ready else "loading", "warn")
    if shown.pending:
        return Cell("asked for", "warn")
    if shown.is_dead:
        return Cell("not answering", "error")
    told: dict[LoadState, Cell] = {
        "ready": Cell("not known" if shown.is_unknown else "ready", "warn" if shown.is_unknown else "text"),
        "failed": Cell("failed", "error"),
    }
    return told.get(shown.state, Cell("not loaded", "dim"))


def _versions(shown: Shown) -> Cell:
    told = [row for row in shown.rows if row.version]
    mixed = len({row.is_ready for row in told}) > 1
    parts = [f"{row.version} {_version_state(row.state, row.is_failed)}" if mixed else row.version for row in told]
    tip = "\n".join(f"version {row.version}: {_version_state(row.state, row.is_failed)}" for row in told)
    return Cell(", ".join(parts) or _DASH, "text" if parts else "faint", tip)


def _version_state(state: str, is_failed: bool) -> str:
    return "failed" if is_failed else {"": "not loaded", "UNAVAILABLE": "unloaded"}.get(state, state.lower())


def _reason(session: Session, shown: Shown, draft: Draft | None, name: str) -> Cell:
    if shown.busy or shown.pending:
        return _progress(shown)
    if shown.reason:
        return Cell(in_a_line(read_reason(shown.reason)), "error", shown.reason)
    if shown.is_dead:
        return Cell(shown.proof.why if shown.proof else "", "error")
    server = session.server
    trial, reload = tried(session, name), server.reloads.of(name)
    if trial is not None:
        return Cell(f"tries unsaved text, loaded {time.strftime('%H:%M:%S', time.localtime(trial.began))}", "dim")
    if reload is not None and time.time() - reload.at < _TOLD_FOR:
        if reload.keeps_cache:
            told = f"{reload.words}; {CACHE_WORDS}"
            return Cell(told, "warn", f"{reload.evidence}. It empties when the server restarts.")
        told = reload.words if reload.kind == "failed" else f"{reload.words}: {reload.evidence}"
        return Cell(told, "error" if reload.kind == "failed" else "dim", reload.evidence)
    if shown.ready and draft is not None and draft.config.is_ensemble:
        return _steps(session, draft)
    return Cell(_answered(shown), "dim")


def _answered(shown: Shown) -> str:
    if not shown.ready and shown.load is not None and shown.load.stage == "ready":
        return "loaded, the server still starts"
    return shown.proof.words(time.monotonic()) if shown.proof is not None and shown.ready else ""


def _progress(shown: Shown) -> Cell:
    if shown.pending and not shown.busy:
        return Cell("waits for the server, or for an answer of yours", "dim")
    still = f"version {', '.join(row.version for row in shown.ready)} still answers" if shown.ready else ""
    so_far = in_a_line(read_reason(shown.reason)) if shown.reason else ""
    return Cell(so_far or still, "dim")


def _steps(session: Session, draft: Draft) -> Cell:
    steps = {step.model_name for step in draft.config.steps}
    ready = sum(is_ready(session.server.models.get(step, ())) for step in steps)
    return Cell(f"{ready} of {len(steps)} steps ready", "dim" if ready == len(steps) else "error")


def _load(shown: Shown) -> Cell:
    if shown.since:
        began = time.strftime("%H:%M:%S", time.localtime(shown.load.since)) if shown.load is not None else ""
        return Cell(f"{shown.since:.0f} s …", "warn", f"since {began}, by the log", shown.since)
    is_told = shown.load is not None and (bool(shown.ready) or shown.load.stage == "failed")
    took = shown.load.took if shown.load is not None and is_told else 0.0
    return Cell(format_seconds(took), "text", "by the log", took) if took else Cell(_DASH, "faint")


def _is_ensemble(draft: Draft | None) -> bool:
    return draft is not None and draft.config.is_ensemble


def _instances(shown: Shown, detail: Detail | None, draft: Draft | None) -> Cell:
    if not shown.ready or detail is None or _is_ensemble(draft):
        return Cell(_DASH, "faint")
    wanted = sum(count for count, _ in detail.placed)
    live = detail.processes
    if live is not None and live.live < wanted:
        tip = f"{live.live} of {wanted} processes live"
        return Cell(f"{live.live} of {wanted}", "error", tip, wanted)
    told = ", ".join(f"{count} {device}" for count, device in detail.placed)
    tip = f"{live.live} processes live" if live is not None else "as the configuration in force says"
    return Cell(told or "not known", "text" if told else "faint", tip, wanted)


def _memory(shown: Shown, detail: Detail | None, draft: Draft | None) -> Cell:
    if not shown.ready or _is_ensemble(draft):
        return Cell(_DASH, "faint")
    if detail is None or not detail.memory:
        return Cell("not known", "faint", "The server does not tell it, and its processes are not this machine’s")
    if detail.is_estimate:
        return Cell(
            f"{size_text(detail.memory)} est.", "text", "Estimate: what its backend took at the load", detail.memory
        )
    return Cell(size_text(detail.memory), "text", "What its processes hold now", detail.memory)


def _against(shown: Shown, detail: Detail | None) -> Cell:
    if not shown.ready:
        return Cell(_DASH, "faint")
    if detail is None or detail.against is None:
        return Cell("not known", "faint", "Its file is not in the folder that is open, or is still being compared")
    told = detail.against.words
    roles = {"same": "dim", "completed": "accent", "file is newer": "accent"}
    return Cell(told, roles.get(told, "warn"), "\n".join(each.name for each in detail.against.fields))


_CELLS: tuple[Callable[[Session, Shown, Detail | None, Draft | None, str], Cell], ...] = (
    lambda _session, _shown, _detail, _draft, name: Cell(name),
    lambda _session, shown, _detail, _draft, _name: _state(shown),
    lambda _session, shown, _detail, _draft, _name: _versions(shown),
    lambda session, shown, _detail, draft, name: _reason(session, shown, draft, name),
    lambda _session, shown, _detail, _draft, _name: _load(shown),
    lambda _session, shown, detail, draft, _name: _instances(shown, detail, draft),
    lambda _session, shown, detail, draft, _name: _memory(shown, detail, draft),
    lambda _session, shown, detail, _draft, _name: _against(shown, detail),
)
"""What each column says of a model."""
