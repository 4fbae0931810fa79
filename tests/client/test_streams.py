"""Answers that come in parts, from real decoupled models."""

from itertools import repeat

import numpy as np
import pytest

from studio.client.triton import ClientError, Triton
from studio.core.config.datatypes import DATA_TYPES
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.streams import EventPart, StreamPart, chat, completions, generate
from studio.core.serving.launch import Addresses
from studio.engines.engine import Server
from tests.client.server import answering, http
from tests.net.test_http import dripping

pytestmark = pytest.mark.engine

KINDS = {kind.wire: kind for kind in DATA_TYPES}


def _request(model: str, text: bytes = b"") -> InferRequest:
    if text:
        return InferRequest(model, (Tensor("text_input", KINDS["BYTES"], np.array([text], object)),))
    return InferRequest(model, (Tensor("IN", KINDS["FP32"], np.array([1], np.float32)),), request_id="seven")


def test_the_answers_of_a_decoupled_model_come_one_by_one_with_their_times(both: tuple[Triton, Triton]) -> None:
    _, grpc = both
    parts: list[StreamPart] = []
    times = grpc.stream(_request("decoupled"), parts.append)
    assert [part.outputs[0].array.tolist() for part in parts] == [[0], [1], [2]]
    assert [part.number for part in parts] == [0, 1, 2]
    assert {part.request_id for part in parts} == {"seven"}
    moments = [part.at_ns for part in parts]
    assert moments == sorted(moments)
    assert (times.count, times.first) == (3, moments[0])
    assert times.total >= moments[-1]


def test_a_model_with_one_answer_streams_that(both: tuple[Triton, Triton]) -> None:
    parts: list[StreamPart] = []
    both[1].stream(_request("slow"), parts.append)
    assert len(parts) == 1


def test_no_answer_at_all_is_a_stream_of_none(both: tuple[Triton, Triton]) -> None:
    parts: list[StreamPart] = []
    times = both[1].stream(_request("writer", b" "), parts.append)
    assert (parts, times.count, times.first, times.rate) == ([], 0, None, None)


def test_an_error_within_a_stream_comes_after_what_was_answered(both: tuple[Triton, Triton]) -> None:
    parts: list[StreamPart] = []
    with pytest.raises(ClientError, match="out of words") as caught:
        both[1].stream(_request("writer", b"one two fail"), parts.append)
    assert caught.value.kind == "refused"
    assert [part.outputs[0].array[0] for part in parts] == [b"one", b"two"]


def test_a_stream_has_one_deadline(both: tuple[Triton, Triton]) -> None:
    with pytest.raises(ClientError) as caught:
        both[1].stream(_request("writer", b"word " * 2000), lambda part: None, timeout=0.5)
    assert caught.value.kind == "deadline"


def test_streams_need_a_grpc_address(both: tuple[Triton, Triton]) -> None:
    with pytest.raises(ClientError, match="gRPC"):
        both[0].stream(_request("decoupled"), lambda part: None)
    with pytest.raises(ClientError, match="HTTP"):
        both[1].events(generate("writer", {}, stream=True), lambda part: None)


def test_generated_text_comes_as_events(both: tuple[Triton, Triton]) -> None:
    parts: list[EventPart] = []
    times = both[0].events(generate("writer", {"text_input": "a b", "max_tokens": 3}, stream=True), parts.append)
    assert "".join(part.text for part in parts) == "ababab"
    assert parts[0].fields["model_name"] == "writer"
    assert times.count == 6
    assert times.between is not None
    assert times.rate is not None


def test_text_can_come_whole(both: tuple[Triton, Triton]) -> None:
    parts: list[EventPart] = []
    both[0].events(generate("writer", {"text_input": "word"}, stream=False, version="1"), parts.append)
    assert [part.text for part in parts] == ["word"]


def test_an_error_that_comes_with_status_200_is_one(both: tuple[Triton, Triton]) -> None:
    with pytest.raises(ClientError) as caught:
        both[0].events(generate("writer", {"text_input": "a b c"}, stream=False), lambda part: None)
    assert caught.value.kind == "refused"
    parts: list[EventPart] = []
    with pytest.raises(ClientError, match="out of words"):
        both[0].events(generate("writer", {"text_input": "one fail"}, stream=True), parts.append)
    assert [part.text for part in parts] == ["one"]


def test_an_unknown_model_is_told(both: tuple[Triton, Triton]) -> None:
    with pytest.raises(ClientError, match="unknown model"):
        both[0].events(generate("nobody", {"text_input": "a"}, stream=True), lambda part: None)


def test_completions_of_an_openai_compatible_front_end_come_whole() -> None:
    with answering(lambda _: http(b'{"choices":[{"text":"Ahoy"}]}')) as address:
        triton = Triton(Addresses(http=address))
        parts: list[EventPart] = []
        triton.events(completions({"model": "m", "prompt": "Say ahoy"}), parts.append)
        triton.close()
    assert [part.text for part in parts] == ["Ahoy"]


def test_an_openai_compatible_front_end_is_asked() -> None:
    events = (
        b'data: {"choices":[{"delta":{"content":"Ahoy"}}]}\r\n\r\ndata: {"choices":[{"delta":{}}]}\n\ndata: [DONE]\n\n'
    )
    with answering(lambda _: http(events, headers="Content-Type: text/event-stream\r\n")) as address:
        triton = Triton(Addresses(http=address))
        parts: list[EventPart] = []
        triton.events(chat({"model": "m", "messages": [], "stream": True}), parts.append)
        triton.close()
    assert [part.text for part in parts] == ["Ahoy", ""]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"data: {\n\n", "malformed"),
        (b"data: []\n\n", "malformed"),
        (b'data: {"error": {"message": "no key"}}\n\n', "refused"),
        (b"data: " + b"x" * (17 << 20), "malformed"),
    ],
)
def test_events_that_lie_are_one_clear_error(body: bytes, kind: str) -> None:
    with answering(lambda _: http(body, headers="Content-Type: text/event-stream\r\n")) as address:
        triton = Triton(Addresses(http=address))
        with pytest.raises(ClientError) as caught:
            triton.events(chat({"stream": True}), lambda part: None)
        triton.close()
    assert caught.value.kind == kind


def test_events_that_drip_end_at_the_deadline() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000000\r\n\r\n"
    with dripping(lambda: iter((head, *repeat(b'data: {"text_output": "a"}\n\n', 10_000)))) as address:
        triton = Triton(Addresses(http=address))
        parts: list[EventPart] = []
        with pytest.raises(ClientError) as caught:
            triton.events(chat({"stream": True}), parts.append, timeout=0.5)
        triton.close()
    assert caught.value.kind == "deadline"
    assert parts


def test_an_answer_that_is_no_event_and_no_json_is_malformed(server: Server) -> None:
    with answering(lambda _: http(b"<html>", headers="Content-Type: text/html\r\n")) as address:
        triton = Triton(Addresses(http=address))
        with pytest.raises(ClientError) as caught:
            triton.events(chat({}), lambda part: None)
        triton.close()
    assert caught.value.kind == "malformed"
