"""Pictures of several servers: the list on the server's page, the chooser, and what is not on this machine."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from studio.app import tasks
from studio.app.session import Session
from studio.core.files.example import write_example
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, State
from studio.core.serving.saved import SavedConnection
from studio.ui.look import theme
from studio.ui.room.place import PagePlace, RepositoryPlace
from studio.ui.shell.window import MainWindow
from studio.ui.workbench import ROOMS
from tests.fixtures.protocol_server import ProtocolServer, protocol_server
from tests.fixtures.waiting import wait_until
from tests.ui.shots import settle, shoot

_SIZES = (QSize(1440, 900), QSize(1280, 720))


def _attach(session: Session, server: ProtocolServer, name: str, colour: str, address: str = "") -> None:
    connection = SavedConnection(name, address or server.address, colour=colour)
    session.server.attach(connection.addresses({}), connection)
    wait_until(lambda: session.server.status.state is State.READY)


def _shoot(window: MainWindow, folder: Path, theme_name: str, home: Path) -> list[Path]:
    session = window.need_session()
    session.server.consent.ask = lambda _question, answer: answer(True)
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, write_example(home / "vision")))
    wait_until(lambda: session.server.status.rungs[-1].state == "ok", 120)
    window.context.show(PagePlace("monitor"))
    made = [shoot(window, folder, "servers-one", theme_name)]
    other = home / "speech"
    (other / "nothing" / "1").mkdir(parents=True)
    window.context.show(RepositoryPlace(other))
    wait_until(lambda: session.repository is not None and session.repository.path == other and not tasks.busy() > 4)
    window.context.show(PagePlace("test"))
    made.append(shoot(window, folder, "servers-other-folder", theme_name))
    with ExitStack() as stack:
        staging = stack.enter_context(protocol_server("resnet", "bert"))
        production = stack.enter_context(protocol_server("resnet", "bert", "llama", host="0.0.0.0"))  # noqa: S104
        gone = stack.enter_context(protocol_server("old"))
        _attach(session, gone, "Last year's", "grey")
        _attach(session, staging, "Staging", "amber")
        _attach(session, production, "Production", "red", production.address_by_name)
        gone.shutdown()
        gone.server_close()
        wait_until(lambda: any(session.servers.alarms.is_unseen(each) for each in session.servers.listed))
        for toast in window.toasts.shown():
            toast.close_toast()
        window.context.show(PagePlace("serve"))
        for size in _SIZES:
            window.resize(size)
            made.append(shoot(window, folder, f"servers-production-{size.width()}", theme_name))
        window.top.servers.drop()
        settle()
        made.append(shoot(window.top.servers.menu, folder, "servers-menu", theme_name))
        window.top.servers.menu.close()
    return made


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)
    window, session = MainWindow(ROOMS), Session()
    window.resize(_SIZES[0])
    window.show()
    window.bind(session)
    with TemporaryDirectory() as home:
        try:
            made = _shoot(window, folder, theme_name, Path(home))
            window.documents.close_tabs()
            session.close_repository()
            return made
        finally:
            window.close()
            session.shutdown()
            session.deleteLater()
            window.deleteLater()
