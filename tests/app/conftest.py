"""An application for the tests of the app ring, and a session on a repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio.app import tasks
from studio.app.session import Session
from tests.fixtures.keyring import keyring as keyring
from tests.fixtures.sessions import open_session as open_session
from tests.fixtures.sessions import posted as posted
from tests.fixtures.sessions import session as session
from tests.fixtures.waiting import wait_until

CONFIG = """# What it is for.
name: "one"
backend: "python"  # ours
max_batch_size: 4
input [ { name: "x" data_type: TYPE_FP32 dims: [ 3 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 3 ] } ]
"""


@pytest.fixture(autouse=True)
def application(qapp: QCoreApplication) -> QCoreApplication:
    """The one application of the process: the kind that windows need, as tests of the window may come later in it."""
    return qapp


@pytest.fixture
def until() -> Callable[..., None]:
    """Runs the event loop until something holds."""
    return wait_until


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
def opened(session: Session, repository: Path) -> Session:
    """A session on `repository`, checked."""
    session.open_repository(repository)
    wait_until(lambda: session.repository is not None and tasks.busy() == 0)
    return session
