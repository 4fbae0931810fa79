"""Gathers what is known of a model and its server for *Why?*, and asks the server what can only be known by asking."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from studio.app.serving.ladder import REPOSITORY
from studio.app.serving.served_models.details import Detail
from studio.app.serving.served_models.elsewhere import elsewhere
from studio.app.session import Session
from studio.core.checking.findings import Severity
from studio.core.files.repository import CONFIG_NAME
from studio.core.inference.model_index import failures, is_ready, ready_versions
from studio.core.serving.launch import State
from studio.core.serving.logs.causes import is_harmless
from studio.core.serving.why.facts import Device, Ended, Facts, Seen, Settings, Symptom, Timing, Trouble
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton

_NS_PER_MS = 1e6
_SPIKE = 3.0
"""A p99 so many times the p50 is a spike."""
_LAST_LINES, _OF_A_LINE = 200, 1000
"""So much of the log of a server that ended is looked through."""
_ENOUGH = 20
"""Requests from which on a p99 says something."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the server said when it was asked just now."""

    live: Seen | None = None
    gone: Seen | None = None


def symptom_of(session: Session, model: str, detail: Detail | None) -> Symptom:
    """What is wrong with a model, as far as it can be seen; "wrong" where nothing is."""
    server = session.server
    rows, proof = server.models.get(model, ()), server.prober.proofs.get(model)
    if not server.status.is_running or not model:
        return "down"
    if not is_ready(rows):
        return "failed"
    if proof is not None and proof.state == "fail":
        return "dead"
    if model in server.answers.refused:
        return "refused"
    against = detail.against if detail is not None else None
    if against is not None and (against.is_newer or against.different):
        return "wrong"
    own = session.sampler.percentiles(model)
    return "slow" if own.count >= _ENOUGH and own.p99 > _SPIKE * own.p50 else "wrong"


def facts_of(session: Session, model: str, detail: Detail | None, symptom: Symptom | None = None) -> Facts:
    """All that is known without asking; of the server itself where no model is named."""
    server, now = session.server, time.time()
    if not model:
        return Facts("", "down", gone=_gone(session, now), ended=_ended(session))
    versions = ready_versions(server.models.get(model, ()))
    chosen = symptom or symptom_of(session, model, detail)
    reason, reason_at = _reason(session, model, chosen)
    return Facts(
        model,
        chosen,
        reason,
        reason_at,
        answered=_answered(session, model),
        gone=_gone(session, now),
        ended=_ended(session),
        ready=Seen(f"version {', '.join(versions)} takes requests", now) if versions else None,
        timing=_timing(session, model),
        settings=_settings(session, model, detail),
        processes=detail.processes if detail is not None else None,
        neighbour=_neighbour(session, model),
        devices=_devices(session),
        trouble=_trouble(session, model),
        checked=_checked(session, model, now),
        served=_served(detail, now),
        step=_step(session, model),
        elsewhere=elsewhere(session, model),
    )


def ask_server(session: Session, facts: Facts, done: Callable[[Facts], object]) -> None:
    """Asks the server whether it lives, and gives the facts with what it said."""

    def work(client: Triton) -> Asked:
        began = time.monotonic()
        lives = client.live()
        took = (time.monotonic() - began) * 1e3
        if lives:
            return Asked(live=Seen(f"health answered in {took:.1f} ms", time.time()))
        return Asked(gone=Seen("health does not answer", time.time()))

    def told(found: Asked) -> None:
        done(replace(facts, live=found.live, gone=found.gone or facts.gone))

    def failed(failure: Failure) -> None:
        done(replace(facts, gone=facts.gone or Seen(failure.reason, time.time())))

    session.server.ask("Ask whether the server lives", work, told, failed)


def _reason(session: Session, model: str, symptom: Symptom) -> tuple[str, float]:
    server = session.server
    if symptom == "refused":
        seen = server.answers.refused.get(model)
        return (seen.words, seen.at) if seen is not None else ("", 0.0)
    if symptom == "dead":
        proof = server.prober.proofs.get(model)
        return (proof.why, time.time()) if proof is not None else ("", 0.0)
    load = server.loads.get(model)
    reason = next((row.reason for row in failures(server.models.get(model, ()))), "")
    return reason, load.until if load is not None and load.stage == "failed" else 0.0


def _answered(session: Session, model: str) -> Seen | None:
    """The youngest answer, to a request of one's own or to one of the studio."""
    own = session.server.answers.answered.get(model)
    proof = session.server.prober.proofs.get(model)
    if proof is None or proof.state != "ok":
        return own
    at = time.time() - (time.monotonic() - proof.at)
    if own is not None and own.at > at:
        return own
    return Seen(f"answered the studio in {proof.took * 1e3:.1f} ms", at)


