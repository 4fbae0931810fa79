"""Why a model is slow: which layer takes the time, by the server's own counters."""

from __future__ import annotations

import math

from studio.core.serving.why.answer import Look, Verdict, layer
from studio.core.serving.why.facts import Facts, Settings, Timing

_MOST = 0.5
_BUSY = 0.8
_BUSY_DEVICE = 0.9
_NEAR = (0.5, 1.5)


def slow(facts: Facts) -> Verdict:
    """A p99 that jumped, or many answers of which each comes late."""
    timing, looks = facts.timing, (Look("monitor", facts.model), Look("config", facts.model, "config.pbtxt"))
    if timing is None or math.isnan(timing.server_ms):
        return Verdict("Where the time goes was not seen", False, (), looks)
    settings = facts.settings or Settings()
    if not math.isnan(timing.usual_ms) and timing.usual_ms - timing.server_ms > _MOST * timing.usual_ms:
        return _outside(timing, looks)
    if timing.queue_ms > _MOST * timing.server_ms:
        return _waiting(timing, settings, looks)
    return _computing(facts, timing, looks)


def _outside(timing: Timing, looks: tuple[Look, ...]) -> Verdict:
    rest = timing.usual_ms - timing.server_ms
    words = f"{rest:.1f} of {timing.usual_ms:.1f} ms pass outside the server"
    return Verdict(
        "The time goes between client and server", False, (layer("transport", "cause", words, timing.at),), looks
    )


def _waiting(timing: Timing, settings: Settings, looks: tuple[Look, ...]) -> Verdict:
    waits = f"{timing.queue_ms:.1f} of {timing.server_ms:.1f} ms in the queue"
    if not math.isnan(timing.pending):
        waits += f", {timing.pending:.0f} pending"
    low, high = (settings.delay_ms * share for share in _NEAR)
    if settings.batcher and settings.delay_ms and low <= timing.queue_ms <= high:
        words = f"max_queue_delay is {settings.delay_ms:g} ms, and requests wait {timing.queue_ms:.1f} ms"
        found = [layer("batcher", "cause", words, timing.at)]
        return Verdict("Requests wait to be batched", True, found, looks)
    busy = _busy(timing, settings)
    if busy <= _BUSY:
        found = [layer("queue", "cause", waits, timing.at)]
        return Verdict("Requests wait in the queue", False, found, looks)
    words = f"{settings.instances} of {settings.instances} busy {min(busy, 1.0):.0%} of the time"
    layers = [layer("queue", "stopped by it", waits, timing.at), layer("instance", "cause", words, timing.at)]
    full = settings.max_batch > 1 and timing.batch > _MOST * settings.max_batch
    title = "It answers many, and each waits its turn" if full else "Its instances are busy all the time"
    return Verdict(title, True, layers, looks)


def _busy(timing: Timing, settings: Settings) -> float:
    """Which share of the time the instances work; 0 where it is not known."""
    if not settings.instances or math.isnan(timing.requests_s):
        return 0.0
    batch = timing.batch if timing.batch >= 1 else 1.0
    return timing.requests_s / batch * timing.compute_ms / 1e3 / settings.instances


def _computing(facts: Facts, timing: Timing, looks: tuple[Look, ...]) -> Verdict:
    words = f"{timing.compute_ms:.1f} of {timing.server_ms:.1f} ms are compute"
    full = next((each for each in facts.devices if each.use > _BUSY_DEVICE), None)
    if full is not None and (facts.settings is None or facts.settings.asks_gpu):
        found = [layer("device", "cause", f"{full.name} is {full.use:.0%} busy", full.at)]
        found += [layer("instance", "stopped by it", words, timing.at)]
        return Verdict(f"{full.name} is busy all the time", False, found, looks)
    found = [layer("instance", "cause", words, timing.at)]
    return Verdict("The model itself takes the time", False, found, looks)
