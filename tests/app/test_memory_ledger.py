"""The memory ledger of a server and its leak test, with recorded readings that went through the real sampler."""

from __future__ import annotations

from studio.app.serving.sampling.scraping import Reading
from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.inference.requests import ModelState
from studio.core.serving.figures.ledger import Entry
from studio.core.serving.series import GpuReading

READY = {"m": (ModelState("m", "1", "READY", ""),)}
GB = 2**30


def sampled(server: ServerControl, used: float = GB, times: int = 1) -> None:
    """Samples of its GPU, a second each."""
    for _ in range(times):
        at = server.sampler.last.time + 1
        server.sampler.take(Reading(at, gpus=(GpuReading("GPU-x", memory_total=80 * GB, memory_used=used),)))


def test_the_ledger_goes_with_its_server(session: Session) -> None:
    server = session.server.current
    sampled(server, 10 * GB, 6)
    server.models = dict(READY)
    sampled(server, 40 * GB, 6)
    assert [entry.kind for entry in server.ledger.entries] == ["load"]
    server.sampler.clear()
    assert list(server.ledger.entries) == list[Entry]()
    sampled(server, 60 * GB, 6)
    assert not server.ledger.entries
