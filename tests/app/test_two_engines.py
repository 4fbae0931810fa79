"""Two real servers of two folders at once, launched by one session."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.app import tasks
from studio.app.editing.forecast import Forecast
from studio.app.notices import Notice
from studio.app.serving.probing.probe import zeros
from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.inference.requests import InferResult, ModelMetadata
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, State
from studio.engines import registry
from tests.engines.models import python_model
from tests.engines.processes import gone

pytestmark = [pytest.mark.engine]
Until = Callable[..., None]


def _answer(server: ServerControl, model: str, until: Until) -> InferResult:
    told: list[ModelMetadata] = []
    server.metadata(model, "", told.append)
    until(lambda: told)
    answers: list[InferResult] = []
    server.infer(zeros(told[0]), answers.append)
    until(lambda: answers)
    return answers[0]


def test_two_folders_are_served_at_once_and_each_goes_on_without_the_other(
    session: Session, tmp_path: Path, until: Until, posted: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    engines: list[Any] = []
    real = registry.start

    def start(spec: LaunchSpec) -> Any:
        engines.append(real(spec))
        return engines[-1]

    monkeypatch.setattr(registry, "start", start)
    folders = [tmp_path / name for name in ("speech", "vision")]
    for folder in folders:
        python_model(folder, f"of_{folder.name}")
        python_model(folder, "same")
    session.open_repository(folders[0])
    until(lambda: session.repository is not None and tasks.busy() == 0)
    for folder in folders:
        # The same ports are wanted twice, as two launches with the same settings do.
        session.server.launch(LaunchSpec(EngineKind.EMBEDDED, folder))
    speech, vision = session.servers.all
    until(lambda: all(each.status.rungs[-1].state == "ok" for each in session.servers.all), 180)
    assert speech.status.addresses != vision.status.addresses
    assert [set(each.models) for each in (speech, vision)] == [{"of_speech", "same"}, {"of_vision", "same"}]
    assert [session.servers.identity(each).name for each in (speech, vision)] == ["speech", "vision"]
    assert session.servers.serves_another_folder
    assert session.servers.serving(folders[0]) is speech
    forecast = Forecast.of(session, session.open_model("same"))
    until(lambda: forecast.found is not None)
    assert forecast.reported is None, "what another folder's model of the same name became was told of this one's"
    session.servers.choose(speech)
    until(lambda: forecast.reported is not None)
    session.servers.choose(vision)
    until(lambda: forecast.reported is None)
    for server, model in ((speech, "of_speech"), (vision, "of_vision")):
        assert _answer(server, model, until).outputs
        assert any(line.model == model for line in server.log)
        until(lambda server=server, model=model: server.sampler.percentiles(model).count == 1)
    os.kill(next(each.pid for each in engines if each.spec.repository == folders[0]), signal.SIGKILL)
    until(lambda: speech.status.state is State.FAILED)
    assert session.server.current is vision
    assert [notice.text for notice in posted] == ["The server speech ended"]
    assert session.servers.alarms.is_unseen(speech)
    assert _answer(vision, "of_vision", until).outputs
    assert session.shutdown()
    assert all(gone(each.prefix) for each in engines)
