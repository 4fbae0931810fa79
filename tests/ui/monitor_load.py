"""A real load for the monitor: the example on the embedded engine, asked by the session itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from studio.app.session import Session
from studio.core.config.datatypes import data_type
from studio.core.files.example import write_example
from studio.core.inference.requests import InferRequest, InferResult, Tensor
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.engines.install import info, install
from tests.fixtures.waiting import wait_until

_IN_FLIGHT = 8


def run_for(seconds: float) -> None:
    """Runs the event loop."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def served_example(session: Session, folder: Path, *, with_broken: bool = False) -> Path:
    """Opens a fresh example in a session and serves it; gives the folder of the example."""
    if not info().installed:
        install(lambda fraction, text: None, lambda: False)
    repository = write_example(folder / "example")
    if with_broken:
        _add_broken(repository)
    session.open_repository(repository)
    wait_until(lambda: session.repository is not None, 20)
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, repository))
    wait_until(lambda: _is_ready(session), 90)
    return repository.parent


def _add_broken(repository: Path) -> None:
    """A model that the server cannot load: its configuration names an output that its file has not."""
    shutil.copytree(repository / "text_classifier", repository / "digits")
    config = repository / "digits" / "config.pbtxt"
    text = config.read_text("utf-8").replace('"text_classifier"', '"digits"')
    config.write_text(text.replace('"probabilities"', '"characters"'), "utf-8")


def _is_ready(session: Session) -> bool:
    states = session.server.models.get("image_pipeline", ())
    return any(state.state == "READY" for state in states)


def reload(session: Session, name: str) -> None:
    """Loads a model again; a server does so only where its files changed."""
    folder = session.repository.model(name) if session.repository else None
    if folder is None or folder.config_path is None:
        raise LookupError(name)
    for file in (folder.config_path, *folder.path.glob("*/model.*")):
        file.touch()
    session.server.load(name)


class Load:
    """Sends sample images to the ensemble, a bounded number at a time, paced by a timer."""

    def __init__(self, session: Session, example: Path) -> None:
        self._session = session
        self._files = [path.read_bytes() for path in sorted((example / "samples" / "images").iterdir())]
        self._timer = QTimer()
        self._timer.timeout.connect(self._send)
        self._flying = 0
        self.sent = 0
        self.answered = 0
        self.failed: list[str] = []

    def start(self, interval_ms: int) -> None:
        """Sends one request each so many milliseconds."""
        self._timer.start(interval_ms)

    def stop(self) -> None:
        """Sends no more, and waits for what is under way."""
        self._timer.stop()
        wait_until(lambda: self._flying == 0, 30)

    def _send(self) -> None:
        if self._flying >= _IN_FLIGHT:
            return
        self._flying += 1
        rows = 1 + self.sent % 3
        files = [self._files[(self.sent + row) % len(self._files)] for row in range(rows)]
        self.sent += 1
        kind = data_type("BYTES")
        if kind is None:
            raise LookupError("BYTES")
        column = Tensor("image", kind, np.array(files, np.object_).reshape(-1, 1))
        self._session.server.infer(InferRequest("image_pipeline", (column,)), self._told, self._not_told)

    def _told(self, _: InferResult) -> None:
        self._flying -= 1
        self.answered += 1

    def _not_told(self, failure: Exception) -> None:
        self._flying -= 1
        self.failed.append(str(failure))


def varied(load: Load, seconds: float, after_half: Callable[[], object] = lambda: None) -> None:
    """Calm, a burst, calm again; something happens in the middle."""
    for share, interval, then in ((0.3, 60, None), (0.2, 20, after_half), (0.5, 45, None)):
        load.start(interval)
        run_for(seconds * share)
        if then is not None:
            then()
    load.stop()


def settle() -> None:
    """Lets the window paint what it was told."""
    run_for(0.3)
    QApplication.processEvents()
