"""`trireme selftest`: does the main job on the example, and says whether all of it is right."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli import consent, display
from studio.cli.engine import show_progress
from studio.cli.parts import require
from studio.cli.serving import wait_until_ready
from studio.cli.signals import interruptible
from studio.failure import Failure
from studio.paths import temporary_home

if TYPE_CHECKING:
    from studio.client.triton import Triton
    from studio.core.steps import Step, Steps
    from studio.engines.engine import Server

_CACHE = 64 << 20
_PROTOCOLS = {"images": "grpc", "texts": "http"}
_ROW = "{:<22}{:<66}{:>9}  {}"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme selftest`."""
    parser.add_argument("--window", action="store_true", help="through the window, on the display that there is")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    require("gui" if options.window else "serve")
    if options.window:
        display.require()
    from studio.core.steps import Steps

    print(_ROW.format("Step", "Seen", "Time", "").rstrip())
    try:
        with interruptible(), temporary_home() as home:
            steps = Steps(_print)
            repository = _prepare(steps, home)
            (_through_the_window if options.window else _on_the_command_line)(steps, repository)
    except Failure as failure:
        print(f"trireme: the self-test failed. {failure}", file=sys.stderr)
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, a person is told in one line
        words = f"{type(error).__name__}: {error}"
        print(f"trireme: the self-test failed by a mistake in this program: {words}", file=sys.stderr)
        return 1
    print("All is right.")
    return 0


def _print(step: Step) -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    print(_ROW.format(step.name, step.seen, f"{step.seconds:.2f} s", "failed" if step.failure else "ok"), flush=True)


def _prepare(steps: Steps, home: Path) -> Path:
    """The example, checked, and the engine in its place; gives the repository."""
    from studio.core.files.example import expected_labels, write_example

    with steps.step("Write the example") as seen:
        repository = write_example(home / "data" / "example")
        seen += [f"{_count(repository)} models", f"{len(expected_labels(repository.parent))} samples"]
    with steps.step("Check it") as seen:
        seen += _check(repository)
    with steps.step("The embedded engine") as seen:
        seen += _engine()
    return repository


def _count(repository: Path) -> int:
    return sum(1 for each in repository.iterdir() if each.is_dir())


def _check(repository: Path) -> list[str]:
    from studio.core.checking.profile import Profile
    from studio.core.checking.repositories import check_path
    from studio.core.checking.server_flags import with_flags

    verdict = check_path(repository, with_flags(Profile(), f"--cache-config=local,size={_CACHE}"))
    found = [*verdict.findings, *(each for model in verdict.models for each in model.findings)]
    if found:
        where = f"{found[0].model}: " if found[0].model else ""
        raise Failure("Check it", f"something is found in the example. {where}{found[0].message}")
    return [f"{len(verdict.models)} models would load", "nothing found"]


def _engine() -> list[str]:
    from studio.engines.install import info, install

    was_there = info().installed
    found = install(show_progress, lambda: False)
    if found.problem:
        raise Failure("Install the embedded engine", found.problem)
    words = [f"Triton {found.version}", f"Python {found.python}", f"ONNX Runtime {found.onnxruntime}"]
    return words if was_there else [*words, "installed now"]


def _through_the_window(steps: Steps, repository: Path) -> None:
    from studio.ui.selftest import run

    run(steps, repository)


def _on_the_command_line(steps: Steps, repository: Path) -> None:
    from studio.client.triton import Triton

    with _served(steps, repository) as server:
        client = Triton(server.addresses, timeout=30.0)
        try:
            _ask(steps, client, repository)
        finally:
            client.close()


@contextmanager
def _served(steps: Steps, repository: Path) -> Iterator[Server]:
    """A server on the repository that is ready; stopped whatever happens."""
    from studio.core.serving.kinds import ControlMode, EngineKind
    from studio.core.serving.launch import LaunchSpec
    from studio.engines.registry import start

    server: Server | None = None
    try:
        with steps.step("Start the server") as seen:
            spec = LaunchSpec(EngineKind.EMBEDDED, repository, control=ControlMode.NONE, cache_bytes=_CACHE)
            consent.require(spec)
            server = start(spec)
            wait_until_ready(server)
            seen += [server.description, f"at {server.addresses.http}"]
        yield server
    except BaseException:
        if server is not None:
            server.stop()
        raise
    with steps.step("Stop the server") as seen:
        server.stop()
        end = server.poll()
        if end is None:
            raise Failure("Stop the server", "it still runs.")
        seen.append(end.reason)


def _ask(steps: Steps, client: Triton, repository: Path) -> None:
    from studio.core.files.example import PIPELINES, expected_labels

    with steps.step("Models") as seen:
        rows = client.index()
        seen.append(f"{sum(row.state == 'READY' for row in rows)} of {len(rows)} versions are ready")
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for name, label in expected_labels(repository.parent).items():
        groups[name.partition("/")[0]][name] = label
    for kind, labels in groups.items():
        with steps.step(f"Send the {kind}") as seen:
            seen += [f"{_send(client, repository, kind, labels)} of {len(labels)} answers are right"]
            seen += [f"{PIPELINES[kind][0]} over {_PROTOCOLS[kind]}"]


def _send(client: Triton, repository: Path, kind: str, labels: Mapping[str, str]) -> int:
    """Sends samples to one pipeline; the number of right answers. Raises Failure at the first wrong one."""
    import numpy as np

    from studio.core.config.datatypes import data_type
    from studio.core.files.example import PIPELINES
    from studio.core.inference.requests import InferRequest, Tensor
    from studio.core.inference.results import read_labels, top_k

    model, tensor = PIPELINES[kind]
    names = read_labels(repository / model / "labels.txt")
    bytes_ = data_type("BYTES")
    assert bytes_ is not None  # noqa: S101 - a data type of Triton
    for name, right in labels.items():
        content = (repository.parent / "samples" / name).read_bytes()
        inputs = (Tensor(tensor, bytes_, np.array([[content]], np.object_)),)
        result = client.infer(InferRequest(model, inputs, protocol=_PROTOCOLS[kind]), stages=False)
        scores = next(each.array for each in result.outputs if each.name == "probabilities")
        found = top_k(scores, 1, names)[0].label
        if found != right:
            raise Failure(f"Send {name}", f"{model} answered “{found}”, and right is “{right}”.")
    return len(labels)
