"""A Docker engine is found where Docker's own command line finds it, or anywhere that it may be."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.engines.docker import endpoints
from studio.engines.docker.connection import available
from studio.engines.docker.endpoints import find
from studio.engines.failure import EngineError
from tests.fixtures.containers import docker_endpoint as docker_endpoint

pytestmark = [pytest.mark.docker]


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person without an engine."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(endpoints, "USUAL", tmp_path / "usual.sock")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / ".docker"))


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket that is to be bound."""
    with socket.socket(socket.AF_UNIX) as made:
        yield made


def _put(tmp_path: Path, docker_endpoint: str, place: str) -> Path:
    """The engine's socket, in that place."""
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(docker_endpoint.removeprefix("unix://"))
    return path


def _context(tmp_path: Path, name: str, url: str) -> None:
    """A context of Docker, which is chosen."""
    folder = tmp_path / ".docker" / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    folder.mkdir(parents=True)
    told = {"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": url, "SkipTLSVerify": False}}}
    (folder / "meta.json").write_text(json.dumps(told))
    (tmp_path / ".docker" / "config.json").write_text(json.dumps({"currentContext": name}))


def test_places_are_named_where_nothing_answers(tmp_path: Path) -> None:
    there = available()
    assert there.version == ""
    assert "no Docker engine answers" in there.problem
    assert there.looked_at[:2] == (f"{tmp_path}/usual.sock", f"{tmp_path}/run/docker.sock")


@pytest.mark.parametrize(
    "place", ["run/docker.sock", ".docker/desktop/docker.sock", ".docker/run/docker.sock", "run/podman/podman.sock"]
)
def test_an_engine_in_another_place_is_found_and_seen_to_come_and_go(
    docker_endpoint: str, tmp_path: Path, place: str
) -> None:
    assert available().problem
    path = _put(tmp_path, docker_endpoint, place)
    there = available()
    assert (there.problem, there.endpoint, there.place.host) == ("", f"unix://{path}", f"unix://{path}")
    path.unlink()
    assert available().problem
    usual = _put(tmp_path, docker_endpoint, "usual.sock")
    assert (available().endpoint, available().place.host) == (f"unix://{usual}", "")


def test_the_usual_place_goes_before_others(docker_endpoint: str, tmp_path: Path) -> None:
    _put(tmp_path, docker_endpoint, "run/docker.sock")
    usual = _put(tmp_path, docker_endpoint, "usual.sock")
    assert available().endpoint == f"unix://{usual}"


def test_a_context_is_followed_and_the_environment_before_it(
    docker_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(tmp_path, docker_endpoint, "usual.sock")
    _context(tmp_path, "away", docker_endpoint)
    there = available()
    assert (there.problem, there.endpoint, there.place.host) == ("", docker_endpoint, "")
    monkeypatch.setenv("DOCKER_CONTEXT", "default")
    assert available().endpoint == f"unix://{tmp_path}/usual.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert find(1).url == f"unix://{tmp_path}/none.sock"
    assert "no Docker engine answers" in available().problem


def test_a_context_that_is_not_there_is_named_and_no_other_is_taken(
    docker_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(tmp_path, docker_endpoint, "usual.sock")
    monkeypatch.setenv("DOCKER_CONTEXT", "gone")
    assert "there is no Docker context “gone”" in available().problem
    _context(tmp_path, "broken", docker_endpoint)
    meta = next((tmp_path / ".docker").rglob("meta.json"))
    meta.write_text("{")
    monkeypatch.setenv("DOCKER_CONTEXT", "broken")
    with pytest.raises(EngineError, match="“broken” cannot be read"):
        find(1)


def test_an_engine_that_takes_a_call_and_never_answers_is_told(tmp_path: Path, listening: socket.socket) -> None:
    listening.bind(str(tmp_path / "usual.sock"))
    listening.listen(16)
    assert "did not answer in time" in available().problem
