"""Tables of the form with thousands of rows: a row is made where it is looked at, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.config.draft import Draft, draft
from studio.ui.editor.form.editors.catalogue import EditorCatalogue
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.list_model import Cell, Column, RowsOf, TableRow
from studio.ui.editor.form.tables.list_table import ListTable
from tests.fixtures.sessions import OpenSession
from tests.ui.repository import write_model

MANY = 20_000


class Counted:
    """A table of numbers that counts the rows it made."""

    def __init__(self, context: FormContext) -> None:
        self.made = 0
        self.text = "row"
        self.count = MANY
        columns = (Column("Name", "name"), Column("Number"))
        self.table = ListTable(context, ("input",), columns, self._read, "row")

    def _read(self, _draft: Draft) -> RowsOf[int]:
        return RowsOf(range(self.count), self._row)

    def _row(self, number: int) -> TableRow:
        self.made += 1
        return Cell(self.text), Cell(str(number))


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A repository with one model."""
    write_model(tmp_path / "models", "net", 'backend: "python"\n')
    return open_session(tmp_path / "models")


@pytest.fixture
def counted(session: Session, qtbot: QtBot) -> Counted:
    """The table, shown."""
    made = Counted(FormContext(session, session.open_model("net"), EditorCatalogue()))
    qtbot.addWidget(made.table)
    made.table.resize(400, 600)
    made.table.show()
    made.table.show_draft(draft(""))
    return made


def test_of_thousands_of_rows_those_are_made_that_are_seen(counted: Counted) -> None:
    counted.table.grab()
    assert counted.table.list_model.rowCount() == MANY
    assert 0 < counted.made < 200
    counted.table.scrollToBottom()
    counted.table.grab()
    assert counted.table.list_model.index(MANY - 1, 2).data() == str(MANY - 1)
    assert counted.made < 400


def test_a_change_makes_those_anew_that_were_seen_and_tells_what_differs(counted: Counted, qtbot: QtBot) -> None:
    counted.table.grab()
    told: list[tuple[int, int]] = []
    counted.table.list_model.dataChanged.connect(lambda first, last, _roles: told.append((first.row(), last.row())))
    before = counted.made
    counted.table.show_draft(draft("a: 1"))
    assert told == []
    assert counted.made - before < 200
    counted.text = "changed"
    counted.table.show_draft(draft("b: 1"))
    assert len(told) == 1
    first, last = told[0]
    assert first == 0
    assert last < 200
    assert counted.table.list_model.index(MANY - 1, 1).data() == "changed"


def test_a_table_that_was_read_through_holds_a_few_hundred_rows(counted: Counted) -> None:
    model = counted.table.list_model
    for row in range(5000):
        assert model.index(row, 2).data() == str(row)
    before = counted.made
    counted.table.show_draft(draft("a: 1"))
    assert counted.made - before <= 500


def test_fewer_rows_are_another_table(counted: Counted, qtbot: QtBot) -> None:
    counted.count = 3
    with qtbot.waitSignal(counted.table.list_model.modelReset):
        counted.table.show_draft(draft("a: 1"))
    assert [counted.table.list_model.index(row, 2).data() for row in range(3)] == ["0", "1", "2"]
