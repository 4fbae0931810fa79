"""Verdicts on whole repositories on disk, alone or served together, as the command line tells them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from studio.core import garbage
from studio.core.checking.check import first_error
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.selection import Part
from studio.core.checking.served import (
    Found,
    Served,
    check_served,
    check_touched,
    read_others,
    read_served,
)
from studio.core.files.bounds import EVERYWHERE
from studio.core.files.configs import ConfigReader
from studio.core.files.discovery import is_checkout, is_model
from studio.value_class import dataclass, replace


@dataclass(frozen=True, slots=True)
class ModelVerdict:
    """What is found about one model. `first_error` is the server's text, "" where it loads or says nothing.

    `decided` is false where it may load or not: nothing speaks against it, but that cannot be told here.
    """

    name: str
    loads: bool
    first_error: str
    findings: tuple[Finding, ...]

    @property
    def decided(self) -> bool:
        """Whether the verdict is one; a model that does not load is decided."""
        return not self.loads or not any(each.undecided for each in self.findings)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found about one repository. `findings` are those that concern no single model, `served` what was read."""

    path: Path
    findings: tuple[Finding, ...]
    models: tuple[ModelVerdict, ...]
    served: Served


def check_path(path: Path, profile: Profile, *, follow_links: bool = False) -> Verdict:
    """The verdict on one repository, with those beside it that the profile's flags name.

    `follow_links`: what leads out of a repository is read too.
    Raises CoreError where a folder cannot be read.
    """
    return check_parts([Part(path)], profile, follow_links=follow_links)[0]


def check_parts(parts: Sequence[Part], profile: Profile, *, follow_links: bool = False) -> list[Verdict]:
    """The verdicts on what is asked of repositories that one server serves, besides those that the flags name."""
    reader = ConfigReader()
    allowed = EVERYWHERE.roots if follow_links else ()
    served = [_read(part, profile, reader, allowed) for part in parts]
    named = read_others(profile, reader, allowed)
    with garbage.paused():
        return [
            _verdict(part.models, own, (*served[:index], *served[index + 1 :], *named), profile)
            for index, (part, own) in enumerate(zip(parts, served, strict=True))
        ]


def _read(part: Part, profile: Profile, reader: ConfigReader, allowed: tuple[str, ...]) -> Served:
    only = next(iter(part.models or ()), "") if part.is_apart else ""
    own = read_served(part.repository, profile, reader, allowed, only)
    if part.is_found and is_checkout(part.repository):
        # Whoever serves the models of a checkout does not serve its history and its sources.
        models = tuple(each for each in own.repository.models if is_model(each.path))
        return Served(replace(own.repository, models=models, strays=(), problems=()), own.drafts)
    return own


def _verdict(models: frozenset[str] | None, own: Served, others: Sequence[Served], profile: Profile) -> Verdict:
    several = check_served(own, others, profile) if models is None else _touched(models, own, others, profile)
    findings = dict(several)
    general = findings.pop("", ())
    stopped = any(each.rule == "repo-stat-fails" for each in general)
    verdicts = (_model(name, findings[name], general, stopped) for name in sorted(findings))
    return Verdict(own.repository.path, general, tuple(verdicts), own)


def _touched(models: Iterable[str], own: Served, others: Sequence[Served], profile: Profile) -> Iterator[Found]:
    names = own.names
    return (found for found in check_touched(own, others, profile, sorted(models)) if found[0] in names)


def _model(name: str, findings: tuple[Finding, ...], general: tuple[Finding, ...], stopped: bool) -> ModelVerdict:
    if stopped:
        return ModelVerdict(name, False, first_error(general, ""), findings)
    return ModelVerdict(name, not _has_errors(findings), first_error(findings, name), findings)


def _has_errors(findings: Sequence[Finding]) -> bool:
    return any(each.severity is Severity.ERROR for each in findings)
