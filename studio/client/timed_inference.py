"""One inference, with the server's statistics read around it where its stages are wanted."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from studio.client import replies, stages
from studio.client.failure import Attempt, ClientError
from studio.client.shared_memory import shared
from studio.client.stages import Activity
from studio.client.transport import Call, Reply, Transport, answer
from studio.core.inference.requests import InferRequest, InferResult, ModelStatistics

# A server counts a request shortly after it has answered: how long to wait before each look.
_PAUSES = (0.0, 0.0003, 0.0006, 0.0012, *(0.002,) * 11)
_TIMEOUT = 2.0
_LASTS = 5.0
"""Seconds that the steps of an ensemble are taken for known."""


class KnownSteps:
    """Which models take part in a request of each model: read once in a while, since another program may load one."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Mapping[str, int]]] = {}

    def of(self, transport: Transport, model: str) -> Mapping[str, int]:
        """How often one request of a model asks each other one."""
        now = time.monotonic()
        read_at, steps = self._known.get(model, (-_LASTS, {}))
        if now - read_at >= _LASTS:
            steps = _steps(transport, model)
            self._known[model] = (now, steps)
        return steps

    def forget(self, model: str) -> None:
        """What was known of a model does not hold: it was loaded with another configuration."""
        self._known.pop(model, None)


def infer(transport: Transport, request: InferRequest, attempt: Attempt, known: KnownSteps | None) -> InferResult:
    """Sends a request; the readings for its stages go over the same connection and are no part of its total."""
    with shared(transport, request, attempt) as region:
        if known is None:
            return _result(transport.infer(request, attempt, region), None, {})
        steps = known.of(transport, request.model)
        asked = (request.model, *steps)
        before = _statistics(transport, asked)
        reply = transport.infer(request, attempt, region)
    if before is None:
        return _result(reply, None, {})
    done = _settled(transport, before, reply, steps)
    if done is None:
        known.forget(request.model)
    return _result(reply, done, steps)


def _settled(
    transport: Transport, before: Iterable[ModelStatistics], reply: Reply, steps: Mapping[str, int]
) -> Activity | None:
    for pause in _PAUSES:
        time.sleep(pause)
        after = _statistics(transport, (reply.model, *steps))
        if after is None:
            return None
        done = stages.activity(before, after)
        if stages.is_settled(done, reply, steps):
            return done
    return None


def _statistics(transport: Transport, models: Iterable[str]) -> tuple[ModelStatistics, ...] | None:
    """The statistics of these models alone: a server may have hundreds."""
    attempt = Attempt("Reading the statistics", transport.address, _TIMEOUT)
    try:
        found = [answer(transport, Call("statistics", attempt, model), replies.statistics) for model in models]
    except ClientError:
        # The answer matters more than its stages, which a server may well not offer.
        return None
    return tuple(row for rows in found for row in rows)


def _steps(transport: Transport, model: str) -> Mapping[str, int]:
    attempt = Attempt(f"Reading the configuration of model '{model}'", transport.address, _TIMEOUT)

    def config_of(name: str) -> Mapping[str, Any]:
        return answer(transport, Call("config", attempt, name), dict)

    try:
        return stages.step_models(model, config_of)
    except (ClientError, *replies.UNREADABLE):
        return {}


def _result(reply: Reply, done: Activity | None, steps: Mapping[str, int]) -> InferResult:
    return InferResult(
        model=reply.model,
        version=reply.version,
        outputs=reply.outputs,
        times=stages.stage_times(reply, done, steps),
        steps=stages.step_times(reply, done, steps),
        request_id=reply.request_id,
        cached=stages.cached_models(reply, done, steps),
    )
