"""Reviewing what is unsaved, and merging with what another program wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.ui.editor.changes.merge_dialog import MergeDialog
from studio.ui.editor.changes.review import ReviewDialog, review
from studio.ui.editor.model_tab import ModelTab
from studio.ui.shell.unsaved_question import ask_about
from tests.fixtures import names
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_model

CONFIG = """name: "{name}"
backend: "python"
max_batch_size: 8  # measured
input { name: "a" data_type: TYPE_FP32 dims: [ 3 ] }


output { name: "y" data_type: TYPE_FP32 dims: [ 5 ] }
instance_group { count: 1 kind: KIND_CPU }
"""


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A repository with two models."""
    for name in ("one", "two"):
        write_model(tmp_path / "models", name, CONFIG.replace("{name}", name))
    return open_session(tmp_path / "models")


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """What dialogs stand over."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1100, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _edited(session: Session, name: str) -> OpenModel:
    model = session.open_model(name)
    model.edit("Batch", lambda held: held.set("max_batch_size", 16))
    model.edit("Count", lambda held: held.set("instance_group", 0, "count", 2))
    return model


def _shown(dialog: ReviewDialog) -> list[str]:
    return dialog.view.toPlainText().split("\n")


def _close(dialog: QWidget) -> None:
    dialog.close()


def test_changes_are_shown_and_taken_back_one_by_one(session: Session, page: QWidget, qtbot: QtBot) -> None:
    """Each is one step to undo; the last one taken back empties the dialog."""
    model = _edited(session, "one")
    dialog = review(page, [model])
    assert "max_batch_size: 8  # measured" in _shown(dialog)
    assert "max_batch_size: 16  # measured" in _shown(dialog)
    assert dialog.view.current == 0
    wait_until(dialog.isActiveWindow)
    QTest.keyClick(dialog.view, Qt.Key.Key_F7)
    assert dialog.view.current == 1
    dialog.revert.click()
    assert model.draft.document.text == CONFIG.replace("{name}", "one").replace("size: 8", "size: 16")
    model.undo_stack.undo()
    assert "count: 2" in model.draft.document.text
    dialog.view.go_to(1)
    dialog.revert.click()
    dialog.revert.click()
    assert not model.is_unsaved
    assert not dialog.save.isEnabled()
    _close(dialog)


def test_saving_from_the_review(session: Session, page: QWidget) -> None:
    """The next unsaved model comes up; after the last it closes."""
    models = [_edited(session, "one"), _edited(session, "two")]
    dialog = review(page, models)
    assert dialog.list.count() == 2
    dialog.save.click()
    assert not models[0].is_unsaved
    assert dialog.model is models[1]
    dialog.save.click()
    assert "max_batch_size: 16" in models[1].path.read_text()
    assert not dialog.isVisible()


def test_all_are_saved_at_once(session: Session, page: QWidget) -> None:
    """From the same place."""
    models = [_edited(session, "one"), _edited(session, "two")]
    dialog = review(page, models)
    dialog.save_all.click()
    assert not any(model.is_unsaved for model in models)
    assert not dialog.isVisible()


def test_the_question_about_unsaved_work_leads_to_the_review(session: Session, page: QWidget) -> None:
    """Nothing is closed meanwhile."""
    then: list[int] = []
    models = [_edited(session, "one")]
    question = ask_about(page, models, lambda: then.append(1), lambda: review(page, models))
    button = question.findChild(QPushButton, "answer.review")
    assert isinstance(button, QPushButton)
    button.click()
    dialog = page.findChild(ReviewDialog)
    assert isinstance(dialog, ReviewDialog)
    assert dialog.isVisible()
    assert not then
    _close(dialog)


def _conflict(session: Session, qtbot: QtBot, theirs: Callable[[str], str]) -> ModelTab:
    """A model with edits whose file another program changed."""
    model = _edited(session, "one")
    tab = ModelTab(session, model)
    qtbot.addWidget(tab)
    tab.resize(1100, 700)
    with qtbot.waitExposed(tab):
        tab.show()
    model.path.write_text(theirs(CONFIG.replace("{name}", "one")))
    assert not model.save()
    return tab


def _merge(tab: ModelTab) -> MergeDialog:
    button = tab.findChild(QPushButton, names.Editor.CONFLICT_MERGE)
    assert isinstance(button, QPushButton)
    button.click()
    dialog = tab.findChild(MergeDialog)
    assert isinstance(dialog, MergeDialog)
    wait_until(lambda: tasks.busy() == 0)
    return dialog


def test_merge_takes_both_and_can_be_saved(session: Session, qtbot: QtBot) -> None:
    """One step to undo; a save then is no conflict."""
    tab = _conflict(session, qtbot, lambda text: text.replace('"python"', '"onnxruntime"'))
    dialog = _merge(tab)
    assert not dialog.choices
    dialog.apply.click()
    text = tab.model.draft.document.text
    assert 'backend: "onnxruntime"\nmax_batch_size: 16  # measured\n' in text
    assert not tab.conflict.isVisible()
    assert tab.model.save()
    assert tab.model.path.read_text() == text
    tab.model.undo_stack.undo()
    assert 'backend: "python"' in tab.model.draft.document.text


def test_merge_asks_where_both_changed_a_field(session: Session, qtbot: QtBot) -> None:
    """The preview follows the choice, and so does the result."""
    tab = _conflict(session, qtbot, lambda text: text.replace("size: 8", "size: 32").replace("[ 5 ]", "[ 6 ]"))
    dialog = _merge(tab)
    assert [each.conflict.place for each in dialog.choices] == [("max_batch_size",)]
    assert "max_batch_size: 16  # measured" in dialog.preview.toPlainText()
    sides = dialog.choices[0].sides
    sides.set_value("theirs")
    sides.changed.emit("theirs")
    wait_until(lambda: tasks.busy() == 0)
    assert "max_batch_size: 16" not in dialog.preview.toPlainText()
    dialog.apply.click()
    config = tab.model.draft.config
    assert (config.max_batch_size, config.outputs[0].dims, config.instance_groups[0].count) == (32, (6,), 2)
    assert tab.model.save()


def test_a_broken_file_is_not_merged(session: Session, qtbot: QtBot) -> None:
    """The dialog says which side and why."""
    tab = _conflict(session, qtbot, lambda text: text + "input [")
    dialog = _merge(tab)
    assert not dialog.apply.isEnabled()
    assert any("the file is not sound" in label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()
    assert tab.conflict.isVisible()
