"""Operates the real window from a program: opens it, serves a repository, asks through the tester, and ends it."""

from __future__ import annotations

import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer

from studio.app import tasks
from studio.core.serving.launch import State
from studio.failure import Failure
from studio.ui import run as program
from studio.ui.look import theme
from studio.ui.room.place import PagePlace, RepositoryPlace
from studio.ui.shell.window import MainWindow
from studio.ui.tensors.labels import LabelsView
from studio.ui.tester.page import TesterPage
from studio.ui.workbench import ROOMS

if TYPE_CHECKING:
    from studio.core.inference.requests import InferResult


def spin(milliseconds: int) -> None:
    """Lets the event loop run, as it does when a person looks on."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(condition: Callable[[], object], timeout: float, attempted: str, reason: str) -> None:
    """Waits until something holds. Raises Failure where it does not come."""
    late = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > late:
            raise Failure(attempted, f"{reason} within {timeout:.0f} s.")
        spin(20)


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


def show(scheme: str = "dark", size: tuple[int, int] = (1440, 900)) -> MainWindow:
    """The window on the screen with its session, and nothing open."""
    theme.apply(program.application(), scheme)
    window = MainWindow(ROOMS)
    window.resize(*size)
    window.show()
    handle = window.windowHandle()
    until(lambda: handle is not None and handle.isExposed(), 60, "Show the window", "it did not come up")
    program.begin(window, None, "")
    return window


def end(window: MainWindow) -> None:
    """Stops the server and ends the window without a question: edits that are not saved are given up."""
    session = window.need_session()
    try:
        stop(window)
    finally:
        for name in tuple(session.models()):
            session.close_model(name)
        window.close()
        program.end(window)
        window.deleteLater()
        session.deleteLater()
        spin(50)


def open_repository(window: MainWindow, path: Path) -> None:
    """Opens a repository and waits until it is read and checked, and its window laid out."""
    session, what = window.need_session(), f"Open {path}"
    window.context.show(RepositoryPlace(path))
    until(lambda: session.repository is not None and session.repository.path == path, 60, what, "it did not open")
    until(lambda: window.docks.is_restored and not tasks.busy(), 60, what, "it was not checked")


def launch(window: MainWindow) -> None:
    """What F5 does, until every stage of the start is settled. Raises Failure where the server does not start."""
    server, what = window.need_session().server, "Start the server"
    window.commands.action("launch").trigger()
    until(lambda: server.status.state in (State.READY, State.FAILED), 120, what, "it was not ready")
    if server.status.exit is not None and server.status.state is State.FAILED:
        raise Failure(what, server.status.exit.reason)
    until(lambda: all(r.state != "wait" for r in server.status.rungs), 120, what, "its models were not loaded")


def stop(window: MainWindow) -> None:
    """Stops the server, where one runs."""
    server = window.need_session().server
    if server.status.is_running:
        server.stop()
        until(lambda: server.status.state in (State.STOPPED, State.FAILED), 60, "Stop the server", "it did not end")


def tester(window: MainWindow) -> TesterPage:
    """The tester, in front."""
    page = window.context.show(PagePlace("test"))
    if not isinstance(page, TesterPage):
        raise TypeError(f"the page of the tester is {page}")
    return page


def choose(window: MainWindow, model: str, tensor: str) -> TesterPage:
    """The tester with a model chosen, and the card of an input on the screen."""
    page, what = tester(window), f"Ask {model}"
    page.select(model)
    until(lambda: page.header.model.currentText() == model, 60, what, "the tester did not list it")

    def is_ready() -> bool:
        return page.header.send.isEnabled() and any(
            card.info.name == tensor and card.isVisible() for card in page.inputs.inputs
        )

    until(is_ready, 60, what, f"the tester did not show its input {tensor}")
    return page


def ask(page: TesterPage, sample: Path) -> InferResult:
    """Gives a file to the tester and sends it; the answer. Raises Failure where none comes."""
    answers: list[InferResult] = []
    what = f"Send {sample.name}"
    page.take_file(sample)

    def keep(_request: object, result: InferResult) -> None:
        answers.append(result)

    page.sent.connect(keep)
    try:
        # While the server's models change, the tester reads anew what they take.
        until(page.header.send.isEnabled, 60, what, "the tester cannot send")
        page.send_request()
        until(lambda: answers or not page.is_busy, 60, what, "no answer came")
    finally:
        page.sent.disconnect(keep)
    if not answers:
        raise Failure(what, f"the tester says: {page.header.status.text()}.")
    return answers[0]


def best_label(page: TesterPage) -> tuple[str, float]:
    """What stands on top of the labels that the tester shows of the last answer, with its score."""

    def shown() -> list[LabelsView]:
        views = [view for each in page.outputs.outputs for view in each.findChildren(LabelsView)]
        return [view for view in views if view.isVisible() and view.bars.ranked]

    until(shown, 60, "Read the answer", "the tester showed no labels")
    best = shown()[0].bars.ranked[0]
    return best.label, best.score
