"""What a broken or hostile gRPC server can do: whatever it answers, one ClientError in plain words comes out."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any

import grpc
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tritonclient.grpc import service_pb2

from studio.client.failure import Attempt
from studio.client.grpc_messages import unpack
from studio.client.triton import ClientError, Triton
from studio.core.config.datatypes import DATA_TYPES
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.launch import Addresses
from tests.client.server import answering, free_port
from tests.fixtures.examples import examples

FP32 = next(kind for kind in DATA_TYPES if kind.wire == "FP32")
REQUEST = InferRequest("m", (Tensor("IN", FP32, np.ones((1, 2), np.float32)),), version="3")


@contextmanager
def _grpc_server(answer: Callable[[str, bytes, grpc.ServicerContext], bytes], port: int = 0) -> Iterator[str]:
    """A gRPC server whose every method gets `answer(method, request, context)`."""

    class Handler:
        def service(self, details: Any) -> Any:
            method = details.method.rsplit("/", 1)[1]
            return grpc.unary_unary_rpc_method_handler(lambda raw, context: answer(method, raw, context))

    with futures.ThreadPoolExecutor(1) as pool:
        server = grpc.server(pool, handlers=(Handler(),), options=(("grpc.max_send_message_length", -1),))
        port = server.add_insecure_port(f"127.0.0.1:{port}")
        server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.stop(None).wait()


def _grpc_failed(
    answer: Callable[[str, bytes, grpc.ServicerContext], bytes], call: Callable[[Triton], object] | None = None
) -> ClientError:
    with _grpc_server(answer) as address:
        client = Triton(Addresses(grpc=address), timeout=60, max_reply_bytes=1 << 20)
        with pytest.raises(ClientError) as caught:
            (call or (lambda c: c.infer(REQUEST, stages=False)))(client)
        client.close()
    assert address in str(caught.value)
    return caught.value


def _reply(*raw: bytes, **changes: Any) -> bytes:
    message = service_pb2.ModelInferResponse(model_name="m")
    message.outputs.add(**{"name": "OUT", "datatype": "FP32", "shape": [2], **changes})
    message.raw_output_contents.extend(raw)
    packed: bytes = message.SerializeToString()
    return packed


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (_reply(b"x" * 7), "came with 7"),
        (_reply(b"x" * 8, b"more"), "1 outputs came with 2 contents"),
        (_reply(b"x" * 8, shape=[-1]), "impossible shape"),
        (_reply(b"x" * 8, datatype="NEW"), "unknown data type"),
        (_reply(), "came with 0 values"),
        (_reply(b"\xff\xff\xff\xff....", datatype="BYTES", shape=[1]), "ends within string"),
        (b"\xff\xff\xff", "not the protocol's message"),
    ],
)
def test_a_grpc_answer_that_lies_is_malformed(reply: bytes, words: str) -> None:
    failure = _grpc_failed(lambda *_: reply)
    assert failure.kind == "malformed"
    assert words in failure.reason


def test_a_grpc_answer_over_the_cap_is_not_taken_in() -> None:
    failure = _grpc_failed(lambda *_: _reply(b"x" * (2 << 20)))
    assert "larger than 1 MiB" in failure.reason


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, "This protocol is restricted, expecting header 'triton-x'", "refused"),
        (grpc.StatusCode.UNAVAILABLE, "Exceeds maximum queue size", "refused"),
        (grpc.StatusCode.UNIMPLEMENTED, "", "unsupported"),
        (grpc.StatusCode.INTERNAL, "a very bad day", "refused"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "", "deadline"),
        (grpc.StatusCode.CANCELLED, "", "unreachable"),
    ],
)
def test_grpc_codes_are_put_in_words(code: grpc.StatusCode, text: str, kind: str) -> None:
    failure = _grpc_failed(lambda method, raw, context: context.abort(code, text))
    assert failure.kind == kind
    assert text in failure.reason


def test_what_goes_over_grpc_is_the_protocols() -> None:
    seen: dict[str, bytes] = {}

    def answer(method: str, raw: bytes, context: grpc.ServicerContext) -> bytes:
        seen[method] = raw
        return _reply(np.array([1, 2], "<f4").tobytes())

    with _grpc_server(answer) as address:
        client = Triton(Addresses(grpc=f"grpc://{address}"), timeout=60)
        own = (("flag", True), ("count", 2), ("ratio", 0.5), ("text", "x"))
        request = InferRequest("m", REQUEST.inputs, "3", ("OUT",), "r", own, 2, 900, "seq", True, False)
        result = client.infer(request, stages=False)
        client.close()
    assert (result.version, result.outputs[0].array.tolist()) == ("3", [1, 2])
    sent = service_pb2.ModelInferRequest.FromString(seen["ModelInfer"])
    kinds = {name: value.WhichOneof("parameter_choice") for name, value in sent.parameters.items()}
    assert kinds == {
        "flag": "bool_param", "count": "int64_param", "ratio": "double_param", "text": "string_param",
        "priority": "uint64_param", "timeout": "int64_param", "sequence_id": "string_param",
        "sequence_start": "bool_param", "sequence_end": "bool_param",
    }  # fmt: skip
    assert (sent.id, sent.model_version, sent.outputs[0].name) == ("r", "3", "OUT")


def test_values_in_a_grpc_message_are_read_too() -> None:
    """As servers answer that do not send raw contents."""
    message = service_pb2.ModelInferResponse(model_name="m")
    message.outputs.add(name="a", datatype="INT8", shape=[2]).contents.int_contents.extend([-1, 2])
    message.outputs.add(name="b", datatype="BYTES", shape=[1]).contents.bytes_contents.append(b"\x00x")
    with _grpc_server(lambda *_: message.SerializeToString()) as address:
        client = Triton(Addresses(grpc=address), timeout=60)
        a, b = client.infer(REQUEST, stages=False).outputs
        client.close()
    assert a.array.dtype == np.int8
    assert (a.array.tolist(), b.array.tolist()) == ([-1, 2], [b"\x00x"])


def test_a_server_without_statistics_still_answers() -> None:
    def answer(method: str, raw: bytes, context: grpc.ServicerContext) -> bytes:
        if method != "ModelInfer":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "")
        return _reply(np.array([1, 2], "<f4").tobytes())

    with _grpc_server(answer) as address:
        client = Triton(Addresses(grpc=address), timeout=60)
        result = client.infer(REQUEST)
        client.close()
    assert result.outputs[0].array.tolist() == [1, 2]
    assert result.times.queue is None


@settings(max_examples=examples(60))
@given(st.data())
def test_no_message_gets_past_the_one_exception(data: st.DataObject) -> None:
    name = st.sampled_from(["FP32", "BYTES", "BOOL", "INT64", "BF16", "x"])
    message = service_pb2.ModelInferResponse(model_name="m")
    for _ in range(data.draw(st.integers(0, 3))):
        shape = data.draw(st.lists(st.integers(-2, 2**62) | st.integers(0, 3), max_size=4))
        message.outputs.add(name="o", datatype=data.draw(name), shape=shape)
    message.raw_output_contents.extend(data.draw(st.lists(st.binary(max_size=24), max_size=3)))
    attempt = Attempt("Asking", "here", 1)
    sound = [list(o.shape) for o in message.outputs]
    came: object
    try:
        came = [list(t.array.shape) for t in unpack(message, attempt)]
    except ClientError as failure:
        came = failure.kind
    assert came in (sound, "malformed")


def test_a_server_that_hangs_up_is_unreachable() -> None:
    with answering(lambda _: b"") as address:
        client = Triton(Addresses(grpc=address), timeout=2)
        assert not client.live()
        with pytest.raises(ClientError) as caught:
            client.infer(REQUEST, stages=False)
        client.close()
    assert caught.value.kind in ("unreachable", "deadline")


def test_a_server_that_comes_up_later_is_seen_soon() -> None:
    port = free_port()
    client = Triton(Addresses(grpc=f"127.0.0.1:{port}"), timeout=1)
    assert not client.live()
    live = service_pb2.ServerLiveResponse(live=True).SerializeToString()
    with _grpc_server(lambda *_: live, port):
        end = time.monotonic() + 60
        while not client.live():
            assert time.monotonic() < end
            time.sleep(0.02)
    assert not client.live()
    client.close()


def test_closing_ends_a_call_that_waits() -> None:
    begun, release = threading.Event(), threading.Event()

    def answer(method: str, raw: bytes, context: grpc.ServicerContext) -> bytes:
        begun.set()
        release.wait(60)
        return b""

    failures: list[ClientError] = []

    def work() -> None:
        try:
            client.infer(REQUEST, stages=False)
        except ClientError as failure:
            failures.append(failure)

    with _grpc_server(answer) as address:
        client = Triton(Addresses(grpc=address), timeout=120)
        thread = threading.Thread(target=work)
        thread.start()
        assert begun.wait(60)
        client.close()
        thread.join(60)
        assert not thread.is_alive()
        release.set()
    assert [failure.kind for failure in failures] == ["unreachable"]
