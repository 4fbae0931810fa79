"""The editor of environments, without a server: it loses nothing of what stands in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.app.requests.store import SavedRequests
from studio.core.failure import CoreError
from studio.core.saved_requests.folder import RequestFolder
from studio.ui.tester.saved import names
from studio.ui.tester.saved.environments import EnvironmentsDialog, edit_environments
from tests.fixtures.finding import part
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


def _edit(over: QWidget, root: Path, text: str) -> EnvironmentsDialog:
    _write(root, text)
    saved = SavedRequests(over)
    saved.follow(root)
    wait_until(lambda: saved.environments)
    dialog = edit_environments(over, saved)
    assert dialog is not None
    return dialog


def _write(root: Path, text: str) -> None:
    (root / "new").write_text(text, "utf-8")
    (root / "new").replace(root / "environments.json")


def _type(dialog: EnvironmentsDialog, text: str) -> None:
    cells = part(dialog, QTableWidget, names.Saved.ENVIRONMENT_TABLE).model()
    cells.setData(cells.index(0, 0), text)


def _difference(dialog: EnvironmentsDialog) -> str:
    return part(dialog, QLabel, names.Saved.ENVIRONMENTS_DIFFERENCE).text()


def test_what_another_program_writes_meanwhile_is_told_and_replaced_only_where_wanted(
    over: QWidget, tmp_path: Path
) -> None:
    dialog = _edit(over, tmp_path, '{"local": {"SIZE": 3}}')
    _type(dialog, "4")
    theirs = '{"local": {"SIZE": 5}, "staging": {}}'
    _write(tmp_path, theirs)
    dialog.accept()
    wait_until(lambda: not dialog.conflict.isHidden())
    told = _difference(dialog).splitlines()
    assert told == ["local  SIZE:  here 4, in the file 5", "staging:  here not set, in the file empty"]
    assert (tmp_path / "environments.json").read_text() == theirs
    dialog.conflict.mine.click()
    assert dialog.conflict.isHidden()
    over_: list[None] = []
    dialog.accepted.connect(lambda: over_.append(None))
    dialog.accept()
    wait_until(lambda: over_)
    assert RequestFolder(tmp_path).environments() == {"local": {"SIZE": 4}}


def test_what_another_program_writes_is_seen_while_the_editor_is_open_and_can_be_taken(
    over: QWidget, tmp_path: Path
) -> None:
    dialog = _edit(over, tmp_path, '{"local": {"SIZE": 3}}')
    _type(dialog, "4")
    _write(tmp_path, '{"local": {"SIZE": 5, "WORD": "a"}}')
    wait_until(lambda: not dialog.conflict.isHidden())
    assert "WORD:  here not set, in the file" in _difference(dialog)
    dialog.conflict.theirs.click()
    assert dialog.values() == {"local": {"SIZE": 5, "WORD": "a"}}
    assert dialog.conflict.isHidden()
