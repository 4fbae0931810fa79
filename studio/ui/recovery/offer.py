"""The offer to take back unsaved edits after a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer

from studio.ui.room.place import ModelPlace, RepositoryPlace

if TYPE_CHECKING:
    from studio.app.editing.journal import Journal
    from studio.app.editing.recovery import Abandoned, Recovered
    from studio.ui.recovery.dialog import RecoveryDialog
    from studio.ui.room.context import Context


def keep_journal(context: Context) -> None:
    """Keeps the session's unsaved edits from now on, and offers those of a run that ended without warning."""
    from studio.app import tasks
    from studio.app.editing.journal import Journal
    from studio.app.editing.recovery import abandoned

    journal = Journal(context.session)
    context.session.ended.connect(journal.close)

    def found(left: Abandoned) -> None:
        if left.offers:
            offer(context, journal, left)

    tasks.run(context.session, lambda _: abandoned(), found)


def offer(context: Context, journal: Journal, left: Abandoned) -> RecoveryDialog:
    """Asks what to do with unsaved edits that were found."""
    from studio.app import notices
    from studio.app.failure import AppError
    from studio.ui.recovery.dialog import RecoveryDialog

    dialog = context.ask(lambda window: RecoveryDialog(window, left.offers))

    def discard(gone: list[Recovered]) -> None:
        for each in gone:
            try:
                left.discard(each)
            except AppError as failure:
                notices.post_failure(failure)

    dialog.discard_wanted.connect(discard)
    dialog.restore_wanted.connect(lambda wanted: _open_and_restore(context, journal, wanted))
    # What is put back stays on the disk until its successor is there; until then nobody else may offer it.
    dialog.accepted.connect(lambda: journal.hold(left))
    dialog.rejected.connect(lambda: left.release())
    dialog.open()
    return dialog


def _open_and_restore(context: Context, journal: Journal, wanted: list[Recovered]) -> None:
    session = context.session
    # One repository at a time is open: edits of another are offered again at the next start.
    repository = wanted[0].repository
    here = [each for each in wanted if each.repository == repository]
    if session.repository is not None and session.repository.path == repository:
        _restore(context, journal, here)
        return
    # After the tabs that the repository had: what was restored is to be in front.
    session.repository_changed.connect(
        lambda _: QTimer.singleShot(0, session, lambda: _restore(context, journal, here)),
        Qt.ConnectionType.SingleShotConnection,
    )
    context.show(RepositoryPlace(repository))


def _restore(context: Context, journal: Journal, wanted: list[Recovered]) -> None:
    from studio.app import notices
    from studio.app.editing.recovery import restore
    from studio.app.failure import AppError

    session = context.session
    if session.repository is None or session.repository.path != wanted[0].repository:
        return
    # Of two edits of one model the later one is what is seen; the other is one step to undo away.
    for each in sorted(wanted, key=lambda one: one.time):
        try:
            restore(session, journal, each)
        except AppError as failure:
            notices.post_failure(failure)
            continue
        context.show(ModelPlace(each.model))
