"""What a session's repository asks of a server, for a look before its start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.app import tasks
from studio.app.serving.ladder import ServerStatus
from studio.app.tasks import TaskContext
from studio.core.checking.findings import Severity
from studio.core.serving.doctor import Needs, needs
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Ports

if TYPE_CHECKING:
    from studio.app.session import Session


def needs_of(session: Session) -> Needs:
    """What the models need as they are written now, and which of them the checker refuses."""
    configs = {name: draft.config for name, draft in session.drafts().items()}
    refused = dict.fromkeys(each.model for each in session.findings if each.severity is Severity.ERROR and each.model)
    return needs(configs, refused, session.profile.release)


def look_at_needs(owner: QObject, session: Session, done: Callable[[Needs], object]) -> None:
    """Looks what the models need, beside the window."""
    drafts, release = session.drafts(), session.profile.release

    def work(_: TaskContext) -> Needs:
        return needs({name: draft.config for name, draft in drafts.items()}, (), release)

    tasks.run(owner, work, done, key="needs")


def served_ports(status: ServerStatus) -> Ports | None:
    """The ports of a server of ours that runs, which a restart gives back; None where there is none."""
    if not status.is_running or status.spec is None or status.spec.kind is EngineKind.ATTACHED:
        return None
    told = (status.addresses.http, status.addresses.grpc, status.addresses.metrics)
    numbers = [int(port) for address in told if (port := address.rpartition(":")[2]).isdecimal()]
    return Ports(*numbers) if len(numbers) == len(told) else None
