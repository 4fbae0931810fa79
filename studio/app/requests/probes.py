"""The tensor on a wire of an ensemble, by running the steps up to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from studio.app.serving.connected import ConnectedServer
from studio.app.tasks import Task
from studio.core.inference.asking.probing import Probe
from studio.core.inference.requests import InferRequest
from studio.failure import Failure
from studio.net.cancel import Cancel

if TYPE_CHECKING:
    from studio.client.triton import Triton


def probe(
    server: ConnectedServer,
    request: InferRequest,
    tensor: str,
    seconds: float,
    done: Callable[[Probe], object],
    failed: Callable[[Failure], object],
    also: Sequence[str] = (),
) -> Task[Probe] | None:
    """Runs them with the inputs of a request to the ensemble; to cancel the task ends the step that runs.

    The steps up to the tensors of `also` run too.
    """
    cancel = Cancel()

    def call(client: Triton) -> Probe:
        from studio.client import probing

        return probing.probe(client, request, tensor, seconds, cancel, also)

    task = server.ask(f"Probe {tensor}", call, done, failed)
    if task is not None:
        task.when_cancelled(cancel.set)
    return task
