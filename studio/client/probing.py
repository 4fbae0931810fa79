"""Running the steps of an ensemble one by one, up to a tensor that is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from studio.client.triton import ClientError, Triton
from studio.core.inference.asking.probing import Probe, Ran, request_of, steps_to
from studio.core.inference.requests import InferRequest, Tensor
from studio.net.cancel import Cancel


def probe(
    client: Triton,
    request: InferRequest,
    tensor: str,
    seconds: float,
    cancel: Cancel | None = None,
    also: Sequence[str] = (),
) -> Probe:
    """Runs the steps up to a tensor, and to others; blocks. A step that fails is told with its number, and what ran
    before stays.

    Raises Failure where the ensemble cannot be read, and where it was cancelled.
    """
    steps = steps_to(client.config(request.model, request.version), tensor, also)
    known = {each.name: each for each in request.inputs}
    ran: list[Ran] = []
    for number, step in enumerate(steps):
        try:
            result = client.infer(request_of(step, known, request), seconds, stages=False, cancel=cancel)
        except ClientError as error:
            if error.kind == "cancelled":
                raise
            return Probe(tensor, steps, tuple(ran), number, error)
        named = {step.outputs.get(each.name, ""): each for each in result.outputs}
        outputs = tuple(Tensor(name, each.data_type, each.array) for name, each in named.items() if name)
        known |= {each.name: each for each in outputs}
        ran.append(Ran(result, outputs))
    if tensor not in known:
        why = f"'{steps[-1].model}' answered without {tensor}."
        return Probe(tensor, steps, tuple(ran), len(steps) - 1, ClientError(f"Probing {tensor}", why))
    return Probe(tensor, steps, tuple(ran), value=known[tensor])
