"""Answers that come in parts: those of decoupled models, and the events of a server that generates text."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from studio.core.failure import CoreError
from studio.core.inference.requests import Tensor
from studio.value_class import dataclass, field


@dataclass(frozen=True, slots=True)
class StreamPart:
    """One response of a stream, and how many nanoseconds after the request was sent it was here."""

    number: int
    at_ns: int
    outputs: tuple[Tensor, ...]
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class EventPart:
    """One event of a stream of text, or the whole answer where it is none; `fields` as the server sent them."""

    number: int
    at_ns: int
    fields: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The words in it, of `generate` and of the OpenAI-compatible front end."""
        plain = self.fields.get("text_output")
        return plain if isinstance(plain, str) else _of_choice(self.fields.get("choices"))


@dataclass(frozen=True, slots=True)
class StreamTimes:
    """When the parts of a stream came, in nanoseconds; None where too few did.

    `first` is what is called time to first token, `between` the median gap (inter-token latency). Without a tokenizer a
    part is a chunk of the server's, which may hold several tokens.
    """

    count: int
    total: int
    first: int | None
    between: int | None
    rate: float | None
    """Parts a second after the first."""


@dataclass(frozen=True, slots=True)
class EventRequest:
    """A request of JSON whose answer is JSON, or events of it as they come."""

    path: str
    fields: Mapping[str, Any]
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    what: str = "Asking the server"


def gathered(parts: Sequence[StreamPart]) -> tuple[Tensor, ...]:
    """All answers of a stream as one: each output stacked along a first axis. Raises CoreError where shapes differ."""
    import numpy as np

    found: dict[str, list[Tensor]] = {}
    for tensor in (tensor for part in parts for tensor in part.outputs):
        found.setdefault(tensor.name, []).append(tensor)
    for name, several in found.items():
        shapes = {tensor.array.shape for tensor in several}
        if len(shapes) > 1:
            words = " and ".join(str(list(shape)) for shape in sorted(shapes)[:2])
            raise CoreError("Putting the answers of a stream together", f"{name} has the shapes {words}.")
    return tuple(
        Tensor(name, several[0].data_type, np.stack([tensor.array for tensor in several]))
        for name, several in found.items()
    )


def generate(model: str, fields: Mapping[str, Any], *, stream: bool, version: str = "") -> EventRequest:
    """A request to Triton's generate extension: `fields` are inputs and parameters by name."""
    named = f"/versions/{quote(version, safe='')}" if version else ""
    path = f"/v2/models/{quote(model, safe='')}{named}/generate{'_stream' if stream else ''}"
    return EventRequest(path, fields, what=f"Asking model '{model}' to generate")


def chat(fields: Mapping[str, Any]) -> EventRequest:
    """A request to the chat of an OpenAI-compatible front end."""
    return _compatible("/v1/chat/completions", fields)


def completions(fields: Mapping[str, Any]) -> EventRequest:
    """A request for completions to an OpenAI-compatible front end."""
    return _compatible("/v1/completions", fields)


def stream_times(moments: Sequence[int], total: int) -> StreamTimes:
    """The times of a stream whose parts came at these moments after the request, all of it over after `total`."""
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    span = moments[-1] - moments[0] if gaps else 0
    return StreamTimes(
        count=len(moments),
        total=total,
        first=moments[0] if moments else None,
        between=int(statistics.median(gaps)) if gaps else None,
        rate=len(gaps) * 1e9 / span if span else None,
    )


def _compatible(path: str, fields: Mapping[str, Any]) -> EventRequest:
    return EventRequest(path, fields, what=f"Asking model '{fields.get('model', '')}' at {path}")


def _of_choice(choices: object) -> str:
    first = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(first, Mapping):
        return ""
    for holder in (first, first.get("delta"), first.get("message")):
        if isinstance(holder, Mapping):
            for name in ("text", "content"):
                if isinstance(found := holder.get(name), str):
                    return found
    return ""
