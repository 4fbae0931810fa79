"""What `make run` does: opens the studio, or does the main job on a virtual display where there is none."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from studio.failure import Failure
from tests.display import DisplayError, virtual_display

if TYPE_CHECKING:
    from studio.core.inference.requests import InferResult
    from studio.ui.shell.window import MainWindow

PICTURES = Path("pictures/run")
SAMPLES = (
    "images/anchor-1.png",
    "images/lighthouse-2.jpg",
    "images/starfish-3.png",
    "texts/berth-1.txt",
    "texts/distress-2.txt",
    "texts/weather-3.txt",
)
_LOAD_SECONDS = 8


def main(arguments: Sequence[str]) -> int:
    """0 where everything went well."""
    repository = Path(arguments[0]).expanduser().resolve() if arguments else None
    if repository is not None and not repository.is_dir():
        print(f"There is no folder {repository}.", file=sys.stderr)
        return 1
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return _open(repository or _example())
    print("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY), so this run does the main job on a virtual")
    print("one: it opens the example, serves it, sends samples through the tester and saves pictures of the window.")
    try:
        with virtual_display():
            return _main_job(repository)
    except (AssertionError, DisplayError, Failure) as failure:
        print(f"\nIt did not work: {failure}", file=sys.stderr)
    except Exception as error:  # noqa: BLE001 - whatever it is, a person is told in one line
        print(f"\nIt did not work, by a mistake in this program: {type(error).__name__}: {error}", file=sys.stderr)
    return 1


def _example() -> Path:
    """The example in the person's data folder, written once."""
    from studio.core.files.example import write_example
    from studio.paths import data_dir

    folder = data_dir() / "example"
    if not (folder / "models").is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_example(folder)
        print(f"The example was written to {folder}.")
    return folder / "models"


def _open(repository: Path) -> int:
    from studio.cli.main import main as trireme

    print(f"Opening {repository}")
    return trireme([str(repository)])


def _main_job(repository: Path | None) -> int:
    """On the display there is now; with a home of its own, so that a person's settings and edits stay out of it."""
    from studio.cli.consent import require
    from studio.core.files.example import write_example
    from studio.core.serving.kinds import EngineKind
    from studio.core.serving.launch import LaunchSpec
    from studio.paths import temporary_home
    from studio.ui.operate import stop, watched
    from tests.e2e.stage import open_repository, opened

    with watched() as escaped, temporary_home() as home:
        path = repository or write_example(home / "data" / "example")
        with opened() as window:
            with _told(f"Opening {path}"):
                open_repository(window, path)
            _tell_findings(window)
            require(LaunchSpec(EngineKind.EMBEDDED, path))
            _serve(window)
            wrong = 0 if repository else _send_samples(window, path.parent)
            _save_pictures(window, is_example=repository is None)
            with _told("Stopping the server"):
                stop(window)
    for words, times in escaped.items():
        print(f"An error escaped in the window, {times} times: {words}", file=sys.stderr)
    return 1 if wrong or escaped else 0


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Says what is done and how long it took."""
    print(f"\n{what} … ", end="", flush=True)
    begin = time.monotonic()
    yield
    print(f"{time.monotonic() - begin:.1f} s", flush=True)


def _tell_findings(window: MainWindow) -> None:
    session = window.need_session()
    models = session.repository.models if session.repository else ()
    print(f"  {len(models)} models: {', '.join(model.name for model in models)}")
    print(f"  {len(session.findings)} problems found before a server was started")
    for finding in session.findings:
        print(f"    {finding.severity}: {finding.model}: {finding.message}")


def _serve(window: MainWindow) -> None:
    from studio.ui.operate import launch

    with _told("Starting the embedded Triton"):
        launch(window)
    server = window.need_session().server
    print(f"  {server.status.description} at {server.status.addresses.http}")
    for rung in server.status.rungs:
        print(f"  {rung.name:<17}{rung.state:<6}{rung.evidence}")
    for name, rows in server.models.items():
        for row in rows:
            print(f"    {name:<18}version {row.version or '–':<4}{row.state}  {row.reason}".rstrip())


def _send_samples(window: MainWindow, example: Path) -> int:
    """Sends each sample through the tester; gives how many answers were wrong."""
    from studio.core.files.example import expected_labels
    from studio.ui.operate import best_label, tester
    from tests.e2e.stage import ask

    print("\nSending samples through the tester:")
    right_labels, wrong = expected_labels(example), 0
    for name in SAMPLES:
        model = "image_pipeline" if name.startswith("images/") else "text_pipeline"
        result = ask(window, model, example / "samples" / name)
        label, score = best_label(tester(window))
        is_right = label == right_labels[name]
        wrong += not is_right
        verdict = "right" if is_right else f"WRONG, it is {right_labels[name]}"
        print(f"  {name:<26}{label:<12}{score:.3f}  {verdict}  {_timing(result)}", flush=True)
    print(f"  {len(SAMPLES) - wrong} of {len(SAMPLES)} answers are right")
    return wrong


def _timing(result: InferResult) -> str:
    from studio.ui.tester.timing import parts

    stages = ", ".join(f"{stage} {value / 1e6:.2f}" for stage, value in parts(result.times).items())
    return f"{result.times.total / 1e6:6.2f} ms = {stages}"


def _save_pictures(window: MainWindow, *, is_example: bool) -> None:
    from tests.e2e.stage import shoot

    print("\nPictures of the window:", flush=True)
    for key, name in (("models", "editor"), ("serve", "serve"), ("test", "tester"), ("monitor", "monitor")):
        if key == "monitor" and is_example:
            _load(window)
        window.show_activity(key)
        print(f"  {shoot(window, PICTURES / f'{name}.png', 900).resolve()}", flush=True)


def _load(window: MainWindow) -> None:
    """Some seconds of requests, so that the monitor has something to show."""
    from tests.e2e.hand import spin
    from tests.e2e.stage import Load, example_requests

    window.show_activity("monitor")
    load = Load(window, example_requests(window), at_once=3)
    spin(_LOAD_SECONDS * 1000)
    load.stop()
    print(f"  (for the monitor: {load.answered} requests in {_LOAD_SECONDS} s)")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
