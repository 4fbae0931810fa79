"""What a server's log says of its models: of which a line speaks, which load since when, which did not and why.

The words are those of Triton's model_lifecycle.cc, model_repository_manager.cc and Python backend (2.51).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from studio.core.inference.model_index import ModelIndex, explained, is_ready
from studio.core.inference.requests import ModelState
from studio.core.serving.launch import LogLine
from studio.value_class import dataclass, replace

LoadStage = Literal["loading", "ready", "failed", "unloaded"]
_LONGEST = 4000
_LONGEST_REASON = 16_000
_LOADING = re.compile(r"loading: (.+):(-?\d+)$")
_READY = re.compile(r"successfully loaded '([^']+)'")
_FAILED = re.compile(r"failed to load '([^']+)' version (\d+): (.+)", re.DOTALL)
_UNLOADED = re.compile(r"successfully unloaded '([^']+)' version")
_REFUSED = re.compile(r"(?:Poll failed for model directory|failed to load model) '([^']+)': (.+)", re.DOTALL)
_ENSEMBLE = re.compile(r"(?:Invalid argument: )?(ensemble '?([^\s']+)'? (?:contains|depends|has).+)")
_STUB = re.compile(r"Failed to (?:pre)?initialize Python stub(?: for auto-complete)?: (.+)", re.DOTALL)
_SYNTAX = re.compile(r"Error parsing text-format inference\.ModelConfig: (\d+:\d+: .+)")
_INITIALIZED = re.compile(r"TRITONBACKEND_Model(?:Initialize|Finalize): (\S+) \(")
_INSTANCE = re.compile(r"TRITONBACKEND_ModelInstance(?:Initialize|Finalize): (\S+) \(|[Ss]tub process '([^']+)'")
_PATH = re.compile(r"/([^/\s'\"]+)/\d+/model\.py\b")
_TELLING = ("load", "Poll failed", "TRITONBACKEND_", "tub ", "model.py", "nsemble", "text-format")
"""One of these stands in each line that names a model."""


@dataclass(frozen=True, slots=True)
class Load:
    """How far the load of a model has come by the log: since when, and until when, in seconds since the epoch."""

    model: str
    stage: LoadStage
    since: float = 0.0
    until: float = 0.0
    reason: str = ""
    """Why it did not load, whole; of one that still loads, what already went wrong."""
    number: int = 0
    """Which load of the model it is, from 1."""
    made: int = 0
    """How many instances it made; an update in place keeps those that stay as they are."""
    is_initialized: bool = False
    """Whether its backend took the model in anew, where that backend says so."""

    @property
    def took(self) -> float:
        """Seconds that the load took; 0 where that is not known."""
        return max(self.until - self.since, 0.0) if self.since and self.until else 0.0


class ModelLog:
    """Reads the lines of one server's log in their order."""

    def __init__(self) -> None:
        self.loads: dict[str, Load] = {}
        """The latest load of each model that the log names."""
        self._syntax = ""
        self._open: tuple[str, LogLine] | None = None
        """The model and first line of a message that says why one failed: its further lines belong to the reason."""

    def read(self, lines: Iterable[LogLine]) -> list[LogLine]:
        """The same lines, each with the model that it speaks of."""
        return [self._read(line) for line in lines]

    def _read(self, line: LogLine) -> LogLine:
        if line.model:
            # The engine marked it as printed by that model.
            return line
        if self._open is not None:
            model, first = self._open
            if _is_same_message(first, line):
                self._add_reason(model, line.text)
                return replace(line, model=model)
            self._open = None
        text = line.text[:_LONGEST]
        model = self._named(line, text)
        return replace(line, model=model) if model else line

    def _named(self, line: LogLine, text: str) -> str:
        if any(word in text for word in _TELLING):
            for take in (self._progress, self._failure, self._refusal):
                if model := take(line, text):
                    return model
            if match := _PATH.search(text):
                return match[1]
            if match := _INITIALIZED.search(text):
                self._note(match[1], is_initialized=text.startswith("TRITONBACKEND_ModelInitialize"))
                return match[1]
            if match := _INSTANCE.search(text):
                model = self._of_instance(match[1] or match[2])
                self._note(model, made=text.startswith("TRITONBACKEND_ModelInstanceInitialize"))
                return model
        # What a model prints has no name in it. The server's own tables and libraries have no level either.
        return "" if line.level or text.startswith(("+", "|", "[")) else self._alone()

    def _note(self, model: str, *, made: bool = False, is_initialized: bool = False) -> None:
        """What is done for a load that is under way."""
        known = self.loads.get(model)
        if known is not None and known.stage == "loading" and (made or is_initialized):
            self.loads[model] = replace(
                known, made=known.made + made, is_initialized=known.is_initialized or is_initialized
            )

    def _of_instance(self, name: str) -> str:
        """The model of an instance, which is named after its group, which is named after its model."""
        shorter = name.rpartition("_")[0]
        shortest = shorter.rpartition("_")[0]
        known = (each for each in (shortest, shorter, name) if each in self.loads)
        return next(known, shorter)

    def _progress(self, line: LogLine, text: str) -> str:
        if line.level != "I":
            return ""
        if match := _LOADING.match(text):
            self._begin(match[1], line.time)
        elif match := _READY.match(text):
            self._end(match[1], "ready", line.time)
        elif match := _UNLOADED.match(text):
            # Said of the copy before a reload too, once that has ended: how long the load took stays known.
            self._end(match[1], "unloaded", self.loads[match[1]].until if match[1] in self.loads else 0.0)
        return match[1] if match else ""

    def _failure(self, line: LogLine, text: str) -> str:
        if match := _FAILED.match(text):
            self._fail(match[1], match[3], line)
            return match[1]
        if match := _STUB.search(text):
            place = _PATH.search(text)
            model = place[1] if place else self._alone()
            known = self.loads.get(model)
            if known is not None and known.stage == "loading" and line.level:
                self.loads[model] = replace(known, reason=match[1].strip())
            return model
        return ""

    def _refusal(self, line: LogLine, text: str) -> str:
        if match := _SYNTAX.search(text):
            self._syntax = match[1]
            return ""
        if match := _REFUSED.match(text):
            reason, self._syntax = match[2], self._syntax if "text proto" in match[2] else ""
            if self._syntax:
                reason, self._syntax = f"config.pbtxt:{self._syntax}\n{reason}", ""
            self._fail(match[1], reason, line)
            return match[1]
        if line.level == "E" and (match := _ENSEMBLE.match(text)):
            self._fail(match[2], match[1], line)
            return match[2]
        return ""

    def _begin(self, model: str, since: float) -> None:
        known = self.loads.get(model)
        if known is not None and known.stage == "loading" and known.since:
            # A further version of the same load.
            return
        self.loads[model] = Load(model, "loading", since, number=known.number + 1 if known is not None else 1)

    def _fail(self, model: str, reason: str, line: LogLine) -> None:
        known = self.loads.get(model, Load(model, "failed"))
        self.loads[model] = replace(known, stage="failed", until=line.time, reason=reason.strip())
        self._open = (model, line)

    def _add_reason(self, model: str, text: str) -> None:
        known = self.loads[model]
        if len(known.reason) < _LONGEST_REASON:
            self.loads[model] = replace(known, reason=f"{known.reason}\n{text}")

    def _end(self, model: str, stage: LoadStage, until: float) -> None:
        known = self.loads.get(model, Load(model, stage))
        self.loads[model] = replace(known, stage=stage, until=until, reason="")

    def _alone(self) -> str:
        """The only model that is there to print anything; "" where there are several, or none."""
        names = [load.model for load in self.loads.values() if load.stage in ("loading", "ready")]
        return names[0] if len(names) == 1 else ""


def with_log(index: ModelIndex, loads: Mapping[str, Load]) -> dict[str, tuple[ModelState, ...]]:
    """A server's index with what its log says besides: what still loads, and why what it does not list did not."""
    found = dict(index)
    for name, load in loads.items():
        rows = found.get(name, ())
        if load.stage == "loading" and not rows:
            found[name] = (ModelState(name, "", "LOADING", load.reason),)
        elif load.stage == "failed" and not rows:
            found[name] = (ModelState(name, "", "UNAVAILABLE", load.reason),)
        elif load.stage == "ready" and not index:
            # The server answers once all have been tried: until then the log alone knows of it.
            found[name] = (ModelState(name, "", "", ""),)
        elif load.stage == "failed" and not is_ready(rows):
            found[name] = explained(rows, load.reason)
    return found


def _is_same_message(first: LogLine, line: LogLine) -> bool:
    return bool(line.level) and (line.level, line.source, line.time) == (first.level, first.source, first.time)
