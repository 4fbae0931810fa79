"""The editors that the schema gives: nested messages, lists, maps, choices, and what each row can do."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.checking.findings import Finding, Severity
from studio.ui.editor.form.pane import FormPane
from studio.ui.editor.form.rows.field_menu import ClearButton, field_menu
from studio.ui.editor.form.rows.field_rows import FieldRow, SwitchRow
from studio.ui.editor.form.tables.table_part import TablePart
from studio.ui.widgets import InlineProblem
from tests.fixtures import names
from tests.fixtures.forms import part_at
from tests.fixtures.sessions import OpenSession
from tests.ui.repository import write_model

CONFIG = """# Kept.
backend: "python"
version_policy { all { } }  # all of them
sequence_batching {
  direct { max_queue_delay_microseconds: 5 }  # quickly
}
metric_tags [ { key: "a" value: "1" }, { key: "b" value: "2" } ]
"""


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    write_model(tmp_path / "models", "net", CONFIG)
    (tmp_path / "models" / "net" / "1" / "model.py").write_text("class TritonPythonModel: pass\n")
    return open_session(tmp_path / "models")


@pytest.fixture
def form(session: Session, qtbot: QtBot) -> FormPane:
    made = FormPane(session, session.open_model("net"))
    qtbot.addWidget(made)
    made.resize(520, 900)
    with qtbot.waitActive(made, timeout=60_000):
        made.show()
    made.finish()
    return made


def _text(form: FormPane) -> str:
    return form.context.model.draft.document.text


def _row(form: FormPane, *path: str | int) -> FieldRow:
    found = form.reveal(path)
    while found is not None and not isinstance(found, FieldRow):
        found = found.parentWidget()
    assert isinstance(found, FieldRow)
    return found


def _line(form: FormPane, *path: str | int) -> QLineEdit:
    field = form.findChild(QLineEdit, names.Form.FIELD.format(".".join(map(str, path))))
    field = field or form.findChild(
        QLineEdit, names.NUMBER_LINE.format(names.Form.FIELD.format(".".join(map(str, path))))
    )
    assert isinstance(field, QLineEdit)
    return field


def test_another_choice_clears_the_one_before_in_one_step(form: FormPane) -> None:
    box = form.findChild(QComboBox, names.Form.ONE_OF.format("sequence_batching.strategy_choice"))
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Direct"
    box.setCurrentText("Oldest")
    box.activated.emit(box.currentIndex())
    assert "direct" not in _text(form)
    assert "oldest {" in _text(form)
    form.finish()
    assert _row(form, "sequence_batching", "oldest", "max_candidate_sequences").isVisible()
    form.context.model.undo_stack.undo()
    assert _text(form) == CONFIG
    box.setFocus()
    row = box.parentWidget()
    assert isinstance(row, FieldRow)
    clear = row.findChild(ClearButton)
    assert isinstance(clear, ClearButton)
    clear.click()
    assert "direct" not in _text(form)
    form.context.model.undo_stack.undo()
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert "direct" not in _text(form)
    form.context.model.undo_stack.undo()
    assert _text(form) == CONFIG


def test_a_block_says_which_other_rules_it_out(form: FormPane) -> None:
    row = _row(form, "dynamic_batching")
    assert isinstance(row, SwitchRow)
    assert row.state.text() == "off, sequence batching is on instead"
    row.switch.click()
    assert "sequence_batching" not in _text(form)
    assert row.state.text() == "on"
    form.context.model.undo_stack.undo()
    assert _text(form) == CONFIG


def test_a_number_out_of_range_is_refused_and_told(form: FormPane, qtbot: QtBot) -> None:
    path = ("optimization", "graph", "level")
    row = _row(form, *path)
    field = row.focusProxy()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "99999999999")
    assert "99999999999" not in _text(form)
    field.clear()
    big = ("dynamic_batching", "priority_levels")
    field = _row(form, *big).focusProxy()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, str(2**64 - 1))
    assert form.context.model.draft.get(*big) == 2**64 - 1
    assert field.text() == str(2**64 - 1)


def test_a_value_that_is_none_is_refused_by_a_list(form: FormPane, qtbot: QtBot) -> None:
    path = ("model_metrics", "metric_control", 0, "histogram_options", "buckets")
    form.add_field(path)
    field = _row(form, *path).focusProxy()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "1, few")
    QTest.keyClick(field, Qt.Key.Key_Return)
    line = form.findChild(InlineProblem, names.Form.REFUSED.format(".".join(map(str, path))))
    assert isinstance(line, InlineProblem)
    assert "few is not a number" in line.message.text()
    field.clear()
    QTest.keyClicks(field, "1, 2.5 10")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "buckets: [ 1.0, 2.5, 10.0 ]" in _text(form)
    assert not line.isVisible()
    chip = form.findChild(QPushButton, names.Form.CHIP.format(".".join(map(str, path)), 1))
    assert isinstance(chip, QPushButton)
    chip.click()
    assert "buckets: [ 1.0, 10.0 ]" in _text(form)


def test_entries_of_a_map_are_renamed_added_and_removed(form: FormPane) -> None:
    part = part_at(form, ("metric_tags",))
    assert isinstance(part, TablePart)
    rows = part.table.list_model
    assert rows.setData(rows.index(1, 1), "team")
    assert '{ key: "a" value: "1" }, { key: "team" value: "2" }' in _text(form)
    add = form.findChild(QPushButton, names.Form.ADD.format("metric_tags"))
    assert isinstance(add, QPushButton)
    add.click()
    assert form.context.model.draft.get("metric_tags", 2, "key") == "KEY_1"
    part.table.remove(0)
    assert [rows.index(row, 1).data() for row in range(rows.rowCount())] == ["team", "KEY_1"]
    while form.context.model.undo_stack.canUndo():
        form.context.model.undo_stack.undo()
    assert _text(form) == CONFIG


def test_a_row_says_that_it_is_set_and_clears(form: FormPane, qtbot: QtBot) -> None:
    row = _row(form, "sequence_batching", "direct", "max_queue_delay_microseconds")
    other = _row(form, "sequence_batching", "direct", "minimum_slot_utilization")
    assert row.label.property("role") == "text"
    assert other.label.property("role") == "dim"
    field = row.focusProxy()
    assert isinstance(field, QWidget)
    field.setFocus()
    clear = row.findChild(ClearButton)
    assert isinstance(clear, ClearButton)
    assert clear.isVisible()
    clear.click()
    assert _text(form) == CONFIG.replace(" max_queue_delay_microseconds: 5 ", " ")
    assert row.label.property("role") == "dim"
    assert not clear.isVisible()
    form.context.model.undo_stack.undo()
    assert _text(form) == CONFIG


def test_a_row_has_a_menu_and_tells_what_it_does(form: FormPane, qtbot: QtBot) -> None:
    row = _row(form, "backend")
    menu = field_menu(form.context, row.path, "Backend", form)
    shown = [action.text().split("\t")[0] for action in menu.actions()]
    assert shown == ["Clear backend", "Show in the text", "Copy its name"]
    wanted: list[object] = []
    form.text_wanted.connect(wanted.append)
    menu.actions()[1].trigger()
    assert wanted == [("backend",)]
    menu.actions()[2].trigger()
    assert QApplication.clipboard().text() == "backend"
    menu.deleteLater()
    place = row.mapToGlobal(QPoint(30, 10))
    QApplication.sendEvent(row, QHelpEvent(QEvent.Type.ToolTip, QPoint(30, 10), place))
    assert "Set in the file." in QToolTip.text()
    QToolTip.hideText()


def test_a_problem_stands_at_a_nested_field(form: FormPane) -> None:
    path = ("sequence_batching", "direct", "max_queue_delay_microseconds")
    row, view = _row(form, *path), form.section_of(path)
    assert view is not None
    view.show_findings([Finding("batching.delay", Severity.WARNING, "It waits too long", "net", path=path)])
    line = row.problems.findChild(InlineProblem)
    assert isinstance(line, InlineProblem)
    assert line.isVisible()
    assert line.message.text() == "It waits too long"
    field = row.focusProxy()
    assert field is not None
    assert field.property("state") == "warning"
    view.header.set_open(False)
    assert view.header.detail.text() == "1 problem"
    view.show_findings([])
    assert not row.problems.isVisible()


def test_the_detail_of_an_element_follows_it(form: FormPane) -> None:
    form.add_field(("input", "reshape", "shape"))
    form.context.model.edit("Another", lambda draft: draft.append("input", {"name": "second"}))
    part = part_at(form, ("input",))
    assert isinstance(part, TablePart)
    part.choose(1)
    form.finish()
    assert part.element.head.title.text() == "More of second"
    form.context.model.edit("Rename", lambda draft: draft.set("input", 1, "name", "other"))
    assert part.element.head.title.text() == "More of other"
    part.table.remove(1)
    part.table.remove(0)
    assert not part.element.isVisible()
