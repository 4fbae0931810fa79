"""Sending saved requests and judging their answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.client.triton import ClientError, Triton
from studio.core.inference.repository_labels import RepositoryLabels
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, StageTimes
from studio.core.inference.streams import StreamPart, gathered
from studio.core.saved_requests.building import build, filled_request
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.judging import Verdict, judge
from studio.core.saved_requests.outcome import Outcome, State
from studio.core.saved_requests.renewing import renewed
from studio.core.saved_requests.saved import SavedRequest
from studio.failure import Failure
from studio.net.cancel import Cancel

_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Run:
    """Where requests are from, what their variables are, and where labels are from. `renews` keeps what came."""

    folder: RequestFolder
    variables: Mapping[str, Any] = field(default_factory=dict)
    labels: RepositoryLabels = field(default_factory=lambda: RepositoryLabels(None))
    renews: bool = False


def send(client: Triton, run: Run, name: str, cancel: Cancel | None = None) -> Outcome:
    """Sends one request and judges its answer; blocks. What cannot be read or is not answered is told, not raised."""
    began = time.monotonic()
    model = ""
    try:
        saved = filled_request(run.folder.read(name), run.variables)
        model = saved.model
        request = build(run.folder, name, saved, _described(client, saved))
        result = _answer(client, request, saved, cancel)
        labels = {output: run.labels.of(saved.model, output) for output, each in saved.expect.items() if each.classes}
        verdicts = judge(run.folder, name, saved, result, labels)
        seconds = result.times.total / 1e9
        if run.renews and _renew(run, name, saved, result, verdicts):
            return Outcome(name, model, "written", seconds, verdicts, "what came is what is expected now", result)
    except ClientError as error:
        state: State = "cancelled" if error.kind == "cancelled" else "error"
        return Outcome(name, model, state, time.monotonic() - began, message=str(error))
    except Failure as error:
        return Outcome(name, model, "error", time.monotonic() - began, message=str(error))
    passed = all(each.passed for each in verdicts)
    return Outcome(name, model, "passed" if passed else "failed", seconds, verdicts, result=result)


def _answer(client: Triton, request: InferRequest, saved: SavedRequest, cancel: Cancel | None) -> InferResult:
    seconds = saved.seconds or _SECONDS
    if not saved.stream:
        return client.infer(request, seconds, stages=False, cancel=cancel)
    parts: list[StreamPart] = []
    times = client.stream(request, parts.append, seconds, cancel)
    return InferResult(request.model, request.version, gathered(parts), StageTimes(times.total))


def _described(client: Triton, saved: SavedRequest) -> ModelMetadata:
    """What the server says of the model; where it has none that runs, why it did not load."""
    try:
        return client.metadata(saved.model, saved.version)
    except ClientError as error:
        if error.kind != "refused":
            raise
        why = _why_not_loaded(client, saved.model)
        if not why:
            raise
        raise ClientError(f"Asking model '{saved.model}'", f"it did not load: {why}") from error


def _why_not_loaded(client: Triton, model: str) -> str:
    try:
        return next((row.reason for row in client.index() if row.name == model and row.is_failed), "")
    except ClientError:
        return ""


def _renew(run: Run, name: str, saved: SavedRequest, result: InferResult, verdicts: tuple[Verdict, ...]) -> bool:
    """Keeps those outputs that are not as expected, so that the rest of the file stays as it was written."""
    off = {each.output for each in verdicts if not each.passed}
    outputs = [each for each in result.outputs if each.name in off or not saved.expect]
    if not outputs:
        return False
    written = renewed(name, run.folder.read(name).own, outputs)
    run.folder.write(name, written.tree, written.files)
    return True
