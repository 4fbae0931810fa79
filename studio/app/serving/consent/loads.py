"""Asking before a server that runs loads code that the person has not agreed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.app.serving.consent.launches import Consent, agree_and_look
from studio.app.tasks import TaskContext
from studio.core.consent.question import Question, named, question_of_load
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.failure import Failure


@dataclass(frozen=True, slots=True)
class _Load:
    """A load that waits: the text in place of the file, and what is called once its code may run, or may not."""

    name: str
    text: str | None
    agreed: Callable[[], object]
    refused: Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Asking:
    """Loads that are asked about together: how to look what their code is, and what is called at the end."""

    turn: int
    look: Callable[[], Question | None]
    over: Callable[[bool], None]


class LoadConsent(QObject):
    """Every load into a server of ours waits here, several at once for one question. UI thread only."""

    def __init__(self, consent: Consent, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._consent = consent
        self._waiting: list[_Load] = []
        self._spec: LaunchSpec | None = None
        self._turn = 0
        self._busy = False

    def before(
        self,
        spec: LaunchSpec | None,
        name: str,
        text: str | None,
        agreed: Callable[[], object],
        refused: Callable[[], object],
    ) -> None:
        """Call `agreed` once the code of a load may run, or `refused`; at once where the server is not ours."""
        if spec is None or spec.kind is EngineKind.ATTACHED or spec.repository is None:
            agreed()
            return
        self._spec = spec
        self._waiting.append(_Load(name, text, agreed, refused))
        if not self._busy:
            self._busy = True
            QTimer.singleShot(0, self, self._look)

    def forget(self) -> None:
        """The server is gone: what waits is not done any more, and an answer that comes now does nothing."""
        self._turn += 1
        self._waiting.clear()
        self._busy = False

    def _look(self) -> None:
        spec, turn = self._spec, self._turn
        texts: dict[str, str | None] = {}
        for load in self._waiting:
            texts.setdefault(load.name, load.text)
        # One with another text has other code, and is looked at after these.
        loads = [load for load in self._waiting if load.text == texts[load.name]]
        self._waiting = [load for load in self._waiting if load.text != texts[load.name]]
        if spec is None or not loads:
            self._busy = False
            return

        def over(may_run: bool) -> None:
            if turn != self._turn:
                return
            for load in loads:
                (load.agreed if may_run else load.refused)()
            self._look()

        asking = _Asking(turn, lambda: question_of_load(spec, texts), over)
        self._ask(lambda _: asking.look(), asking)

    def _ask(self, look: Callable[[TaskContext], Question | None], asking: _Asking) -> None:
        def failed(failure: Failure) -> None:
            notices.post_failure(failure)
            asking.over(False)

        tasks.run(self, look, lambda found: self._found(found, asking), failed)

    def _found(self, asked: Question | None, asking: _Asking) -> None:
        if asking.turn != self._turn:
            return
        if asked is None:
            asking.over(True)
        elif self._consent.ask is None:
            reason = f"nobody has agreed to run its code: {named(asked)}."
            notices.post_failure(AppError(f"Load {', '.join(asked.loads)}", reason, "Load it from the window."))
            asking.over(False)
        else:
            self._consent.ask(asked, lambda yes: self._answered(asked, yes, asking))

    def _answered(self, asked: Question, yes: bool, asking: _Asking) -> None:
        if yes:
            self._ask(agree_and_look(asked, asking.look), asking)
        else:
            asking.over(False)
