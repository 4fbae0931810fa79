"""The consent room: before code of a repository runs for the first time, and where it changed, the person is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room.room import Room

if TYPE_CHECKING:
    from studio.app.serving.consent.launches import Answer
    from studio.core.consent.question import Question
    from studio.ui.room.context import Context


def _begin(context: Context) -> None:
    def ask(asked: Question, answer: Answer) -> None:
        from studio.ui.consent.dialog import ask_consent

        context.ask(lambda window: ask_consent(context, window, asked, answer))

    context.session.server.consent.ask = ask


ROOM = Room(
    "consent",
    "Consent",
    "shield-check",
    "What code of a repository a server will run is shown once, and again where it changed.",
    begin=_begin,
)
