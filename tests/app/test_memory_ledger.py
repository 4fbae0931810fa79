"""The memory ledger of a server and its leak test, with recorded readings that went through the real sampler."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.app.notices import Notice
from studio.app.serving.sampling.leak_test import LeakTest, why_not
from studio.app.serving.sampling.scraping import Reading
from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.inference.requests import ModelState
from studio.core.serving.figures.ledger import Entry, Leak
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, State
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


Told = list[tuple[Leak | None, str]]


@pytest.fixture
def server(session: Session, tmp_path: Path) -> ServerControl:
    """One that is ready, may be changed and has the model, but answers nothing: what it is asked for fails at once."""
    made = session.server.current
    made.guard.begin(LaunchSpec(EngineKind.EMBEDDED, tmp_path))
    made.status = replace(made.status, state=State.READY)
    made.models = dict(READY)
    return made


def begun(server: ServerControl) -> tuple[LeakTest, Told]:
    """A leak test that has asked for the first unload, and how it ends."""
    test, told = LeakTest(server, server.sampler, "m", server, patience=0.0), Told()
    test.ended.connect(lambda found, model: told.append((found, model)))
    test.start()
    return test, told


def test_an_unload_that_is_refused_is_not_asked_for_again(server: ServerControl, posted: list[Notice]) -> None:
    test, told = begun(server)
    sampled(server, times=20)
    assert [notice.text for notice in posted] == ["m was not unloaded"]
    assert (test.done, told) == (0, [(None, "m")])


def test_a_load_that_fails_is_no_unload_more(server: ServerControl) -> None:
    test, told = begun(server)
    server.models = {}
    sampled(server, times=20)
    assert (test.done, told) == (1, [(None, "m")])


def test_samples_without_gpus_are_not_measured(server: ServerControl) -> None:
    test, told = begun(server)
    server.models = {}
    for second in range(10):
        server.sampler.take(Reading(second + 1.0))
    assert (test.done, told) == (0, [])
    sampled(server, times=3)
    assert test.done == 1


def test_it_ends_with_the_server_and_asks_nothing_of_the_next(server: ServerControl, posted: list[Notice]) -> None:
    test, told = begun(server)
    asked = len(posted)
    server.status = replace(server.status, state=State.STOPPED)
    server.status_changed.emit(server.status)
    assert told == [(None, "m")]
    server.status = replace(server.status, state=State.READY)
    server.models = {}
    sampled(server, times=10)
    assert (test.done, len(posted)) == (0, asked)


def test_to_cancel_it_loads_the_model_again(server: ServerControl, posted: list[Notice]) -> None:
    test, told = begun(server)
    server.models = {}
    test.cancel()
    assert told == []
    sampled(server)
    assert told == [(None, "m")]
    assert "m was not loaded" in [notice.text for notice in posted]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (LaunchSpec(EngineKind.EMBEDDED, control=ControlMode.NONE), "control mode None"),
        (LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(http="192.0.2.1:8000")), "read-only"),
        (None, "No server runs."),
    ],
)
def test_where_nothing_may_be_changed_nothing_is_begun(
    server: ServerControl, posted: list[Notice], spec: LaunchSpec | None, why: str
) -> None:
    server.guard.begin(spec)
    assert why in why_not(server, "m")
    assert begun(server)[1] == [(None, "m")]
    assert not posted


def test_where_each_change_is_asked_about_nothing_is_begun(server: ServerControl) -> None:
    server.guard.begin(LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(http="192.0.2.1:8000")))
    server.guard.allow(True)
    assert "asked about first" in why_not(server, "m")
    assert begun(server)[1] == [(None, "m")]
