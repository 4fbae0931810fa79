"""A real Triton that keeps calls to those with a key, and the way there: addresses and proxies."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from studio.client.triton import ClientError, Triton
from studio.core.config.datatypes import DATA_TYPES
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.launch import Addresses
from studio.engines.engine import Server
from tests.client.server import free_port, serving

FP32 = next(kind for kind in DATA_TYPES if kind.wire == "FP32")
CALLS = "model-repository,statistics,model-config,trace"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    arguments = (f"--http-restricted-api={CALLS}:admin-key=x", f"--grpc-restricted-protocol={CALLS}:admin-key=x")
    with serving(tmp_path_factory.mktemp("guarded"), ("double",), arguments) as server:
        yield server


def _only(addresses: Addresses, protocol: str) -> Addresses:
    return replace(addresses, grpc="") if protocol == "http" else replace(addresses, http="")


@pytest.mark.engine
def test_a_restricted_call_is_not_taken_for_a_dead_server(guarded: Server, protocol: str) -> None:
    client = Triton(_only(guarded.addresses, protocol))
    assert client.ready()
    for call in (
        client.index,
        client.statistics,
        client.trace_setting,
        lambda: client.load("double"),
        lambda: client.config("double"),
    ):
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.kind == "refused"
        assert "is restricted, expecting header" in caught.value.reason
        assert "admin-key" in caught.value.reason
        assert "restriction" in caught.value.remedy
    client.close()


@pytest.mark.engine
def test_without_statistics_an_answer_comes_all_the_same(
    guarded: Server, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy of the environment does not come between, either: nothing listens where it points."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    client = Triton(_only(guarded.addresses, protocol))
    request = InferRequest("double", (Tensor("IN", FP32, np.ones((1, 1), np.float32)),), protocol=protocol)
    result = client.infer(request)
    assert not client.metadata("double").inputs[0].optional
    client.close()
    assert result.outputs[0].array.tolist() == [[2]]
    assert (result.times.queue, result.times.network, result.steps) == (None, None, ())