def _gone(session: Session, now: float) -> Seen | None:
    status = session.server.status
    if status.is_running and status.state is not State.FAILED:
        silent = next((rung for rung in status.rungs if rung.name == REPOSITORY and rung.state == "fail"), None)
        return Seen(silent.evidence, now) if silent is not None else None
    said = status.exit.reason if status.exit is not None else ""
    last = max((line.time for line in session.server.log.last(_LAST_LINES)), default=0.0)
    return Seen(said or "no server runs", last or now)


def _ended(session: Session) -> Ended | None:
    end = session.server.status.exit
    if end is None or session.server.status.is_running:
        return None
    lines = session.server.log.last(_LAST_LINES)
    wrong = [line.text[:_OF_A_LINE] for line in lines if line.level in ("E", "") and not is_harmless(line)]
    return Ended(end.code, end.reason, "\n".join(wrong))


def _timing(session: Session, model: str) -> Timing | None:
    last = session.sampler.last
    samples = [sample for key, sample in last.models.items() if key[0] == model]
    at = time.time() - (time.monotonic() - last.time)
    own = session.sampler.percentiles(model)
    busy = [sample for sample in samples if sample.requests_s > 0]
    if not busy and not own.count:
        return None
    one = max(busy or samples, key=lambda sample: sample.requests_s, default=None)
    usual, worst = own.p50 / _NS_PER_MS, own.p99 / _NS_PER_MS
    if one is None:
        return Timing(at, usual_ms=usual, worst_ms=worst)
    pending = sum(sample.pending for sample in samples if not math.isnan(sample.pending))
    return Timing(at, one.requests_s, one.batch, one.queue_ms, one.compute_ms, usual, worst, pending)


def _settings(session: Session, model: str, detail: Detail | None) -> Settings | None:
    """As the configuration in force says, or that of the file where none is in force."""
    draft = session.draft(model)
    config = detail.config if detail is not None else None
    if config is not None:
        batching = config.get("dynamic_batching")
        delay = float((batching or {}).get("max_queue_delay_microseconds") or 0) / 1e3
        placed = detail.placed if detail is not None else ()
        return Settings(
            batching is not None,
            delay,
            int(config.get("max_batch_size") or 0),
            sum(count for count, _ in placed),
            str(config.get("backend") or config.get("platform") or ""),
            any(device.startswith("GPU") for _, device in placed),
        )
    if draft is None:
        return None
    groups = draft.config.instance_groups
    return Settings(
        draft.has("dynamic_batching"),
        max_batch=draft.config.max_batch_size,
        backend=draft.config.named_backend,
        asks_gpu=any(group.kind == "KIND_GPU" for group in groups),
    )


def _neighbour(session: Session, model: str) -> Seen | None:
    """Another model of the same backend that answered lately."""
    draft = session.draft(model)
    backend = draft.config.named_backend if draft is not None else ""
    if not backend:
        return None
    for name, proof in session.server.prober.proofs.items():
        other = session.draft(name)
        is_same = other is not None and other.config.named_backend == backend
        if name != model and is_same and proof.state == "ok":
            at = time.time() - (time.monotonic() - proof.at)
            return Seen(f"{name} answered in {proof.took * 1e3:.1f} ms", at)
    return None


def _devices(session: Session) -> tuple[Device, ...]:
    last = session.sampler.last
    at = time.time() - (time.monotonic() - last.time)
    return tuple(
        Device(
            f"GPU {gpu.index}" if gpu.index >= 0 else gpu.name or "GPU",
            gpu.memory_total - gpu.memory_used,
            gpu.memory_total,
            gpu.utilisation,
            at,
        )
        for gpu in last.gpus
    )


def _trouble(session: Session, model: str) -> Trouble | None:
    found = next((each for each in session.findings_of(model) if each.severity is Severity.ERROR), None)
    if found is None:
        return None
    in_config = found.file is None or found.file.name == CONFIG_NAME
    return Trouble(found.message, found.line if in_config else 0)


def _checked(session: Session, model: str, now: float) -> Seen | None:
    """That the checker found no error says something only where it has the files."""
    folder = session.repository.model(model) if session.repository is not None else None
    if folder is None or _trouble(session, model) is not None:
        return None
    return Seen("the checker finds no error in its files", now)


def _served(detail: Detail | None, now: float) -> Seen | None:
    against = detail.against if detail is not None else None
    if against is None or not (against.is_newer or against.different):
        return None
    names = ", ".join(each.name for each in against.different[:3])
    if against.is_newer:
        return Seen("its file was written after it was loaded" + (f": other {names}" if names else ""), now)
    tried = "it tries unsaved text: " if against.tried else ""
    return Seen(f"{tried}the server runs other {names}", now)


def _step(session: Session, model: str) -> str:
    """The step of an ensemble that is not ready while the ensemble is not."""
    server, draft = session.server, session.draft(model)
    if draft is None or not draft.config.is_ensemble or is_ready(server.models.get(model, ())):
        return ""
    steps = (step.model_name for step in draft.config.steps)
    return next((name for name in steps if name in server.models and not is_ready(server.models[name])), "")
