"""The real window on a stage: its own home, a size, a server, and pictures of what is on the screen."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from studio.core.config.datatypes import data_type
from studio.core.inference.requests import InferRequest, InferResult, Tensor
from studio.core.serving.launch import State
from studio.failure import Failure
from studio.ui import run as program
from studio.ui.look import theme
from studio.ui.room.place import RepositoryPlace
from studio.ui.shell.window import MainWindow
from studio.ui.tester.page import TesterPage
from studio.ui.workbench import ROOMS
from tests.e2e.hand import spin, until
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.windows import end_window


@contextmanager
def own_home() -> Iterator[Path]:
    """Settings, state and data of this run alone; the installed engines are shared."""
    from studio.paths import engines_dir

    with tempfile.TemporaryDirectory(prefix="trireme-") as folder:
        kept = {name: os.environ.get(name) for name in ("TRIREME_HOME", "TRIREME_ENGINES")}
        os.environ.update(TRIREME_ENGINES=str(engines_dir()), TRIREME_HOME=folder)
        try:
            yield Path(folder)
        finally:
            for name, value in kept.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


@contextmanager
def watched() -> Iterator[Counter[str]]:
    """Counts the exceptions that escape from the window's own code, by where they came from; each is shown once."""
    seen: Counter[str] = Counter()
    before = sys.excepthook

    def note(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        frames = traceback.extract_tb(trace)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "?"
        words = f"{place}: {kind.__name__}: {value}"
        seen[words] += 1
        if seen[words] == 1:
            before(kind, value, trace)

    sys.excepthook = note
    try:
        yield seen
    finally:
        sys.excepthook = before


@contextmanager
def opened(scheme: str = "dark", size: tuple[int, int] = (1440, 900)) -> Iterator[MainWindow]:
    """The window with its session and nothing open, ended as the program ends."""
    app = program.application()
    theme.apply(app, scheme)
    window = MainWindow(ROOMS)
    window.resize(*size)
    window.show()
    program.begin(window, None, "")
    until(window.isActiveWindow, 20, "the window did not come up")
    try:
        yield window
    finally:
        end(window)


def end(window: MainWindow) -> None:
    """Stops the server and ends the window."""
    stop(window)
    end_window(window)
    spin(50)


def open_repository(window: MainWindow, path: Path) -> None:
    """Opens a repository and waits until it is checked."""
    session = window.need_session()
    window.context.show(RepositoryPlace(path))
    until(lambda: session.repository is not None and session.repository.path == path, 30, f"{path} did not open")
    until(lambda: window.docks.is_restored, 10, "the docks did not show")
    spin(1200)


def launch(window: MainWindow) -> None:
    """F5, until every rung of the ladder is settled."""
    server = window.need_session().server
    window.commands.action("launch").trigger()
    until(lambda: server.status.state in (State.READY, State.FAILED), 120, f"the server is {server.status.state.value}")
    if server.status.exit is not None and server.status.state is State.FAILED:
        raise AssertionError(f"the server did not start: {server.status.exit.reason}")
    until(lambda: all(r.state != "wait" for r in server.status.rungs), 120, f"not settled: {server.status.rungs}")


def stop(window: MainWindow) -> None:
    """Stops the server, where one runs."""
    server = window.need_session().server
    if server.status.is_running:
        server.stop()
        until(lambda: server.status.state in (State.STOPPED, State.FAILED), 30, "the server did not stop")


def tester(window: MainWindow) -> TesterPage:
    """The tester, in front."""
    window.show_activity("test")
    page = window.page("test")
    assert isinstance(page, TesterPage)
    return page


W = TypeVar("W", bound=QWidget)
INPUTS = {"image_pipeline": "image", "text_pipeline": "text", "preprocess": "image"}


def ask(window: MainWindow, model: str, sample: Path) -> InferResult:
    """Gives a file to the input of one of the example's pipelines and sends it, as a person does in the tester."""
    page, answers = tester(window), list[InferResult]()
    chosen, send = part(page, QComboBox, names.Tester.MODEL), part(page, QAbstractButton, names.Tester.SEND)
    page.select(model)
    until(lambda: chosen.currentText() == model, 20, f"the tester does not list {model}")
    card = names.Tester.CARD.format(INPUTS[model])
    until(lambda: send.isEnabled() and is_visible(page, card), 20, f"the tester has no inputs of {model}")
    page.take_file(sample)
    spin(250)

    def keep(_model: str, result: InferResult) -> None:
        answers.append(result)

    page.sent.connect(keep)
    try:
        page.send_request()
        until(lambda: answers, 60, f"{model} did not answer to {sample.name}")
    finally:
        page.sent.disconnect(keep)
    spin(150)
    return answers[0]


def is_visible(page: QWidget, name: str) -> bool:
    """Whether a part of that object name is on the screen."""
    return any(part.isVisible() for part in page.findChildren(QWidget, name))


class Load:
    """Keeps a few requests under way: each answer sends the next, until it is stopped."""

    def __init__(self, window: MainWindow, requests: Sequence[InferRequest], at_once: int) -> None:
        self._server = window.need_session().server
        self._requests = requests
        self._on = True
        self._sent = 0
        self.answered = 0
        self.refusal = ""
        for _ in range(at_once):
            self._next()

    def _next(self) -> None:
        if self._on:
            request = self._requests[self._sent % len(self._requests)]
            self._sent += 1
            self._server.infer(request, self._answered, self._refused)

    def _answered(self, _: InferResult) -> None:
        self.answered += 1
        self._next()

    def _refused(self, failure: Failure) -> None:
        self._on = False
        self.refusal = str(failure)

    def stop(self) -> None:
        """No more requests."""
        self._on = False
        spin(300)
        if self.refusal:
            raise AssertionError(f"a request failed: {self.refusal}")


def example_requests(window: MainWindow) -> list[InferRequest]:
    """Samples of both pipelines of the example that is open, in turn."""
    repository = window.need_session().repository
    assert repository is not None
    samples = repository.path.parent / "samples"
    images = [_request("image_pipeline", path.read_bytes()) for path in sorted((samples / "images").iterdir())]
    texts = [_request("text_pipeline", path.read_bytes()) for path in sorted((samples / "texts").iterdir())]
    return [each for pair in zip(images, texts, strict=False) for each in pair]


def _request(model: str, content: bytes) -> InferRequest:
    kind = data_type("BYTES")
    assert kind is not None
    return InferRequest(model, (Tensor(INPUTS[model], kind, np.array([[content]], np.object_)),))


def shoot(window: MainWindow, path: Path, settle: int = 350) -> Path:
    """Saves what the screen shows where the window is, popups and dialogs with it."""
    window.raise_()
    QCursor.setPos(window.screen().geometry().bottomRight())
    QApplication.sendPostedEvents()
    spin(settle)
    corner = window.mapToGlobal(QPoint(0, 0))
    picture = window.screen().grabWindow(0, corner.x(), corner.y(), window.width(), window.height())
    path.parent.mkdir(parents=True, exist_ok=True)
    if picture.isNull() or not picture.save(str(path)):
        raise AssertionError(f"the picture {path} could not be saved")
    return path
