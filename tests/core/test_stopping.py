"""What a server that stops still waits for, by its log."""

from __future__ import annotations

import pytest

from studio.core.serving.launch import LogLine
from studio.core.serving.logs.stopping import models_left, waits_for


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("Timeout 29: Found 2 live models and 0 in-flight non-inference requests", "2 models", 2),
        ("Timeout 9: Found 1 live models and 0 in-flight non-inference requests", "1 model", 1),
        ("Timeout 28: Found 0 live models and 0 in-flight non-inference requests", "", 0),
        ("Timeout 30: Found 1 model versions that have in-flight inferences", "1 model with requests", None),
        ("Timeout 30: Found 3 model versions that have in-flight inferences", "3 models with requests", None),
        ("Timeout 30: Found 1 HTTP service connections", "1 connection", None),
        ("Timeout 30: Found 2 HTTP service connections", "2 connections", None),
        ("a model says: Timeout 30: Found 2 live models", "", None),
        ("All models are stopped, unloading models", "", None),
    ],
)
def test_what_is_waited_for_is_read_from_the_line_that_comes_each_second(
    text: str, words: str, left: int | None
) -> None:
    lines = [LogLine("I", "Waiting for in-flight requests to complete."), LogLine("I", text)]
    assert (waits_for(lines), models_left(lines)) == (words, left)


def test_the_latest_line_counts() -> None:
    told = [LogLine("I", f"Timeout 9: Found {count} live models and 0 in-flight") for count in (3, 2)]
    assert (waits_for([*told, LogLine("I", "x")]), models_left(told)) == ("2 models", 2)
    assert (waits_for([]), models_left([])) == ("", None)
