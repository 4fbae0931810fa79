"""The start room: what a person sees first, and how a repository is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Choice, Command
from studio.ui.room.menus import Menu
from studio.ui.room.place import NewModelPlace, RepositoryPlace
from studio.ui.room.room import Panel, Region, Room

if TYPE_CHECKING:
    from studio.core.files.repository import Repository
    from studio.ui.room.context import Context
    from studio.ui.start.page import StartPage


def _page(context: Context) -> StartPage:
    from studio.ui.start.page import StartPage
    from studio.ui.start.recent import note_opened

    page = StartPage(context.session)
    page.open_requested.connect(lambda: open_repository(context))
    page.example_requested.connect(lambda: open_example(context))
    page.attach_requested.connect(lambda: context.run("attach"))
    page.recent_chosen.connect(lambda path: context.show(RepositoryPlace(Path(path))))
    page.drop.clicked.connect(lambda: context.show(NewModelPlace()))
    context.drops.hovering.connect(page.drop.set_target)

    def note(repository: Repository | None) -> None:
        if repository is not None:
            note_opened(repository.path, len(repository.models))
        else:
            page.refresh()

    context.session.repository_changed.connect(note)
    return page


def open_repository(context: Context) -> None:
    """Asks for a folder and opens it."""
    from PySide6.QtWidgets import QFileDialog

    repository = context.session.repository
    start = str(repository.path.parent if repository else Path.home())
    chosen = context.ask(lambda window: QFileDialog.getExistingDirectory(window, "Open a model repository", start))
    if chosen:
        context.show(RepositoryPlace(Path(chosen)))


def open_example(context: Context) -> None:
    """Writes the example repository where it is not there yet, and opens it."""
    from studio.paths import data_dir
    from studio.ui.start.example import open_example

    open_example(context.session, data_dir() / "example", lambda path: context.show(RepositoryPlace(path)))


def open_torchscript_example(context: Context) -> None:
    """Writes the example of a TorchScript pipeline where it is not there yet, and opens it."""
    from studio.paths import data_dir
    from studio.ui.start.example import open_example

    folder = data_dir() / "example-torchscript"
    open_example(context.session, folder, lambda path: context.show(RepositoryPlace(path)), torchscript=True)


def _recent(context: Context) -> list[Choice]:
    from studio.app.settings import settings

    def choice(path: Path) -> Choice:
        return Choice(str(path), lambda: context.show(RepositoryPlace(path)))

    return [choice(path) for path in settings().recent()]


COMMANDS: tuple[Command[Context], ...] = (
    Command(
        "open",
        "Open a repository…",
        Menu.FILE,
        (0, 20),
        open_repository,
        ("Ctrl+O",),
        "folder-open",
        facts.session,
    ),
    Command("example", "Try the example", Menu.FILE, (0, 30), open_example, ("Ctrl+E",), "flask", facts.session),
    Command(
        "torchscript_example",
        "Try the TorchScript example",
        Menu.FILE,
        (0, 35),
        open_torchscript_example,
        (),
        "flask",
        facts.session,
    ),
    Command("recent", "Open recent", Menu.FILE, (0, 50), choices=_recent),
    Command(
        "close_repository",
        "Close the repository",
        Menu.FILE,
        (0, 60),
        lambda context: context.close_repository(),
        needs=facts.repository,
    ),
)
ROOM = Room(
    "start",
    "Start",
    "folder-open",
    "Open a repository, try the example, attach to a server, and see what this machine has.",
    COMMANDS,
    panels=(Panel("start", "Start", Region.START, _page),),
)
