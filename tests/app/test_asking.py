"""How one model is asked: what counts as its answer where the server counts late, or its cache answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from studio.app.serving.probing.asking import Plan, ask
from studio.client.triton import Triton
from studio.core.config.datatypes import of_array
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import InferRequest, ModelMetadata, ModelStatistics
from studio.core.serving.alive import Proof

_INPUT = TensorInfo("x", of_array(np.zeros(3, np.float32)), (3,))
_MODEL = ModelMetadata("cached", ("1",), "python", (_INPUT,), ())


def _statistics(executions: int, hits: int) -> ModelStatistics:
    return ModelStatistics("cached", "1", executions, executions, executions, 0, 0, 0, 0, 0, 0, 0, hits)


@dataclass
class _Server:
    """A server that counts an answer after it was given: no real one can be made to be late by so much."""

    counts: Iterator[ModelStatistics]
    answered: list[str] = field(default_factory=list)

    def statistics(self, name: str) -> tuple[ModelStatistics, ...]:
        return (next(self.counts),)

    def infer(self, request: InferRequest, timeout: float, stages: bool) -> None:
        self.answered.append(request.request_id)


@pytest.mark.parametrize(
    ("counts", "state", "why"),
    [
        ([(5, 0), (5, 0), (5, 0), (6, 0)], "ok", ""),
        ([(5, 0), (5, 0), (5, 1)], "unknown", "only its response cache answered"),
    ],
    ids=["counted-late", "answered-by-the-cache"],
)
def test_a_model_with_a_cache_is_judged_by_what_the_server_counts_in_the_end(
    counts: list[tuple[int, int]], state: str, why: str
) -> None:
    server = _Server(iter([_statistics(*each) for each in counts]))
    _, proof = ask(cast(Triton, server), Plan(_MODEL, has_cache=True), 1, Proof())
    assert (proof.state, proof.why) == (state, why)
    assert server.answered == ["trireme-probe-1"]
    assert next(server.counts, None) is None
