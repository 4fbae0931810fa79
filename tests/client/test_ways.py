"""Other ways for tensors to go: compressed, through shared memory, as classes, with headers of one's own."""

import gzip
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from studio.client.triton import ClientError, Triton
from studio.core.config.datatypes import DATA_TYPES, DataType, numpy_type
from studio.core.inference.classes import read_classes
from studio.core.inference.request_size import GRPC_MOST, HTTP_MOST, request_bytes, size_warning
from studio.core.inference.requests import Array, InferRequest, Tensor
from studio.core.serving.launch import Addresses
from tests.client.server import answering, http

KINDS = {kind.wire: kind for kind in DATA_TYPES}


def _floats(protocol: str, *values: float) -> InferRequest:
    array = np.array([values], np.float32)
    return InferRequest("double", (Tensor("IN", KINDS["FP32"], array),), protocol=protocol)


@pytest.mark.engine
@pytest.mark.parametrize("how", ["gzip", "deflate"])
def test_compressed_requests_are_answered_alike(triton: Triton, protocol: str, how: str) -> None:
    plain = _floats(protocol, *range(5000))
    packed = replace(plain, compression="gzip" if how == "gzip" else "deflate")
    first, second = (triton.infer(each, stages=False).outputs[0].array for each in (plain, packed))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"this is no gzip", "not compressed as it says"),
        (gzip.compress(b"{}")[:-6], "ends too soon"),
        (gzip.compress(b"\0" * (32 << 20)), "larger than 1 MiB"),
    ],
    # The packed bytes carry the time, and each worker of a run must name a test alike.
    ids=["plain", "short", "huge"],
)
def test_a_compressed_answer_that_lies_is_told(body: bytes, words: str) -> None:
    answer = http(body, headers="Content-Encoding: gzip\r\n")
    with answering(lambda _: answer) as address:
        triton = Triton(Addresses(http=address), max_reply_bytes=1 << 20)
        with pytest.raises(ClientError, match=words):
            triton.infer(replace(_floats("http", 1), compression="gzip"), stages=False)
        triton.close()


def test_what_goes_out_compressed_says_so_and_headers_go_along() -> None:
    seen: list[bytes] = []

    def answer(raw: bytes) -> bytes:
        seen.append(raw)
        return http(b'{"model_name":"m","outputs":[]}')

    request = replace(_floats("http", 1, 2), compression="deflate", headers=(("X-Trace", "abc"),))
    with answering(answer) as address:
        triton = Triton(Addresses(http=address))
        triton.infer(request, stages=False)
        triton.close()
    head, body = seen[0].split(b"\r\n\r\n", 1)
    assert b"X-Trace: abc" in head
    assert b"Content-Encoding: deflate" in head
    assert zlib.decompress(body).endswith(np.array([1, 2], np.float32).tobytes())


@pytest.mark.engine
@pytest.mark.parametrize("kind", DATA_TYPES, ids=lambda kind: kind.wire)
def test_inputs_go_through_shared_memory_bit_for_bit(triton: Triton, protocol: str, kind: DataType) -> None:
    raw = bytes(range(256))
    sent = np.frombuffer(raw if kind.wire != "BOOL" else raw[:1] * 4, np.uint8)
    array = np.array([[b"a\0", b""]], object) if kind.wire == "BYTES" else _as(kind, sent)
    request = InferRequest("all_types", (Tensor(f"IN_{kind.wire}", kind, array),), protocol=protocol)
    result = triton.infer(replace(request, shared_memory=True), stages=False)
    got = result.outputs[0].array
    assert got.tolist() == array.tolist() if kind.wire == "BYTES" else got.tobytes() == array.tobytes()
    assert not _regions()


def _as(kind: DataType, raw: npt.NDArray[np.uint8]) -> Array:
    return raw.view(np.dtype(numpy_type(kind))).reshape(2, -1)


def _regions() -> list[str]:
    return [path.name for path in Path("/dev/shm").glob("trireme-*")]


@pytest.mark.engine
def test_outputs_come_through_shared_memory_too(triton: Triton, protocol: str) -> None:
    request = replace(_floats(protocol, 1, 2, 3), shared_memory=True, output_bytes=(("OUT", 12),))
    assert triton.infer(request).outputs[0].array.tolist() == [[2, 4, 6]]
    with pytest.raises(ClientError):
        triton.infer(replace(request, output_bytes=(("OUT", 4),)))
    assert not _regions()
    assert triton.infer(request).outputs[0].array.tolist() == [[2, 4, 6]]


@pytest.mark.engine
def test_shared_memory_is_given_back_where_the_request_fails(triton: Triton, protocol: str) -> None:
    with pytest.raises(ClientError, match="nobody"):
        triton.infer(replace(_floats(protocol, 1), model="nobody", shared_memory=True))
    assert not _regions()


def test_shared_memory_reaches_this_machine_only() -> None:
    triton = Triton(Addresses(http="192.0.2.1:8000"))
    with pytest.raises(ClientError, match="on this machine"):
        triton.infer(replace(_floats("http", 1), shared_memory=True), stages=False)
    triton.close()


@pytest.mark.engine
def test_an_output_can_be_asked_for_as_its_best_classes(triton: Triton, protocol: str) -> None:
    array = np.array([0.5, 7, 1], np.float32)
    request = InferRequest("labelled", (Tensor("IN", KINDS["FP32"], array),), protocol=protocol, classes=(("OUT", 2),))
    (row,) = read_classes(triton.infer(request, stages=False).outputs[0])
    assert [(each.index, each.label, each.score) for each in row] == [(1, "middle", 7.0), (2, "high", 1.0)]


def test_the_size_of_a_request_is_known_before_it_is_packed() -> None:
    strings = Tensor("S", KINDS["BYTES"], np.array([b"ab", "ü"], object))
    numbers = Tensor("N", KINDS["BF16"], np.zeros((3, 5), np.uint16))
    request = InferRequest("m", (strings, numbers), protocol="http")
    assert request_bytes(request) == (4 + 2) + (4 + 2) + 30
    assert size_warning(request) == ""
    large = Tensor("N", KINDS["FP32"], np.broadcast_to(np.float32(0), (GRPC_MOST,)))
    assert "2 GiB" in size_warning(InferRequest("m", (large,)))
    medium = Tensor("N", KINDS["INT8"], np.broadcast_to(np.int8(0), (HTTP_MOST + 1,)))
    assert "http-max-input-size" in size_warning(InferRequest("m", (medium,), protocol="http"))
    assert size_warning(InferRequest("m", (large,), shared_memory=True)) == ""


def test_what_is_too_large_for_grpc_is_said_before_it_is_packed() -> None:
    large = Tensor("N", KINDS["FP32"], np.broadcast_to(np.float32(0), (GRPC_MOST,)))
    triton = Triton(Addresses(grpc="127.0.0.1:1"))
    with pytest.raises(ClientError, match="larger than gRPC carries"):
        triton.infer(InferRequest("m", (large,)), stages=False)
    triton.close()
