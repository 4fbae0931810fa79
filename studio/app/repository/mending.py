"""Files moved and folders made to mend a repository: with a way back, or into the trash, never deleted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from studio import disk
from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.core.checking.findings import FileMove, MakeFolder


def move(owner: QObject, wanted: FileMove, title: str, done: Callable[[], object]) -> None:
    """Move a file in a task, then say so with a way back and call `done`."""

    def moved(_: None) -> None:
        _tell(owner, wanted, title, done)
        done()

    tasks.run(owner, lambda _: carry_out(wanted), moved)


def carry_out(wanted: FileMove) -> None:
    """Rename a file or folder, or put it into the trash. Never replaces anything. Raises AppError."""
    attempted = f"Move {wanted.source.name}"
    try:
        if wanted.target is None:
            _trash(wanted)
            return
        if wanted.target.exists() or wanted.target.is_symlink():
            raise AppError(attempted, f"{wanted.target} exists already.", "Move that one away first.")
        wanted.target.parent.mkdir(parents=True, exist_ok=True)
        wanted.source.rename(wanted.target)
    except OSError as error:
        raise AppError(attempted, f"{disk.reason(error)}.", "Check that you may write to the folder.") from error


def make(owner: QObject, wanted: MakeFolder, title: str, done: Callable[[], object]) -> None:
    """Make a folder in a task, then say so with a way back and call `done`."""

    def made(_: None) -> None:
        undo = ("Take it away", lambda: _unmake(owner, wanted, done))
        notices.post("success", title, f"{wanted.path} is there now.", (undo,))
        done()

    tasks.run(owner, lambda _: _make(wanted), made)


def _make(wanted: MakeFolder) -> None:
    attempted = f"Make the folder {wanted.path.name}"
    try:
        wanted.path.mkdir(parents=True)
    except FileExistsError as error:
        raise AppError(attempted, f"{wanted.path} exists already.", "Read the folder again.") from error
    except OSError as error:
        raise AppError(attempted, f"{disk.reason(error)}.", "Check that you may write to the folder.") from error


def _unmake(owner: QObject, wanted: MakeFolder, done: Callable[[], object]) -> None:
    def work() -> None:
        try:
            # Only while it is empty: what was put into it meanwhile stays.
            wanted.path.rmdir()
        except OSError as error:
            raise AppError(f"Take {wanted.path.name} away", f"{disk.reason(error)}.") from error

    tasks.run(owner, lambda _: work(), lambda _: done())


def _trash(wanted: FileMove) -> None:
    from send2trash import send2trash

    send2trash(str(wanted.source))


def _tell(owner: QObject, wanted: FileMove, title: str, done: Callable[[], object]) -> None:
    if wanted.target is None:
        notices.post("success", title, f"{wanted.source.name} is in the trash.")
        return
    back = FileMove(wanted.target, wanted.source)
    undo = ("Move back", lambda: move(owner, back, f"Moved {wanted.source.name} back", done))
    notices.post("success", title, f"It is now {wanted.target}.", (undo,))
