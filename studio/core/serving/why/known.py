"""What is known of each layer before it is asked what went wrong: fine only where something answered."""

from __future__ import annotations

import math

from studio.core.serving.why.answer import Layer, LayerName, layer
from studio.core.serving.why.facts import Facts

_FULL = 0.05
"""A GPU with less of its memory free than this share counts as full."""
_LONG_QUEUE = 0.5
_GIGABYTE = 2**30


def known_layers(facts: Facts) -> dict[LayerName, Layer]:
    """Every layer as far as it was seen."""
    readers = (_client, _transport, _queue, _batcher, _instance, _backend, _device, _artifact)
    return {each.name: each for each in (read(facts) for read in readers)}


def _client(facts: Facts) -> Layer:
    if facts.answered is not None:
        return layer("client", "fine", f"{facts.answered.words}{_own(facts)}", facts.answered.at)
    return layer("client", "not known", "no request was answered yet")


def _own(facts: Facts) -> str:
    """How long one's own requests take, where enough were sent to say."""
    timing = facts.timing
    if timing is None or math.isnan(timing.usual_ms) or math.isnan(timing.worst_ms):
        return ""
    return f"; yours take {timing.usual_ms:.1f} ms, one in a hundred {timing.worst_ms:.1f} ms"


def _transport(facts: Facts) -> Layer:
    if facts.gone is not None:
        return layer("transport", "stopped by it", facts.gone.words, facts.gone.at)
    if facts.live is not None:
        return layer("transport", "fine", facts.live.words, facts.live.at)
    return layer("transport", "not known", "the server was not asked")


def _queue(facts: Facts) -> Layer:
    if facts.ready is None:
        return layer("queue", "not reached", "no version takes requests")
    timing = facts.timing
    if timing is None or math.isnan(timing.queue_ms):
        return layer("queue", "not known", "no request went through it in the last second")
    words = f"requests wait {timing.queue_ms:.1f} ms"
    if timing.queue_ms > _LONG_QUEUE * timing.server_ms:
        return layer("queue", "not known", f"{words}, of {timing.server_ms:.1f} ms in the server", timing.at)
    return layer("queue", "fine", words, timing.at)


def _batcher(facts: Facts) -> Layer:
    if facts.settings is None:
        return layer("batcher", "not known", "its configuration was not read")
    if not facts.settings.batcher:
        return layer("batcher", "not used", "no batcher is set")
    if facts.ready is None:
        return layer("batcher", "not reached", "a batcher is set, and never ran")
    timing = facts.timing
    if timing is None or math.isnan(timing.batch):
        return layer("batcher", "not known", "no batch in the last second")
    return layer("batcher", "fine", f"batches of {timing.batch:.1f}", timing.at)


def _instance(facts: Facts) -> Layer:
    found = facts.processes
    if found is not None and found.wanted:
        words = f"{found.live} of {found.wanted} processes of {facts.model} live"
        # A process that lives may still be frozen: only an answer is good news.
        if found.live < found.wanted:
            return layer("instance", "stopped by it", words, found.at)
        if facts.answered is None:
            return layer("instance", "not known", f"{words}; whether they answer was not seen", found.at)
    if facts.answered is not None:
        return layer("instance", "fine", facts.answered.words, facts.answered.at)
    if facts.ready is None:
        return layer("instance", "not known", "whether one was made was not seen")
    return layer("instance", "not known", "none has answered yet")


def _backend(facts: Facts) -> Layer:
    name = facts.settings.backend if facts.settings is not None else ""
    seen = facts.answered or facts.neighbour
    if seen is not None:
        words = f"{name} answers: {seen.words}" if name else seen.words
        return layer("backend", "fine", words, seen.at)
    return layer("backend", "not known", f"no model of {name} has answered" if name else "not known which it has")


def _device(facts: Facts) -> Layer:
    wants = facts.settings is not None and facts.settings.asks_gpu
    if facts.settings is not None and not wants:
        return layer("device", "not used", "it runs on the CPU")
    read = [each for each in facts.devices if not math.isnan(each.free) and each.total]
    if not read:
        return layer("device", "not known", "no GPU could be read")
    least = min(read, key=lambda each: each.free / each.total)
    words = f"{least.name}: {least.free / _GIGABYTE:.1f} of {least.total / _GIGABYTE:.1f} GB free"
    if least.free / least.total < _FULL:
        return layer("device", "stopped by it", words, least.at)
    return layer("device", "fine", words, least.at)


def _artifact(facts: Facts) -> Layer:
    if facts.trouble is not None:
        return layer("artifact", "not known", facts.trouble.words)
    if facts.served is not None:
        return layer("artifact", "not known", facts.served.words, facts.served.at)
    if facts.checked is not None:
        return layer("artifact", "fine", facts.checked.words, facts.checked.at)
    return layer("artifact", "not known", "its files were not looked at")
