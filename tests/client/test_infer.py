"""Inference against a real Triton: every data type, everything that goes with a request, and what is refused."""

import json
import sys
import threading
from dataclasses import replace
from subprocess import run
from typing import Any

import numpy as np
import pytest

from studio.client.triton import ClientError, Triton
from studio.core.config.datatypes import DATA_TYPES, DataType, data_type, numpy_type
from studio.core.inference.requests import Array, InferRequest, InferResult, Tensor
from studio.core.serving.launch import Addresses
from studio.engines.engine import Server
from tests.client.server import free_port

pytestmark = pytest.mark.engine


def _tensor(name: str, wire: str, values: object) -> Tensor:
    kind = data_type(wire)
    assert kind is not None
    return Tensor(name, kind, np.array(values, dtype=numpy_type(kind)))


def _floats(*values: float, batch: bool = True) -> Tensor:
    return _tensor("IN", "FP32", [values] if batch else values)


def _request(protocol: str, model: str, *inputs: Tensor) -> InferRequest:
    return InferRequest(model, inputs, protocol=protocol)


def _output(result: InferResult, name: str = "OUT") -> Array:
    return next(t.array for t in result.outputs if t.name == name)


_INTEGERS = {"INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"}


def _edges(kind: DataType) -> Array:
    """Two by two values at the edges of a data type."""
    if kind.wire in _INTEGERS:
        bounds = np.iinfo(np.dtype(numpy_type(kind)))
        return np.array([[bounds.min, bounds.max], [0, 1]], dtype=numpy_type(kind))
    if kind.wire == "BYTES":
        return np.array([[b"", b"ends in zero\x00"], ["größe".encode(), b"\xff\xfe\x00raw"]], dtype=object)
    if kind.wire == "BOOL":
        return np.array([[True, False], [False, True]])
    ends = np.array([np.inf, 0], dtype=numpy_type(kind))
    largest, smallest = np.nextafter(ends, np.array([0, 1], dtype=numpy_type(kind)))
    return np.array([[largest, -np.inf], [np.nan, smallest]], dtype=numpy_type(kind))


@pytest.mark.parametrize("kind", DATA_TYPES, ids=lambda kind: kind.wire)
def test_every_data_type_comes_back_as_it_went(triton: Triton, protocol: str, kind: DataType) -> None:
    sent = _edges(kind)
    result = triton.infer(_request(protocol, "all_types", Tensor(f"IN_{kind.wire}", kind, sent)), stages=False)
    (output,) = result.outputs
    assert (output.name, output.data_type) == (f"OUT_{kind.wire}", kind)
    assert output.array.dtype == np.dtype(numpy_type(kind))
    if kind.wire == "BYTES":
        assert output.array.tolist() == sent.tolist()
    else:
        assert output.array.tobytes() == sent.tobytes()


@pytest.mark.parametrize("kind", DATA_TYPES, ids=lambda kind: kind.wire)
def test_an_empty_tensor_stays_empty(triton: Triton, protocol: str, kind: DataType) -> None:
    empty = np.empty((0, 3), dtype=numpy_type(kind))
    result = triton.infer(_request(protocol, "all_types", Tensor(f"IN_{kind.wire}", kind, empty)), stages=False)
    assert result.outputs[0].array.shape == (0, 3)


def test_optional_inputs_may_be_left_out_or_come_together(triton: Triton, protocol: str) -> None:
    two = (_tensor("IN_INT8", "INT8", [[1]]), _tensor("IN_BYTES", "BYTES", [[b"x", b"y"]]))
    result = triton.infer(_request(protocol, "all_types", *two), stages=False)
    assert {t.name: t.array.tolist() for t in result.outputs} == {"OUT_INT8": [[1]], "OUT_BYTES": [[b"x", b"y"]]}


def test_layouts_of_an_array_do_not_matter(triton: Triton, protocol: str) -> None:
    whole = np.arange(24, dtype=">f4").reshape(4, 6)
    strided = whole[::2, ::3].T
    result = triton.infer(_request(protocol, "double", replace(_floats(1), array=strided)), stages=False)
    assert _output(result).tolist() == (strided * 2).tolist()


