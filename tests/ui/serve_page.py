"""The Serve page on a small repository, as several modules test it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.app.settings import settings
from studio.ui.server.page import ServePage
from tests.fixtures.sessions import OpenSession
from tests.ui.repository import write_repository


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A session on a small repository; nothing runs."""
    return open_session(write_repository(tmp_path))


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> ServePage:
    """The page of the session."""
    return serve_page(session, qtbot)


def serve_page(session: Session, qtbot: QtBot) -> ServePage:
    """The page of a session, shown; of the embedded engine, whatever else this machine could serve with."""
    if not settings().get("engine"):
        settings().set("engine", "embedded")
    made = ServePage(session)
    qtbot.addWidget(made)
    made.resize(1150, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made
