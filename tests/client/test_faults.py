"""What a broken or hostile server can do: whatever it answers, one ClientError in plain words comes out."""

import json
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.client.triton import ClientError, Triton
from studio.core.config.datatypes import DATA_TYPES
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.launch import Addresses
from tests.client.server import answering, http
from tests.fixtures.examples import examples

FP32 = next(kind for kind in DATA_TYPES if kind.wire == "FP32")
REQUEST = InferRequest("m", (Tensor("IN", FP32, np.ones((1, 2), np.float32)),), version="3", protocol="http")


def _infer_answer(head: object, rest: bytes = b"", length: int | None = None) -> bytes:
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    size = len(text) if length is None else length
    return http(text + rest, headers=f"Inference-Header-Content-Length: {size}\r\n")


def _out(**changes: object) -> dict[str, object]:
    row = {"name": "OUT", "datatype": "FP32", "shape": [2], "parameters": {"binary_data_size": 8}, **changes}
    return {"model_name": "m", "model_version": "3", "outputs": [row]}


def _failed(answer: bytes, call: Callable[[Triton], object] | None = None, cap: int = 1 << 30) -> ClientError:
    with answering(lambda _: answer) as address:
        client = Triton(Addresses(http=address), timeout=60, max_reply_bytes=cap)
        with pytest.raises(ClientError) as caught:
            (call or (lambda c: c.infer(REQUEST, stages=False)))(client)
        client.close()
    assert address in str(caught.value)
    return caught.value


def test_a_whole_answer_is_read() -> None:
    sent: list[bytes] = []

    def answer(request: bytes) -> bytes:
        sent.append(request)
        return _infer_answer(_out(), np.array([1, 2], "<f4").tobytes())

    with answering(answer) as address:
        client = Triton(Addresses(http=f"http://{address}/behind/a/proxy/"), timeout=60)
        result = client.infer(InferRequest("m", REQUEST.inputs, "3", priority=2, protocol="http"), stages=False)
        client.close()
    assert result.outputs[0].array.tolist() == [1, 2]
    assert sent[0].startswith(b"POST /behind/a/proxy/v2/models/m/versions/3/infer HTTP/1.1\r\n")
    head = json.loads(sent[0].split(b"\r\n\r\n", 1)[1][:-8])
    assert head["parameters"] == {"priority": 2, "binary_data_output": True}


def test_values_in_json_are_read_too() -> None:
    """As servers answer that do not have the binary extension; Triton writes a bare Infinity there."""
    rows = [
        {"name": "a", "datatype": "FP32", "shape": [2, 2], "data": [[1, 2], [3, float("inf")]]},
        {"name": "b", "datatype": "BYTES", "shape": [2], "data": ["größe", ""]},
        {"name": "c", "datatype": "BOOL", "shape": [1], "data": [True]},
    ]
    with answering(lambda _: http(json.dumps({"model_name": "m", "outputs": rows}).encode())) as address:
        client = Triton(Addresses(http=address), timeout=60)
        a, b, c = client.infer(REQUEST, stages=False).outputs
        client.close()
    assert a.array.tolist() == [[1, 2], [3, float("inf")]]
    assert b.array.tolist() == ["größe".encode(), b""]
    assert c.array.tolist() == [True]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_infer_answer(_out(shape=[3]), b"x" * 8), "FP32 of shape [3], 12 bytes, but came with 8"),
        (_infer_answer(_out(shape=[-1]), b"x" * 8), "impossible shape"),
        (_infer_answer(_out(shape=[1.5]), b"x" * 8), "impossible shape"),
        (_infer_answer(_out(shape=[True, 2]), b"x" * 8), "impossible shape"),
        (_infer_answer(_out(shape=[2**62, 2**62]), b"x" * 8), "but came with 8"),
        (_infer_answer(_out(shape=[1] * 70 + [2]), b"x" * 8), "impossible shape"),
        (_infer_answer(_out(shape="2"), b"x" * 8), "impossible shape"),
        (_infer_answer(_out(datatype="FP8"), b"x" * 8), "unknown data type 'FP8'"),
        (_infer_answer(_out(datatype="TYPE_FP32"), b"x" * 8), "unknown data type"),
        (_infer_answer(_out(parameters={"binary_data_size": 9}), b"x" * 8), "9 bytes, but 8 are left"),
        (_infer_answer(_out(parameters={"binary_data_size": -1}), b"x" * 8), "impossible"),
        (_infer_answer(_out(parameters={"binary_data_size": "8"}), b"x" * 8), "impossible"),
        (_infer_answer(_out(parameters=3), b"x" * 8), ""),
        (_infer_answer(_out(), b"x" * 9), "1 bytes after its last output"),
        (_infer_answer(_out(), b"x" * 8, length=10**6), "all of it is"),
        (_infer_answer(_out(), b"x" * 8, length=-1), "all of it is"),
        (_infer_answer(_out(datatype="BYTES", shape=[1]), b"\xff\xff\xff\x7fabcd"), "ends within string 1 of 1"),
        (_infer_answer(_out(datatype="BYTES", shape=[2]), b"\x04\0\0\0abcd"), "ends within string 2 of 2"),
        (_infer_answer(_out(datatype="BYTES", shape=[1]), b"\x01\0\0\0abcd"), "3 bytes after its last string"),
        (_infer_answer(_out(datatype="BYTES", shape=[10**15]), b"\x01\0\0\0abcd"), "should hold"),
        (_infer_answer(_out(parameters={}, data=[1, 2, 3])), "came with 3 values"),
        (_infer_answer(_out(parameters={}, data=[[[1]], 2])), "nested deeper"),
        (_infer_answer(_out(parameters={}, data=["a", None])), ""),
        (_infer_answer({"outputs": [{"name": "OUT"}]}), "'datatype' is missing"),
        (_infer_answer(b"[" * 200_000), ""),
        (_infer_answer(b"\xff\xfe"), ""),
        (_infer_answer([1]), ""),
        (http(b"not json"), ""),
        (http(b"", headers="Inference-Header-Content-Length: many\r\n"), ""),
        (http(b"{}", headers="Content-Encoding: gzip\r\n"), "compressed"),
        (http(b"half", length=400), "not whole HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "not whole HTTP"),
    ],
)
def test_an_http_answer_that_lies_is_malformed(answer: bytes, words: str) -> None:
    failure = _failed(answer)
    assert failure.kind == "malformed"
    assert words in failure.reason
    assert failure.reason.startswith("the answer makes no sense: ")
    assert failure.remedy


