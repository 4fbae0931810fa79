"""Ending a call from outside: the server hears of it where the protocol can say so, and the caller is free at once."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.client.triton import ClientError, Triton
from studio.core.config.datatypes import DATA_TYPES
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.streams import EventPart, StreamPart, generate
from studio.core.serving.launch import Addresses
from studio.engines.engine import Server
from studio.net.cancel import Cancel
from tests.client.server import until

FP32 = next(kind for kind in DATA_TYPES if kind.wire == "FP32")
BYTES = next(kind for kind in DATA_TYPES if kind.wire == "BYTES")
LONG = 60.0
"""Seconds, far more than a test takes."""


def _asking(seconds: float, protocol: str = "grpc") -> InferRequest:
    return InferRequest("cancellable", (Tensor("IN", FP32, np.array([seconds], np.float32)),), protocol=protocol)


def _writing(text: bytes) -> InferRequest:
    return InferRequest("writer", (Tensor("text_input", BYTES, np.array([text], object)),))


def _fails(call: Callable[[], object]) -> tuple[threading.Thread, list[ClientError]]:
    found: list[ClientError] = []

    def work() -> None:
        try:
            call()
        except ClientError as error:
            found.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, found


def _counted(triton: Triton) -> int:
    return int(triton.infer(_asking(0), timeout=LONG, stages=False).outputs[0].array[0])


@pytest.mark.engine
def test_cancel_over_grpc_reaches_the_model_and_frees_the_caller(server: Server) -> None:
    triton, cancel = Triton(Addresses(grpc=server.addresses.grpc)), Cancel()
    before = _counted(triton)
    begun = Path(str(server.spec.repository), "cancellable", "begun.txt")
    begun.unlink()
    thread, found = _fails(lambda: triton.infer(_asking(LONG), LONG, stages=False, cancel=cancel))
    until(begun.exists)
    cancel.set()
    thread.join(LONG)
    assert [each.kind for each in found] == ["cancelled"]
    assert "the server was told" in str(found[0])
    # It is answered before the minute that the model would have taken, so the instance is free too.
    assert _counted(triton) == before + 1
    triton.close()


@pytest.mark.engine
def test_cancel_of_a_stream_reaches_the_model(server: Server) -> None:
    triton, cancel = Triton(Addresses(grpc=server.addresses.grpc)), Cancel()
    seen: list[StreamPart] = []

    def taken(part: StreamPart) -> None:
        seen.append(part)
        if len(seen) == 3:
            cancel.set()

    with pytest.raises(ClientError) as caught:
        triton.stream(_writing(b"word " * 2000), taken, timeout=LONG, cancel=cancel)
    assert caught.value.kind == "cancelled"
    assert len(seen) < 100
    assert _told_cancelled(triton) >= 1
    triton.close()


def _told_cancelled(triton: Triton) -> int:
    told: list[StreamPart] = []
    triton.stream(_writing(b"cancelled?"), told.append, timeout=LONG)
    return int(told[0].outputs[0].array[0])


@pytest.mark.engine
def test_what_takes_a_stream_may_end_it(server: Server) -> None:
    triton = Triton(Addresses(grpc=server.addresses.grpc))

    def enough(part: StreamPart) -> None:
        raise StopIteration

    with pytest.raises(StopIteration):
        triton.stream(_writing(b"word " * 2000), enough, timeout=LONG)
    assert _told_cancelled(triton) >= 1
    triton.close()


@pytest.mark.engine
def test_a_stop_ends_generated_text(server: Server) -> None:
    triton, cancel = Triton(Addresses(http=server.addresses.http)), Cancel()
    seen: list[EventPart] = []

    def taken(part: EventPart) -> None:
        seen.append(part)
        if len(seen) == 2:
            cancel.set()

    request = generate("writer", {"text_input": "word " * 2000}, stream=True)
    with pytest.raises(ClientError) as caught:
        triton.events(request, taken, timeout=LONG, cancel=cancel)
    assert caught.value.kind == "cancelled"
    assert len(seen) < 20
    triton.close()


def test_cancel_over_http_frees_the_caller_and_says_what_the_server_may_do() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    triton = Triton(Addresses(http=f"127.0.0.1:{listener.getsockname()[1]}"))
    cancel = Cancel()
    thread, found = _fails(lambda: triton.infer(_asking(1, "http"), LONG, stages=False, cancel=cancel))
    connection, _ = listener.accept()
    assert connection.recv(1)
    cancel.set()
    thread.join(LONG)
    assert not thread.is_alive()
    assert found[0].kind == "cancelled"
    assert "may go on" in found[0].remedy
    connection.close()
    listener.close()
    triton.close()


@pytest.mark.engine
def test_a_call_that_begins_after_the_cancel_does_not_begin(server: Server) -> None:
    cancel = Cancel()
    cancel.set()
    for addresses in (Addresses(http=server.addresses.http), Addresses(grpc=server.addresses.grpc)):
        triton = Triton(addresses)
        with pytest.raises(ClientError) as caught:
            triton.infer(_asking(LONG), LONG, stages=False, cancel=cancel)
        assert caught.value.kind == "cancelled"
        triton.close()
