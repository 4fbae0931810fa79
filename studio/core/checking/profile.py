"""The server that a check speaks for: its release, its GPUs, its backends and how it was started."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.core.failure import CoreError
from studio.core.serving.kinds import ControlMode
from studio.value_class import dataclass, field, replace

Release = tuple[int, int]

OLDEST: Release = (24, 1)
NEWEST: Release = (26, 10)
_EARLY_MINOR, _LATE_MINOR = 42, 59
"""Triton 2.42 is release 24.01; 2.59.0 and 2.59.1 are two releases, 25.06 and 25.07."""
_VERSION = re.compile(r"(?:v)?2\.(\d+)(?:\.(\d+))?")
_RELEASE = re.compile(r"([2-9]\d)\.(\d\d)")
_SINCE: dict[tuple[str, str], Release] = {
    ("ModelConfig", "model_metrics"): (24, 11),
    ("ModelEnsembling", "max_inflight_requests"): (25, 11),
    ("ModelInput", "is_non_linear_format_io"): (24, 8),
    ("ModelOutput", "is_non_linear_format_io"): (24, 8),
}
"""The fields that came after the oldest release, by their message."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One `--rate-limit-resource`: how many there are, on one device, globally ("global"), or on each device ("")."""

    name: str
    count: int
    device: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A rule that is passed over, and why; in the models that these patterns name, in all where there is none."""

    rule: str
    reason: str
    models: tuple[str, ...] = ()

    def holds(self, rule: str, model: str) -> bool:
        """Whether a finding of a rule about a model is passed over; that of the repository itself is about ""."""
        return rule == self.rule and (not self.models or any(fnmatchcase(model, each) for each in self.models))


@dataclass(frozen=True, slots=True)
class Profile:
    """The server that a check speaks for, and where the files are that it will have.

    `gpus` are the ids of its GPUs (where `any_gpu`, it has others too, of which nothing is known), `capabilities` their
    compute capabilities where known, `compute_capability` the least that it accepts. `backends` and `agents` are the
    names of those it has (None: any), `release` the number of its container, `auto_complete` whether a configuration
    may be missing. `config_name` is `--model-config-name`, `load` the names of `--load-model`, `resources` those of the
    rate limiter, `default_max_batch_size` what backends take where they find that a model batches.
    """

    gpus: tuple[int, ...] = (0,)
    backends: frozenset[str] | None = None
    release: Release = (24, 10)
    compute_capability: float = 6.0
    capabilities: tuple[tuple[int, float], ...] = ()
    agents: frozenset[str] | None = None
    auto_complete: bool = True
    config_name: str = ""
    control: ControlMode = ControlMode.NONE
    load: tuple[str, ...] = ()
    namespacing: bool = False
    cache: bool = False
    rate_limit: bool = False
    resources: tuple[Resource, ...] = ()
    default_max_batch_size: int = 4
    backend_directory: str = "/opt/tritonserver/backends"
    agent_directory: str = "/opt/tritonserver/repoagents"
    backend_options: tuple[tuple[str, str, str], ...] = field(default=())
    host_policies: frozenset[str] = frozenset()
    """Those that its flags set up; each device has one of its own besides."""
    mount: str = "/models"
    """Where the server sees the repository, which absolute paths in configurations begin with; "" for its own place."""
    repositories: tuple[str, ...] = field(default=())
    """Further repositories of the same server, as its flags name them."""
    any_gpu: bool = False
    weights: str = ""
    """Where versions and model files are: "here", so that one that is missing is an error, or "elsewhere", where the
    server is, as with a checkout of git; "" where nobody said."""
    ignored: tuple[Ignored, ...] = ()
    templates: tuple[str, ...] = ()
    """Patterns of the models whose configuration is filled in before it is served, and is not checked."""

    @property
    def weights_elsewhere(self) -> bool:
        """Whether what is missing here may be where the server is."""
        return self.weights == "elsewhere"

    @property
    def usable_gpus(self) -> tuple[int, ...]:
        """The GPUs that Triton would use: those of at least the capability that it asks for."""
        known = dict(self.capabilities)
        return tuple(gpu for gpu in sorted(self.gpus) if known.get(gpu, 1e9) >= self.compute_capability)

    def lacking(self, gpus: Iterable[int]) -> list[int]:
        """Those of these GPUs that it has not."""
        usable = self.usable_gpus
        return [] if self.any_gpu else [gpu for gpu in gpus if gpu not in usable]

    def ignores(self, rule: str, model: str) -> bool:
        """Whether findings of a rule about a model are passed over."""
        return any(each.holds(rule, model) for each in self.ignored)

    def is_template(self, model: str) -> bool:
        """Whether a model's configuration is filled in before it is served."""
        return any(fnmatchcase(model, each) for each in self.templates)

    @property
    def schema(self) -> MessageSchema:
        """The fields that a configuration may have on this server."""
        return schema_of(self.release)

    @property
    def title(self) -> str:
        """The server for a sentence: “Triton 2.51 (24.10)”."""
        return f"Triton {version_of(self.release)} ({release_text(self.release)})"


