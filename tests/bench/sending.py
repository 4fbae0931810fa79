"""Tokens beside a raw socket reader's, and what the tester adds between the press of Send and the painted result."""

from __future__ import annotations

import json
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from studio.app.session import Session
from studio.client.triton import Triton
from studio.core.config.datatypes import data_type, of_array
from studio.core.inference.asking.generating import generating
from studio.core.inference.model_index import ready_models
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.streams import EventPart, StreamPart
from studio.core.serving.launch import Addresses
from studio.paths import temporary_home
from studio.ui.look import theme
from studio.ui.tensors.view import TensorView
from studio.ui.tester.page import TesterPage
from tests.client.server import serving
from tests.display import virtual_display
from tests.fixtures.waiting import wait_until

WAYS = {"raw": "a raw socket reader", "http": "generate_stream", "grpc": "the gRPC stream"}
_TOKENS, _STREAMS, _PRESSES = 32, 12, 100
_MODELS = ("writer", "double")


def run() -> dict[str, float]:
    """Milliseconds: `first` and `between` of tokens by the way of `WAYS`; `press` of Send, its call and CPU."""
    with (
        tempfile.TemporaryDirectory() as folder,
        temporary_home(),
        virtual_display(),
        serving(Path(folder), _MODELS) as server,
    ):
        client = Triton(server.addresses, timeout=60.0)
        try:
            return {**_tokens(client, server.addresses.http), **_press(client, server.addresses)}
        finally:
            client.close()


def _tokens(client: Triton, address: str) -> dict[str, float]:
    words = np.array([" ".join(["word"] * _TOKENS).encode()], object)
    request = InferRequest("writer", (Tensor("text_input", of_array(words), words),))
    event = generating(request, stream=True)

    def of_http() -> list[int]:
        parts: list[EventPart] = []
        client.events(event, parts.append)
        return [part.at_ns for part in parts]

    def of_grpc() -> list[int]:
        parts: list[StreamPart] = []
        client.stream(request, parts.append)
        return [part.at_ns for part in parts]

    host, _, port = address.rpartition(":")
    body = json.dumps(dict(event.fields)).encode()
    head = f"POST {event.path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    calls: dict[str, Callable[[], list[int]]] = {
        "raw": lambda: _raw(host, int(port), head + body),
        "http": of_http,
        "grpc": of_grpc,
    }
    taken: dict[str, list[list[int]]] = {way: [] for way in calls}
    for _ in range(_STREAMS):
        for way, call in calls.items():
            taken[way].append(call())
    found = {}
    for way, streams in taken.items():
        gaps = [later - earlier for moments in streams for earlier, later in pairwise(moments)]
        found[f"first_{way}"] = statistics.median(moments[0] for moments in streams) / 1e6
        found[f"between_{way}"] = statistics.median(gaps) / 1e6
    return found


def _raw(host: str, port: int, asked: bytes) -> list[int]:
    """When each token was there, in nanoseconds after the request; by nothing but a socket."""
    began, got = time.perf_counter_ns(), b""
    moments: list[int] = []
    with socket.create_connection((host, port)) as connection:
        connection.sendall(asked)
        while len(moments) < _TOKENS:
            got += connection.recv(1 << 16)
            now = time.perf_counter_ns() - began
            moments += [now] * (got.count(b"data:") - len(moments))
    return moments


class _Painted(QObject):
    """Ends a loop where the first output of an answer is painted."""

    def __init__(self, page: TesterPage, loop: QEventLoop) -> None:
        super().__init__(page)
        self.at = 0.0
        self._page, self._loop = page, loop
        self._answered = False
        page.sent.connect(lambda _request, _result: self._wait())

    def begin(self) -> None:
        """Another press."""
        self.at, self._answered = 0.0, False

    def _wait(self) -> None:
        self._answered = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Looks for the paint of an output that has come."""
        if (
            self._answered
            and not self.at
            and event.type() == QEvent.Type.Paint
            and watched in self._page.outputs.outputs
        ):
            self.at = time.perf_counter()
            QTimer.singleShot(0, self._loop.quit)
        return False


def _press(client: Triton, addresses: Addresses) -> dict[str, float]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    session = Session()
    page = TesterPage(session)
    page.resize(1280, 720)
    page.show()
    try:
        session.server.attach(addresses)
        wait_until(lambda: "double" in ready_models(session.server.models), 60)
        page.select("double")
        wait_until(page.header.send.isEnabled, 60)
        return _presses(app, page, client)
    finally:
        page.deleteLater()
        session.shutdown()


def _presses(app: QApplication, page: TesterPage, client: Triton) -> dict[str, float]:
    kind = data_type("FP32")
    assert kind is not None
    request = InferRequest("double", (Tensor("IN", kind, np.ones((1, 1), np.float32)),))
    loop = QEventLoop()
    painted = _Painted(page, loop)
    app.installEventFilter(painted)
    taken: dict[str, list[float]] = {"press": [], "press_call": [], "press_thread": []}
    for _ in range(_PRESSES):
        wait_until(page.header.send.isEnabled, 60)
        painted.begin()
        began, busy = time.perf_counter(), time.thread_time()
        page.header.send.click()
        loop.exec()
        taken["press"].append(painted.at - began)
        taken["press_thread"].append(time.thread_time() - busy)
        assert isinstance(page.outputs.outputs[0], TensorView)
        began = time.perf_counter()
        client.infer(request, stages=False)
        taken["press_call"].append(time.perf_counter() - began)
    app.removeEventFilter(painted)
    return {name: statistics.median(values) * 1000 for name, values in taken.items()}


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
