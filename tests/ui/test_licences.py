"""The licences in *About*: what pip installed, what came with the package, and how they are looked through."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from studio import licences
from studio.ui.help.about import AboutDialog
from studio.ui.help.licences import LicencesDialog
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow


def listed(dialog: LicencesDialog) -> list[str]:
    """The names in the list as it is shown."""
    return [str(dialog.shown.index(row, 0).data()) for row in range(dialog.shown.rowCount())]


def package(folder: Path) -> Path:
    """The licences of a package with two libraries, as `make package` lays them beside the program."""
    held = folder / "licences"
    held.mkdir()
    rows = [
        {"name": "zlib", "version": "1.2", "licence": "Zlib", "text": "zlib.txt"},
        {"name": "Font", "version": "3", "licence": "OFL-1.1", "text": ""},
    ]
    (held / "licences.json").write_text(json.dumps(rows), "utf-8")
    (held / "zlib.txt").write_text("This software is provided 'as-is'", "utf-8")
    return held


def test_the_list_opens_from_about_is_searched_and_shows_the_text(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    window.context.run("about")
    about = part(window, AboutDialog, names.Help.ABOUT)
    part(about, QPushButton, names.Help.TO_LICENCES).click()
    dialog = part(about, LicencesDialog, names.Help.LICENCES)
    wait_until(lambda: dialog.text.toPlainText())
    everything = listed(dialog)
    assert {"numpy", "trireme-studio", "Python", "PySide6_Essentials"} <= set(everything)
    assert everything == sorted(everything, key=str.lower)
    qtbot.keyClicks(dialog.search, "lgpl")
    assert listed(dialog) == ["PySide6_Essentials", "shiboken6"]
    dialog.search.setText("trireme")
    wait_until(lambda: "Apache License" in dialog.text.toPlainText())
    dialog.search.setText("nothing of that name")
    assert listed(dialog) == []
    assert dialog.text.toPlainText() == ""
    qtbot.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert listed(dialog) == everything
    part(dialog, QPushButton, names.Help.CLOSE).click()
    window.context.run("licences")
    again = part(window, LicencesDialog, names.Help.LICENCES)
    wait_until(lambda: again.text.toPlainText())
    again.close()
    about.close()


def test_only_what_the_studio_needs_is_listed() -> None:
    found = {each.name.lower() for each in licences.installed()}
    assert {"tritonclient", "grpcio", "pyqtgraph"} <= found
    assert not {"pytest", "ruff", "hypothesis"} & found
    assert {each.name.lower() for each in licences.installed("trireme-studio", ())} < found


def test_the_package_lists_what_came_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "trireme"))
    font, zlib = licences.parts()
    assert (zlib.name, zlib.version, zlib.licence) == ("zlib", "1.2", "Zlib")
    assert zlib.text() == "This software is provided 'as-is'"
    assert font.text() == "Font came without the text of its licence: OFL-1.1."


@pytest.mark.parametrize("text", ["", "{}", '[{"name": "x"}]', "[1]"])
def test_a_list_that_is_damaged_is_empty(tmp_path: Path, text: str) -> None:
    (package(tmp_path) / "licences.json").write_text(text, "utf-8")
    assert licences.shipped(tmp_path / "licences") == ()
    assert licences.shipped(tmp_path / "nowhere") == ()


def test_a_text_that_is_gone_is_said(tmp_path: Path) -> None:
    held = package(tmp_path)
    (held / "zlib.txt").unlink()
    assert licences.shipped(held)[1].text() == f"{held / 'zlib.txt'} cannot be read: No such file or directory."
