"""Asking of code that changes under a server which loads by itself what changes in its folder."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from studio.app import notices, tasks
from studio.app.serving.consent.launches import Consent
from studio.core.consent.isolation import looks_itself
from studio.core.consent.question import Question, agree, code_mark_of, named, question
from studio.core.serving.launch import LaunchSpec

LOOK_MS = 2000


class PolledCode(QObject):
    """Looks at the code of one server. The answer no ends the server, by `stop`. UI thread only."""

    def __init__(
        self, consent: Consent, stop: Callable[[], object], parent: QObject | None = None, every_ms: int = LOOK_MS
    ) -> None:
        super().__init__(parent)
        self._consent, self._stop = consent, stop
        self._spec: LaunchSpec | None = None
        self._mark = ""
        self._timer = QTimer(self, singleShot=True, interval=every_ms)
        self._timer.timeout.connect(self._look)

    def follow(self, spec: LaunchSpec | None) -> None:
        """This is what runs now; None where nothing does."""
        wanted = spec if spec is not None and looks_itself(spec) else None
        if wanted != self._spec:
            self._spec, self._mark = wanted, ""
            self._again() if wanted else self._timer.stop()

    def _again(self) -> None:
        if self._spec is not None:
            self._timer.start()

    def _look(self) -> None:
        spec, mark = self._spec, self._mark
        if spec is None:
            return

        def look(_: object) -> tuple[str, Question | None]:
            now = code_mark_of(spec)
            return now, question(spec, is_running=True) if now != mark else None

        tasks.run(self, look, lambda found: self._found(spec, *found), lambda _: self._again(), key="code")

    def _found(self, spec: LaunchSpec, mark: str, asked: Question | None) -> None:
        if spec != self._spec:
            return
        self._mark = mark
        if asked is None:
            self._again()
        elif self._consent.ask is None:
            self._answered(spec, asked, False)
        else:
            self._consent.ask(asked, lambda yes: self._answered(spec, asked, yes))

    def _answered(self, spec: LaunchSpec, asked: Question, yes: bool) -> None:
        if spec != self._spec:
            return
        if yes:
            tasks.run(self, lambda _: agree(asked))
            self._again()
            return
        text = f"Nobody agreed to run what changed in {asked.repository}: {named(asked)}."
        notices.post("warning", "The server was stopped", text)
        self._stop()
