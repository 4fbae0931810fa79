"""A model's tab: its views keep their place together, show the server's word, and settle conflicts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.assist.places import path_at, span_of
from studio.core.inference.requests import ModelState
from studio.text.tree import Span
from studio.ui.editor.field_inspector import FieldInspector
from studio.ui.editor.field_values import values
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.editor.form.tables.table_part import TablePart
from studio.ui.editor.model_tab import ModelTab
from studio.ui.editor.text.text_pane import TextPane
from studio.ui.widgets import LinkButton
from tests.fixtures import names
from tests.fixtures.forms import part_at
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenTab
from tests.ui.repository import write_model

CONFIG = """name: "net"
backend: "python"
max_batch_size: 8
input { name: "a" data_type: TYPE_FP32 dims: [ 0 ] }
output [ { name: "y" data_type: TYPE_FP32 dims: [ 5 ] } ]
dynamic_batching { max_queue_delay_microseconds: 500 }
"""


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A repository with one model."""
    write_model(tmp_path / "models", "net", CONFIG)
    (tmp_path / "models" / "net" / "1" / "model.py").write_text("class TritonPythonModel: pass\n")
    return open_session(tmp_path / "models")


@pytest.fixture
def tab(session: Session, open_tab: OpenTab) -> ModelTab:
    """The tab of that model, low."""
    return open_tab(session, size=(900, 600))


def _inputs(tab: ModelTab) -> ListTable:
    part = part_at(tab.form, ("input",))
    assert isinstance(part, TablePart)
    return part.table


def _put_cursor(tab: ModelTab, words: str) -> None:
    cursor = tab.text.edit.textCursor()
    cursor.setPosition(CONFIG.index(words))
    tab.text.edit.setFocus()
    tab.text.edit.setTextCursor(cursor)


def test_paths_and_places_are_each_others_inverse(tab: ModelTab) -> None:
    """A repeated field written once has an index too, as rules and form count it."""
    document = tab.model.draft.document
    for path in (("max_batch_size",), ("input", 0, "dims"), ("output", 0, "name")):
        span = span_of(document, path)
        assert span is not None
        assert path_at(document, span.start) == path
    assert path_at(document, CONFIG.index("500")) == ("dynamic_batching", "max_queue_delay_microseconds")


def test_cursor_in_the_text_leads_form_and_help(tab: ModelTab, qtbot: QtBot) -> None:
    """The row of the tensor is selected."""
    told: list[object] = []
    tab.field_focused.connect(lambda _model, path: told.append(path))
    _put_cursor(tab, "[ 0 ]")
    assert told[-1] == ("input", 0, "dims")
    assert _inputs(tab).currentIndex().row() == 0
    assert tab.text.edit.hasFocus()


def test_field_in_the_form_leads_the_text(tab: ModelTab, qtbot: QtBot) -> None:
    """The cursor goes to its line; the keyboard stays in the form."""
    field = tab.findChild(QLineEdit, names.Form.FIELD.format("dynamic_batching.max_queue_delay_microseconds"))
    assert isinstance(field, QLineEdit)
    field.setFocus()
    assert tab.text.edit.textCursor().blockNumber() == 5
    assert field.hasFocus()


def test_problem_at_the_cursor(tab: ModelTab, session: Session, qtbot: QtBot) -> None:
    """In the text by the line, in the form by the field; nowhere else."""
    wait_until(lambda: any(f.path[:1] == ("input",) for f in session.findings))
    _put_cursor(tab, "[ 0 ]")
    (found,) = tab.findings_here()
    assert found.path[:2] == ("input", 0)
    _put_cursor(tab, "max_batch_size")
    assert not tab.findings_here()
    table = _inputs(tab)
    table.setFocus()
    table.setCurrentIndex(table.list_model.index(0, table.list_model.column_of("dims")))
    assert [each.rule for each in tab.findings_here()] == [found.rule]


