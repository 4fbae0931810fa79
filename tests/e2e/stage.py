"""The real window on a stage: its own home, a size, a server, and pictures of what is on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from studio.core.config.datatypes import data_type
from studio.core.inference.requests import InferRequest, InferResult, Tensor
from studio.failure import Failure
from studio.ui import operate
from studio.ui.consent.dialog import ConsentDialog
from studio.ui.shell.window import MainWindow
from tests.e2e.hand import spin, until


@contextmanager
def opened(scheme: str = "dark", size: tuple[int, int] = (1440, 900)) -> Iterator[MainWindow]:
    """The window with its session and nothing open, ended as the program ends."""
    window = operate.show(scheme, size)
    until(window.isActiveWindow, 60, "the window did not come up")
    try:
        yield window
    finally:
        operate.end(window)


def open_repository(window: MainWindow, path: Path) -> None:
    """Opens a repository and waits until it is checked, and has been looked at."""
    operate.open_repository(window, path)
    spin(1200)


def question(window: MainWindow) -> ConsentDialog:
    """The question whether the code of a repository may run, once it has the keyboard."""
    until(lambda: window.findChild(ConsentDialog) is not None, 60, "nobody asked whether its code may run")
    asked = window.findChild(ConsentDialog)
    assert asked is not None
    until(asked.isActiveWindow, 60, "the question did not get the keyboard")
    return asked


INPUTS = {"image_pipeline": "image", "text_pipeline": "text", "preprocess": "image"}


def ask(window: MainWindow, model: str, sample: Path) -> InferResult:
    """Gives a file to the input of one of the example's pipelines and sends it, as a person does in the tester."""
    page = operate.choose(window, model, INPUTS[model])
    result = operate.ask(page, sample)
    spin(150)
    return result


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
