"""The dialog for the server that is checked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.app.session import Session
from studio.app.settings import settings
from studio.core.checking.project.project_file import project_file
from studio.core.checking.project.project_target import target_of
from studio.core.checking.target import Choice, chosen
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


def test_a_server_is_named_by_a_version_or_an_image(dialog: TargetDialog, session: Session) -> None:
    assert dialog.server.currentText() == "2.51 (24.10)"
    dialog.server.setEditText("nvcr.io/nvidia/tritonserver:29.01-py3")
    assert "29.01 is newer than what Trireme knows" in dialog.outcome.text()
    dialog.server.setEditText("mine:latest")
    dialog.accept()
    assert dialog.isVisible()
    assert "mine:latest" in dialog.outcome.text()
    dialog.server.setEditText("r25.01")
    dialog.accept()
    assert session.profile.release == (25, 1)
    assert session.target.choice.server == "r25.01"


def test_the_file_of_the_project_says_which_server_until_a_person_does(
    open_session: OpenSession, tmp_path: Path, qtbot: QtBot
) -> None:
    repository = write_repository(tmp_path / "project", "alpha")
    file = repository.parent / "trireme.toml"
    file.write_text('server = "26.07-py3"\ngpus = "none"\n')
    session = open_session(repository)
    assert session.profile == target_of(project_file(repository), {})
    panel = ProblemsPanel(session)
    qtbot.addWidget(panel)
    assert panel.target.text() == "For Triton 2.71 (26.07) by trireme.toml"
    assert str(file) in panel.target.toolTip()
    dialog = TargetDialog(panel, session.target, ())
    assert dialog.follow.value() == "automatic"
    assert str(file) in dialog.outcome.text()
    assert (dialog.server.currentText(), dialog.backends.currentText()) == ("26.07-py3", "py3")
    assert chosen(dialog.choice(), ()) == session.profile
    session.target.choose(Choice("25.01"))
    assert panel.target.text() == "For Triton 2.54 (25.01)"
    session.target.choose(None)
    assert session.profile.release == (26, 7)


def _replace(file: Path, text: str) -> None:
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)


def test_a_change_of_the_file_of_the_project_is_followed(
    open_session: OpenSession, tmp_path: Path, qtbot: QtBot, posted: list[Notice]
) -> None:
    repository = write_repository(tmp_path / "project", "alpha")
    file = repository.parent / "trireme.toml"
    file.write_text('weights = "elsewhere"\n')
    session = open_session(repository)
    assert session.profile.weights_elsewhere
    assert session.target.project_path is None
    with qtbot.waitSignal(session.target.changed, timeout=10_000):
        _replace(file, 'server = "26.07"\n')
    assert session.profile.release == (26, 7)
    with qtbot.waitSignal(session.target.changed, timeout=10_000):
        _replace(file, "sever = 1\n")
    assert session.profile.release == (24, 10)
    with qtbot.waitSignal(session.target.changed, timeout=10_000):
        _replace(file, 'server = "25.01"\n')
    assert session.profile.release == (25, 1)
    assert any("there is no key “sever”" in each.detail for each in posted)


def test_the_panel_says_which_server_is_checked_for(session: Session, qtbot: QtBot) -> None:
    panel = ProblemsPanel(session)
    qtbot.addWidget(panel)
    assert panel.target.text() == "For Triton 2.51 (24.10)"
    session.target.choose(session.target.choice.__class__("25.01"))
    assert panel.target.text() == "For Triton 2.54 (25.01)"
    with qtbot.waitSignal(panel.target_wanted):
        QTest.mouseClick(panel.target, Qt.MouseButton.LeftButton)