def test_text_in_a_string_tensor_goes_as_utf8(triton: Triton, protocol: str) -> None:
    sent = _tensor("IN_BYTES", "BYTES", [["größe", b"raw"]])
    result = triton.infer(_request(protocol, "all_types", sent), stages=False)
    assert _output(result, "OUT_BYTES").tolist() == [["größe".encode(), b"raw"]]


def test_parameters_keep_their_kinds(triton: Triton, protocol: str) -> None:
    own = (("yes", True), ("no", False), ("one", 1), ("half", 0.5), ("text", "größe"), ("minus", -(2**40)))
    told = _told(triton, replace(_request(protocol, "tells", _floats(1)), parameters=own))
    assert told["parameters"] == dict(own)
    assert type(told["parameters"]["yes"]) is bool
    assert type(told["parameters"]["one"]) is int


def test_id_and_timeout_arrive(triton: Triton, protocol: str) -> None:
    request = replace(_request(protocol, "tells", _floats(1)), request_id="r-1", priority=1, timeout_us=5_000_000)
    told = _told(triton, request)
    assert (told["id"], told["timeout"]) == ("r-1", 5_000_000)
    assert triton.infer(request, stages=False).request_id == "r-1"


def test_only_the_outputs_that_were_asked_for_come(triton: Triton, protocol: str) -> None:
    request = replace(_request(protocol, "tells", _floats(1)), outputs=("EXTRA",))
    result = triton.infer(request, stages=False)
    assert [t.name for t in result.outputs] == ["EXTRA"]
    assert {t.name for t in triton.infer(replace(request, outputs=())).outputs} == {"OUT", "EXTRA"}


@pytest.mark.parametrize("identity", [77, "a name"])
def test_a_sequence_has_its_id_and_flags(triton: Triton, protocol: str, identity: int | str) -> None:
    first = replace(_request(protocol, "sequence", _floats(1)), sequence_id=identity, sequence_start=True)
    assert (_told(triton, first)["sequence"], _told(triton, first)["flags"]) == (identity, 1)
    last = replace(first, sequence_start=False, sequence_end=True)
    assert _told(triton, last)["flags"] == 2
    with pytest.raises(ClientError) as caught:
        triton.infer(last, stages=False)
    assert "START flag" in caught.value.reason
    assert caught.value.remedy.startswith("Begin the sequence")


def test_a_version_can_be_named(triton: Triton, protocol: str) -> None:
    request = _request(protocol, "double", _floats(4))
    assert triton.infer(replace(request, version="1")).version == "1"
    with pytest.raises(ClientError, match="version 7"):
        triton.infer(replace(request, version="7"))


def test_results_are_read_only(triton: Triton, protocol: str) -> None:
    array = _output(triton.infer(_request(protocol, "double", _floats(1)), stages=False))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


@pytest.mark.parametrize(
    ("model", "shape", "words"),
    [
        ("failing", (1,), "the lid is closed"),
        ("decoupled", (1,), "decoupled transaction policy. It answers any number of times"),
        ("nowhere", (1,), "'nowhere' is not found. Load the model first."),
        ("double", (2,), "Expected [-1,-1], got [2]"),
        ("double", (9, 1), "<= 8"),
    ],
)
def test_what_the_server_refuses_is_told_in_its_words(
    triton: Triton, protocol: str, model: str, shape: tuple[int, ...], words: str
) -> None:
    tensor = replace(_floats(1), array=np.ones(shape, np.float32))
    with pytest.raises(ClientError) as caught:
        triton.infer(_request(protocol, model, tensor))
    assert caught.value.kind == "refused"
    assert caught.value.attempted.startswith(f"Asking model '{model}' on 127.0.0.1:")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameters": (("priority", 3),)}, "Triton's own"),
        ({"parameters": (("triton_x", 3),)}, "Triton's own"),
        ({"parameters": (("big", 2**70),)}, "64 bits"),
        ({"parameters": (("odd", None),)}, "neither text"),
        ({"parameters": (("nul", "\ud800"),)}, "surrogates"),
        ({"sequence_start": True}, "sequence id"),
        ({"inputs": (Tensor("IN", DATA_TYPES[0], np.ones(2, np.float64)),)}, "declared BOOL but holds float64"),
        ({"inputs": (Tensor("IN", DATA_TYPES[12], np.array([3], object)),)}, "declared BYTES but holds int"),
        ({"inputs": (Tensor("IN", DATA_TYPES[0], np.array(["2020"], "M8[D]")),)}, "holds datetime64"),
    ],
)
def test_what_cannot_be_sent_is_said_before_it_goes(
    triton: Triton, protocol: str, change: dict[str, Any], words: str
) -> None:
    request = replace(_request(protocol, "double", _floats(1)), **change)
    with pytest.raises(ClientError) as caught:
        triton.infer(request, stages=False)
    assert words in caught.value.reason
    assert caught.value.kind == "request"


