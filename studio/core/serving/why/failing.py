"""Why a model did not load: the layer that the server's words speak of, and the line that they name."""

from __future__ import annotations

import re

from studio.core.serving.logs.causes import meaning
from studio.core.serving.logs.reasons import Reason, read_reason
from studio.core.serving.why.answer import Layer, LayerName, Look, Verdict, layer
from studio.core.serving.why.facts import Facts
from studio.named_tuple import NamedTuple


class _Known(NamedTuple):
    """Words that a server prints, the layer that they speak of, and a title; "" is the server's own words."""

    pattern: re.Pattern[str]
    layer: LayerName
    title: str


_PATTERNS: tuple[tuple[str, LayerName, str], ...] = (
    (
        r"out of memory|cudaErrorMemoryAllocation|failed to allocate (?:memory|.*GPU)|CUBLAS_STATUS_ALLOC",
        "device",
        "The GPU has no memory left for it",
    ),
    (
        r"invalid or unsupported gpu id|instance group .* GPU|GPUs? .*not available|no GPU",
        "device",
        "It asks for a GPU that this server does not have",
    ),
    (r"libtriton_|backend library|no backend|unable to find .*backend", "backend", ""),
    (r"shared memory key|shared memory pool", "instance", "The server’s shared memory is too small"),
    (r"Error parsing text-format|config\.pbtxt:\d+|text proto", "artifact", "Its config.pbtxt does not parse"),
    (r"FileNotFoundError|No such file", "artifact", "A file that it opens is not there"),
    (r"ModuleNotFoundError|No module named", "artifact", "It imports what the server’s Python does not have"),
    (r"unexpected (?:inference )?(?:input|output)|expects \d+ (?:in|out)puts", "artifact", ""),
    (r"at least one version|version directory|no version|has no .*version", "artifact", ""),
    (r"unexpected directory name|must (?:match|be)|unable to load|invalid model|ensemble", "artifact", ""),
)
_KNOWN = tuple(_Known(re.compile(pattern, re.IGNORECASE), where, title) for pattern, where, title in _PATTERNS)


def failing(facts: Facts) -> Verdict:
    """A model that did not load, or a step of it that did not."""
    reason = read_reason(facts.reason)
    if facts.step:
        return _step(facts, reason)
    known = next((each for each in _KNOWN if each.pattern.search(facts.reason)), None)
    if known is not None:
        return _known(facts, reason, known)
    return _raised(facts, reason) if reason.file.endswith(".py") else _not_known(facts, reason)


def _step(facts: Facts, reason: Reason) -> Verdict:
    words = f"its step {facts.step} has no ready version"
    layers = [layer("instance", "not reached", words, facts.reason_at)]
    layers += [layer("artifact", "cause", words, facts.reason_at)]
    looks = (Look("model", facts.step), *_looks(facts, reason))
    return Verdict(f"Its step {facts.step} is not ready", True, layers, looks)


def _known(facts: Facts, reason: Reason, known: _Known) -> Verdict:
    title = known.title or meaning(facts.reason) or reason.summary
    words = _place_and(reason, facts.trouble.words if facts.trouble else reason.summary)
    layers = [layer(known.layer, "cause", words, facts.reason_at)]
    if reason.file.endswith(".py") and known.layer == "artifact":
        layers += _stopped_instance(facts, reason)
    return Verdict(title, True, layers, _looks(facts, reason))


def _raised(facts: Facts, reason: Reason) -> Verdict:
    """An exception of the model's own code."""
    layers = _stopped_instance(facts, reason)
    layers += [layer("artifact", "cause", _place_and(reason, reason.summary), facts.reason_at)]
    return Verdict(f"{reason.file} raised {reason.summary}", True, layers, _looks(facts, reason))


def _not_known(facts: Facts, reason: Reason) -> Verdict:
    trouble = facts.trouble
    if trouble is not None:
        found = [layer("artifact", "cause", trouble.words, facts.reason_at)]
        return Verdict(trouble.words, False, found, _looks(facts, reason))
    words = reason.summary or "the server does not say why"
    found = [layer("artifact", "not known", words, facts.reason_at)]
    return Verdict(words, False, found, _looks(facts, reason))


def _stopped_instance(facts: Facts, reason: Reason) -> list[Layer]:
    lives = facts.processes
    counted = f"{lives.live} of {lives.wanted} processes live; " if lives is not None and lives.wanted else ""
    return [layer("instance", "stopped by it", f"{counted}it ended in {reason.place}", facts.reason_at)]


def _place_and(reason: Reason, words: str) -> str:
    return f"{reason.place}: {words}" if reason.place else words


def _looks(facts: Facts, reason: Reason) -> tuple[Look, ...]:
    """Line of code, line of the configuration, files, log."""
    found: list[Look] = []
    if reason.file.endswith(".py"):
        found.append(Look("code", facts.model, reason.file, reason.line))
    line = reason.line if reason.file == "config.pbtxt" else facts.trouble.line if facts.trouble else 0
    if line:
        found.append(Look("config", facts.model, "config.pbtxt", line))
    if re.search("no such file|FileNotFound|version", facts.reason, re.IGNORECASE):
        found.append(Look("files", facts.model))
    found.append(Look("log", facts.model, at=facts.reason_at))
    return tuple(found)
