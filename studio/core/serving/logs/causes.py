"""What the lines of a server's log mean: the cause of a failure in plain words, and which ones are harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from studio.core.serving.container_causes import container_cause
from studio.core.serving.launch import LogLine

_TELLING = 4000
"""So much of a line is searched for a cause: a line of random letters would keep some patterns busy for long."""

# What servers, Docker and the loader print, and what that means. The first that is found anywhere counts.
_CAUSES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"Socket '([^']+)' already in use", "The address {0} is in use by another program. Choose another port."),
        (r"[Ff]ailed to (?:bind|listen)[^\n]*?:(\d+)\b", "Port {0} is in use by another program. Choose another port."),
        (r"[Aa]ddress already in use", "One of its ports is in use by another program. Choose other ports."),
        (r"error while loading shared libraries: ([^:]+):", "The library {0} is missing on this machine."),
        (r"unrecognized option '([^']+)'", "This Triton does not know the argument {0}."),
        (
            r"Unable to initialize shared memory key|Failed to increase the shared memory pool size",
            "The shared memory is too small for its Python models. Give the server more.",
        ),
        (
            r"boost::interprocess::lock_exception",
            "The process of a Python model was stopped while a request waited in it, and went on: Triton ends of that. "
            "Launch it again.",
        ),
        (r"[Nn]o space left on device", "The disk or the shared memory is full."),
        (
            r"model (\S+) specifies invalid or unsupported gpu id (\d+)",
            "Model {0} asks for GPU {1}, which this server does not have. Use KIND_CPU, or pass a GPU.",
        ),
        (
            r"unable to find backend library for backend '([^']+)'",
            "This server has no backend '{0}'.",
        ),
        (
            r"unable to find 'libtriton_([^']+)\.so'",
            "This server has no backend '{0}'. Take an image that has it; most are in that whose tag ends in -py3.",
        ),
    )
)
_GENERAL: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"Error parsing text-format inference\.ModelConfig: ([^\n]+)", "A config.pbtxt does not parse at {0}"),
        (r"failed to load '([^']+)' version (\d+): ([^\n]+)", "Model {0}, version {1}, did not load: {2}"),
        (r"Poll failed for model directory '([^']+)': ([^\n]+)", "Model {0} did not load: {1}"),
        (r"cannot start ([^\n]+)", "It could not be started: {0}"),
        (r"failed to load all models", "None or only some of the models loaded."),
    )
)
"""Those that say where rather than why."""

_HARMLESS = (
    "CudaDriverHelper has not been initialized",
    "Unable to allocate pinned system memory",
    "Cannot get CUDA device count, GPU metrics will not be available",
    "unable to create stream for ",
    "DCGM unable to start",
)
"""What every server on a machine without a GPU says."""


def meaning(text: str) -> str:
    """The plain words for what one line of a log says of a failure; "" where it is none that is known."""
    told = text[:_TELLING]
    return _first_of(_CAUSES, told) or _of_container(told)


def _first_of(table: Iterable[tuple[re.Pattern[str], str]], text: str) -> str:
    for pattern, words in table:
        if match := pattern.search(text):
            return words.format(*((group or "").strip() for group in match.groups()))
    return ""


def _of_container(text: str) -> str:
    """What Docker or NVIDIA's toolkit said, which a log may hold too."""
    found = container_cause(text, with_banner=False)
    return f"{found.reason[:1].upper()}{found.reason[1:]} {found.remedy}" if found else ""


def is_harmless(line: LogLine) -> bool:
    """Whether an error or a warning is only what every server says on a machine without a GPU."""
    return line.level in ("E", "W") and any(words in line.text[:_TELLING] for words in _HARMLESS)


def cause(lines: Iterable[LogLine]) -> str:
    """The plain-words reason for a failure, found in a log; the last error as it is where none is known."""
    kept = list(lines)
    # Only what went wrong counts: a warning on a machine without a GPU names CUDA, and means nothing.
    wrong = "\n".join(line.text[:_TELLING] for line in kept if line.level in ("E", "") and not is_harmless(line))
    return _first_of(_CAUSES, wrong) or _of_container(wrong) or _first_of(_GENERAL, wrong) or _last_error(kept)


def _last_error(lines: Sequence[LogLine]) -> str:
    errors = [line.text for line in lines if line.level == "E" and not is_harmless(line)]
    return errors[-1].strip() if errors else ""
