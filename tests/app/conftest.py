"""A QCoreApplication for the tests of the app ring, and a session that is always shut down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEventLoop

from studio.app import notices, tasks
from studio.app.notices import Notice
from studio.app.session import Session

CONFIG = """# What it is for.
name: "one"
backend: "python"  # ours
max_batch_size: 4
input [ { name: "x" data_type: TYPE_FP32 dims: [ 3 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 3 ] } ]
"""


@pytest.fixture(scope="session")
def application(qapp: QCoreApplication) -> QCoreApplication:
    """The one application of the process: the kind that windows need, as tests of the window may come later in it."""
    return qapp


@pytest.fixture(autouse=True)
def _drained(application: QCoreApplication) -> Iterator[None]:
    """Every test begins without tasks and leaves none."""
    yield
    assert tasks.drain(20), "a task did not end"
    application.processEvents()


@pytest.fixture
def until(application: QCoreApplication) -> Callable[..., None]:
    """Runs the event loop until something holds."""

    def wait(holds: Callable[[], object], seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it did not come true in time"
            application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)

    return wait


@pytest.fixture
def posted() -> Iterator[list[Notice]]:
    """The notices posted during a test."""
    seen: list[Notice] = []
    notices.notices().posted.connect(seen.append)
    yield seen
    notices.notices().posted.disconnect(seen.append)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two models: `one`, sound, and `two` that an ensemble `both` uses together with it."""
    root = tmp_path / "models"
    for name in ("one", "two"):
        (root / name / "1").mkdir(parents=True)
        (root / name / "1" / "model.py").write_text("class TritonPythonModel: pass\n")
        (root / name / "config.pbtxt").write_text(CONFIG.replace('"one"', f'"{name}"'))
    (root / "both" / "1").mkdir(parents=True)
    (root / "both" / "config.pbtxt").write_text(
        'platform: "ensemble"\nmax_batch_size: 4\n'
        'input [ { name: "x" data_type: TYPE_FP32 dims: [ 3 ] } ]\n'
        'output [ { name: "z" data_type: TYPE_FP32 dims: [ 3 ] } ]\n'
        "ensemble_scheduling { step [\n"
        '  { model_name: "one" model_version: -1'
        ' input_map { key: "x" value: "x" } output_map { key: "y" value: "m" } },\n'
        '  { model_name: "two" model_version: -1'
        ' input_map { key: "x" value: "m" } output_map { key: "y" value: "z" } }\n] }\n'
    )
    return root


@pytest.fixture
def session(application: QCoreApplication, until: Callable[..., None]) -> Iterator[Session]:
    """A session without a repository."""
    made = Session()
    yield made
    assert made.shutdown()
    shiboken6.delete(made)


@pytest.fixture
def opened(session: Session, repository: Path, until: Callable[..., None]) -> Session:
    """A session on `repository`, checked."""
    session.open_repository(repository)
    until(lambda: session.repository is not None and tasks.busy() == 0)
    return session