def test_card_tells_the_problem_under_the_pointer(tab: ModelTab, session: Session, qtbot: QtBot) -> None:
    """In the words of the panel, with its fixes, above what the field is for."""
    wait_until(lambda: bool(tab.text.edit.marks))
    mark = tab.text.edit.marks[0]
    place = tab.text.edit.viewport().mapToGlobal(tab.text.edit.cursor_place(mark.start).center())
    QApplication.sendEvent(
        tab.text.edit, QHelpEvent(QHelpEvent.Type.ToolTip, tab.text.edit.mapFromGlobal(place), place)
    )
    card = tab.text.hover.card
    assert card.isVisible()
    shown = [label.text() for label in card.findChildren(QLabel)]
    assert mark.message in shown
    assert "input › dims" in shown
    tab.text.edit.left.emit()
    assert not card.isVisible()


def test_views_are_chosen_kept_and_never_none(tab: ModelTab, session: Session, qtbot: QtBot) -> None:
    """Another tab opens as the last one was left."""
    tab.views.set_values(())
    tab.views.changed.emit("text")
    assert tab.form.isVisible()
    assert not tab.text.isVisible()
    other = ModelTab(session, tab.model)
    qtbot.addWidget(other)
    assert other.views.values() == ("form",)
    other.reveal(Span(CONFIG.index("500"), CONFIG.index("500") + 3))
    assert other.views.values() == ("form", "text")
    assert other.text.edit.textCursor().selectedText() == "500"


def test_find_steps_through_hits_and_escape_closes(tab: ModelTab, qtbot: QtBot) -> None:
    """Positions hold with signs beyond 16 bits before them."""
    tab.model.edit("Ship", lambda draft: draft.with_text("# 🚢🚢\n" + CONFIG))
    tab.open_find_bar()
    field = tab.findChild(QLineEdit, names.Text.FIND_FIELD)
    count = tab.findChild(QLabel, names.Text.FIND_COUNT)
    assert isinstance(field, QLineEdit)
    assert isinstance(count, QLabel)
    QTest.keyClicks(field, "data_type")
    assert count.text() == "2 found"
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert count.text() == "2 of 2"
    assert tab.text.edit.textCursor().selectedText() == "data_type"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not tab.text.find_bar.isVisible()
    assert tab.text.edit.hasFocus()


def test_server_state_stands_in_the_header(tab: ModelTab, session: Session) -> None:
    """What serves, or why it does not."""
    label = tab.findChild(QLabel, names.Editor.STATE)
    assert isinstance(label, QLabel)
    assert not label.isVisible()
    session.server.models_changed.emit(
        {"net": (ModelState("net", "2", "READY", ""), ModelState("net", "3", "READY", ""))}
    )
    assert label.text() == "versions 2, 3 serving"
    session.server.models_changed.emit({"net": (ModelState("net", "1", "UNAVAILABLE", "no such file"),)})
    assert label.text() == "not loaded"
    assert label.toolTip() == "no such file"
    session.server.models_changed.emit({})


def test_conflict_is_settled_either_way(tab: ModelTab, qtbot: QtBot) -> None:
    """Another program wrote the file while there were edits."""
    path = tab.model.path
    tab.model.edit("Mine", lambda draft: draft.set("max_batch_size", 16))
    path.write_text(CONFIG.replace("500", "900"))
    assert not tab.model.save()
    assert tab.conflict.isVisible()
    take = tab.findChild(QPushButton, names.Editor.CONFLICT_TAKE)
    assert isinstance(take, QPushButton)
    take.click()
    assert not tab.conflict.isVisible()
    assert "900" in tab.text.edit.toPlainText()
    tab.model.undo_stack.undo()
    assert "max_batch_size: 16" in tab.text.edit.toPlainText()
    path.write_text(CONFIG.replace("500", "901"))
    assert not tab.model.save()
    keep = tab.findChild(QPushButton, names.Editor.CONFLICT_KEEP)
    assert isinstance(keep, QPushButton)
    keep.click()
    assert "max_batch_size: 16" in path.read_text()


