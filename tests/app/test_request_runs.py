"""All saved requests of the example, and a folder of its images, sent by a session to the real embedded server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app.notices import Notice
from studio.app.session import Session
from studio.client.file_runs import FileRun
from studio.core.config.datatypes import data_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.files.example import write_example
from studio.core.inference.requests import InferRequest
from studio.core.saved_requests.outcome import Outcome
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from tests.client.server import free_port
from tests.fixtures.sessions import OpenSession

Until = Callable[..., None]


@pytest.mark.engine
def test_all_saved_requests_and_a_folder_of_images_are_asked_and_what_came_outlives_the_server(
    open_session: OpenSession, tmp_path: Path, until: Until
) -> None:
    session = _serving(open_session, write_example(tmp_path / "example"), until)
    _folder_of_images(session, tmp_path, until)
    _saved_requests(session, until)


def _saved_requests(session: Session, until: Until) -> None:
    """They are sent a few at a time."""
    runs = session.requests.runs
    ended: list[dict[str, Outcome]] = []
    came: list[Outcome] = []
    runs.ended.connect(ended.append)
    runs.came.connect(came.append)
    session.requests.run()
    assert runs.is_running
    until(lambda: ended)
    assert {each.words for each in came} == {"as expected"}
    assert {name: each.state for name, each in ended[0].items()} == dict.fromkeys(
        session.requests.saved.names, "passed"
    )
    assert runs.progress == (5, 5)

    session.requests.run()
    runs.cancel()
    until(lambda: len(ended) == 2)
    assert "cancelled" in {each.state for each in ended[1].values()}
    assert not runs.is_running

    session.requests.run()
    runs.forget()
    assert ended.pop() == {}
    assert not runs.is_running
    session.requests.run("texts/fees")
    until(lambda: len(ended) == 3)
    assert tuple(runs.outcomes) == ("texts/fees",)
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)
    assert runs.outcomes["texts/fees"].result is not None


def _serving(open_session: OpenSession, repository: Path, until: Until) -> Session:
    session = open_session(repository)
    ports = Ports(free_port(), free_port(), free_port())
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, repository, control=ControlMode.NONE, ports=ports))
    until(lambda: session.server.readiness()[0] == 7, 120)
    return session


def _folder_of_images(session: Session, tmp_path: Path, until: Until) -> None:
    """Paused, cancelled and gone on with."""
    samples, batch = tmp_path / "example" / "samples" / "images", session.requests.batch
    (samples / "broken.png").write_bytes(b"no image")
    files = tuple(sorted(path.name for path in samples.iterdir()))
    kind = data_type("BYTES")
    assert kind is not None
    run = FileRun(samples, InferRequest("image_pipeline", ()), TensorInfo("image", kind, (-1, 1)))
    ended: list[object] = []
    told: list[tuple[int, int, int]] = []
    batch.ended.connect(ended.append)
    batch.progressed.connect(lambda *figures: told.append(figures))

    batch.start(run, files, tmp_path / "results")
    until(lambda: len(batch.results) >= 3)
    batch.pause()
    until(lambda: batch.under_way == 0)
    paused_at = len(batch.results)
    assert batch.is_running
    assert paused_at < len(files)
    batch.resume()
    until(lambda: len(batch.results) > paused_at)
    batch.cancel()
    until(lambda: ended)
    assert not batch.is_running
    done, at = sum(each.state == "done" for each in batch.results.values()), len(told)

    batch.start(run, files, tmp_path / "results")
    until(lambda: len(ended) == 2)
    assert told[-1] == (len(files), 1, len(files))
    assert batch.results["anchor-1.png"].state == "done"
    assert batch.results["broken.png"].state == "failed"
    # What was done is not asked about again.
    assert told[at][0] >= done
    assert (tmp_path / "results" / "results.csv").read_text("utf-8").count("\n") == len(files) + 1


def test_without_a_server_a_run_ends_and_says_so_once(
    open_session: OpenSession, tmp_path: Path, until: Until, posted: list[Notice]
) -> None:
    session = open_session()
    kind = data_type("BYTES")
    assert kind is not None
    run = FileRun(tmp_path, InferRequest("m", ()), TensorInfo("image", kind, (1,)))
    ended: list[object] = []
    session.requests.batch.ended.connect(ended.append)
    session.requests.batch.start(run, [f"{number}.png" for number in range(3000)], tmp_path / "results")
    until(lambda: ended)
    assert len(posted) == 1
    assert "no server runs" in str(posted[0])
