"""What a server will make of an open model's configuration, kept up to date off the UI thread."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.app.tasks import TaskContext
from studio.core.checking.completion import Effective, FilledValue, effective
from studio.core.checking.effective import Outcome, outcomes, with_filled
from studio.core.config.draft import Draft
from studio.core.config.typed import shown
from studio.core.inference.model_index import is_ready
from studio.failure import Failure
from studio.text.tree import Path

_SOON_MS = 200
_FILLERS = {"file": "model file", "backend": "backend", "server": "server"}


class Forecast(QObject):
    """Follows the model, the server that it is checked for, and the one that runs. UI thread only."""

    changed = Signal()

    def __init__(self, session: Session, model: OpenModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = model
        self.found: Effective | None = None
        self.reported: Mapping[str, Any] | None = None
        self.outcomes: tuple[Outcome, ...] = ()
        self.failure: Failure | None = None
        self._turn = threading.Lock()
        """One at a time: the first is wanted by nobody any more, and two would take more from the window."""
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._work_out)
        model.changed.connect(self.later)
        session.target.changed.connect(self.later)
        session.repository_changed.connect(self.later)
        session.server.models_changed.connect(self._ask_server)
        self.later()
        self._ask_server()

    @classmethod
    def of(cls, session: Session, model: OpenModel) -> Forecast:
        """The one of an open model; it goes with the model."""
        known = model.findChild(cls)
        return known if isinstance(known, cls) else cls(session, model, model)

    def later(self, *_changed: object) -> None:
        """Work it out again, once what is being typed is typed."""
        self._soon.start()

    def _work_out(self) -> None:
        model, profile, reported = self.model, self._session.profile, self.reported
        folder, given = model.folder, model.last_good
        decoupled = self._has_decoupled_step(given)

        def work(context: TaskContext) -> tuple[Effective, tuple[Outcome, ...]]:
            with self._turn:
                context.raise_if_cancelled()
                found = effective(folder, given, profile, decoupled=decoupled)
                return found, outcomes(found, reported)

        tasks.run(self, work, self._take, self._fail, key="forecast")

    def _has_decoupled_step(self, given: Draft) -> bool:
        drafts = (self._session.draft(step.model_name) for step in given.config.steps)
        return any(each is not None and each.config.decoupled for each in drafts)

    def _take(self, found: tuple[Effective, tuple[Outcome, ...]]) -> None:
        self.failure = None
        self.found, self.outcomes = found
        self.changed.emit()

    def _fail(self, failure: Failure) -> None:
        self.failure, self.found, self.outcomes = failure, None, ()
        self.changed.emit()

    def _ask_server(self, *_changed: object) -> None:
        """What the running server made of the model, where it has it loaded, and from this folder."""
        rows = self._session.server.models.get(self.model.name, ())
        if is_ready(rows) and not self._session.servers.serves_another_folder:
            self._session.server.config(self.model.name, self.take_reported, self._not_told)
        else:
            self.take_reported(None)

    def take_reported(self, config: Mapping[str, Any] | None) -> None:
        """Takes the configuration that the running server reports; None where it reports none."""
        # The server's tasks are its own: they may end after whoever asked is gone.
        if shiboken6.isValid(self) and config != self.reported:
            self.reported = config
            self.later()

    def _not_told(self, _failure: Failure) -> None:
        # A server that does not tell its configuration is one source less, not a problem to report.
        self.take_reported(None)

    def filled(self, path: Path) -> FilledValue | None:
        """What will be filled in at a path; None for what is written, or left out."""
        return self.found.origin(path) if self.found is not None else None

    def value(self, path: Path) -> str:
        """The value that will be filled in at a path, in words; empty where there is none."""
        if self.found is None or self.filled(path) is None:
            return ""
        value = self.found.draft.get(*path)
        return ", ".join(map(shown, value)) if isinstance(value, tuple) else "" if value is None else shown(value)

    def in_force(self, path: Path) -> tuple[str, str]:
        """What will be filled in at a path that the file does not set, and by whom; empty where nothing is."""
        filled = self.filled(path) if not self.model.last_good.has(*path) else None
        return (self.value(path), _FILLERS[filled.source]) if filled else ("", "")

    def origin(self, path: Path) -> str:
        """Where the value in force comes from, in words."""
        if self.model.last_good.has(*path):
            return "Set in the file."
        filled = self.filled(path)
        if filled is None:
            return "Not set: the default is in force."
        value = self.value(path)
        reason = filled.reason[:1].upper() + filled.reason[1:]
        return f"Not set: the {_FILLERS[filled.source]} fills in {value or 'it'}. {reason}."

    def write_out(self, outcome: Outcome) -> bool:
        """Write a filled-in value into the file, as one step to undo."""
        found = self.found
        if found is None or not outcome.fills:
            return False
        name = next((step for step in reversed(outcome.fills) if isinstance(step, str)), "")
        return self.model.edit(f"Write {name} out", lambda draft: with_filled(draft, found, outcome))
