"""Snippets of requests: each is run as it stands, against the real server."""

from __future__ import annotations

import ast
import base64
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from studio.client.triton import Triton
from studio.core.config.datatypes import DATA_TYPES, numpy_type
from studio.core.inference.requests import Array, InferRequest, Tensor
from studio.core.inference.snippets.curl import curl
from studio.core.inference.snippets.perf_analyzer import perf_analyzer
from studio.core.inference.snippets.plain_python import plain_python
from studio.core.inference.snippets.triton_python import triton_python
from studio.engines.engine import Server

KINDS = {kind.wire: kind for kind in DATA_TYPES}


def _values(wire: str) -> Array:
    if wire == "BYTES":
        return np.array([[b'it\'s "quoted" $HOME', "größe\n".encode(), b"a\0", b"\xff\xfe"]], object)
    if wire in ("FP16", "FP32", "FP64", "BF16"):
        return np.array([[0.1, -2, np.nan, np.inf]], dtype=numpy_type(KINDS[wire]))
    if wire == "BOOL":
        return np.array([[True, False]])
    limits = np.iinfo(np.dtype(numpy_type(KINDS[wire])))
    return np.array([[limits.min, limits.max, 1]], dtype=numpy_type(KINDS[wire]))


def _every_type() -> InferRequest:
    return InferRequest("all_types", tuple(Tensor(f"IN_{wire}", KINDS[wire], _values(wire)) for wire in KINDS))


def _plain() -> InferRequest:
    """What JSON can hold, with everything that goes along."""
    return InferRequest(
        "tells",
        (Tensor("IN", KINDS["FP32"], np.array([[0.1, 2]], np.float32)),),
        version="1",
        outputs=("OUT",),
        request_id="it's",
        parameters=(("flag", True), ("size", 3), ("ratio", 0.5), ("text", "it's")),
        priority=2,
        timeout_us=5_000_000,
        headers=(("X-Trace", "it's"),),
    )


def _run(folder: Path, program: str, name: str) -> str:
    path = folder / name
    path.write_text(program, "utf-8")
    command = [sys.executable, "-W", "ignore", str(path)] if name.endswith(".py") else ["bash", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _told(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(text)
    return found


def _require_whole(raw: str | bytes) -> None:
    """What the model was told is all that the request says."""
    told = json.loads(raw)
    assert told["parameters"] == {"flag": True, "size": 3, "ratio": 0.5, "text": "it's"}
    assert (told["id"], told["timeout"], told["outputs"]) == ("it's", 5_000_000, ["OUT"])


@pytest.mark.engine
@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_tritonclient_sends_every_type(server: Server, protocol: str, tmp_path: Path) -> None:
    address = server.addresses.http if protocol == "http" else server.addresses.grpc
    shown = _run(tmp_path, triton_python(replace(_every_type(), protocol=protocol), address), "ask.py")
    lines = dict(line.split(" ", 1) for line in shown.splitlines())
    for wire in KINDS:
        assert lines[f"OUT_{wire}"] == str(_values(wire).tolist())


@pytest.mark.engine
@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_tritonclient_sends_what_goes_along(server: Server, protocol: str, tmp_path: Path) -> None:
    address = server.addresses.http if protocol == "http" else server.addresses.grpc
    request = replace(_plain(), protocol=protocol, compression="gzip")
    shown = _run(tmp_path, triton_python(request, address), "ask.py")
    name, _, values = shown.partition(" ")
    assert name == "OUT"
    _require_whole(ast.literal_eval(values)[0])


@pytest.mark.engine
def test_the_standard_library_alone_sends_every_type(server: Server, tmp_path: Path) -> None:
    shown = _run(tmp_path, plain_python(_every_type(), server.addresses.http), "ask.py")
    lines = {line.split(" ", 1)[0]: line.partition("] ")[2] for line in shown.splitlines()}
    for wire in KINDS:
        expected = _values(wire).ravel()
        if wire in ("FP16", "FP32", "BF16"):
            assert lines[f"OUT_{wire}"] == str([float(each) for each in expected])
        else:
            assert lines[f"OUT_{wire}"] == str(expected.tolist())
    told = _run(tmp_path, plain_python(_plain(), server.addresses.http), "plain.py")
    _require_whole(ast.literal_eval(told.partition("] ")[2])[0])


@pytest.mark.engine
def test_curl_sends_json_and_bytes(server: Server, tmp_path: Path) -> None:
    answer = _told(_run(tmp_path, curl(_plain(), server.addresses.http), "ask.sh"))
    assert answer["id"] == "it's"
    outputs = answer["outputs"]
    assert isinstance(outputs, list)
    _require_whole(outputs[0]["data"][0])
    half = InferRequest("all_types", (Tensor("IN_FP16", KINDS["FP16"], _values("FP16")[:, :2]),), outputs=("OUT_FP16",))
    raw = replace(half, inputs=(*half.inputs, Tensor("IN_BYTES", KINDS["BYTES"], _values("BYTES")[:, :3])))
    answer = _told(_run(tmp_path, curl(replace(raw, outputs=("OUT_BYTES",)), server.addresses.http), "bytes.sh"))
    outputs = answer["outputs"]
    assert isinstance(outputs, list)
    assert outputs[0]["data"] == [each.decode() for each in _values("BYTES")[0, :3]]


@pytest.mark.engine
def test_a_large_request_is_no_longer_than_a_shell_takes(server: Server, tmp_path: Path) -> None:
    array = np.arange(200_000, dtype=np.float32)[None]
    request = InferRequest("double", (Tensor("IN", KINDS["FP32"], array),))
    answer = _told(_run(tmp_path, curl(request, server.addresses.http), "ask.sh"))
    outputs = answer["outputs"]
    assert isinstance(outputs, list)
    assert outputs[0]["data"] == (array[0] * 2).tolist()
    shown = _run(tmp_path, triton_python(request, server.addresses.grpc), "ask.py")
    assert shown == f"OUT {(array * 2).tolist()}\n"


@pytest.mark.engine
def test_classes_are_asked_for(server: Server, both: tuple[Triton, Triton], tmp_path: Path) -> None:
    array = np.array([0.5, 7, 1], np.float32)
    request = InferRequest("labelled", (Tensor("IN", KINDS["FP32"], array),), classes=(("OUT", 1),))
    for program in (triton_python(request, server.addresses.grpc), plain_python(request, server.addresses.http)):
        assert "1:middle" in _run(tmp_path, program, "ask.py")
    assert "1:middle" in _run(tmp_path, curl(request, server.addresses.http), "ask.sh")


def test_perf_analyzer_gets_content_or_base64_without_the_batch() -> None:
    strings = Tensor("S", KINDS["BYTES"], np.array([[b"a"], [b"\xff"]], object))
    numbers = Tensor("N", KINDS["BF16"], np.array([[1, 2], [3, 4]], dtype=ml_dtypes.bfloat16))
    request = InferRequest("m", (strings, numbers))
    first, second = json.loads(perf_analyzer(request, batched=True))["data"]
    assert first["S"] == {"content": ["a"], "shape": [1]}
    assert base64.b64decode(second["S"]["b64"]) == b"\xff"
    raw = base64.b64decode(second["N"]["b64"])
    assert np.frombuffer(raw, ml_dtypes.bfloat16).tolist() == [3, 4]
    (whole,) = json.loads(perf_analyzer(InferRequest("m", (numbers,)), batched=False))["data"]
    assert whole["N"]["shape"] == [2, 2]
