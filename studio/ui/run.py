"""The start of the window: first something to see, then everything that takes time to import."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from studio import __version__
from studio.app import crash
from studio.ui.look import theme
from studio.ui.preloading import FOR_THE_PAGES, FOR_THE_SESSION, Preloading
from studio.ui.room.place import RepositoryPlace, ServerPlace
from studio.ui.shell.window import MainWindow
from studio.ui.shell.window_commands import RESTART
from studio.ui.workbench import ROOMS

_SMALLEST, _USUAL, _LARGEST = 50, 100, 300
"""Percent of the usual size of the interface."""
_SCALE_NAME = "QT_SCALE_FACTOR"
_SCALE = os.environ.get(_SCALE_NAME)
"""What the person's own environment says, before the setting."""
_TURN_SECONDS = 0.0001
"""How long a worker keeps the interpreter when the window wants it, at each of many calls; Python's own is 5 ms."""

_BETWEEN_MS = 5
"""What a person does comes between the modules that nobody waits for yet."""


def application() -> QApplication:
    """The one application object, named."""
    sys.setswitchinterval(_TURN_SECONDS)
    held = QApplication.instance()
    if held is None:
        _size_interface()
    app = held if isinstance(held, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("trireme")
    app.setApplicationDisplayName("Trireme")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("org.trireme.Trireme")
    return app


def _size_interface() -> None:
    """Tells Qt how large the person wants everything, on top of what the screen asks for."""
    from studio.app.settings import settings

    percent = max(_SMALLEST, min(_LARGEST, int(settings().get("interface_percent"))))
    if percent != _USUAL:
        os.environ.setdefault(_SCALE_NAME, str(percent / 100))


def run(repository: Path | None, attach: str, theme_choice: str) -> int:
    """Shows the window until it is closed; gives the process's exit code."""
    crash.install()
    from studio.app.settings import settings

    app = application()
    theme.apply(app, theme_choice or str(settings().get("theme")))
    window = MainWindow(ROOMS)
    window.layout_state.restore_geometry()
    window.show()
    QTimer.singleShot(0, window, lambda: _when_seen(window, repository, attach))
    # Seen with Qt 6.11: its own quit at the last window is left out at times when that closes right after a tab opened.
    app.lastWindowClosed.connect(app.quit)
    code = app.exec()
    end(window)
    if (again := command_again(window)) is not None:
        os.execve(sys.executable, again, environment_again())  # noqa: S606 - the same program again
    return code


def command_again(window: MainWindow) -> list[str] | None:
    """The command that starts the studio anew on what the window showed; None where nobody wants that."""
    shown = window.property(RESTART)
    if shown is None:
        return None
    module = [] if getattr(sys, "frozen", False) else ["-m", "studio"]
    return [sys.executable, *module, *([str(shown)] if shown else [])]


def environment_again() -> dict[str, str]:
    """The environment that the studio was started with: the size of the interface is set anew."""
    given = {} if _SCALE is None else {_SCALE_NAME: _SCALE}
    return {**{name: value for name, value in os.environ.items() if name != _SCALE_NAME}, **given}


def _when_seen(window: MainWindow, repository: Path | None, attach: str) -> None:
    """Waits until the window is on the screen: only then may imports hold it up."""
    handle = window.windowHandle()
    if handle is not None and not handle.isExposed():
        QTimer.singleShot(5, window, lambda: _when_seen(window, repository, attach))
        return
    Preloading(FOR_THE_SESSION, lambda: begin(window, repository, attach), window)


def begin(window: MainWindow, repository: Path | None, attach: str) -> None:
    """Brings the session, and opens what was asked for."""
    from studio.app.collecting import Collecting
    from studio.app.session import Session

    collecting = Collecting(window)
    session = Session()
    Preloading(FOR_THE_PAGES, collecting.begin, window, _BETWEEN_MS)
    window.bind(session)
    crash.tell_last()
    if repository is not None:
        window.context.show(RepositoryPlace(repository))
    elif not attach:
        window.documents.reopen_last()
    if attach:
        window.context.show(ServerPlace(attach))


def end(window: MainWindow) -> None:
    """Stops the server and every task; what keeps unsaved edits ends with the session."""
    from studio.app.settings import settings

    if window.session is not None:
        window.session.shutdown()
    settings().flush()
