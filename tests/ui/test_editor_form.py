"""The form: every row an edit of the text, the text mended and broken, problems at their fields."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.config.dims import parse_dims
from studio.ui.editor.field_values import values
from studio.ui.editor.form.part import NOT_READABLE
from studio.ui.editor.form.rows.field_rows import FieldRow
from studio.ui.editor.form.tables.cell_delegate import CellDelegate
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.editor.form.tables.table_part import TablePart
from studio.ui.editor.model_tab import ModelTab
from studio.ui.widgets import InlineProblem, LinkButton, Switch
from tests.fixtures import names
from tests.fixtures.forms import part_at
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenTab
from tests.ui.repository import write_model

CONFIG = """# Kept.
name: "net"
backend: "python"
max_batch_size: 8
input [ { name: "a" data_type: TYPE_FP32 dims: [ 3, 224, 224 ] },  # first
        { name: "b" data_type: TYPE_INT64 dims: [ 1 ] optional: true } ]
output [ { name: "y" data_type: TYPE_STRING dims: [ 5 ] } ]
dynamic_batching {
  preferred_batch_size: [ 4, 8 ]
  max_queue_delay_microseconds: 500
  preserve_ordering: true
}
instance_group [ { count: 2 kind: KIND_CPU } ]
optimization { priority: PRIORITY_MAX }
"""


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A repository with one model."""
    write_model(tmp_path / "models", "net", CONFIG)
    (tmp_path / "models" / "net" / "1" / "model.py").write_text("class TritonPythonModel: pass\n")
    return open_session(tmp_path / "models")


def _field(tab: QWidget, path: str) -> QLineEdit:
    field = tab.findChild(QLineEdit, names.Form.FIELD.format(path))
    assert isinstance(field, QLineEdit)
    return field


def _table(tab: QWidget, path: str) -> ListTable:
    table = tab.findChild(ListTable, names.Form.TABLE.format(path))
    assert isinstance(table, ListTable)
    return table


def _part(tab: ModelTab, path: str) -> TablePart:
    part = part_at(tab.form, (path,))
    assert isinstance(part, TablePart)
    return part


def _text(model: OpenModel) -> str:
    return model.draft.document.text


def _cell(table: ListTable, row: int, title: str) -> QModelIndex:
    column = next(i for i, column in enumerate(table.list_model.columns) if column.title == title)
    return table.list_model.index(row, column)


