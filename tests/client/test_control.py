"""Health, repository control and what a server tells of its models, against a real Triton."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from studio.client.triton import ClientError, Triton
from studio.core.serving.launch import Addresses
from studio.engines.engine import Server
from tests.client.repository import MODELS
from tests.client.server import free_port

pytestmark = pytest.mark.engine


def test_a_server_that_runs_is_live_and_ready(triton: Triton) -> None:
    assert triton.live()
    assert triton.ready()


def test_where_nothing_listens_nothing_is_live(protocol: str) -> None:
    client = Triton(_only(protocol, f"127.0.0.1:{free_port()}"), timeout=2)
    assert not client.live()
    assert not client.ready()
    client.close()


def test_the_server_says_what_it_is(triton: Triton) -> None:
    told = triton.server_metadata()
    assert told.name == "triton"
    assert told.version == "2.51.0"
    assert "binary_tensor_data" in told.extensions


def test_the_index_has_loaded_models_and_others(triton: Triton) -> None:
    rows = {row.name: row for row in triton.index()}
    assert set(rows) == {*MODELS, "broken"}
    assert (rows["pipeline"].version, rows["pipeline"].state, rows["pipeline"].reason) == ("1", "READY", "")
    assert rows["broken"].state != "READY"


def test_metadata_gives_wire_shapes_and_optional_inputs(triton: Triton) -> None:
    double = triton.metadata("double")
    assert (double.name, double.versions, double.platform) == ("double", ("1",), "python")
    assert [(t.name, t.data_type.wire, t.shape, t.optional) for t in double.inputs] == [("IN", "FP32", (-1, -1), False)]
    every = triton.metadata("all_types", "1")
    assert len(every.inputs) == len(every.outputs) == 14
    assert all(tensor.optional for tensor in every.inputs)


def test_both_protocols_give_the_same_configuration(both: tuple[Triton, Triton]) -> None:
    http, grpc = both
    for model in MODELS:
        # Without zeros: our messages are newer than this server and hold defaults that it does not know.
        assert _said(http.config(model)) == _said(grpc.config(model)), model
    assert http.config("pipeline")["ensemble_scheduling"]["step"][1]["model_name"] == "add_one"
    assert http.config("sequence")["sequence_batching"]["max_sequence_idle_microseconds"] == 60_000_000


def test_both_protocols_give_the_same_statistics(both: tuple[Triton, Triton]) -> None:
    http, grpc = both
    assert sorted(http.statistics(), key=str) == sorted(grpc.statistics(), key=str)
    assert [row.name for row in grpc.statistics("double", "1")] == ["double"]


def test_unload_and_load(triton: Triton) -> None:
    triton.unload("slow")
    _until(triton, "slow", "UNAVAILABLE")
    triton.load("slow")
    assert _state(triton, "slow") == "READY"


def test_unloading_with_dependents_takes_the_steps_along(triton: Triton) -> None:
    triton.unload("doubled_twice", dependents=True)
    _until(triton, "doubled_twice", "UNAVAILABLE")
    triton.load("doubled_twice")
    assert _state(triton, "doubled_twice") == _state(triton, "double") == "READY"


@pytest.mark.parametrize(("protocol", "form"), [("http", "dict"), ("grpc", "json")])
def test_a_load_can_override_the_configuration(triton: Triton, server: Server, form: str) -> None:
    """By what the client makes one text of, whatever the protocol; and by text as it stands in a file."""
    assert triton.config("add_one")["max_batch_size"] == 8
    assert server.spec.repository is not None
    text = Path(server.spec.repository, "add_one", "config.pbtxt").read_text("utf-8")
    whole = {**triton.config("add_one"), "max_batch_size": 3}
    forms: dict[str, str | dict[str, Any]] = {"dict": whole, "json": json.dumps(whole)}
    triton.load("add_one", forms[form])
    assert triton.config("add_one")["max_batch_size"] == 3
    triton.load("add_one", text)
    assert triton.config("add_one")["max_batch_size"] == 8


def test_a_refused_load_carries_the_servers_text(triton: Triton) -> None:
    with pytest.raises(ClientError) as caught:
        triton.load("broken")
    failure = caught.value
    assert failure.kind == "refused"
    assert failure.attempted.startswith("Loading model 'broken' on 127.0.0.1:")
    assert "load failed for model 'broken'" in failure.reason
    assert "ValueError: no such weights" in failure.reason


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("max_batch_size: 3x", "not a sound config.pbtxt: 1:17"),
        ("{ nonsense", "not JSON"),
        ({"name": object()}, "not JSON serializable"),
    ],
)
def test_an_override_that_is_no_configuration_is_not_sent(triton: Triton, config: Any, words: str) -> None:
    with pytest.raises(ClientError) as caught:
        triton.load("double", config)
    assert caught.value.kind == "request"
    assert words in caught.value.reason


def test_a_model_that_is_not_there(triton: Triton) -> None:
    for call in (triton.load, triton.config, triton.metadata, triton.statistics):
        with pytest.raises(ClientError) as caught:
            call("nowhere")
        assert caught.value.kind == "refused"
        assert "'nowhere'" in str(caught.value)
        assert caught.value.remedy


def test_names_are_quoted_in_paths(triton: Triton) -> None:
    with pytest.raises(ClientError, match=r"\.\./double\?x=1"):
        triton.config("../double?x=1")


def _said(value: object) -> object:
    """A configuration without what is zero or empty."""
    if isinstance(value, dict):
        return {key: _said(item) for key, item in value.items() if item}
    return [_said(item) for item in value] if isinstance(value, list) else value


def _until(triton: Triton, name: str, state: str) -> None:
    end = time.monotonic() + 60
    while _state(triton, name) != state:
        assert time.monotonic() < end
        time.sleep(0.05)


def _state(triton: Triton, name: str) -> str:
    return next(row.state for row in triton.index() if row.name == name)


def _only(protocol: str, address: str) -> Addresses:
    return Addresses(http=address) if protocol == "http" else Addresses(grpc=address)
