"""What a server's tracer is set to, against a real Triton and one that was launched for no trace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.client.triton import ClientError, Triton
from studio.core.serving.launch import Addresses
from studio.core.tracing.setting import FOLLOW_SERVER, next_requests
from studio.engines.engine import Server

pytestmark = pytest.mark.engine


def test_the_next_requests_are_asked_for_and_the_setting_put_back(triton: Triton) -> None:
    before = triton.trace_setting()
    assert (before.levels, before.rate, before.count, before.log_frequency) == (("OFF",), 1, -1, 1)
    assert (before.mode, Path(before.file).name, before.is_on) == ("triton", "t.json", False)
    during = triton.set_trace(next_requests(3, tensors=True))
    assert (set(during.levels), during.count, during.is_on) == ({"TIMESTAMPS", "TENSORS"}, 3, True)
    assert triton.set_trace(before.changes) == triton.trace_setting() == before


def test_one_model_is_traced_by_itself_and_then_follows_its_server(triton: Triton) -> None:
    before = triton.trace_setting("double")
    assert triton.set_trace(next_requests(2), "double").is_on
    assert not triton.trace_setting().is_on
    assert triton.set_trace(FOLLOW_SERVER, "double") == before
    with pytest.raises(ClientError, match="nobody") as caught:
        triton.set_trace(next_requests(1), "nobody")
    assert caught.value.remedy == "Load the model first."


def test_a_file_is_not_set_from_afar(triton: Triton) -> None:
    with pytest.raises(ClientError, match="can not be updated through network protocol") as caught:
        triton.set_trace((("trace_file", ("/tmp/other.json",)),))
    assert "--trace-config triton,file=" in caught.value.remedy


def test_both_protocols_tell_the_same(both: tuple[Triton, Triton]) -> None:
    assert both[0].trace_setting() == both[1].trace_setting()


def test_a_server_that_is_not_there_is_told_so(server: Server) -> None:
    client = Triton(replace(Addresses(), http="127.0.0.1:9"), timeout=1)
    with pytest.raises(ClientError, match="Reading the trace setting on"):
        client.trace_setting()
    client.close()
