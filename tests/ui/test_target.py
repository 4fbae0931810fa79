"""The dialog for the server that is checked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.app.settings import settings
from studio.ui.problems.panel import ProblemsPanel
from studio.ui.problems.target import TargetDialog
from tests.fixtures.sessions import OpenSession
from tests.ui.repository import write_repository


@pytest.fixture
def session(open_session: OpenSession, tmp_path: Path) -> Session:
    return open_session(write_repository(tmp_path, "alpha"))


@pytest.fixture
def dialog(session: Session, qtbot: QtBot) -> Iterator[TargetDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = TargetDialog(parent, session.target, (0, 1))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.open()
    yield made
    made.close()


def test_controls_and_flags_say_the_same(dialog: TargetDialog, qtbot: QtBot) -> None:
    QTest.keyClick(dialog.completes, Qt.Key.Key_Space)
    dialog.control.changed.emit("explicit")
    assert dialog.flags.text() == "--disable-auto-complete-config --model-control-mode=explicit"
    assert dialog.follow.value() == "chosen"
    dialog.flags.setFocus()
    dialog.flags.clear()
    QTest.keyClicks(dialog.flags, "--rate-limit=execution_count")
    assert dialog.completes.isChecked()
    assert dialog.switches["--rate-limit"].isChecked()
    assert dialog.control.value() == "none"


def test_a_choice_is_kept_and_a_wrong_one_is_told(dialog: TargetDialog, session: Session, qtbot: QtBot) -> None:
    dialog.gpus.clear()
    QTest.keyClicks(dialog.gpus, "first")
    dialog.accept()
    assert dialog.isVisible()
    assert "first" in dialog.outcome.text()
    dialog.gpus.clear()
    QTest.keyClicks(dialog.gpus, "none")
    dialog.backends.setEditText("python")
    dialog.accept()
    assert not dialog.isVisible()
    assert (session.profile.backends, session.profile.gpus) == (frozenset({"python"}), ())
    assert settings().get("target") == "chosen"


def test_the_panel_says_which_server_is_checked_for(session: Session, qtbot: QtBot) -> None:
    panel = ProblemsPanel(session)
    qtbot.addWidget(panel)
    assert panel.target.text() == "for Triton 2.51 (24.10)"
    session.target.choose(session.target.choice.__class__("25.01"))
    assert panel.target.text() == "for Triton 2.54 (25.01)"
    with qtbot.waitSignal(panel.target_wanted):
        QTest.mouseClick(panel.target, Qt.MouseButton.LeftButton)
