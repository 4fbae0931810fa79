"""The self-test through the real window: each step as a person does it, on the display that there is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from studio.app.settings import settings
from studio.core.files.example import PIPELINES, expected_labels
from studio.failure import Failure
from studio.ui import operate
from studio.ui.monitor.page import MonitorPage
from studio.ui.room.place import PagePlace

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.steps import Steps
    from studio.ui.shell.window import MainWindow

_LOADED_WITHIN = 60.0


def run(steps: Steps, repository: Path) -> None:
    """Serves the example and asks it. Raises Failure at the first step that fails; the server is stopped by then."""
    settings().set("engine", "embedded")
    with operate.watched() as escaped:
        with steps.step("Show the window") as seen:
            window = operate.show()
            screen = window.screen()
            seen += [f"{window.width()} × {window.height()} on {screen.name()}", f"{screen.devicePixelRatio():g}×"]
        try:
            _main_job(steps, window, repository)
            with steps.step("Stop the server") as seen:
                operate.stop(window)
                seen.append(window.need_session().server.status.state.value)
        except BaseException:
            operate.end(window)
            raise
        with steps.step("Close the window") as seen:
            operate.end(window)
            if escaped:
                raise Failure("Close the window", f"an error escaped in it: {next(iter(escaped))}")
            seen.append("no error escaped")


def _main_job(steps: Steps, window: MainWindow, repository: Path) -> None:
    session = window.need_session()
    with steps.step("Open the example") as seen:
        operate.open_repository(window, repository)
        models = session.repository.models if session.repository else ()
        seen += [f"{len(models)} models", f"{len(session.findings)} findings"]
    with steps.step("Start the server") as seen:
        operate.launch(window)
        _wait_for_models(session)
        status = session.server.status
        seen += [status.description, f"at {status.addresses.http}", f"{len(status.rungs)} stages are done"]
    for kind, (model, tensor) in PIPELINES.items():
        with steps.step(f"Send the {kind}") as seen:
            count = _send(window, repository.parent, kind)
            seen += [f"{count} of {count} answers are right", f"{model}, {tensor}, in the tester"]
    with steps.step("Watch the server") as seen:
        seen.append(f"{_charts(window)} charts, in the monitor")


def _wait_for_models(session: Session) -> None:
    """A stage can fail for a moment: while models load, the server does not list them yet."""

    def failed() -> list[str]:
        rungs = session.server.status.rungs
        return [f"{rung.name}: {rung.evidence}" for rung in rungs if rung.state in ("fail", "wait")]

    with suppress(Failure):
        operate.until(lambda: not failed(), _LOADED_WITHIN, "Start the server", "the models were not loaded")
    if bad := failed():
        raise Failure("Start the server", f"{bad[0].rstrip('.')}.")


def _charts(window: MainWindow) -> int:
    """Brings the monitor to the front; how many charts it shows. Raises Failure where they do not come."""
    what, page = "Watch the server", window.context.show(PagePlace("monitor"))
    if not isinstance(page, MonitorPage):
        raise Failure(what, f"the page of the monitor is {page}.")
    operate.until(lambda: page.charts and page.charts.isVisible(), 60, what, "the charts of the monitor did not come")
    return len(page.charts.charts) if page.charts else 0


def _send(window: MainWindow, example: Path, kind: str) -> int:
    """Sends each sample of a kind; how many there were. Raises Failure at the first wrong answer."""
    model, tensor = PIPELINES[kind]
    page = operate.choose(window, model, tensor)
    labels = {name: label for name, label in expected_labels(example).items() if name.startswith(f"{kind}/")}
    for name, right in labels.items():
        operate.ask(page, example / "samples" / name)
        found, _ = operate.best_label(page)
        if found != right:
            raise Failure(f"Send {name}", f"the tester shows “{found}”, and right is “{right}”.")
    return len(labels)