def release_text(release: Release) -> str:
    """A release as NVIDIA writes it: 24.05."""
    return f"{release[0]}.{release[1]:02}"


def releases() -> tuple[Release, ...]:
    """Every release that is known, the newest first."""
    first, last = OLDEST[0] * 12 + OLDEST[1] - 1, NEWEST[0] * 12 + NEWEST[1] - 1
    return tuple((month // 12, month % 12 + 1) for month in range(last, first - 1, -1))


def release_of(text: str) -> Release:
    """The release of a version ("2.51", "2.59.1"), of a release ("24.10") or "newest"; of a newer one the newest known.

    Raises CoreError for what is none, and for what is too old to be known.
    """
    if text in ("newest", "latest"):
        return NEWEST
    release = _written(text)
    if release is None or release < OLDEST:
        known = f"{version_of(OLDEST)} ({release_text(OLDEST)}) to {version_of(NEWEST)} ({release_text(NEWEST)})"
        raise CoreError(f"Check for the server “{text}”", "this version is not known.", f"Known are {known}.")
    return min(release, NEWEST)


def is_newer(text: str) -> bool:
    """Whether a version or release came after the newest that is known."""
    release = _written(text)
    return release is not None and release > NEWEST


def _written(text: str) -> Release | None:
    """The release that a text names, known or not; None where it names none."""
    found = _RELEASE.fullmatch(text)
    release = (int(found[1]), int(found[2])) if found else _of_version(text)
    return release if release is not None and 1 <= release[1] <= 12 else None


def _of_version(text: str) -> Release | None:
    found = _VERSION.fullmatch(text)
    if not found:
        return None
    minor = int(found[1])
    count = minor - _EARLY_MINOR + (minor > _LATE_MINOR or (minor == _LATE_MINOR and found[2] == "1"))
    return 24 + count // 12, count % 12 + 1


def version_of(release: Release) -> str:
    """Triton's own version of a release: 2.51."""
    count = (release[0] - 24) * 12 + release[1] - 1
    # Release 25.07 went out as 2.59.1, so the minor numbers after it lag by one.
    minor = _EARLY_MINOR + count - (count > _LATE_MINOR - _EARLY_MINOR)
    return f"2.{minor}.1" if release == (25, 7) else f"2.{minor}"


def since(message: str, name: str) -> Release:
    """The first release with a field, by the short name of its message."""
    return _SINCE.get((message, name), OLDEST)


@cache
def schema_of(release: Release) -> MessageSchema:
    """The schema of a configuration without the fields that came after a release."""
    if all(first <= release for first in _SINCE.values()):
        return model_config()
    return _Trim(release).message(model_config())


class _Trim:
    """A schema without what is newer than a release."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._done: dict[str, MessageSchema] = {}

    def message(self, given: MessageSchema) -> MessageSchema:
        """One message type with all that it holds."""
        known = self._done.get(given.full_name)
        if known is None:
            known = MessageSchema(given.name, given.full_name, lambda: self._fields(given))
            self._done[given.full_name] = known
        return known

    def _fields(self, given: MessageSchema) -> dict[str, FieldSchema]:
        kept = {name: each for name, each in given.fields.items() if since(given.name, name) <= self._release}
        return {name: self._field(each) for name, each in kept.items()}

    def _field(self, given: FieldSchema) -> FieldSchema:
        return replace(given, message=self.message(given.message)) if given.message else given
