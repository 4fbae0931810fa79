"""Saved requests of models that answer otherwise than once, against the real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.client.saved_runs import Run, send
from studio.client.triton import Triton
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.outcome import Outcome
from studio.engines.engine import Server

pytestmark = pytest.mark.engine


def _sent(server: Server, folder: Path, tree: dict[str, Any], *, renews: bool = False) -> Outcome:
    (folder / "r.json").write_text(json.dumps(tree), "utf-8")
    client = Triton(server.addresses)
    outcome = send(client, Run(RequestFolder(folder), renews=renews), "r")
    client.close()
    return outcome


def test_the_answers_of_a_stream_are_expected_together(server: Server, tmp_path: Path) -> None:
    expect = {"OUT": {"is": "exact", "type": "FP32", "shape": [3, 1], "values": [0, 1, 2]}}
    tree = {"model": "decoupled", "inputs": {"IN": {"generate": "ones"}}, "stream": True, "expect": expect}
    assert _sent(server, tmp_path, tree).words == "as expected"
    expect["OUT"]["values"] = [0, 1, 3]
    off = _sent(server, tmp_path, tree)
    assert off.state == "failed"
    assert off.verdicts[0].difference is not None
    assert off.verdicts[0].difference.where == (2, 0)
    assert _sent(server, tmp_path, tree, renews=True).state == "written"
    kept = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert [value for row in kept["expect"]["OUT"]["values"] for value in row] == [0, 1, 2]


def test_a_model_that_streams_says_so_where_it_is_asked_for_one_answer(server: Server, tmp_path: Path) -> None:
    outcome = _sent(server, tmp_path, {"model": "decoupled", "inputs": {"IN": {"generate": "ones"}}})
    assert outcome.state == "error"
    assert "as a stream" in outcome.message


def test_an_error_within_a_stream_is_told(server: Server, tmp_path: Path) -> None:
    inputs = {"text_input": {"type": "BYTES", "shape": [1], "values": ["one fail"]}}
    outcome = _sent(server, tmp_path, {"model": "writer", "inputs": inputs, "stream": True})
    assert outcome.state == "error"
    assert "out of words" in outcome.message
