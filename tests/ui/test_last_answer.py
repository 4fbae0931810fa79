"""What is kept of the answer before."""

from __future__ import annotations

import numpy as np

from studio.core.inference.requests import InferResult, StageTimes
from studio.ui.tester.last_answer import LastAnswer
from tests.ui.tensor_samples import tensor


def _answer(value: float, model: str = "m", size: int = 4) -> InferResult:
    made = tensor(np.full(size, value, np.float32))
    return InferResult(model, "1", (made,), StageTimes(1))


def test_one_answer_of_the_same_model_is_kept_behind() -> None:
    last = LastAnswer()
    last.renew(_answer(1))
    assert last.of("y")[0] is None
    last.renew(_answer(2))
    found, title, problem = last.of("y")
    assert found is not None
    assert (found.array[0], title, problem) == (1, "Last answer", "")
    assert last.of("z")[0] is None
    last.renew(_answer(3, "other"))
    assert last.of("y") == (None, "Last answer", "")


def test_a_large_answer_is_dropped_and_that_is_said() -> None:
    last = LastAnswer(most_bytes=100)
    last.renew(_answer(1, size=50))
    last.renew(_answer(2))
    found, _, problem = last.of("y")
    assert found is None
    assert "was dropped" in problem
