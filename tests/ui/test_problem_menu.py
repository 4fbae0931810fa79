"""The menu and the keys of a problem's row, and problems that lie in a `model.py`."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu

from studio.app import tasks
from studio.app.notices import Notice
from studio.core.checking.findings import Finding
from studio.ui.editor.files.file_tab import FileTab
from studio.ui.editor.model_tab import ModelTab
from studio.ui.problems.explain import ExplainDialog
from studio.ui.problems.ignore import IgnoreDialog
from studio.ui.problems.model import MESSAGE
from studio.ui.shell.window import MainWindow
from tests.fixtures.finding import part
from tests.fixtures.panels import problems_of
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import CONFIG, write_model

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
CODE = """class TritonPythonModel:
    def initialize(self, args):
        raise ValueError("no")

    def execute(self, requests):
        return []
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A model whose name is another, and one whose code always raises."""
    write_model(tmp_path / "models", "alpha", CONFIG.format(name="other"))
    folder = write_model(tmp_path / "models", "code", CONFIG.format(name="code").replace("identity", "python"))
    (folder / "1" / "model.py").write_text(CODE)
    return tmp_path / "models"


@pytest.fixture
def window(open_window: OpenWindow, repository: Path) -> MainWindow:
    """The program on it."""
    window = open_window(repository, size=(1280, 720))
    window.activateWindow()
    return window


def _choose(window: MainWindow, model: str) -> Finding:
    """Gives the keyboard to the row of the first problem of a model."""
    window.docks.bottom.set_folded(False)
    panel = problems_of(window)
    row = next(row for row, each in enumerate(panel.model.findings()) if each.model == model)
    panel.table.selectRow(row)
    panel.table.setFocus()
    wait_until(panel.table.hasFocus)
    return panel.model.findings()[row]


def test_the_menu_of_a_row_is_about_that_row(window: MainWindow) -> None:
    _choose(window, "alpha")
    panel = problems_of(window)
    row = next(row for row, each in enumerate(panel.model.findings()) if each.model == "code")
    at = panel.table.visualRect(panel.model.index(row, MESSAGE)).center()
    where = panel.table.viewport().mapToGlobal(at)
    QApplication.sendEvent(panel.table.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, where))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    words = [action.text().partition("\t")[0] for action in menu.actions() if action.text()]
    assert words == [
        "Quick fix",
        "Go to the problem",
        "Explain the problem",
        "Copy the message",
        "Ignore in trireme.toml…",
    ]
    assert all(action.isEnabled() for action in menu.actions())
    menu.close()
    current = panel.current()
    assert current is not None
    assert current.model == "code"


def test_below_the_rows_there_is_no_menu_and_without_a_row_the_commands_are_off(window: MainWindow) -> None:
    panel = problems_of(window)
    panel.table.clearSelection()
    viewport = panel.table.viewport()
    below = QPoint(10, viewport.height() - 2)
    assert panel.table.rowAt(below.y()) < 0
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, below, viewport.mapToGlobal(below))
    QApplication.sendEvent(viewport, event)
    assert QApplication.activePopupWidget() is None
    for command in ("problem_go", "problem_explain", "problem_copy", "problem_ignore"):
        assert not window.commands.action(command).isEnabled()


def test_a_problem_in_a_model_py_opens_there_at_its_line(window: MainWindow) -> None:
    finding = _choose(window, "code")
    assert (finding.rule, finding.line) == ("py-initialize-raises", 3)
    QTest.keyClick(problems_of(window).table, Qt.Key.Key_Return)
    page = window.context.front()
    assert isinstance(page, FileTab)
    assert page.file.path.name == "model.py"
    assert page.text.edit.textCursor().blockNumber() == 2


def test_the_line_of_a_model_py_is_none_of_the_configuration(window: MainWindow) -> None:
    page = window.documents.open_model("code")
    assert isinstance(page, ModelTab)
    edit = page.show_text().edit
    cursor = edit.textCursor()
    cursor.setPosition(edit.document().findBlockByNumber(2).position())
    edit.setTextCursor(cursor)
    assert [each.rule for each in page.text.hover.findings_here() if each.rule.startswith("py-")] == []


def test_ctrl_c_copies_the_message_with_its_place_and_the_servers_words(window: MainWindow) -> None:
    finding = _choose(window, "code")
    QTest.keyClick(problems_of(window).table, Qt.Key.Key_C, CTRL)
    copied = QApplication.clipboard().text()
    assert copied.startswith(f"{finding.file}:3: error: {finding.message} [py-initialize-raises]\nValueError: no")


def test_alt_return_explains_and_leads_there(window: MainWindow) -> None:
    finding = _choose(window, "alpha")
    QTest.keyClick(problems_of(window).table, Qt.Key.Key_Return, ALT)
    dialog = part(window, ExplainDialog)
    told = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    for words in (finding.message, finding.rule, finding.server_text, finding.fixes[0].title, "config.pbtxt, line 2"):
        assert words in told
    QTest.mouseClick(part(dialog, QAbstractButton, "answer.go"), Qt.MouseButton.LeftButton)
    page = window.context.front()
    assert isinstance(page, ModelTab)
    assert page.model.name == "alpha"


def test_a_rule_is_ignored_in_the_file_of_the_project_and_that_is_taken_back(
    window: MainWindow, repository: Path, posted: list[Notice]
) -> None:
    finding = _choose(window, "alpha")
    QTest.keyClick(problems_of(window).table, Qt.Key.Key_I, ALT)
    dialog = part(window, IgnoreDialog)
    button = part(dialog, QAbstractButton, "answer.yes")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible(), "a reason is needed"
    dialog.field.setText("it is renamed when it is deployed")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    session = window.need_session()
    wait_until(lambda: tasks.busy() == 0 and not session.findings_of("alpha"))
    told = (repository.parent / "trireme.toml").read_text()
    assert f'rule = "{finding.rule}"' in told
    assert 'models = ["alpha"]' in told
    dict(posted[-1].actions)["Undo"]()
    wait_until(lambda: tasks.busy() == 0 and session.findings_of("alpha"))
    assert not (repository.parent / "trireme.toml").exists()
