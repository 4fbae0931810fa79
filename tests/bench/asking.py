"""What a request costs beside tritonclient's own, and what the reading of its stages adds."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from studio.client.triton import Triton
from studio.core.config.datatypes import data_type
from studio.core.inference.requests import Array, InferRequest, Tensor
from tests.client.server import serving

_SIZES = {"small": ((1, 3), 300), "large": ((1024, 1024), 30)}
"""The shape of a tensor of 32 bits, and how often it is sent."""


def run() -> dict[str, float]:
    """Milliseconds of one request over each protocol, ours and theirs; their medians, taken in turns."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        client = Triton(server.addresses, timeout=60.0)
        try:
            found: dict[str, float] = {}
            for size, (shape, count) in _SIZES.items():
                array = np.ones(shape, np.float32)
                for protocol in ("http", "grpc"):
                    ours = _ours(client, protocol, array)
                    theirs = _theirs(protocol, getattr(server.addresses, protocol), array)
                    found |= _medians(f"{size}_{protocol}", ours, theirs, count)
            plain, staged = _double(client, stages=False), _double(client, stages=True)
            return found | _medians("stages", staged, plain, 100)
        finally:
            client.close()


def _medians(name: str, ours: Callable[[], object], theirs: Callable[[], object], count: int) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [], f"{name}_reference": []}
    for call in (ours, theirs):
        call()
    for _ in range(count):
        for key, call in ((name, ours), (f"{name}_reference", theirs)):
            began = time.perf_counter()
            call()
            taken[key].append((time.perf_counter() - began) * 1000)
    return {key: statistics.median(values) for key, values in taken.items()}


def _ours(client: Triton, protocol: str, array: Array) -> Callable[[], object]:
    kind = data_type("FP32")
    assert kind is not None
    request = InferRequest("all_types", (Tensor("IN_FP32", kind, array),), outputs=("OUT_FP32",), protocol=protocol)
    return lambda: client.infer(request, stages=False).outputs[0].array


def _double(client: Triton, *, stages: bool) -> Callable[[], object]:
    kind = data_type("FP32")
    assert kind is not None
    request = InferRequest("double", (Tensor("IN", kind, np.ones((1, 3), np.float32)),))
    return lambda: client.infer(request, stages=stages)


def _theirs(protocol: str, address: str, array: Array) -> Callable[[], object]:
    module: Any = import_module(f"tritonclient.{protocol}")
    client = module.InferenceServerClient(address)

    def call() -> object:
        given = module.InferInput("IN_FP32", list(array.shape), "FP32")
        given.set_data_from_numpy(array)
        asked = [module.InferRequestedOutput("OUT_FP32")]
        return client.infer("all_types", [given], outputs=asked).as_numpy("OUT_FP32")

    return call
