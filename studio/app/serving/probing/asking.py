"""Asks one model whether it answers, by a request that is made up from what it declares. Blocks: for a task."""

from __future__ import annotations

import io
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

from studio.app.serving.probing.probe import zeros
from studio.core.inference.requests import InferRequest, ModelMetadata, Tensor
from studio.core.serving.alive import PROBE_ID, Proof
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton

_MOST_ELEMENTS = 1 << 22
_SEQUENCES = 2_000_000_000
_LATE = "deadline"
_COUNTED_BY = 2.0
"""Seconds within which the server has counted what it answered: it answers first, and a busy machine makes it late."""
_DEAD = ("is not healthy", "unhealthy", "stub process", "is not ready", "unavailable")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model can be asked; `why_not` says why it is not. `steps` are the models that it runs, if an ensemble.

    `keeps_state` where it takes sequences, `streams` where one request may have any number of answers.
    """

    model: ModelMetadata
    has_cache: bool = False
    why_not: str = ""
    all_kinds: bool = False
    """Whether those with a state and decoupled ones may be asked."""
    steps: frozenset[str] = frozenset()
    keeps_state: bool = False
    streams: bool = False
    with_image: bool = False
    """Whether its strings are the bytes of image files, as it refused a text."""


def plan(client: Triton, name: str, all_kinds: bool) -> Plan:
    """How to ask a model. Raises Failure where the server does not say what it takes."""
    config, model = client.config(name), client.metadata(name)
    steps = _steps(client, config)
    configs = {name: config, **steps}
    size = sum(prod(max(n, 1) for n in tensor.shape) for tensor in model.inputs)
    why_not = "" if all_kinds else next(filter(None, (_kind(each) for each in configs.values())), "")
    if size > _MOST_ELEMENTS:
        why_not = "its input is too large to be made up"
    return Plan(
        model,
        bool((config.get("response_cache") or {}).get("enable")),
        why_not,
        all_kinds,
        frozenset(steps),
        keeps_state=any("sequence_batching" in each for each in configs.values()),
        streams=any(_is_decoupled(each) for each in configs.values()),
    )


def _steps(client: Triton, config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The configurations of the models of an ensemble's steps, and of those of ensembles among them."""
    found: dict[str, dict[str, Any]] = {}
    waiting = [config]
    while waiting:
        steps = (waiting.pop().get("ensemble_scheduling") or {}).get("step") or ()
        for name in sorted({str(step["model_name"]) for step in steps} - found.keys()):
            found[name] = client.config(name)
            waiting.append(found[name])
    return found


def _is_decoupled(config: dict[str, Any]) -> bool:
    return bool((config.get("model_transaction_policy") or {}).get("decoupled"))


def _kind(config: dict[str, Any]) -> str:
    if "sequence_batching" in config:
        return "it keeps a state, and is asked only where you allow it"
    if _is_decoupled(config):
        return "it is decoupled, and is asked only where you allow it"
    return ""


def ask(client: Triton, how: Plan, number: int, before: Proof) -> tuple[Plan, Proof]:
    """Asks it, within the bound that its last answers give; tells how it is to be asked the next time."""
    if how.why_not:
        return how, before.left("unknown", how.why_not)
    proof = _asked(client, how, number, before)
    takes_text = any(tensor.data_type.wire == "BYTES" for tensor in how.model.inputs)
    if proof.state == "unknown" and takes_text and not how.with_image:
        as_image = replace(how, with_image=True)
        other = _asked(client, as_image, number, before)
        if other.state == "ok":
            return as_image, other
    return how, proof


def _asked(client: Triton, how: Plan, number: int, before: Proof) -> Proof:
    name = how.model.name
    counted, began = _counts(client, name), time.monotonic()
    if before.waits_in_vain(counted.executions if counted.is_known else -1, began):
        return before
    try:
        _send(client, how, number, before.bound())
    except Failure as failure:
        found = _without_answer(failure, before, counted, _counts(client, name), how.has_cache)
        return replace(found, sent=began, executions=counted.executions) if _waits(failure, counted) else found
    now = time.monotonic()
    after = _counts_after(client, name, counted, now + _COUNTED_BY) if how.has_cache else _counts(client, name)
    executed = after.executions - counted.executions
    if how.has_cache and counted.is_known and executed <= 0:
        return before.left("unknown", "only its response cache answered")
    took = now - began
    # An ensemble has no instance of its own: what it takes, its steps do at most.
    own = (after.busy - counted.busy) / executed if executed > 0 and not how.steps else took
    return before.answered(now, took, own)


