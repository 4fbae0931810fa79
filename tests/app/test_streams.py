"""Answers that come in parts, as a session gets them from a real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.app.session import Session
from studio.core.config.datatypes import data_type
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.streams import EventPart, StreamPart, StreamTimes, generate
from studio.core.serving.launch import Addresses
from studio.failure import Failure
from tests.client.server import serving

Until = Callable[..., None]


def _writing(text: bytes) -> InferRequest:
    kind = data_type("BYTES")
    assert kind is not None
    return InferRequest("writer", (Tensor("text_input", kind, np.array([text], object)),))


@pytest.mark.engine
def test_parts_come_one_by_one_and_a_cancel_ends_them_on_the_server(
    session: Session, tmp_path: Path, until: Until
) -> None:
    with serving(tmp_path, ("writer",)) as server:
        session.server.attach(Addresses(http=server.addresses.http, grpc=server.addresses.grpc))
        until(lambda: session.server.models.get("writer"))
        parts: list[StreamPart] = []
        ended: list[StreamTimes] = []
        session.server.stream(_writing(b"one two three"), parts.append, ended.append)
        until(lambda: ended)
        assert [part.outputs[0].array[0] for part in parts] == [b"one", b"two", b"three"]
        assert ended[0].count == 3

        task = session.server.stream(_writing(b"word " * 5000), parts.append, ended.append, timeout=200)
        assert task is not None
        until(lambda: len(parts) > 5)
        task.cancel()
        told: list[StreamPart] = []
        session.server.stream(_writing(b"cancelled?"), told.append, ended.append)
        until(lambda: len(ended) == 2)
        assert int(told[0].outputs[0].array[0]) == 1

        events: list[EventPart] = []
        session.server.events(generate("writer", {"text_input": "a b"}, stream=True), events.append, ended.append)
        until(lambda: len(ended) == 3)
        assert "".join(part.text for part in events) == "ab"
        failures: list[Failure] = []
        session.server.events(generate("nobody", {}, stream=True), events.append, ended.append, failures.append)
        until(lambda: failures)
        session.server.stop()


def test_without_a_server_it_is_said(session: Session) -> None:
    failures: list[Failure] = []
    assert session.server.stream(_writing(b"a"), lambda _: None, lambda _: None, failures.append) is None
    assert (
        session.server.events(generate("m", {}, stream=True), lambda _: None, lambda _: None, failures.append) is None
    )
    assert ["no server runs" in str(each) for each in failures] == [True, True]
