"""Which step of an ensemble failed a request, as far as the server's words or the values on the wires say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from studio.core.serving.logs.reasons import read_reason
from studio.value_class import dataclass

if TYPE_CHECKING:
    # The window is up without numpy.
    from studio.core.inference.wires.digest import Digest

_ENSEMBLE = re.compile(r"\bin ensemble '?([^',]+)'?, ?")
_MODEL = re.compile(r"\bmodel(?: instance)? '([^']+)'")
_INSTANCE = re.compile(r"_\d+(?:_\d+)?$")
_FAILED = re.compile(r"Failed to process the request\(s\) for model(?: instance)? '[^']*', message: ")
_RAISED = re.compile(r"^(?:TritonModelException|[A-Za-z_][\w.]*(?:Error|Exception)): ")


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step that failed: the number of the step, -1 where nobody says which; `words` in one line, `whole` all of them.

    `file` and `line` are the place of the step's code that the words name, "" and 0 for none.
    """

    step: int
    words: str
    whole: str
    request: str = ""
    at: float = 0.0
    file: str = ""
    line: int = 0
    number: int = 0
    """By which the request is found among those that were sent; 0 where it is not."""


def read_failure(text: str, models: Sequence[str]) -> FailedStep:
    """What a server says of a failed request to an ensemble, whose steps run these models in turn."""
    reason = read_reason(text)
    words = _FAILED.sub("", _ENSEMBLE.sub("", reason.summary)).strip()
    words = _RAISED.sub("", words) or words or "It failed, and the server does not say why."
    return FailedStep(_step(text, models), words, reason.whole, file=reason.file, line=reason.line)


def _step(text: str, models: Sequence[str]) -> int:
    """The step whose model the words name; -1 where they name none, or one that several steps run."""
    for match in _MODEL.finditer(text):
        name = match[1]
        for wanted in dict.fromkeys((name, _INSTANCE.sub("", name))):
            if models.count(wanted) == 1:
                return models.index(wanted)
    return -1


@dataclass(frozen=True, slots=True)
class StepWires:
    """A step with the tensors of the ensemble that it reads and gives."""

    model: str
    inputs: Collection[str]
    outputs: Collection[str]


def nan_begins(steps: Sequence[StepWires], value: Callable[[str], Digest | None]) -> int:
    """The step that gives NaN though every tensor that it reads holds none, -1 where the values prove no such step.

    `value` gives what is known of a tensor in one request alone.
    """
    for place, step in enumerate(steps):
        given = [value(name) for name in step.outputs]
        read = [value(name) for name in step.inputs]
        has_nan = any(each is not None and _nans(each) for each in given)
        if has_nan and read and all(each is not None and not _nans(each) for each in read):
            return place
    return -1


def _nans(digest: Digest) -> int:
    return digest.statistics.nan if digest.statistics is not None else 0