class _Enough(Exception):
    """The first answer of a stream came: the others need not."""


def _send(client: Triton, how: Plan, number: int, bound: float) -> None:
    request = made_up(how.model, number, how.with_image)
    if how.keeps_state:
        # A sequence of one request, of a number that no client is likely to take.
        request = replace(request, sequence_id=_SEQUENCES + number % 10**8, sequence_start=True, sequence_end=True)
    if not how.streams:
        client.infer(request, timeout=bound, stages=False)
        return

    def enough(_: object) -> None:
        raise _Enough

    with suppress(_Enough):
        client.stream(request, enough, bound)


def _waits(failure: Failure, counted: _Counts) -> bool:
    return counted.is_known and getattr(failure, "kind", "") == _LATE


def _without_answer(failure: Failure, before: Proof, was: _Counts, now: _Counts, has_cache: bool) -> Proof:
    others = now.executions - was.executions if has_cache else now.successes - was.successes
    if was.is_known and others > 0:
        # It is busy: others got their answers meanwhile.
        return replace(before.left("ok", ""), at=time.monotonic())
    kind = getattr(failure, "kind", "")
    if kind == _LATE:
        return before.left("fail", f"no answer in {before.bound():.0f} s")
    if kind == "unreachable" or any(word in failure.reason.lower() for word in _DEAD):
        return before.left("fail", failure.reason)
    return before.left("unknown", f"it refused a made-up request: {failure.reason}")


@dataclass(frozen=True, slots=True)
class _Counts:
    """What a model did so far, by the server's statistics; `busy` are seconds of its instances."""

    successes: int = 0
    executions: int = 0
    busy: float = 0.0
    is_known: bool = False
    hits: int = 0
    """Answers of the response cache."""

    def counts_more(self, other: _Counts) -> bool:
        """Whether an execution or an answer of the cache was counted since."""
        return self.executions > other.executions or self.hits > other.hits


def _counts(client: Triton, name: str) -> _Counts:
    try:
        found = client.statistics(name)
    except Failure:
        return _Counts()
    return _Counts(
        sum(each.success_count for each in found),
        sum(each.execution_count for each in found),
        sum(each.input_ns + each.compute_ns + each.output_ns for each in found) / 1e9,
        True,
        sum(each.cache_hit_count for each in found),
    )


def _counts_after(client: Triton, name: str, counted: _Counts, until: float) -> _Counts:
    """The counts once the server has counted an answer that came: by an execution, or by its response cache."""
    after = _counts(client, name)
    while counted.is_known and not after.counts_more(counted) and time.monotonic() < until:
        time.sleep(0.02)
        after = _counts(client, name)
    return after


def made_up(model: ModelMetadata, number: int, with_image: bool = False) -> InferRequest:
    """A request of zeros but for a few elements, which make each another one: a cache answers none of them."""
    request = zeros(model)
    inputs = tuple(replace(tensor, array=_varied(tensor, number, with_image)) for tensor in request.inputs)
    return replace(request, inputs=inputs, request_id=f"{PROBE_ID}{number}")


def _varied(tensor: Tensor, number: int, with_image: bool) -> Any:
    """Whole numbers stay 0 or 1: a larger one may be no index that the model knows."""
    array = tensor.array.copy()
    flat = array.reshape(-1)
    if not flat.size:
        return array
    if flat.dtype.kind == "O":
        flat[:] = _image(number) if with_image else str(number).encode()
    elif flat.dtype.kind in "iub":
        for place in range(min(flat.size, 16)):
            flat[place] = number >> place & 1
    else:
        # The digits of the number, between 0 and 1: three of half a precision make a billion.
        steps = 997 if flat.dtype.itemsize < 4 else 999_983
        for place in range(min(flat.size, 3)):
            flat[place] = (number // steps**place % steps + 1) / (steps + 3)
    return array


def _image(number: int) -> bytes:
    """A small image of one colour, another one each time."""
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (16, 16), (number & 255, number >> 8 & 255, 0)).save(made, "PNG")
    return made.getvalue()
