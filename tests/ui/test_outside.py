"""A model whose configuration lies out of the repository: the window says so, and opens it after a press."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from studio.ui.room.place import ModelPlace
from studio.ui.shell.window import MainWindow
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import CONFIG, write_repository


def _buttons(window: MainWindow) -> list[QAbstractButton]:
    found = window.findChildren(QAbstractButton)
    return [each for each in found if each.isVisible() and each.text() == "Read it anyway"]


def test_a_press_opens_what_lies_outside(open_window: OpenWindow, tmp_path: Path, qtbot: QtBot) -> None:
    root = write_repository(tmp_path, "alpha", "beta")
    secret = tmp_path / "shared.pbtxt"
    secret.write_text(f"# PlantedSecret\n{CONFIG.format(name='beta')}")
    (root / "beta" / "config.pbtxt").unlink()
    (root / "beta" / "config.pbtxt").symlink_to(secret)
    window = open_window(root)
    session = window.need_session()
    wait_until(lambda: bool(session.checker.findings_of("beta")))
    window.context.show(ModelPlace("beta"))
    wait_until(lambda: bool(_buttons(window)))
    assert "beta" not in session.models()
    assert not any("PlantedSecret" in label.text() for label in window.findChildren(QLabel))
    QTest.mouseClick(_buttons(window)[0], Qt.MouseButton.LeftButton)
    wait_until(lambda: "beta" in session.models())
    assert "PlantedSecret" in session.models()["beta"].draft.document.text