@pytest.mark.parametrize(
    "call",
    [
        Triton.server_metadata,
        Triton.index,
        Triton.statistics,
        lambda client: client.config("m"),
        lambda client: client.metadata("m"),
    ],
)
@pytest.mark.parametrize("body", [b"null", b"3", b'"text"', b"[1]", b"<html>", b'[{"x": {}}]', b'{"model_stats": [3]}'])
def test_control_answers_of_the_wrong_form_are_malformed(body: bytes, call: Callable[[Triton], object]) -> None:
    if body == b'{"model_stats": [3]}' and call is not Triton.statistics:
        body = b'["x"]'
    assert _failed(http(body), call).kind == "malformed"


def test_a_body_over_the_cap_is_cut_off_whatever_it_says_of_itself() -> None:
    huge = b"x" * (3 << 20)
    assert "larger than 1 MiB" in _failed(http(huge), cap=1 << 20).reason
    unsaid = b"HTTP/1.1 200 OK\r\n\r\n" + huge
    assert "larger than 1 MiB" in _failed(unsaid, cap=1 << 20).reason
    # Ten gigabytes announced and not sent: refused on the announcement.
    assert "larger than" in _failed(http(b"", length=10**10)).reason


def test_a_server_that_hangs_up_is_unreachable() -> None:
    assert _failed(b"").kind == "unreachable"


def test_a_server_that_never_ends_is_late() -> None:
    def answer(_: bytes) -> bytes:
        time.sleep(0.6)
        return http(b"{}")

    with answering(answer) as address:
        client = Triton(Addresses(http=address), timeout=0.2)
        assert not client.live()
        with pytest.raises(ClientError) as caught:
            client.index()
        client.close()
    assert caught.value.kind == "deadline"


def test_restricted_and_absent_calls_are_told_apart() -> None:
    text = b'{"error":"This API is restricted, expecting header \'admin-key\'"}'
    failure = _failed(http(text, "403 Forbidden"), Triton.ready)
    assert (failure.kind, "'admin-key'" in failure.reason) == ("refused", True)
    assert "restriction" in failure.remedy
    failure = _failed(http(b"Not Found", "404 Not Found"), Triton.index)
    assert failure.kind == "unsupported"
    assert failure.reason == "the server does not offer this (HTTP 404)."
    assert _failed(http(b"", "500 Internal Server Error")).reason == "HTTP status 500."


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200), st.integers(-5, 250))
def test_no_junk_gets_past_the_one_exception(junk: bytes, length: int) -> None:
    head = f"Inference-Header-Content-Length: {length}\r\n"
    with answering(lambda _: http(junk, headers=head)) as address:
        client = Triton(Addresses(http=address), timeout=60)
        reason = "it was no junk"
        try:
            client.infer(REQUEST, stages=False)
        except ClientError as failure:
            reason = failure.reason
        finally:
            client.close()
        assert reason


@pytest.mark.parametrize("address", ["http://", "ftp://host:1", "host:port", "host:99999", "[::1"])
@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_what_is_no_address_is_told(address: str, protocol: str) -> None:
    client = Triton(Addresses(http=address) if protocol == "http" else Addresses(grpc=address), timeout=1)
    with pytest.raises(ClientError) as caught:
        client.live()
    assert caught.value.kind == "request"
