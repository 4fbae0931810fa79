"""The recovery room: unsaved edits are kept from now on, and those of a run that crashed are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room.room import Room

if TYPE_CHECKING:
    from studio.ui.room.context import Context


def _begin(context: Context) -> None:
    from studio.ui.recovery.offer import keep_journal

    keep_journal(context)


ROOM = Room(
    "recovery",
    "Recovery",
    "arrow-counter-clockwise",
    "Unsaved edits are kept while one works, and offered after a crash.",
    begin=_begin,
)
