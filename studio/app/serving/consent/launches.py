"""Asking before code of a repository runs that the person has not agreed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QObject

from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.app.tasks import Task, TaskContext
from studio.core.consent.question import Question, agree, named, question, since
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.failure import Failure

Answer: TypeAlias = Callable[[bool], object]


class Waiting:
    """A launch that waits for its consent."""

    def __init__(self) -> None:
        self.is_over = False
        """Whether nobody wants to know any more: an answer that comes then does nothing."""
        self.looking: Task[Question | None] | None = None

    def cancel(self) -> None:
        """The launch is given up."""
        self.is_over = True
        if self.looking is not None:
            self.looking.cancel()


class Consent(QObject):
    """The launches of a session wait here until it is known that their code may run. UI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ask: Callable[[Question, Answer], object] | None = None
        """Asks the person, and is given what takes the answer. Set by whoever has a window; without one it is no."""

    def before(self, spec: LaunchSpec, agreed: Callable[[], object], refused: Callable[[], object]) -> Waiting:
        """Call `agreed` once the code of a launch may run, or `refused`; neither where the wait is cancelled."""
        waiting = Waiting()
        if spec.kind is EngineKind.ATTACHED:
            agreed()
            return waiting
        self._look(lambda _: question(spec), waiting, agreed, refused)
        return waiting

    def _look(
        self,
        look: Callable[[TaskContext], Question | None],
        waiting: Waiting,
        agreed: Callable[[], object],
        refused: Callable[[], object],
    ) -> None:
        def failed(failure: Failure) -> None:
            notices.post_failure(failure)
            refused()

        def found(asked: Question | None) -> None:
            self._found(asked, waiting, agreed, refused)

        waiting.looking = tasks.run(self, look, found, failed)

    def _found(
        self, asked: Question | None, waiting: Waiting, agreed: Callable[[], object], refused: Callable[[], object]
    ) -> None:
        if asked is None:
            agreed()
        elif self.ask is None:
            reason = f"nobody has agreed to run its code: {named(asked)}."
            notices.post_failure(AppError(f"Launch {asked.repository}", reason, "Launch it from the window."))
            refused()
        else:
            self.ask(asked, self._answer(asked, waiting, agreed, refused))

    def _answer(
        self, asked: Question, waiting: Waiting, agreed: Callable[[], object], refused: Callable[[], object]
    ) -> Answer:
        is_answered = False

        def answer(yes: bool) -> None:
            nonlocal is_answered
            if waiting.is_over or is_answered:
                return
            is_answered = True
            if yes:
                look = agree_and_look(asked, lambda: question(asked.spec))
                self._look(look, waiting, agreed, refused)
            else:
                waiting.is_over = True
                refused()

        return answer


def agree_and_look(asked: Question, look: Callable[[], Question | None]) -> Callable[[TaskContext], Question | None]:
    """The work after a yes: keeps it, and gives what changed while the question stood, as nobody agreed to that."""

    def work(context: TaskContext) -> Question | None:
        try:
            agree(asked)
        except Failure as failure:
            # It may run all the same, and is asked about once more another time.
            context.deliver(notices.post_failure, failure)
        return since(asked, look())

    return work
