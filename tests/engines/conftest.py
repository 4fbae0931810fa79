"""The embedded engine, really installed, and servers that are stopped again whatever happens."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.core.serving.kinds import ON_DEMAND, EngineKind
from studio.core.serving.launch import Exit, LaunchSpec, LogLine, Ports
from studio.engines.engine import Server
from studio.engines.install import EngineInfo, info, install
from studio.engines.registry import start
from tests.fixtures.grace import NO_GRACE
from tests.fixtures.http import HTTP

Serve = Callable[..., "Served"]


class Served:
    """A running server with what a test asks of it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.log: list[LogLine] = []

    def url(self, path: str) -> str:
        return f"http://{self.server.addresses.http}{path}"

    def wait(self, seconds: float = 200.0, metrics: bool = True) -> Served:
        """Wait until it answers that it is ready, and for its metrics, which come up a moment later."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.log += self.server.read_log()
            ended = self.server.poll()
            assert ended is None, (ended, [line.text for line in self.log])
            if self.is_ready() and (not metrics or self.has_metrics()):
                return self
            time.sleep(0.05)
        raise AssertionError("not ready in time:\n" + self.text())

    def is_ready(self) -> bool:
        return _answers(self.url("/v2/health/ready"))

    def has_metrics(self) -> bool:
        return _answers(f"http://{self.server.addresses.metrics}/metrics")

    def wait_exit(self, seconds: float) -> Exit:
        deadline = time.monotonic() + seconds
        while (ended := self.server.poll()) is None:
            assert time.monotonic() < deadline, "it still runs"
            time.sleep(0.02)
        return ended

    def text(self) -> str:
        self.log += self.server.read_log()
        return "\n".join(line.text for line in self.log)

    def index(self) -> dict[str, Any]:
        models = HTTP.post(self.url("/v2/repository/index")).json()
        return {model["name"]: model for model in models}

    def config(self, model: str) -> dict[str, Any]:
        return dict(HTTP.get(self.url(f"/v2/models/{model}/config")).raise_for_status().json())

    def infer(self, model: str, outputs: list[str] | None = None, **inputs: Any) -> dict[str, Any]:
        """Send nested lists, get them back as `{name: (shape, data)}`; an error as `{"error": text}`."""
        body: dict[str, Any] = {"inputs": [{"name": name, **tensor} for name, tensor in inputs.items()]}
        if outputs is not None:
            body["outputs"] = [{"name": name} for name in outputs]
        answer = HTTP.post(self.url(f"/v2/models/{model}/infer"), content=json.dumps(body)).json()
        if "error" in answer:
            return dict(answer)
        return {output["name"]: (output["shape"], output["data"]) for output in answer["outputs"]}


def fp32(values: list[Any], shape: list[int]) -> dict[str, Any]:
    return {"datatype": "FP32", "shape": shape, "data": values}


@pytest.fixture(scope="session")
def engine() -> EngineInfo:
    """The embedded engine where people have it: in the user's data folder, or where TRIREME_ENGINES says."""
    found = info()
    return found if found.installed and not found.problem else install(lambda *_: None, lambda: False)


@pytest.fixture
def serve(engine: EngineInfo) -> Iterator[Serve]:
    """Start servers; all are stopped at the end."""
    running: list[Server] = []

    def serve(repository: Path, **options: Any) -> Served:
        given: dict[str, Any] = {"kind": EngineKind.EMBEDDED, "ports": Ports(0, 0, 0)} | options
        running.append(start(LaunchSpec(repository=repository, **given)))
        return Served(running[-1])

    yield serve
    for server in running:
        server.stop(NO_GRACE)


@contextmanager
def serving(engine: EngineInfo, factory: pytest.TempPathFactory, *write: Callable[[Path], object]) -> Iterator[Served]:
    """A server on what was written, for all tests of a module that only ask it."""
    root = factory.mktemp("models")
    for each in write:
        each(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIREME_ENGINES", str(engine.path.parent))
        patch.setenv("TRIREME_HOME", str(factory.mktemp("home")))
        running = start(LaunchSpec(EngineKind.EMBEDDED, root, ports=Ports(0, 0, 0)))
    try:
        yield Served(running).wait()
    finally:
        running.stop(NO_GRACE)


def _answers(url: str) -> bool:
    try:
        return HTTP.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def copied(engine: EngineInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the engine, of links to its files, in which backends may be installed."""
    folder = tmp_path / "engines" / engine.path.name
    shutil.copytree(engine.path, folder, symlinks=True, copy_function=os.link)
    monkeypatch.setenv("TRIREME_ENGINES", str(folder.parent))
    for told in folder.glob("venv/lib/*/site-packages/*.dist-info"):
        if told.name.partition("-")[0] in {each.package for each in ON_DEMAND.values()}:
            shutil.rmtree(told)
    return folder
