"""The parameters that go with a request."""

from __future__ import annotations

from studio.core.inference.requests import InferRequest

# Triton's own; a server refuses or misreads a parameter of these names that a person adds.
_RESERVED = frozenset(
    {"sequence_id", "sequence_start", "sequence_end", "priority", "timeout", "headers", "binary_data_output"}
)


def request_parameters(request: InferRequest) -> dict[str, str | int | float | bool]:
    """All the parameters of a request: sequence, priority, timeout and a person's own. Raises ValueError."""
    found: dict[str, str | int | float | bool] = {}
    for name, value in request.parameters:
        if name in _RESERVED or name.startswith("triton_"):
            raise ValueError(f"the parameter name '{name}' is Triton's own")
        if not isinstance(value, str | int | float):
            # What cannot be sent is caught as one kind of error.
            raise ValueError(f"parameter '{name}' is neither text, a number, true nor false")  # noqa: TRY004
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError(f"parameter '{name}' is larger than 64 bits hold")
        found[name] = value
    if request.sequence_id:
        found["sequence_id"] = request.sequence_id
        found["sequence_start"] = request.sequence_start
        found["sequence_end"] = request.sequence_end
    elif request.sequence_start or request.sequence_end:
        raise ValueError("a sequence flag needs a sequence id other than 0")
    if request.priority:
        found["priority"] = request.priority
    if request.timeout_us:
        found["timeout"] = request.timeout_us
    return found
