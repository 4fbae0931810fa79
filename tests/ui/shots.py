"""What the pictures of single pages share: an application in a theme, and time for things to happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from studio.app import tasks
from studio.app.session import Session
from studio.core.files.example import write_example
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.ui.look import theme
from tests.fixtures.waiting import wait_until


@contextmanager
def example_session(theme_name: str) -> Iterator[Session]:
    """A session on a fresh example, read and checked, in a theme."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)
    session = Session()
    with TemporaryDirectory() as home:
        try:
            session.open_repository(write_example(Path(home) / "vision"))
            wait_until(lambda: session.repository is not None and tasks.busy() == 0, 30)
            yield session
        finally:
            session.shutdown()
            session.deleteLater()


def launch(session: Session) -> None:
    """The session's repository on the embedded engine, up to the last rung."""
    repository = session.repository
    assert repository is not None
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, repository.path))
    wait_until(lambda: session.server.status.rungs[-1].state == "ok", 90)


def settle(milliseconds: int = 300) -> None:
    """Time to lay out and to paint."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def shoot(widget: QWidget, folder: Path, name: str, theme_name: str, then: Callable[[], object] = settle) -> Path:
    """Writes one picture."""
    then()
    path = folder / f"{name}-{theme_name}.png"
    widget.grab().save(str(path))
    return path
