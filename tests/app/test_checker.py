"""Checking a repository in the background: progress, stopping, large repositories, and the server it is for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.app import progress, tasks
from studio.app.notices import Notice
from studio.app.repository import checks, reading
from studio.app.session import Session
from studio.app.settings import settings
from studio.core.checking.findings import Finding
from studio.core.checking.served import check_served
from studio.core.checking.target import EMBEDDED_BACKENDS, Choice
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds
from studio.core.files.configs import Read, read_config
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, State

Until = Callable[..., None]


def _write(root: Path, count: int) -> Path:
    for number in range(count):
        model = root / f"m{number:04}"
        (model / "1").mkdir(parents=True)
        (model / "1" / "model.py").write_text("class TritonPythonModel: pass\n")
        text = 'backend: "python"\ninput [ { name: "x" data_type: TYPE_FP32 dims: [ 0 ] } ]\n'
        (model / "config.pbtxt").write_text(text)
    return root


def _idle() -> bool:
    return tasks.busy() == 0


def test_a_large_repository_is_seen_before_it_is_read(
    session: Session, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGE", 3)
    gate = threading.Event()

    def slow(path: Path, limit: int, bounds: Bounds, before: Read | None = None) -> Read:
        if threading.current_thread() is not threading.main_thread():
            assert gate.wait(60)
        return read_config(path, limit, bounds, before)

    monkeypatch.setattr(reading, "read_config", slow)
    session.open_repository(_write(tmp_path / "models", 6))
    until(lambda: session.repository is not None)
    assert len(session.repository.models) == 6 if session.repository else False
    assert not session.findings, "nothing is told of texts that were not read"
    model = session.open_model("m0003")
    assert model.draft.config.backend == "python", "a model that is opened early has its text"
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    gate.set()
    until(lambda: len({each.model for each in session.findings}) == 6)
    until(_idle)
    assert model.draft.config.max_batch_size == 4


def test_a_check_tells_how_far_it_is_and_keeps_what_it_found_when_stopped(
    session: Session, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch, posted: list[Notice]
) -> None:
    told: list[tuple[float, str]] = []
    session.scan_progressed.connect(lambda fraction, text: told.append((fraction, text)))
    reached, gate = threading.Event(), threading.Event()

    def slow(*given: Any) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        for number, found in enumerate(check_served(*given)):
            if number == 30 and not gate.is_set():
                reached.set()
                assert gate.wait(60)
            yield found

    monkeypatch.setattr(checks, "check_served", slow)
    # Each model is told, however quick the machine.
    monkeypatch.setattr(progress, "TELL_EVERY", 0.0)
    session.open_repository(_write(tmp_path / "models", 60))
    until(reached.is_set)
    session.cancel_scan()
    gate.set()
    until(_idle)
    assert any(0 < fraction < 1 and text.startswith("Checking") for fraction, text in told)
    assert told[-1][0] == 1.0
    models = {each.model for each in session.findings}
    assert 0 < len(models) < 60
    stopped = next(each for each in posted if "stopped" in each.text)
    stopped.actions[0][1]()
    until(lambda: len({each.model for each in session.findings}) == 60)


def test_an_edit_under_a_check_of_everything_is_checked_after_it(
    opened: Session, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(*given: Any) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        assert gate.wait(60)
        yield from check_served(*given)

    monkeypatch.setattr(checks, "check_served", slow)
    opened.checker.check_all()
    opened.open_model("one").edit("Dims", lambda draft: draft.set("input", 0, "dims", [0]))
    until(lambda: not opened.checker.is_pausing)
    gate.set()
    until(lambda: any(each.rule == "io-dim-value" for each in opened.findings_of("one")))


def test_the_target_follows_the_server_and_a_choice_stays(opened: Session, until: Until) -> None:
    target, server = opened.target, opened.server
    assert target.profile.backends is None
    before = server.status
    running = LaunchSpec(EngineKind.EMBEDDED, Path("models"))
    # As the server's control does when one was launched and has told its version.
    server.current.status = type(before)(State.READY, spec=running, version="2.51.0")
    server.status_changed.emit(server.status)
    assert opened.profile.backends == EMBEDDED_BACKENDS
    target.choose(Choice("25.06", "tensorrt", "none", "--disable-auto-complete-config"))
    assert (opened.profile.backends, opened.profile.release) == (frozenset({"tensorrt"}), (25, 6))
    assert not opened.profile.auto_complete
    server.current.status = before
    server.status_changed.emit(before)
    assert opened.profile.backends == {"tensorrt"}
    until(lambda: any("backend" in each.rule for each in opened.findings_of("one")))
    target.choose(None)
    assert opened.profile.backends is None
    with pytest.raises(CoreError):
        target.choose(Choice("1.0"))
    assert settings().get("target") == "automatic"
    until(_idle)
