"""Somebody's broken repository, mended by F8 and Ctrl+. alone until the real server loads all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QTreeView

from studio.app import tasks
from studio.core.checking.findings import Severity
from studio.core.serving.launch import State
from studio.ui.shell.window import MainWindow
from tests.e2e.hand import Hand, spin, until
from tests.e2e.journey import rows
from tests.e2e.stage import question
from tests.fixtures import names
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

SOUND = """# Kept: {name}
name: "{name}"
backend: "python"
max_batch_size: 8
input [ {{ name: "x" data_type: TYPE_FP32 dims: [ 4 ] }} ]
output [ {{ name: "y" data_type: TYPE_FP32 dims: [ 4 ] }} ]
instance_group [ {{ count: 1 kind: KIND_CPU }} ]
"""
CODE = """class TritonPythonModel:
    def execute(self, requests):
        raise NotImplementedError
"""
MISTAKES = {
    "brackets": ("dims: [ 4 ] } ]\noutput", "dims: [ 4  } ]\noutput"),
    "comment": ("# Kept: comment", "# Kept: comment\n// of the camera team"),
    "dims": ("dims: [ 4 ]", "dims: [ 0 ]"),
    "enum": ("kind: KIND_CPU", 'kind: "KIND_CPU"'),
    "field": ("max_batch_size: 8", "max_batchsize: 8"),
    "labels": ('output [ { name: "y"', 'output [ { label_filename: "gone.txt" name: "y"'),
    "naming": ('name: "naming"', 'name: "another"'),
    "preferred": ("max_batch_size: 8", "max_batch_size: 8\ndynamic_batching { preferred_batch_size: [ 4, 16 ] }"),
    "quoted": ("max_batch_size: 8", 'max_batch_size: "8"'),
    "types": ("data_type: TYPE_FP32", "data_type: FP32"),
}
_MOST = 40


def _write(root: Path) -> None:
    for name, (right, wrong) in MISTAKES.items():
        text = SOUND.format(name=name)
        assert right in text
        (root / name / "1").mkdir(parents=True)
        (root / name / "1" / "model.py").write_text(CODE)
        (root / name / "config.pbtxt").write_text(text.replace(right, wrong, 1))
    (root / "notes").mkdir()


@pytest.fixture
def window(engine: None, open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """The real window on ten broken models, and a folder that is none and keeps the server from starting."""
    _write(tmp_path / "models")
    return open_window(tmp_path / "models", size=(1360, 860))


def _errors(window: MainWindow) -> list[str]:
    found = window.need_session().findings
    return [f"{each.model}: {each.message}" for each in found if each.severity is Severity.ERROR]


def _loaded(window: MainWindow) -> set[str]:
    """The models that the server has loaded."""
    found = window.need_session().server.models
    return {name for name, several in found.items() if any(each.state == "READY" for each in several)}


def _press(window: MainWindow, hand: Hand, key: str) -> None:
    """Presses a key, and Enter where that asks; then what came of it is known."""
    hand.key(key)
    until(lambda: not window.need_session().checker.is_pausing and tasks.busy() == 0, 20, f"{key} did not end")
    for _ in range(2):
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            hand.key("Return")
            until(lambda: not window.need_session().checker.is_pausing and tasks.busy() == 0, 20, "Enter did not end")


def test_ten_broken_models_are_mended_by_two_keys(window: MainWindow, tmp_path: Path) -> None:
    until(window.isActiveWindow, 60, "the window never became active")
    session, hand = window.need_session(), Hand(window)
    assert len({each.partition(":")[0] for each in _errors(window)}) == len(MISTAKES) + 1
    tree = hand.find(QTreeView, names.Explorer.TREE)
    hand.click_row(tree, rows(tree.model())["field"], times=2)
    steps = 0
    while _errors(window):
        steps += 1
        assert steps <= _MOST, f"still wrong: {_errors(window)}"
        _press(window, hand, "F8")
        _press(window, hand, "ctrl+period")
    print(f"\n{len(MISTAKES)} models and a folder mended by {steps} times F8 and Ctrl+.")
    assert (tmp_path / "notes").is_dir(), "the folder that is no model was not moved out"
    hand.key("ctrl+shift+s")
    until(lambda: not session.unsaved(), 10, "not all was saved")
    for name in MISTAKES:
        assert f"# Kept: {name}\n" in (tmp_path / "models" / name / "config.pbtxt").read_text()
    hand.key("F5")
    question(window)
    hand.key("Return")
    until(lambda: session.server.status.state is State.READY, 90, f"not ready: {session.server.status}")
    until(lambda: set(MISTAKES) <= _loaded(window), 60, f"only {sorted(_loaded(window))} were loaded")
    hand.key("shift+F5")
    until(lambda: session.server.status.state is State.STOPPED, 20, "it did not stop")
    spin(100)
