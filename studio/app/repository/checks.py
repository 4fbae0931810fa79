"""The checks of a session as tasks: with progress, left when told to, with what is found in other repositories besides.

What is found comes from the functions that the command line uses too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studio.app.progress import NEARLY, Pace
from studio.app.tasks import TaskContext
from studio.core import garbage
from studio.core.checking.findings import Finding
from studio.core.checking.mending import Mended, mend_each
from studio.core.checking.profile import Profile
from studio.core.checking.served import (
    Served,
    check_served,
    check_touched,
    read_others,
    with_picked,
)
from studio.core.files.configs import ConfigReader
from studio.core.files.repository import Repository
from studio.failure import Failure

Findings = dict[str, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What a check found, by model, of the repository itself under "". `models` of `of` were checked.

    `others` are the other repositories of the server; `failure` is why they could not be looked at, and the repository
    is checked without. `seconds` is how long all that took.
    """

    findings: Findings
    models: int = 0
    of: int = 0
    failure: Failure | None = None
    others: tuple[Repository, ...] = ()
    seconds: float = 0.0


def check_all(
    own: Served, profile: Profile, reader: ConfigReader, context: TaskContext, leave: Callable[[], bool]
) -> Checked:
    """Check every model, and tell how far it is; what was found until `leave` says so where it does."""
    begin = time.monotonic()
    own = with_picked(own, profile, reader)
    others, failure = _others(profile, reader)
    found: Findings = {}
    total = len(own.repository.folders)
    done, pace = 0, Pace()
    with garbage.paused():
        for name, several in check_served(own, others, profile):
            done += bool(name)
            if several:
                found[name] = several
            if leave():
                break
            if pace.is_due():
                context.raise_if_cancelled()
                context.progress(done / max(total, 1) * NEARLY, f"Checking {name}")
    beside = tuple(each.repository for each in others)
    return Checked(found, done, total, failure, beside, time.monotonic() - begin)


def check_some(
    own: Served, names: Iterable[str], profile: Profile, reader: ConfigReader, context: TaskContext
) -> Checked:
    """The findings of these models and of the ensembles that use them; models without any are in it, empty."""
    others, failure = _others(profile, reader)
    found: Findings = {}
    for name, several in check_touched(with_picked(own, profile, reader), others, profile, names):
        context.raise_if_cancelled()
        found[name] = several
    return Checked(found, failure=failure)


def mend(
    own: Served, names: Iterable[str], profile: Profile, reader: ConfigReader, context: TaskContext
) -> tuple[Mended, ...]:
    """What can be mended in these models without a look at it; not in a text that a flag of the server picks."""
    others, _failure = _others(profile, reader)
    served = with_picked(own, profile, reader)
    usual = [
        each.name for each, seen in zip(own.repository.folders, served.repository.folders, strict=True) if each is seen
    ]
    wanted = [name for name in names if name in set(usual)]
    found, pace = list[Mended](), Pace()
    with garbage.paused():
        for done, (name, mended) in enumerate(mend_each(served, others, profile, wanted), 1):
            context.raise_if_cancelled()
            if mended is not None:
                found.append(mended)
            if pace.is_due():
                context.progress(done / len(wanted) * NEARLY, f"Mending {name}")
    return tuple(found)


def _others(profile: Profile, reader: ConfigReader) -> tuple[tuple[Served, ...], Failure | None]:
    try:
        return read_others(profile, reader), None
    except Failure as failure:
        return (), failure
