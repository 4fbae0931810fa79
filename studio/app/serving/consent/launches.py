"""Asking before code of a repository runs that the person has not agreed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QObject

from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.app.tasks import Task
from studio.core.consent.question import Question, agree, named, question
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.failure import Failure

Answer: TypeAlias = Callable[[bool], object]


class Consent(QObject):
    """Every launch of a session waits here until it is known that its code may run. UI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ask: Callable[[Question, Answer], object] | None = None
        """Asks the person, and is given what takes the answer. Set by whoever has a window; without one it is no."""
        self._asked = 0
        self._looking: Task[Question | None] | None = None

    def before(self, spec: LaunchSpec, agreed: Callable[[], object], refused: Callable[[], object]) -> None:
        """Call `agreed` once the code of a launch may run, or `refused`. A later launch takes the place of this one."""
        self._asked += 1
        if spec.kind is EngineKind.ATTACHED:
            agreed()
            return

        def failed(failure: Failure) -> None:
            notices.post_failure(failure)
            refused()

        self._looking = tasks.run(
            self,
            lambda _: question(spec),
            lambda found: self._found(found, agreed, refused),
            failed,
            key="consent",
        )

    def cancel(self) -> None:
        """Nobody wants to know any more: an answer that comes now does nothing."""
        self._asked += 1
        if self._looking is not None:
            self._looking.cancel()

    def _found(self, asked: Question | None, agreed: Callable[[], object], refused: Callable[[], object]) -> None:
        if asked is None:
            agreed()
        elif self.ask is None:
            reason = f"nobody has agreed to run its code: {named(asked)}."
            notices.post_failure(AppError(f"Launch {asked.repository}", reason, "Launch it from the window."))
            refused()
        else:
            self.ask(asked, self._answer(asked, agreed, refused))

    def _answer(self, asked: Question, agreed: Callable[[], object], refused: Callable[[], object]) -> Answer:
        turn = self._asked

        def answer(yes: bool) -> None:
            if turn != self._asked:
                return
            self._asked += 1
            if yes:
                tasks.run(self, lambda _: agree(asked))
            (agreed if yes else refused)()

        return answer
