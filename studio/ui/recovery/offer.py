"""The offer to take back unsaved edits after a crash."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from studio.ui.recovery import names
from studio.ui.room.place import ModelPlace, RepositoryPlace
from studio.ui.widgets.dialogs import Question

if TYPE_CHECKING:
    from studio.app.editing.recovery import Recovered
    from studio.ui.room.context import Context


def keep_journal(context: Context) -> Question | None:
    """Keeps the session's unsaved edits from now on, and offers those of a run that ended without warning."""
    from studio.app.editing.recovery import Journal, offers

    context.session.ended.connect(Journal(context.session).close)
    found = offers()
    return offer(context, found) if found else None


def offer(context: Context, found: Sequence[Recovered]) -> Question:
    """Asks what to do with unsaved edits that were found."""
    when = time.strftime("%H:%M on %-d %B", time.localtime(found[0].time))
    listed = ", ".join(sorted({held.model for held in found}))
    text = f"Trireme ended without saving them, last at {when}: {listed}. Restoring opens them; nothing is saved yet."
    dialog = context.ask(lambda window: Question(window, "Restore unsaved edits?", text, names.Recovery.DIALOG))
    dialog.add_button("", "Later")
    dialog.add_button("discard", "Discard", "danger")
    dialog.add_button("restore", "Restore", "primary")
    dialog.finish()
    dialog.accepted.connect(lambda: _answer(context, dialog.chosen, found))
    dialog.open()
    return dialog


def _answer(context: Context, chosen: str, found: Sequence[Recovered]) -> None:
    from studio.app.editing.recovery import discard

    if chosen != "restore":
        for held in found:
            discard(held)
        return
    session = context.session
    # One repository at a time is open: edits of another are offered again at the next start.
    repository = found[0].repository
    here = [held for held in found if held.repository == repository]
    if session.repository is not None and session.repository.path == repository:
        _restore(context, here)
        return
    session.repository_changed.connect(lambda _: _restore(context, here), Qt.ConnectionType.SingleShotConnection)
    context.show(RepositoryPlace(repository))


def _restore(context: Context, found: Sequence[Recovered]) -> None:
    from studio.app import notices
    from studio.app.editing.recovery import restore
    from studio.app.failure import AppError

    session = context.session
    if session.repository is None or session.repository.path != found[0].repository:
        return
    for held in found:
        try:
            restore(session, held)
        except AppError as failure:
            notices.post_failure(failure)
            continue
        context.show(ModelPlace(held.model))
