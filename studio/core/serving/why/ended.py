"""Why there is no server to ask: what its exit code and the end of its log say, by the layer that they speak of."""

from __future__ import annotations

import re
import signal
from typing import TypeAlias

from studio.core.serving.why.answer import LAYERS, Layer, LayerName, Look, Verdict, layer
from studio.core.serving.why.facts import Ended, Facts
from studio.named_tuple import NamedTuple


class _Known(NamedTuple):
    """Words of a server, Docker or the studio, the layer that they speak of, and a title."""

    pattern: re.Pattern[str]
    layer: LayerName
    title: str
    is_certain: bool = True


_Rows: TypeAlias = tuple[tuple[str, LayerName, str], ...]
_CAUSES: _Rows = (
    (
        r"lock_exception|was stopped while a request waited",
        "instance",
        "A model’s process was stopped with a request in it, and went on",
    ),
    (r"ran out of the memory", "device", "Its container has no memory left"),
    (
        r"out of memory|cudaErrorMemoryAllocation|CUBLAS_STATUS_ALLOC|std::bad_alloc|[Cc]annot allocate memory",
        "device",
        "No memory was left for it",
    ),
    (r"in use by another program|[Aa]ddress already in use|already allocated", "transport", "A port of it is taken"),
    (r"shared memory (?:is too small|key|pool)", "instance", "The server’s shared memory is too small"),
    (r"[Nn]o space left on device|disk .*is full", "artifact", "The disk or the shared memory is full"),
    (r"does not know the argument|unrecognized option", "transport", "It does not know an argument that it was given"),
    (
        r"NVIDIA driver|Container Toolkit|nvml error|libcuda\.so|no such GPU|asks for GPU|lost its GPU|CUDA driver",
        "device",
        "It cannot have the GPU that it was given",
    ),
    (
        r"is missing on this machine|error while loading shared libraries",
        "backend",
        "A library that it needs is missing",
    ),
    (r"has no backend|unable to find .*backend", "backend", "A backend that a model needs is not there"),
    (r"did not load|failed to load|Poll failed", "artifact", "A model of it did not load"),
)
"""The log may say these as well."""
_SAID: _Rows = (
    (
        r"[Tt]he image (?:is|has|lacks|with|\S+ is not)\b|no such image|no image was chosen|\bregistry\b"
        r"|[Tt]he program .*may not be run",
        "transport",
        "Its image cannot be run",
    ),
    (r"\bDocker\b|OCI runtime|(?<![\w./-])[Cc]ontainer(?![\w-]|\.\w)", "transport", "Docker did not keep it running"),
    (r"crashed[^.]* in (?:the backend|backends/)", "backend", "A backend of it crashed"),
    (r"It crashed", "backend", "It crashed"),
    (r"told to end|^Stopped\b|[Ii]t was stopped|^Detached\b", "client", "It was told to end"),
    (r"does not answer|no answer|refused the connection|unreachable", "transport", "It does not answer"),
)
"""What the studio or Docker says of an end. In a log such words are those of a model, and of anything."""
_MODELS: _Rows = ((r"config\.pbtxt|models? loaded|model repository", "artifact", "A model of it did not load"),)


def _known(rows: _Rows) -> tuple[_Known, ...]:
    return tuple(_Known(re.compile(pattern), where, title) for pattern, where, title in rows)


_BY_WORDS, _BY_LOG = _known((*_CAUSES, *_SAID, *_MODELS)), _known((*_CAUSES, *_MODELS))
_KILLED = re.compile(r"was killed, from outside or for lack of memory")
_MODEL = re.compile(r"(?:[Mm]odel |for model '|failed to load ')([\w.-]+)")


def down(facts: Facts) -> Verdict:
    """The server does not run, or does not answer. What the studio itself says of it counts before its log."""
    ended = facts.ended
    said = ended.words if ended is not None else facts.gone.words if facts.gone else "the server does not answer"
    at = facts.gone.at if facts.gone else 0.0
    found = _found(said, ended)
    if found is None:
        words = _with_code(said, ended)
        layers = [layer("transport", "cause" if ended is None else "not known", words, at), *_others("transport")]
        return Verdict(said, ended is None, layers, _looks(facts))
    layers = [layer(found.layer, "cause", _with_code(said, ended), at), *_others(found.layer)]
    return Verdict(found.title, found.is_certain, layers, _looks(facts, found.layer))


def _found(said: str, ended: Ended | None) -> _Known | None:
    if _KILLED.search(said):
        return _Known(_KILLED, "device", "It was killed: from outside, or for lack of memory", is_certain=False)
    log = ended.log if ended is not None else ""
    told = ((said, _BY_WORDS), (log, _BY_LOG))
    return next((each for text, known in told for each in known if each.pattern.search(text)), None)


def _others(cause: LayerName) -> list[Layer]:
    return [layer(name, "not reached", "the server is gone") for name in LAYERS[1:-1] if name != cause]


def _with_code(said: str, ended: Ended | None) -> str:
    """The words with the exit code, where that says anything."""
    if ended is None or ended.code in (0, -1):
        return said
    number = -ended.code if ended.code < 0 else ended.code - 128 if ended.code > 128 else 0
    try:
        name = f", {signal.Signals(number).name}" if number else ""
    except ValueError:
        name = f", signal {number}"
    return f"{said.rstrip('.')} (exit code {ended.code}{name})"


def _looks(facts: Facts, where: LayerName | None = None) -> tuple[Look, ...]:
    log = Look("log", "", at=facts.gone.at if facts.gone else 0.0)
    told = f"{facts.ended.words}\n{facts.ended.log}" if facts.ended is not None else ""
    named = _MODEL.search(told) if where in ("artifact", "backend", "device") else None
    return (Look("config", named[1], "config.pbtxt"), log) if named else (log,)
