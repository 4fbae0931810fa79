"""Places: what `Context.show` can bring in front of a person, each a value of its own kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from studio.core.inference.requests import InferRequest
    from studio.core.serving.why.facts import Symptom
    from studio.core.tracing.values import RequestTrace
    from studio.text.tree import Path as FieldPath
    from studio.text.tree import Span


@dataclass(frozen=True, slots=True)
class Place:
    """Something that can be shown. A kind that several rooms ask for stands here; one of a single room stands there."""


@dataclass(frozen=True, slots=True)
class RepositoryPlace(Place):
    """A model repository, opened in place of the one that is open once unsaved work is settled."""

    path: Path


@dataclass(frozen=True, slots=True)
class PagePlace(Place):
    """The page of a room, by the room's key: "serve", "monitor", …; "models" is the model that was in front last."""

    room: str


@dataclass(frozen=True, slots=True)
class PanelPlace(Place):
    """A panel at the foot of the window, by its key: "problems", "log", …"""

    panel: str


@dataclass(frozen=True, slots=True)
class ModelPlace(Place):
    """A model's tab, and in it a field or a range of the text where one is given."""

    model: str
    at: FieldPath | Span | None = None
    preview: bool = False
    """Whether its tab is only a preview: the next one takes its place unless a person keeps it."""


@dataclass(frozen=True, slots=True)
class StepPlace(Place):
    """The graph of an ensemble, with a step chosen: by its number from 0, or the first that runs a model."""

    ensemble: str
    step: int = -1
    model: str = ""


@dataclass(frozen=True, slots=True)
class SpanPlace(Place):
    """The X-ray, with the span of a model chosen in the request that is shown."""

    model: str


@dataclass(frozen=True, slots=True)
class TracePlace(Place):
    """The X-ray with one request, as it was traced."""

    request: RequestTrace


@dataclass(frozen=True, slots=True)
class FilePlace(Place):
    """The tab of a text file of a model, and in it a line, from 1, where one is given."""

    path: Path
    line: int = 0
    preview: bool = False
    """Whether its tab is only a preview: the next one takes its place unless a person keeps it."""


@dataclass(frozen=True, slots=True)
class RenameModelPlace(Place):
    """The question for a model's new name, with what it changes."""

    model: str


@dataclass(frozen=True, slots=True)
class RenameTensorPlace(Place):
    """The question for the new name of an ensemble's tensor, with what it changes; `new` is what it may become."""

    model: str
    tensor: str
    new: str


@dataclass(frozen=True, slots=True)
class FieldHelpPlace(Place):
    """The help of a field of an open model, in the inspector; of the field shown last where none is given."""

    model: str = ""
    path: FieldPath = ()


@dataclass(frozen=True, slots=True)
class ModelFilePlace(Place):
    """What the model file of a version says of itself, in the inspector: that which is served where none is given."""

    model: str
    version: int = 0
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class RequestPlace(Place):
    """The tester with a request to a model: a saved one by its name, or one of before by its number.

    A wire of the ensemble is probed where one is given. `filled` is a request whose tensors fill the form.
    """

    model: str
    saved: str = ""
    past: int = 0
    probe: str = ""
    filled: InferRequest | None = None


@dataclass(frozen=True, slots=True)
class ServerPlace(Place):
    """The page of the server, attached to an address, or a connection by its name, where one is given."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class NewModelPlace(Place):
    """The dialog for a new model, made of files where some are given."""

    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewPlace(Place):
    """The unsaved edits of open models, side by side with their files; the first one is in front."""

    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhyPlace(Place):
    """The answer to why a model is not as it should be; `symptom` where it is known what is asked about."""

    model: str
    symptom: Symptom | None = None


@dataclass(frozen=True, slots=True)
class LogPlace(Place):
    """The server's log at a time, in seconds since the epoch, with the lines of one model where one is given."""

    model: str = ""
    at: float = 0.0