def test_a_deadline_ends_the_wait(triton: Triton, protocol: str) -> None:
    with pytest.raises(ClientError) as caught:
        triton.infer(_request(protocol, "slow", _floats(1.5, batch=False)), timeout=0.3, stages=False)
    assert caught.value.kind == "deadline"
    assert caught.value.reason == "no answer within 0.3 s."


def test_nobody_listening_is_told_with_the_address(protocol: str) -> None:
    address = f"127.0.0.1:{free_port()}"
    client = Triton(Addresses(http=address) if protocol == "http" else Addresses(grpc=address), timeout=60)
    with pytest.raises(ClientError) as caught:
        client.infer(_request(protocol, "double", _floats(1)))
    client.close()
    assert caught.value.kind == "unreachable"
    assert f"Asking model 'double' on {address}" in str(caught.value)
    assert caught.value.reason == "no answer: Connection refused."


def test_the_wrong_port_is_told(server: Server, protocol: str) -> None:
    addresses = server.addresses
    wrong = Addresses(http=addresses.grpc) if protocol == "http" else Addresses(grpc=addresses.http)
    client = Triton(wrong, timeout=60)
    with pytest.raises(ClientError) as caught:
        client.infer(_request(protocol, "double", _floats(1)), stages=False)
    client.close()
    assert caught.value.kind in ("malformed", "unreachable")
    assert "address" in caught.value.remedy


def test_a_request_goes_where_it_says_and_else_where_it_can(server: Server) -> None:
    dead = f"127.0.0.1:{free_port()}"
    client = Triton(replace(server.addresses, grpc=dead), timeout=60)
    assert _output(client.infer(_request("http", "double", _floats(4)))).tolist() == [[8]]
    with pytest.raises(ClientError, match=dead):
        client.infer(_request("grpc", "double", _floats(4)))
    client.close()
    only = Triton(Addresses(http=server.addresses.http))
    assert _output(only.infer(_request("grpc", "double", _floats(4)))).tolist() == [[8]]
    only.close()
    with pytest.raises(ClientError, match="neither"):
        Triton(Addresses()).live()


def test_an_answer_over_the_cap_is_not_taken_in(server: Server, protocol: str) -> None:
    client = Triton(server.addresses, max_reply_bytes=1 << 20)
    big = replace(_floats(1), array=np.ones((8, 100_000), np.float32))
    with pytest.raises(ClientError, match="larger than 1 MiB"):
        client.infer(_request(protocol, "double", big), stages=False)
    client.close()


def test_a_closed_client_opens_again(triton: Triton, protocol: str) -> None:
    triton.close()
    assert _output(triton.infer(_request(protocol, "double", _floats(1)))).tolist() == [[2]]


def test_threads_share_a_client(triton: Triton, protocol: str) -> None:
    answers: dict[int, float] = {}

    def work(number: int) -> None:
        for _ in range(10):
            answers[number] = _output(triton.infer(_request(protocol, "double", _floats(number)), stages=False))[0, 0]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: number * 2 for number in range(8)}


def test_the_libraries_load_with_the_first_call() -> None:
    code = "import sys, studio.client.triton, studio.metrics.prometheus, studio.metrics.nvml\n"
    code += "print([m for m in ('grpc', 'tritonclient', 'httpx', 'pynvml') if m in sys.modules])"
    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def _told(triton: Triton, request: InferRequest) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_output(triton.infer(request, stages=False)).ravel()[0])
    return told
