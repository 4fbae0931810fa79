"""New models: files are read, proposals tried and models created in tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.app import notices, tasks
from studio.app.tasks import Task, TaskContext
from studio.core.checking.findings import Finding
from studio.core.new_model.creation import can_link, create, make_repository
from studio.core.new_model.proposal import Proposal
from studio.core.new_model.recognition import Recognised, recognise
from studio.core.new_model.templates import callable_models
from studio.core.new_model.trial import findings
from studio.core.operations.copying import Told
from studio.core.serving.launch import ControlMode, EngineKind
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.app.session import Session

Failed = Callable[[Failure], object]
Progress = Callable[[float, str], object]


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
        return recognise(paths, _gpus(), _told(context))

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


def make(
    owner: QObject,
    proposal: Proposal,
    repository: Path,
    done: Callable[[Path], object],
    failed: Failed,
    progress: Progress,
) -> Task[Path]:
    """Create a model; the repository's folder is made where there is none. Cancelled, it leaves nothing."""

    def work(context: TaskContext) -> Path:
        is_new = not repository.is_dir()
        if is_new:
            make_repository(repository)
        try:
            return create(proposal, repository, _told(context))
        except BaseException:
            if is_new:
                # Only while nothing is in it.
                with suppress(OSError):
                    repository.rmdir()
            raise

    return tasks.run(owner, work, done, failed, progress, key="create")


def tell_created(session: Session, name: str) -> None:
    """Say that a model is there, and offer what a server that runs can do with it."""
    status = session.server.status
    spec = status.spec if status.is_running else None
    repository = session.repository
    serves = spec is not None and repository is not None and spec.repository in (None, repository.path)
    if spec is None or not serves:
        notices.post("success", f"{name} was created")
    elif spec.control is ControlMode.POLL:
        notices.post("success", f"{name} was created", "The server looks into the folder and loads it by itself.")
    elif spec.control is ControlMode.EXPLICIT or spec.kind is EngineKind.ATTACHED:
        notices.post("success", f"{name} was created", "", (("Load", lambda: session.server.load(name)),))
    else:
        notices.post("success", f"{name} was created", "The server loads it when it is started again.")


def _told(context: TaskContext) -> Told:
    def tell(fraction: float, text: str) -> None:
        context.raise_if_cancelled()
        context.progress(fraction, text)

    return tell


def _gpus() -> tuple[int, ...]:
    """The GPUs of this machine."""
    from studio.metrics import nvml

    return tuple(gpu.index for gpu in nvml.gpus() if gpu.index >= 0)
