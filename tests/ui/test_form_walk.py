"""Through the form by keyboard alone: every stop in the order of reading, and values set on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.editor.model_tab import ModelTab
from studio.ui.widgets import SectionHeader
from studio.ui.widgets.layouts.tab_stops import stops
from tests.fixtures import names
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenTab
from tests.ui.pictures_form import MODEL
from tests.ui.repository import write_model
from tests.ui.test_names_everywhere import described, said, usable

PLAIN = '# Kept.\nbackend: "python"\n'


@pytest.fixture
def open_text(tmp_path: Path, open_session: OpenSession, open_tab: OpenTab) -> Callable[[str], ModelTab]:
    def open_(text: str) -> ModelTab:
        write_model(tmp_path / "models", "net", text)
        return open_tab(open_session(tmp_path / "models"), size=(1000, 900))

    return open_


def _held() -> QWidget:
    held = QApplication.focusWidget()
    assert held is not None
    return held


def _press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(_held(), key, modifier)


def _walk(tab: ModelTab, qtbot: QtBot, backwards: bool = False) -> list[QWidget]:
    """Every stop of the form, by Tab from the first or by Shift+Tab from the last."""
    body = tab.form.widget()
    assert body is not None
    # What was made last is shown in the next turn of the event loop.
    QApplication.processEvents()
    way = list(stops(body))
    (way[-1] if backwards else way[0]).setFocus()
    seen: list[QWidget] = []
    while tab.form.isAncestorOf(_held()) and len(seen) < 1000:
        seen.append(_held())
        _press(qtbot, Qt.Key.Key_Backtab if backwards else Qt.Key.Key_Tab)
        tab.form.finish()
        QApplication.processEvents()
    return seen


@pytest.mark.long
def test_tab_goes_through_the_form_as_one_reads(open_text: Callable[[str], ModelTab], qtbot: QtBot) -> None:
    tab = open_text(MODEL)
    # A table that is entered for the first time chooses its first row, whose further fields show.
    _walk(tab, qtbot)
    seen = _walk(tab, qtbot)
    assert len(seen) > 40
    assert len(set(seen)) == len(seen)
    takers = [each for each in usable(tab.form) if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.height()]
    missed = [described(each) for each in takers if each not in seen and each is not tab.form]
    assert not missed, missed
    assert not [described(each) for each in seen if not each.objectName() or not said(each)]
    body = tab.form.widget()
    assert body is not None
    heights = [each.mapTo(body, QPoint(0, each.height() // 2)).y() for each in seen]
    back = [(described(seen[i + 1]), heights[i], heights[i + 1]) for i in range(len(seen) - 1)]
    # Controls of one line may differ by a few pixels.
    assert not [each for each in back if each[2] < each[1] - 14]
    assert _walk(tab, qtbot, backwards=True) == seen[::-1]


def test_values_are_set_in_several_sections_without_a_mouse(open_text: Callable[[str], ModelTab], qtbot: QtBot) -> None:
    tab = open_text(PLAIN)

    def text() -> str:
        return tab.model.draft.document.text

    def find(words: str) -> None:
        tab.find_field()
        wait_until(tab.finder.field.hasFocus)
        QTest.keyClicks(_held(), words)
        _press(qtbot, Qt.Key.Key_Return)
        wait_until(lambda: tab.form.isAncestorOf(_held()))

    find("max batch size")
    QTest.keyClicks(_held(), "8")
    assert "max_batch_size: 8" in text()
    find("input data type")
    editor = _held()
    assert editor.objectName() == names.Form.CELL
    QTest.keyClicks(editor, "I")
    _press(qtbot, Qt.Key.Key_Return)
    assert "data_type: TYPE_" in text() or "input {" in text()
    find("preferred sizes")
    QTest.keyClicks(_held(), "4")
    _press(qtbot, Qt.Key.Key_Return)
    QTest.keyClicks(_held(), "8")
    _press(qtbot, Qt.Key.Key_Tab)
    assert "preferred_batch_size: [ 4, 8 ]" in text()
    find("decoupled")
    assert "decoupled: true" in text()
    _press(qtbot, Qt.Key.Key_Space)
    assert "decoupled: false" in text()
    tab.clear_field()
    assert "decoupled" not in text()
    while tab.model.undo_stack.canUndo():
        tab.model.undo_stack.undo()
    assert text() == PLAIN


def test_a_closed_section_opens_by_key(open_text: Callable[[str], ModelTab], qtbot: QtBot) -> None:
    tab = open_text(PLAIN)
    header = tab.findChild(SectionHeader, names.Form.SECTION.format("optimization"))
    assert isinstance(header, SectionHeader)
    assert not header.is_open()
    header.setFocus()
    _press(qtbot, Qt.Key.Key_Space)
    tab.form.finish()
    _press(qtbot, Qt.Key.Key_Tab)
    assert "optimization" in _held().objectName()
    assert _held().window() is tab.window()
