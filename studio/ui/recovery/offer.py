"""The offer to take back unsaved edits after a crash."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from studio.ui import names
from studio.ui.widgets.dialogs import Question

if TYPE_CHECKING:
    from studio.app.editing.recovery import Recovered
    from studio.app.session import Session
    from studio.ui.shell.window import MainWindow


def keep_journal(window: MainWindow, session: Session) -> Question | None:
    """Keeps the session's unsaved edits from now on, and offers those of a run that ended without warning."""
    from studio.app.editing.recovery import Journal, offers

    window.journal = Journal(session)
    found = offers()
    return offer(window, session, found) if found else None


def offer(window: MainWindow, session: Session, found: Sequence[Recovered]) -> Question:
    """Asks what to do with unsaved edits that were found."""
    when = time.strftime("%H:%M on %-d %B", time.localtime(found[0].time))
    listed = ", ".join(sorted({held.model for held in found}))
    text = f"Trireme ended without saving them, last at {when}: {listed}. Restoring opens them; nothing is saved yet."
    dialog = Question(window, "Restore unsaved edits?", text, names.Shell.RECOVERY)
    dialog.add_button("", "Later")
    dialog.add_button("discard", "Discard", "danger")
    dialog.add_button("restore", "Restore", "primary")
    dialog.finish()
    dialog.accepted.connect(lambda: _answer(window, session, dialog.chosen, found))
    dialog.open()
    return dialog


def _answer(window: MainWindow, session: Session, chosen: str, found: Sequence[Recovered]) -> None:
    from studio.app.editing.recovery import discard

    if chosen != "restore":
        for held in found:
            discard(held)
        return
    # One repository at a time is open: edits of another are offered again at the next start.
    repository = found[0].repository
    here = [held for held in found if held.repository == repository]
    if session.repository is not None and session.repository.path == repository:
        _restore(window, session, here)
        return
    session.repository_changed.connect(
        lambda _: _restore(window, session, here), Qt.ConnectionType.SingleShotConnection
    )
    window.documents.open_repository(repository)


def _restore(window: MainWindow, session: Session, found: Sequence[Recovered]) -> None:
    from studio.app import notices
    from studio.app.editing.recovery import restore
    from studio.app.failure import AppError

    if session.repository is None or session.repository.path != found[0].repository:
        return
    for held in found:
        try:
            restore(session, held)
        except AppError as failure:
            notices.post_failure(failure)
            continue
        window.documents.open_model(held.model)
