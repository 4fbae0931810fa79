"""The editor of environments, without a server: it loses nothing of what stands in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.app.requests.store import SavedRequests
from studio.core.failure import CoreError
from studio.core.saved_requests.folder import RequestFolder
from studio.ui.tester.saved.environments import edit_environments
from tests.fixtures.waiting import wait_until


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    """What the dialog lies over."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_a_value_of_each_kind_is_shown_and_kept(over: QWidget, tmp_path: Path) -> None:
    given = {
        "list": [1, "ä", {"a": None}],
        "map": {"a": 1.5},
        "none": None,
        "yes": True,
        "number": 3,
        "empty": "",
        "digits": "3",
        "word": "NaN",
        "text": 'plain "text"',
    }
    (tmp_path / "environments.json").write_text(json.dumps({"local": given}), "utf-8")
    saved = SavedRequests()
    saved.follow(tmp_path)
    wait_until(lambda: saved.environments)
    dialog = edit_environments(over, saved)
    assert dialog is not None
    assert dialog.values() == {"local": given}
    written: list[None] = []
    dialog.accepted.connect(lambda: written.append(None))
    dialog.accept()
    wait_until(lambda: written)
    assert RequestFolder(tmp_path).environments() == {"local": given}


def test_a_file_that_is_broken_is_not_replaced(over: QWidget, tmp_path: Path, posted: list[Notice]) -> None:
    file = tmp_path / "environments.json"
    file.write_text('{"local": {"SIZE": 3,}}')
    saved = SavedRequests()
    saved.follow(tmp_path)
    wait_until(lambda: saved.environments_problem)
    assert edit_environments(over, saved) is None
    assert "Mend environments.json as text first." in posted[-1].detail
    with pytest.raises(CoreError, match="is no JSON"):
        RequestFolder(tmp_path).write_environments({"local": {}})
    assert file.read_text() == '{"local": {"SIZE": 3,}}'