def _type_into(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def test_typing_in_a_field_changes_its_literal_only(tab: ModelTab, qtbot: QtBot) -> None:
    """The rest of the text keeps every byte."""
    _type_into(qtbot, _field(tab, "dynamic_batching.max_queue_delay_microseconds"), "700")
    assert _text(tab.model) == CONFIG.replace(": 500", ": 700")


def test_undo_in_a_field_takes_the_models_step_back(tab: ModelTab, qtbot: QtBot) -> None:
    """Not the history of the line edit, which knows nothing of the text."""
    field = _field(tab, "name")
    _type_into(qtbot, field, "other")
    assert 'name: "other"' in _text(tab.model)
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _text(tab.model) == CONFIG
    assert field.text() == "net"
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert 'name: "other"' in _text(tab.model)
    tab.model.undo_stack.undo()


def test_emptying_a_number_takes_the_field_out(tab: ModelTab, qtbot: QtBot) -> None:
    """An empty field means the default, which then stands in it as a hint."""
    field = _field(tab, "max_batch_size")
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert "max_batch_size" not in _text(tab.model)
    assert field.placeholderText() == "0"


def test_switching_batching_off_and_on_hides_and_shows_its_rows(tab: ModelTab, qtbot: QtBot) -> None:
    """The block goes with what is in it, and one undo brings all of it back."""
    switch = tab.findChild(Switch, names.Form.FIELD.format("dynamic_batching"))
    assert isinstance(switch, Switch)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert "dynamic_batching" not in _text(tab.model)
    assert not _field(tab, "dynamic_batching.max_queue_delay_microseconds").isVisible()
    tab.model.undo_stack.undo()
    assert _text(tab.model) == CONFIG
    assert _field(tab, "dynamic_batching.max_queue_delay_microseconds").isVisible()


def test_numbers_are_added_and_removed(tab: ModelTab, qtbot: QtBot) -> None:
    """Enter adds, a chip's press removes."""
    path = "dynamic_batching.preferred_batch_size"
    field = _field(tab, path)
    _type_into(qtbot, field, "2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "preferred_batch_size: [ 4, 8, 2 ]" in _text(tab.model)
    chip = tab.findChild(QPushButton, names.Form.CHIP.format(path, 0))
    assert isinstance(chip, QPushButton)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert "preferred_batch_size: [ 8, 2 ]" in _text(tab.model)


def test_tensor_table_tells_the_wire_shape(tab: ModelTab) -> None:
    """With N in front where there is batching, without where there is none."""
    table = _table(tab, "input")
    assert _cell(table, 0, "Wire shape").data() == "[N, 3, 224, 224]"
    tab.model.edit("Unbatched", lambda draft: draft.set("max_batch_size", 0))
    assert _cell(table, 0, "Wire shape").data() == "[3, 224, 224]"


def test_list_models_hold_to_qts_rules(tab: ModelTab) -> None:
    """Through adding, changing and removing."""
    table = _table(tab, "input")
    tester = QAbstractItemModelTester(table.list_model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tab.model.edit("x", lambda draft: draft.append("input", {"name": "c", "data_type": "TYPE_FP16", "dims": [1]}))
    tab.model.edit("x", lambda draft: draft.set("input", 0, "name", "z"))
    tab.model.edit("x", lambda draft: draft.clear("input", 1))
    assert [_cell(table, row, "Name").data() for row in range(2)] == ["z", "c"]
    del tester


def test_wire_shape_is_whole_at_the_usual_width(tab: ModelTab) -> None:
    """Also for a shape of four dimensions."""
    tab.form.setFixedWidth(488)
    tab.model.edit("x", lambda draft: draft.set("input", 0, "dims", [3, 1080, 1920]))
    table = _table(tab, "input")
    cell = _cell(table, 0, "Wire shape")
    need = table.list_model.data(cell)
    from PySide6.QtGui import QFontMetrics

    from studio.ui.look import theme

    room = table.columnWidth(cell.column()) - 16
    assert QFontMetrics(theme.mono_font()).horizontalAdvance(need) <= room
    assert table.horizontalHeader().length() <= table.viewport().width()


@pytest.mark.parametrize(
    ("column", "size", "shown"),
    [("Dims", 224, "3, 224, 224"), ("Wire shape", 64, "[N, 3, 64, 64]"), ("Wire shape", 224, "[N,3,224,224]")],
)
def test_dims_are_whole_where_an_image_stands_in_a_narrow_form(
    tab: ModelTab, column: str, size: int, shown: str
) -> None:
    """As at 1280 pixels with an interface of 130 %: what a column has over and blanks go before anything is cut."""
    tab.form.setFixedWidth(384)
    tab.model.edit("x", lambda draft: draft.set("input", 0, "dims", [3, size, size]))
    if size == 224:
        tab.model.edit("x", lambda draft: draft.set("input", 0, "name", "normalised_image_of_the_left_camera"))
    table = _table(tab, "input")
    cell = _cell(table, 0, column)
    from PySide6.QtGui import QFontMetrics

    from studio.ui.look import theme

    room = table.columnWidth(cell.column()) - 10
    delegate = table.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    assert delegate.fitted(cell, room) in (shown, shown.replace(", ", ","))
    assert QFontMetrics(theme.mono_font()).horizontalAdvance(delegate.fitted(cell, room)) <= room
    assert table.horizontalHeader().length() <= table.viewport().width()


def test_a_long_name_keeps_its_ends(tab: ModelTab) -> None:
    tab.form.setFixedWidth(384)
    tab.model.edit("x", lambda draft: draft.set("input", 0, "name", "left_image_that_was_normalised_before_0"))
    table = _table(tab, "input")
    delegate = table.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    shown = delegate.fitted(_cell(table, 0, "Name"), 90)
    assert "…" in shown
    assert shown.startswith("le")
    assert shown.endswith("_0")


def test_nothing_is_cut_off_at_the_least_width(tab: ModelTab) -> None:
    """The form has no horizontal scroll bar: what is wider would be lost."""
    tab.form.setFixedWidth(tab.form.minimumWidth())
    tab.model.edit("x", lambda draft: draft.set("sequence_batching", "max_sequence_idle_microseconds", 5))
    body = tab.form.widget()
    assert body is not None
    assert body.minimumSizeHint().width() <= tab.form.viewport().width()


def test_cell_is_edited_with_enter(tab: ModelTab, qtbot: QtBot) -> None:
    """The inline editor stands in the row and its text becomes an edit."""
    table = _table(tab, "input")
    table.setFocus()
    table.setCurrentIndex(_cell(table, 0, "Dims"))
    QTest.keyClick(table, Qt.Key.Key_Return)
    editor = table.findChild(QLineEdit, names.Form.CELL)
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "3, 224, 224"
    assert editor.height() <= 28
    editor.setText("3 64 64")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait_until(lambda: "dims: [ 3, 64, 64 ] },  # first" in _text(tab.model))


def test_data_type_is_chosen_from_a_list(tab: ModelTab, qtbot: QtBot) -> None:
    """A choice is taken at once."""
    table = _table(tab, "input")
    table.edit(_cell(table, 1, "Data type"))
    box = table.findChild(QComboBox, names.Form.CELL)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "INT64"
    box.setCurrentText("BF16")
    box.textActivated.emit("BF16")
    assert '{ name: "b" data_type: TYPE_BF16' in _text(tab.model)


def test_what_cannot_be_is_said_below_the_table(tab: ModelTab) -> None:
    """And changes nothing."""
    table = _table(tab, "input")
    assert not table.list_model.setData(_cell(table, 0, "Dims"), "3, wide")
    line = tab.findChild(InlineProblem, names.Form.REFUSED.format("input"))
    assert isinstance(line, InlineProblem)
    assert line.isVisible()
    assert "wide is not a whole number" in line.message.text()
    assert _text(tab.model) == CONFIG
    table.list_model.setData(_cell(table, 0, "Dims"), "3")
    assert not line.isVisible()


def test_rows_move_by_key_and_by_drag(tab: ModelTab, qtbot: QtBot) -> None:
    """Alt+Down, and the dots at the left."""
    table = _table(tab, "input")
    table.setFocus()
    table.setCurrentIndex(_cell(table, 0, "Name"))
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert _cell(table, 0, "Name").data() == "b"
    place = table.viewport()
    QTest.mousePress(place, Qt.MouseButton.LeftButton, pos=QPoint(8, 14))
    QTest.mouseMove(place, QPoint(8, 40))
    QTest.mouseMove(place, QPoint(8, 54))
    QTest.mouseRelease(place, Qt.MouseButton.LeftButton, pos=QPoint(8, 54))
    assert _cell(table, 0, "Name").data() == "a"


def test_rows_are_removed_by_key_cross_and_menu(tab: ModelTab, qtbot: QtBot) -> None:
    """Each is one step to undo."""
    table = _table(tab, "input")
    table.setFocus()
    table.setCurrentIndex(_cell(table, 1, "Name"))
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert table.list_model.rowCount() == 1
    tab.model.undo_stack.undo()
    cross = table.visualRect(table.list_model.index(0, len(table.list_model.columns) - 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    assert [_cell(table, row, "Name").data() for row in range(table.list_model.rowCount())] == ["b"]
    tab.model.undo_stack.undo()
    menu = table.row_menu(0)
    assert [a.text().split("\t")[0] for a in menu.actions() if a.text()] == ["Move up", "Move down", "Remove"]
    assert not menu.actions()[0].isEnabled()
    menu.actions()[-1].trigger()
    assert table.list_model.rowCount() == 1
    menu.deleteLater()


def test_add_buttons_add(tab: ModelTab, qtbot: QtBot) -> None:
    """With a name that is free."""
    for key, wanted in (("output", 'name: "OUTPUT_0"'), ("instance_group", "kind: KIND_CPU")):
        button = tab.findChild(LinkButton, names.Form.ADD.format(key))
        assert isinstance(button, LinkButton)
        before = _text(tab.model).count(wanted)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert _text(tab.model).count(wanted) == before + 1


def test_broken_text_greys_the_form_and_mending_revives_it(tab: ModelTab) -> None:
    """The last good state stays in view, with the reason above it."""
    tab.model.edit("Break", lambda draft: draft.with_text(CONFIG.replace("dims: [ 1 ]", "dims: [ 1 ", 1)))
    broken = tab.findChild(InlineProblem, names.Form.BROKEN)
    assert isinstance(broken, InlineProblem)
    assert broken.isVisible()
    assert "does not parse" in broken.message.text()
    assert not _field(tab, "name").isEnabled()
    assert not _table(tab, "input").isEnabled()
    assert _field(tab, "name").text() == "net"
    broken.fix.click()
    assert tab.text.edit.textCursor().blockNumber() > 0
    tab.model.undo_stack.undo()
    assert not broken.isVisible()
    assert _field(tab, "name").isEnabled()


def test_what_cannot_be_read_is_said_to_be_so_and_what_can_is_shown(
    tab: ModelTab, session: Session, qtbot: QtBot
) -> None:
    """No value that nobody wrote: a number that is none, a data type that is none, with their fixes above the form."""
    broken = CONFIG.replace("max_batch_size: 8", "max_batch_size: - many").replace("dims: [ 1 ]", "dims: [ 1 ", 1)
    broken = broken.replace("TYPE_FP32", "WHAT", 1)
    tab.model.edit("Break", lambda draft: draft.with_text(broken))
    row = part_at(tab.form, ("max_batch_size",))
    assert row is not None
    assert NOT_READABLE in [label.text() for label in row.findChildren(QLabel) if label.isVisible()]
    assert not _field(tab, "max_batch_size").isVisible()
    assert _field(tab, "name").text() == "net"
    shown = _table(tab, "input").list_model
    cells = {shown.columns[at].name: shown.index(0, at).data() for at in range(shown.columnCount())}
    assert cells["data_type"] == NOT_READABLE
    assert cells["name"] != NOT_READABLE
    here = values(("max_batch_size",), tab.model.draft, tab.model.saved_draft, None)
    assert (here[0].title, here[0].text) == ("Here, unsaved", NOT_READABLE)
    wait_until(lambda: any(each.fixes for each in session.findings_of("net")))
    fixes = [line.fix for line in tab.form.findChildren(InlineProblem) if line.fix.isVisible() and line.fix.isEnabled()]
    assert len(fixes) > 1, "the fixes cannot be pressed"
    tab.model.undo_stack.undo()
    assert _field(tab, "max_batch_size").isVisible()


def test_a_value_that_the_server_would_not_take_is_not_shown_as_another(tab: ModelTab) -> None:
    """A number in quotes is no 0."""
    tab.model.edit("Quote", lambda draft: draft.with_text(CONFIG.replace("max_batch_size: 8", 'max_batch_size: "8"')))
    assert not _field(tab, "max_batch_size").isVisible()
    here = values(("max_batch_size",), tab.model.draft, tab.model.saved_draft, None)
    assert [(each.title, each.text) for each in here[:2]] == [("Here, unsaved", NOT_READABLE), ("On disk", "8")]
    tab.model.edit("Write it", lambda draft: draft.set("max_batch_size", 4))
    assert _field(tab, "max_batch_size").isVisible()


def test_of_a_text_that_says_nothing_the_form_shows_nothing(
    open_session: OpenSession, tmp_path: Path, open_tab: OpenTab
) -> None:
    """Not that there are no inputs."""
    write_model(tmp_path / "other", "net", "}" * 60 + "\n")
    tab = open_tab(open_session(tmp_path / "other"))
    assert not any(view.isVisible() for view in tab.form.sections.values())


def test_problem_stands_at_its_field_with_its_fix(tab: ModelTab, session: Session, qtbot: QtBot) -> None:
    """A wrong name: the row says so and its fix mends it."""
    tab.model.edit("Wrong name", lambda draft: draft.set("name", "nett"))
    wait_until(lambda: _field(tab, "name").property("state") == "error")
    row = part_at(tab.form, ("name",))
    assert isinstance(row, FieldRow)
    line = row.problems.findChild(InlineProblem)
    assert isinstance(line, InlineProblem)
    assert line.fix.isVisible()
    line.fix.click()
    assert _text(tab.model) == CONFIG


def test_problem_of_a_tensor_stands_under_its_table(tab: ModelTab, session: Session, qtbot: QtBot) -> None:
    """A dimension of zero is found in `dims` of an element."""
    tab.model.edit("Zero", lambda draft: draft.set("input", 0, "dims", [0]))
    wait_until(lambda: any(f.path[:1] == ("input",) for f in session.findings))
    lines = _part(tab, "input").problems.findChildren(InlineProblem)
    assert len(lines) >= 1


def test_fields_without_a_row_of_their_own_have_one_by_the_schema(tab: ModelTab, qtbot: QtBot) -> None:
    """Also those inside a block that has rows, and only while they are of use."""
    switch = tab.findChild(Switch, names.Form.FIELD.format("dynamic_batching.preserve_ordering"))
    assert isinstance(switch, Switch)
    assert switch.isChecked()
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert "preserve_ordering: false" in _text(tab.model)
    assert tab.form.sections["optimization"].header.is_open()
    assert not tab.form.sections["warmup"].header.is_open()
    assert tab.form.sections["warmup"].header.detail.text() == "not set"
    tab.model.edit("Warm", lambda draft: draft.append("model_warmup", {"name": "first"}))
    assert tab.form.sections["warmup"].header.is_open()
    tab.form.finish()
    assert _cell(_table(tab, "model_warmup"), 0, "Sample name").data() == "first"


def test_ensemble_shows_steps_instead_of_instances(tab: ModelTab) -> None:
    """As soon as the text says that it is one."""
    text = 'platform: "ensemble"\nensemble_scheduling { step [ { model_name: "m" model_version: -1 } ] }\n'
    tab.model.edit("Ensemble", lambda draft: draft.with_text(text))
    assert tab.form.sections["step"].isVisible()
    assert not tab.form.sections["instance_group"].isVisible()
    tab.form.finish()
    table = _table(tab, "ensemble_scheduling.step")
    assert _cell(table, 0, "Version").data() == "latest"
    assert table.list_model.setData(_cell(table, 0, "Version"), "3")
    assert "model_version: 3" in _text(tab.model)
    assert not table.list_model.setData(_cell(table, 0, "Version"), "newest")


def test_sections_come_one_by_one_and_all_of_them(session: Session, qtbot: QtBot) -> None:
    """The window is free between them; who looks for a field gets it at once, and what nobody sees is not built."""
    other, hidden, sought = (ModelTab(session, session.open_model("net")) for _ in range(3))
    for each in (hidden, other, sought):
        qtbot.addWidget(each)
    other.show()
    assert part_at(other.form, ("version_policy",)) is None
    wait_until(lambda: part_at(other.form, ("version_policy",)) is not None)
    assert not hidden.form.sections
    hidden.show()
    wait_until(lambda: hidden.form.is_whole)
    sought.form.reveal(("version_policy",))
    assert part_at(sought.form, ("version_policy",)) is not None


def test_every_control_has_a_name(tab: ModelTab) -> None:
    """For tests and for screen readers."""
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView

    for kind in (QLineEdit, QComboBox, QAbstractButton, QAbstractItemView):
        for widget in tab.form.findChildren(kind):
            if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert widget.accessibleName(), widget.objectName() or type(widget).__name__


@pytest.mark.parametrize(("text", "dims"), [("3, 224", [3, 224]), ("[1 2]", [1, 2]), ("", []), ("3x4×-1", [3, 4, -1])])
def test_dims_are_read_as_people_write_them(text: str, dims: list[int]) -> None:
    """With commas, blanks, or crosses."""
    assert parse_dims(text) == dims