def test_values_say_where_each_comes_from(tab: ModelTab) -> None:
    """Unsaved first, then the file, the server, the default."""
    path = ("dynamic_batching", "max_queue_delay_microseconds")
    disk = tab.model.saved_draft
    here = disk.set(*path, 500_000)
    server = {"dynamic_batching": {"max_queue_delay_microseconds": "500"}}
    assert [(v.source, v.text) for v in values(path, here, disk, server)] == [
        ("here", "500\u202f000 µs"),
        ("disk", "500 µs"),
        ("server", "500 µs"),
        ("default", "0 µs"),
    ]
    assert [v.source for v in values(path, disk, disk, None)] == ["disk", "default"]
    assert [v.text for v in values(("output", 0, "dims"), disk, disk, None)] == ["5"]
    assert values(("version_policy",), disk, disk, None) == []
    filled = values(("name",), disk.clear("name"), disk.clear("name"), None, "", ("net", "server"))
    assert [(v.source, v.title, v.text) for v in filled] == [("filled", "Server fills in", "net")]
    assert "filled" not in [v.source for v in values(("name",), disk, disk, None, "", ("net", "server"))]


def test_help_follows_and_its_links_lead_on(tab: ModelTab, session: Session, qtbot: QtBot) -> None:
    """Typing keeps the widgets that are there."""
    help_ = FieldInspector(session)
    qtbot.addWidget(help_)
    help_.resize(264, 600)
    help_.show()
    title = help_.findChild(QLabel, names.Editor.HELP_TITLE)
    assert isinstance(title, QLabel)
    assert title.text() == "No field chosen"
    help_.show_field("net", ("ensemble_scheduling", "step"))
    assert "Value in force" not in [label.text() for label in help_.findChildren(QLabel) if label.isVisible()]
    help_.show_field("net", ("dynamic_batching", "max_queue_delay_microseconds"))
    assert "Value in force" in [label.text() for label in help_.findChildren(QLabel) if label.isVisible()]
    assert title.text() == "Max queue delay"
    body = help_.widget()
    tab.model.edit("x", lambda draft: draft.set("dynamic_batching", "max_queue_delay_microseconds", 7))
    assert help_.rows["here"].value.text() == "7 µs"
    assert help_.rows["disk"].value.text() == "500 µs"
    assert help_.widget() is body
    body = help_.widget()
    assert body is not None
    assert body.width() <= help_.viewport().width()
    wanted: list[object] = []
    help_.field_wanted.connect(lambda model, path: wanted.append((model, path)))
    link = help_.findChild(LinkButton)
    assert isinstance(link, LinkButton)
    link.click()
    assert wanted
    assert title.text() != "Max queue delay"
    help_.show_field("net", ("max_batchsize",))
    assert any("no field of this name" in label.text() for label in help_.findChildren(QLabel) if label.isVisible())
    session.close_model("net")
    assert title.text() == "No field chosen"


def test_going_to_a_place_tells_its_field(tab: ModelTab) -> None:
    told: list[tuple[str, ...]] = []
    tab.field_focused.connect(lambda _model, path: told.append(path))
    tab.activateWindow()
    tab.reveal(("dynamic_batching", "max_queue_delay_microseconds"))
    assert told[-1:] == [("dynamic_batching", "max_queue_delay_microseconds")]


def test_a_tab_is_built_over_several_turns(session: Session, qtbot: QtBot) -> None:
    made: list[TextPane] = []
    tab = ModelTab(session, session.open_model("net"))
    qtbot.addWidget(tab)
    tab.text_made.connect(made.append)
    assert made == []
    assert tab.form.sections == {}
    tab.show()
    wait_until(lambda: bool(made) and tab.form.is_whole)
    assert made == [tab.text]
    assert tab.text.isVisible()
    assert [tab.split.widget(place) for place in range(2)] == [tab.form, tab.text]


def test_a_text_that_is_not_shown_is_made_when_it_is_wanted(session: Session, qtbot: QtBot) -> None:
    first = ModelTab(session, session.open_model("net"))
    qtbot.addWidget(first)
    first.views.set_values(["form"])
    first.views.changed.emit("text")
    made: list[TextPane] = []
    tab = ModelTab(session, session.open_model("net"))
    qtbot.addWidget(tab)
    tab.text_made.connect(made.append)
    tab.show()
    wait_until(lambda: tab.form.is_whole)
    assert made == []
    assert tab.show_text().isVisible()
    assert len(made) == 1
