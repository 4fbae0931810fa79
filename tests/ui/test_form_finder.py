"""Add field: from the key to the field, without a mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.core.config.fields import search_fields
from studio.ui.editor.form.finder import FieldFinder, FoundFields
from studio.ui.editor.model_tab import ModelTab
from tests.fixtures import names
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenTab
from tests.ui.repository import write_model

CONFIG = 'backend: "python"\nmax_batch_size: 8\ninput [ { name: "a" }, { name: "b" dims: [ 2 ] } ]\n'


@pytest.fixture
def tab(tmp_path: Path, open_session: OpenSession, open_tab: OpenTab) -> ModelTab:
    write_model(tmp_path / "models", "net", CONFIG)
    return open_tab(open_session(tmp_path / "models"), size=(1000, 800))


def _titles(finder: FieldFinder) -> list[str]:
    return [finder.found.index(row, 0).data() for row in range(finder.found.rowCount())]


def test_a_field_is_found_told_of_and_added(tab: ModelTab, qtbot: QtBot) -> None:
    tab.find_field()
    assert tab.finder.isVisible()
    assert len(_titles(tab.finder)) == 197
    QTest.keyClicks(tab.finder.field, "queue delay")
    assert _titles(tab.finder)[0] == "Max queue delay"
    assert "queue" in tab.finder.help.text()
    QTest.keyClick(tab.finder.field, Qt.Key.Key_Return)
    assert not tab.finder.isVisible()
    field = tab.findChild(QLineEdit, names.Form.FIELD.format("dynamic_batching.max_queue_delay_microseconds"))
    assert isinstance(field, QLineEdit)
    wait_until(field.hasFocus)
    QTest.keyClicks(field, "500")
    assert "dynamic_batching {\n  max_queue_delay_microseconds: 500\n}" in tab.model.draft.document.text


def test_what_is_set_says_so_and_is_gone_to(tab: ModelTab, qtbot: QtBot) -> None:
    before = tab.model.draft
    tab.find_field()
    QTest.keyClicks(tab.finder.field, "max batch size")
    said = tab.finder.found.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Max batch size, max_batch_size, 8"
    QTest.keyClick(tab.finder.field, Qt.Key.Key_Return)
    field = tab.findChild(QLineEdit, names.Form.FIELD.format("max_batch_size"))
    assert isinstance(field, QLineEdit)
    wait_until(field.hasFocus)
    assert tab.model.draft is before


def test_the_element_at_hand_is_meant(tab: ModelTab) -> None:
    tab.form.context.focused.emit(("input", 1, "dims"))
    tab.add_field(("input", "optional"))
    assert tab.model.draft.get("input", 1, "optional") is True
    assert not tab.model.draft.has("input", 0, "optional")


def test_escape_gives_the_keyboard_back(tab: ModelTab, qtbot: QtBot) -> None:
    field = tab.findChild(QLineEdit, names.Form.FIELD.format("name"))
    assert isinstance(field, QLineEdit)
    field.setFocus()
    tab.find_field()
    wait_until(tab.finder.field.hasFocus)
    QTest.keyClicks(tab.finder.field, "zzz")
    assert _titles(tab.finder) == []
    assert "No field answers" in tab.finder.help.text()
    QTest.keyClick(tab.finder.field, Qt.Key.Key_Return)
    assert tab.finder.isVisible()
    QTest.keyClick(tab.finder.field, Qt.Key.Key_Escape)
    assert not tab.finder.isVisible()
    assert field.hasFocus()


def test_the_keyboard_clears_a_field(tab: ModelTab) -> None:
    field = tab.findChild(QLineEdit, names.Form.FIELD.format("max_batch_size"))
    assert isinstance(field, QLineEdit)
    field.setFocus()
    tab.clear_field()
    assert not tab.model.draft.has("max_batch_size")
    tab.model.undo_stack.undo()
    assert tab.model.draft.document.text == CONFIG


def test_the_list_holds_to_qts_rules(tab: ModelTab) -> None:
    found = FoundFields(tab)
    tester = QAbstractItemModelTester(found, QAbstractItemModelTester.FailureReportingMode.Fatal)
    found.show(search_fields("batch"), tab.model, ())
    found.show((), tab.model, ())
    del tester
