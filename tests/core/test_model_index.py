"""What the rows of a server's repository index say."""

from __future__ import annotations

import pytest

from studio.core.inference import model_index
from studio.core.inference.requests import ModelState


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        ("READY", "", "ready"),
        ("LOADING", "", "loading changing"),
        ("UNLOADING", "", "changing"),
        ("UNAVAILABLE", "no such file", "failed"),
        ("UNAVAILABLE", "unloaded", "unloaded"),
        ("UNAVAILABLE", "'unloaded'", "unloaded"),
        ("UNAVAILABLE", "", "unloaded"),
        ("", "", "unloaded"),
    ],
)
def test_a_row_says_one_thing(state: str, reason: str, said: str) -> None:
    row = ModelState("m", "1", state, reason)
    held = {
        "ready": row.is_ready,
        "loading": row.is_loading,
        "changing": row.is_changing,
        "failed": row.is_failed,
        "unloaded": row.is_unloaded,
    }
    assert " ".join(name for name, holds in held.items() if holds) == said


def test_the_index_as_a_whole() -> None:
    rows = (
        ModelState("a", "1", "UNAVAILABLE", "unloaded"),
        ModelState("a", "2", "READY", ""),
        ModelState("b", "1", "UNAVAILABLE", "no file"),
        ModelState("c", "1", "LOADING", ""),
    )
    index = model_index.by_name(rows)
    assert list(index) == ["a", "b", "c"]
    assert model_index.ready_models(index) == ("a",)
    assert model_index.ready_versions(index["a"]) == ("2",)
    assert model_index.failed_versions(index) == (rows[2],)
    assert model_index.is_changing(index["c"])
    assert not model_index.is_ready(index["b"])
    counts = model_index.counted(index)
    assert (counts.ready, counts.failed_models) == (frozenset({"a"}), ("b",))
    assert (counts.changing, counts.there) == (1, ("a", "b", "c"))


def test_a_refusal_explains_only_rows_that_tell_no_reason_of_their_own() -> None:
    told = ModelState("a", "1", "UNAVAILABLE", "no file")
    unloaded, ready = ModelState("a", "2", "UNAVAILABLE", "unloaded"), ModelState("a", "3", "READY", "")
    found = model_index.explained((told, unloaded, ready), "it needs a GPU")
    assert [row.reason for row in found] == ["no file", "it needs a GPU", ""]
    assert model_index.explained((unloaded,), "") == (unloaded,)
