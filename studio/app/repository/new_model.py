"""New models before they are made: files are read and proposals tried in tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.app import tasks
from studio.app.progress import reporter
from studio.app.serving.machine import gpu_numbers
from studio.app.tasks import Task, TaskContext
from studio.core.checking.findings import Finding
from studio.core.new_model.creation import can_link
from studio.core.new_model.proposal import Proposal
from studio.core.new_model.recognition import Recognised, recognise
from studio.core.new_model.templates import callable_models
from studio.core.new_model.trial import findings
from studio.core.progress import Progress
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.app.session import Session

Failed = Callable[[Failure], object]


@dataclass(frozen=True, slots=True)
class Trial:
    """What is known of a proposal before it is created. `linkable` tells whether its files may be linked."""

    findings: tuple[Finding, ...]
    linkable: bool


def read(
    owner: QObject, paths: Sequence[Path], done: Callable[[Recognised], object], failed: Failed, progress: Progress
) -> Task[Recognised]:
    """Read what a person dropped or chose; it leaves with its owner, and can be cancelled."""

    def work(context: TaskContext) -> Recognised:
        return recognise(paths, gpu_numbers(), reporter(context))

    return tasks.run(owner, work, done, failed, progress, key="read")


def attempt(owner: QObject, session: Session, proposal: Proposal, done: Callable[[Trial], object]) -> Task[Trial]:
    """Let the checker look at a proposal; a newer call takes the place of an older one."""
    repository, drafts, profile = session.repository, session.drafts(), session.profile

    def work(_: TaskContext) -> Trial:
        found = findings(proposal, repository, drafts, profile)
        return Trial(found, repository is not None and can_link(proposal, repository.path))

    # Nothing to tell where it fails: the form says what is wrong with the fields.
    return tasks.run(owner, work, done, lambda _: None, key="trial")


def find_callable(owner: QObject, session: Session, done: Callable[[tuple[str, ...]], object]) -> None:
    """Look up the models that a template can call: a large repository takes a while."""
    drafts = session.drafts()
    tasks.run(owner, lambda _: callable_models(drafts), done, key="callable")
