"""Pictures of servers elsewhere: the dialog that attaches to one, and its line on the server's page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.saved import SavedConnection
from studio.ui.server.attach import AttachDialog
from studio.ui.server.page import ServePage
from tests.ui.shots import example_session, shoot

_PRODUCTION = SavedConnection(
    "Production",
    "https://triton.example.com",
    grpc="grpcs://triton.example.com:8001",
    colour="red",
    ca="/etc/ssl/example/ca.pem",
    headers=("Authorization",),
    restricted=("admin-key",),
)
_WORKSTATION = SavedConnection("Workstation", "127.0.0.1:8000", colour="green")


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; nothing is asked of any server."""
    with example_session(theme_name) as session:
        for connection in (_PRODUCTION, _WORKSTATION):
            session.connections.save(connection, {})
        page = ServePage(session)
        page.resize(1150, 700)
        page.show()
        dialog = AttachDialog(page, session.connections, session.server)
        made = [_taken(dialog, folder, "attach-new", theme_name)]
        dialog = AttachDialog(page, session.connections, session.server)
        dialog.known.setCurrentText("Production")
        dialog.known.activated.emit(dialog.known.currentIndex())
        dialog.resize(640, 720)
        made.append(_taken(dialog, folder, "attach-saved", theme_name))
        session.server.guard.begin(LaunchSpec(EngineKind.ATTACHED, addresses=_PRODUCTION.addresses({})), _PRODUCTION)
        made.append(shoot(page, folder, "attach-read-only", theme_name))
        session.server.guard.begin(None)
        for connection in (_PRODUCTION, _WORKSTATION):
            session.connections.remove(connection.name)
        page.close()
        page.deleteLater()
        return made


def _taken(dialog: QWidget, folder: Path, name: str, theme_name: str) -> Path:
    dialog.show()
    made = shoot(dialog, folder, name, theme_name)
    dialog.close()
    return made
