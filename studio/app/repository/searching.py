"""Looking through all configurations beside the window, and replacing what was found, a few models a turn."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.core.operations.searching import MOST, Hit, replace_hits, search_texts
from studio.text.failure import TextError
from studio.text.search import Search

if TYPE_CHECKING:
    from studio.app.session import Session

_FIRST, _MOST_TOLD = 250, 2000
"""Hits that are told at once, at first and at most, twice as many each time: a person soon sees some, and each telling
costs both threads a moment, for one waits while the other runs."""
_TURN_S = 0.02
"""So long an expression is looked for in a turn of the event loop."""
_AT_ONCE = 5
"""So many models are changed in a turn of the event loop."""


class ConfigurationSearch(QObject):
    """One search at a time over the texts as they are now, edits included."""

    began = Signal()
    found = Signal(object)
    """tuple[tuple[Hit, ...], ...]: those of some models, each by itself"""
    ended = Signal(bool)
    """Whether all was looked through."""
    replaced = Signal(object, object)
    """The models that were changed, and those that were not since their text is another one now."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._task: tasks.Task[bool] | None = None
        self._texts: dict[str, str] = {}
        self._search, self._new = Search(""), ""
        self._ahead: list[str] = []
        """The models in which an expression is still to be looked for."""
        self._count = 0
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._look_on)
        self.problem = ""
        """Why the latest search was left; empty where it was not, or a person wanted it."""
        self._replaced_in: Mapping[str, str] = {}
        self._waiting: list[tuple[str, tuple[Hit, ...]]] = []
        self._changed: list[str] = []
        self._left: list[str] = []

    @property
    def is_running(self) -> bool:
        """Whether it still looks."""
        return self._turn.isActive() or (self._task is not None and self._task.running)

    @property
    def texts(self) -> Mapping[str, str]:
        """What was looked through last: the texts in which its hits are where they are."""
        return self._texts

    def start(self, search: Search, new: str = "") -> None:
        """Looks for something in place of what was looked for before."""
        self.cancel()
        self.problem = ""
        self.began.emit()
        if search.pattern is None:
            self.ended.emit(True)
            return
        self._texts = texts = {name: draft.document.text for name, draft in self._session.drafts().items()}
        if search.is_pattern:
            # Nothing ends an expression that takes too long but on this thread.
            self._search, self._new, self._count = search, new, 0
            self._ahead = list(reversed(texts))
            self._turn.start()
            return

        def work(context: tasks.TaskContext) -> bool:
            count, told, batch, size = 0, 0, [], _FIRST
            for hits in search_texts(texts, search, new, context.raise_if_cancelled):
                batch.append(hits[: MOST - count])
                count += len(hits)
                if count - told >= size or count >= MOST:
                    context.deliver(self.found.emit, tuple(batch))
                    told, batch, size = count, [], min(2 * size, _MOST_TOLD)
                if count >= MOST:
                    return False
            context.deliver(self.found.emit, tuple(batch))
            return True

        self._task = tasks.run(self, work, self._done, key="search")

    def _done(self, whole: bool) -> None:
        self._task = None
        self.ended.emit(whole)

    def cancel(self) -> None:
        """Leaves a search that runs."""
        if self.is_running:
            self._turn.stop()
            if self._task is not None:
                self._task.cancel()
                self._task = None
            self.ended.emit(False)

    def _look_on(self) -> None:
        end = time.monotonic() + _TURN_S
        found: list[tuple[Hit, ...]] = []
        try:
            while self._ahead and self._count < MOST and time.monotonic() < end:
                name = self._ahead.pop()
                for hits in search_texts({name: self._texts[name]}, self._search, self._new):
                    found.append(hits[: MOST - self._count])
                    self._count += len(hits)
        except TextError as failure:
            self.problem, self._ahead = f"{failure.detail[:1].upper()}{failure.detail[1:]}", []
        self.found.emit(tuple(found))
        if self._ahead and self._count < MOST:
            self._turn.start()
        else:
            self.ended.emit(self._count < MOST and not self.problem)

    # Replacing

    def replace(self, hits: Sequence[Hit], texts: Mapping[str, str]) -> None:
        """Replaces what was found in these texts, as one step to undo in each model. Nothing is saved by it."""
        self._replaced_in = texts
        self._waiting = [(name, tuple(held)) for name, held in groupby(hits, key=lambda hit: hit.name)]
        self._changed, self._left = [], []
        self._replace_some()

    def _replace_some(self) -> None:
        now, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        for name, hits in now:
            (self._changed if self._replace_in(name, hits) else self._left).append(name)
        if self._waiting:
            QTimer.singleShot(0, self, self._replace_some)
        else:
            self.replaced.emit(tuple(self._changed), tuple(self._left))

    def _replace_in(self, name: str, hits: Sequence[Hit]) -> bool:
        held, draft = self._replaced_in.get(name), self._session.draft(name)
        if draft is None or draft.document.text != held:
            return False
        text = replace_hits(held, hits)
        return self._session.open_model(name).edit("Replace", lambda draft: draft.with_text(text))
