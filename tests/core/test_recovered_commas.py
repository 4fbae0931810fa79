"""The fix of a comma too much, and a folder of a model that may not be entered."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.cli.reports.report import state
from studio.core.checking.check import check_model
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import ModelVerdict
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import ModelFolder, Note, Repository

_TEXT = 'backend: "identity"\ninput {{ name: "x" data_type: TYPE_FP32 dims: {} }}\n'


def _mended(path: Path, dims: str) -> str:
    folder = ModelFolder("m", path / "m", config_path=path / "m" / "config.pbtxt")
    before = draft(_TEXT.format(dims))
    found = check_model(Repository(path, (folder,)), "m", {"m": before}, Profile())
    fixes = [fix for each in found for fix in each.fixes if fix.title == "Remove the comma"]
    assert fixes[0].edit is not None
    after = fixes[0].edit(before)
    assert isinstance(after, Draft)
    return after.document.text


@pytest.mark.parametrize(
    ("dims", "mended"),
    [
        ("[ 3, 4, ]", "[ 3, 4 ]"),
        ("[3,4,]", "[3,4]"),
        ("[ 3, 4 , ]", "[ 3, 4 ]"),
        ("[\n  3,\n  4,\n]", "[\n  3,\n  4\n]"),
        ("[ 3,, 4 ]", "[ 3, 4 ]"),
    ],
)
def test_a_comma_too_much_is_taken_out_without_a_trace(tmp_path: Path, dims: str, mended: str) -> None:
    assert _mended(tmp_path, dims) == _TEXT.format(mended)


def test_a_model_whose_folder_may_not_be_entered_was_not_checked(tmp_path: Path) -> None:
    note = Note(tmp_path / "m", "Permission denied.")
    folder = ModelFolder("m", note.path, unread=note.text, problems=(note,))
    found = check_model(Repository(tmp_path, (folder,)), "m", {}, Profile())
    assert [each.rule for each in found] == ["config-unread"]
    assert state(ModelVerdict("m", loads=True, first_error="", findings=found)) == "was not checked"
