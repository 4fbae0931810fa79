"""A run of `trireme check`: its paths grouped by repository and project, checked, and held against a baseline."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from studio import TYPE_CHECKING
from studio.cli.reports.report import UNREAD, Checked, Report
from studio.core.checking import selection
from studio.core.checking.images import read_server
from studio.core.checking.project.failing import fail_on, fails
from studio.core.checking.project.project_file import NAME as PROJECT_FILE
from studio.core.checking.project.project_file import project_file
from studio.core.checking.project.project_target import choice_of, target_of
from studio.core.checking.repositories import check_parts
from studio.core.checking.selection import Part
from studio.core.checking.target import TARGET_WORDS
from studio.failure import Failure
from studio.value_class import dataclass, field, replace

if TYPE_CHECKING:
    from studio.core.checking.project.baseline import Found

_ERRORS = "error"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of one run. `target` has the words of a choice that are given, by their name there."""

    paths: tuple[Path, ...]
    roots: tuple[Path, ...]
    target: dict[str, str]
    fail_on: str
    baseline: Path | None
    written: Path | None
    follow_links: bool
    together: bool


@dataclass(slots=True)
class Outcome:
    """What came of it. `failures` are what could not be checked, `notes` what a person should know."""

    report: Report = field(default_factory=lambda: Report(()))
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fails: bool = False

    @property
    def is_partly_unread(self) -> bool:
        """Whether the configuration of any model could not be read."""
        return any(finding.rule in UNREAD for finding in self.report.findings())


def request(options: argparse.Namespace) -> Request:
    """What the options ask for. Raises Failure for a word that is wrong, whatever the paths are."""
    given = {name: value for name in TARGET_WORDS if (value := getattr(options, name)) is not None}
    target_of(None, given)
    if options.fail_on is not None:
        fail_on(options.fail_on)
    return Request(
        tuple(options.path),
        tuple(options.discover),
        given,
        options.fail_on or "",
        options.baseline,
        options.write_baseline,
        options.follow_links,
        options.together,
    )


def carry_out(asked: Request) -> Outcome:
    """Checks all of it. What cannot be checked is told and does not keep the rest from being."""
    outcome = Outcome()
    parts = _parts(asked, outcome)
    if not parts and not outcome.failures:
        outcome.notes.append("nothing to check: none of the files belongs to a model.")
    checked: list[Checked] = []
    for group in [parts] if asked.together and parts else [(part,) for part in parts]:
        try:
            checked += _group(group, asked)
        except Failure as failure:
            outcome.failures.append(failure)
    outcome.notes += dict.fromkeys(each.note for each in checked if each.note)
    if asked.written is not None:
        _write(asked.written, checked, outcome)
        outcome.report = Report(tuple(checked))
        return outcome
    whole = [part.repository for part in parts if part.models is None]
    outcome.report = _against_baselines(checked, whole, asked, outcome)
    outcome.fails = any(fails(each.new(), each.wanted) for each in outcome.report.repositories)
    return outcome


def _parts(asked: Request, outcome: Outcome) -> tuple[Part, ...]:
    """What the paths stand for; a project's file for every repository that it may be of."""
    found: list[Part] = []
    for root in asked.roots:
        try:
            found += selection.found(root)
        except Failure as failure:
            outcome.failures.append(failure)
    for path in asked.paths:
        try:
            found += selection.below(path.parent) if path.name == PROJECT_FILE else selection.named(path)
        except Failure as failure:
            outcome.failures.append(failure)
    return selection.joined(found)


def _group(parts: Sequence[Part], asked: Request) -> list[Checked]:
    """The repositories of one server. Where they are several, the project of the first one says which."""
    project = project_file(parts[0].repository)
    profile = target_of(project, asked.target)
    note = read_server(choice_of(project, asked.target).server).note
    verdicts = check_parts(parts, profile, follow_links=asked.follow_links)
    wanted = fail_on(asked.fail_on or (project.fail_on if project else "") or _ERRORS)
    return [Checked(verdict, profile, project, note, wanted) for verdict in verdicts]


def _against_baselines(checked: Sequence[Checked], whole: Sequence[Path], asked: Request, outcome: Outcome) -> Report:
    """The report with what of it each baseline holds; several repositories may have one."""
    known: set[int] = set()
    gone = 0
    files = {each: asked.baseline or (each.project.baseline if each.project else None) for each in checked}
    for file in dict.fromkeys(each for each in files.values() if each is not None):
        # Loaded where there is one, for the check of one model spends most of its time on loading.
        from studio.core.checking.project.baseline import read_baseline

        try:
            baseline = read_baseline(file)
        except Failure as failure:
            outcome.failures.append(failure)
            continue
        found = [each for one, its in files.items() if its == file for each in _found(one)]
        held, mended = baseline.held(found, whole)
        known.update(map(id, held))
        gone += mended
    return Report(tuple(replace(each, known=frozenset(known)) for each in checked), gone)


def _found(checked: Checked) -> list[Found]:
    from studio.core.checking.project.baseline import Found

    return [Found(each, checked.verdict.path) for each in checked.findings()]


def _write(path: Path, checked: Sequence[Checked], outcome: Outcome) -> None:
    from studio.core.checking.project.baseline import write_baseline

    try:
        count = write_baseline(path, [each for one in checked for each in _found(one)])
    except Failure as failure:
        outcome.failures.append(failure)
    else:
        outcome.notes.append(f"{path} holds {count} findings now.")
