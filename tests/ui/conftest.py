"""What tests of the window share: a themed application, and one real server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.app.session import Session
from studio.client.triton import ClientError, Triton
from studio.core.files.example import write_example
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines.engine import Server
from studio.engines.registry import start
from studio.ui.look import theme
from tests.fixtures.grace import NO_GRACE
from tests.fixtures.sessions import OpenSession
from tests.fixtures.sessions import open_session as open_session
from tests.fixtures.sessions import posted as posted
from tests.fixtures.sessions import session as session
from tests.fixtures.tensor_cards import show as show
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import open_tab as open_tab
from tests.fixtures.windows import open_window as open_window
from tests.fixtures.windows import tab as tab


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    """Every test begins with the dark theme."""
    theme.apply(qapp, "dark")


@pytest.fixture(autouse=True)
def _no_docker(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No Docker answers: what the tests of another worker have in it would be proposed on the page Serve."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path_factory.getbasetemp() / 'no-docker.sock'}")


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example repository, for tests that do not change it."""
    return write_example(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="session")
def real_server(example: Path) -> Iterator[Server]:
    """The example on the embedded engine; one server for all tests that only ask it."""
    server = start(LaunchSpec(EngineKind.EMBEDDED, example, ports=Ports(0, 0, 0)))
    try:
        _wait_until_ready(server)
        yield server
    finally:
        server.stop(NO_GRACE)


def _wait_until_ready(server: Server) -> None:
    end = time.monotonic() + 200
    with closing(Triton(server.addresses)) as client:
        while not _is_ready(client):
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < end, "the server did not come up"
            time.sleep(0.2)


def _is_ready(client: Triton) -> bool:
    try:
        return client.ready()
    except ClientError:
        return False


@pytest.fixture
def served(real_server: Server, example: Path, open_session: OpenSession) -> Session:
    """A session on the example, attached to the server that has all of it loaded."""
    session = open_session(example)
    session.server.attach(real_server.addresses)
    wait_until(lambda: _loaded(session) == 7, 200)
    return session


def _loaded(session: Session) -> int:
    real = session.server.models.values()
    return sum(any(row.state == "READY" for row in rows) for rows in real)
