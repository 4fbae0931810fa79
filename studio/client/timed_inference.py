"""One inference, with the server's statistics read around it where its stages are wanted."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from studio.client import replies, stages
from studio.client.failure import Attempt, ClientError
from studio.client.stages import Activity
from studio.client.transport import Call, Reply, Transport, answer
from studio.core.inference.requests import InferRequest, InferResult, ModelStatistics

# A server counts a request shortly after it has answered; how often to look for it, and how long to wait between.
_READS = 12
_PAUSE = 0.002
_TIMEOUT = 2.0


def infer(transport: Transport, request: InferRequest, attempt: Attempt, with_stages: bool) -> InferResult:
    """Sends a request; its readings go over the same connection and are no part of its total."""
    before = _statistics(transport) if with_stages else None
    reply = transport.infer(request, attempt)
    if before is None:
        return _result(reply, None, {})
    steps = _steps(transport, reply.model)
    return _result(reply, _settled(transport, before, reply, steps), steps)


def _settled(
    transport: Transport, before: Iterable[ModelStatistics], reply: Reply, steps: Mapping[str, int]
) -> Activity | None:
    for pause in [0.0] + [_PAUSE] * (_READS - 1):
        time.sleep(pause)
        after = _statistics(transport)
        if after is None:
            return None
        done = stages.activity(before, after)
        if stages.is_settled(done, reply, steps):
            return done
    return None


def _statistics(transport: Transport) -> tuple[ModelStatistics, ...] | None:
    attempt = Attempt("Reading the statistics", transport.address, _TIMEOUT)
    try:
        return answer(transport, Call("statistics", attempt), replies.statistics)
    except ClientError:
        # The answer matters more than its stages, which a server may well not offer.
        return None


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
    )
