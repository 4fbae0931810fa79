"""An OpenAI-compatible front end, imitated: its models, a chat as it comes, completions, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from studio.ui.tester.front_end.side import FrontEndSide
from tests.client.server import answering, http
from tests.fixtures.waiting import wait_until

_EVENTS = "Content-Type: text/event-stream\r\n"
ASKED: list[bytes] = []


def _imitation(request: bytes) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    ASKED.append(request)
    if head.startswith(b"GET /v1/models"):
        return http(b'{"object":"list","data":[{"id":"harbour","object":"model"},{"id":"other"}]}')
    fields = json.loads(body)
    if fields["model"] != "harbour":
        return http(b'{"error":{"message":"no such model","type":"NotFound"}}', status="404 Not Found")
    if head.startswith(b"POST /v1/completions"):
        return http(b'{"choices":[{"text":" berth B14"}]}')
    words = [b"Ahoy", b" there", b""]
    chunks = b"".join(b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n' % word for word in words)
    return http(chunks + b"data: [DONE]\n\n", headers=_EVENTS)


@pytest.fixture
def side(qtbot: QtBot) -> Iterator[FrontEndSide]:
    """Attached to the imitation."""
    made = FrontEndSide()
    qtbot.addWidget(made)
    made.resize(1100, 600)
    made.show()
    ASKED.clear()
    with answering(_imitation) as address:
        made.address.setText(f"http://{address}")
        made.key.setText("secret")
        made.attach.click()
        wait_until(lambda: made.form.model.count() == 2)
        yield made


def _ask(side: FrontEndSide, prompt: str = "Ask") -> None:
    side.form.prompt.setPlainText(prompt)
    side.send.click()
    wait_until(side.send.isEnabled)


def test_a_chat_comes_in_chunks(side: FrontEndSide) -> None:
    side.form.system.setPlainText("Be brief.")
    _ask(side)
    assert side.stream.text.text.toPlainText() == "Ahoy there"
    assert side.stream.state.text() == "complete"
    assert side.status.text().startswith("3 chunks")
    sent = json.loads(ASKED[-1].partition(b"\r\n\r\n")[2])
    assert [each["role"] for each in sent["messages"]] == ["system", "user"]
    assert (sent["stream"], sent["max_tokens"]) == (True, 128)
    assert b"uthorization: Bearer secret" in ASKED[-1]


def test_completions_come_whole(side: FrontEndSide) -> None:
    side.form.kind.choose(1)
    assert side.form.system.isHidden()
    side.form.stream.setChecked(False)
    _ask(side)
    assert side.stream.text.text.toPlainText() == " berth B14"


def test_what_it_refuses_is_said_in_its_words(side: FrontEndSide) -> None:
    side.form.model.setCurrentText("nobody")
    _ask(side)
    assert "no such model" in side.problem.message.text()
    assert side.stream.state.text() == "failed"
    side.form.prompt.clear()
    side.send.click()
    assert "the prompt is empty" in side.problem.message.text()


def test_an_address_that_is_none_is_said(side: FrontEndSide) -> None:
    side.address.setText("http://127.0.0.1:1")
    side.attach.click()
    wait_until(side.problem.isVisible)
    assert side.status.text() == "Not attached"
