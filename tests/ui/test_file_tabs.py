"""Text files of a model in tabs: from the explorer, by Ctrl+P and from a problem."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QTreeView

from studio.app import tasks
from studio.app.notices import Notice
from studio.ui.editor.changes.conflict import ConflictBar
from studio.ui.editor.files.file_tab import FileTab
from studio.ui.room.place import FilePlace, ModelPlace
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.dialogs import Question
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.panels import explorer_of
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_model

CODE = '"""What it does."""\n\nclass TritonPythonModel:\n    def execute(self, requests):\n        return []\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A model with labels and code, and one with a model file."""
    net = write_model(tmp_path / "models", "net")
    (net / "labels.txt").write_text("cat\ndog\n")
    (net / "1" / "model.py").write_text(CODE)
    (net / "1" / "weights.onnx").write_bytes(b"\x08\x07")
    return tmp_path / "models"


@pytest.fixture
def window(open_window: OpenWindow, repository: Path) -> MainWindow:
    """The program on it."""
    window = open_window(repository, size=(1280, 720))
    window.activateWindow()
    return window


def _tab(window: MainWindow) -> FileTab:
    tab = window.tabs.page(window.tabs.current())
    assert isinstance(tab, FileTab)
    return tab


def _activate(window: MainWindow, *path: str) -> None:
    """Presses Enter on a row of the explorer."""
    panel = explorer_of(window)
    tree = part(panel, QTreeView, names.Explorer.TREE)
    model = tree.model()
    index = model.index(0, 0)
    rows = model.match(index, Qt.ItemDataRole.DisplayRole, path[0])
    found = rows[0]
    for name in path[1:]:
        tree.expand(found)
        below = [model.index(row, 0, found) for row in range(model.rowCount(found))]
        found = next(each for each in below if each.data() == name)
    tree.setCurrentIndex(found)
    QTest.keyClick(tree, Qt.Key.Key_Return)


def test_enter_on_a_text_file_opens_it_and_it_is_typed_in_undone_and_saved(
    window: MainWindow, repository: Path
) -> None:
    _activate(window, "net", "labels.txt")
    tab = _tab(window)
    assert tab.text.edit.toPlainText() == "cat\ndog\n"
    QTest.keyClicks(tab.text.edit, "a ")
    assert tab.file.is_unsaved
    assert window.documents.unsaved_keys() == {"file:net/labels.txt"}
    wait_until(lambda: tab.text.edit.gutter.changed == frozenset({0}))
    window.refresh_facts()
    window.context.run("save")
    assert (repository / "net" / "labels.txt").read_text() == "a cat\ndog\n"
    window.context.run("undo")
    assert tab.text.edit.toPlainText() == "cat\ndog\n"
    wait_until(lambda: tasks.busy() == 0)


def test_a_model_file_shows_what_it_says_of_itself(window: MainWindow) -> None:
    _activate(window, "net", "1", "weights.onnx")
    assert window.inspector.current == "file"
    assert not any(key.startswith("file:") for key in window.tabs.keys())  # noqa: SIM118 - no dict


def test_files_are_among_what_one_can_go_to(window: MainWindow) -> None:
    window.go_to_model()
    popup = window.palette_popup
    popup.field.setText("net model py")
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert _tab(window).file.name == "net/1/model.py"
    bar = window.tabs.bar
    assert bar.tabText(bar.currentIndex()) == "net/model.py"


def test_find_lines_and_comment_work_in_it(window: MainWindow, repository: Path) -> None:
    page = window.context.show(FilePlace(repository / "net" / "1" / "model.py", 4))
    tab = _tab(window)
    assert page is tab
    assert tab.text.edit.textCursor().blockNumber() == 3
    wait_until(tab.text.edit.hasFocus)
    window.refresh_facts()
    window.context.run("comment")
    assert "    # def execute(self, requests):\n" in tab.file.draft.document.text
    window.context.run("find")
    assert tab.text.find_bar.isVisible()
    assert tab.text.edit.document().firstBlock().layout().formats(), "nothing is coloured"


def test_the_models_in_front_are_left_with_a_file_of_one(window: MainWindow, repository: Path) -> None:
    window.context.show(FilePlace(repository / "net" / "labels.txt"))
    window.show_activity("models")
    assert window.tabs.current() == "file:net/labels.txt"


def test_a_right_click_in_it_has_the_menu_of_a_text(window: MainWindow, repository: Path) -> None:
    window.context.show(FilePlace(repository / "net" / "labels.txt"))
    view = _tab(window).text.edit.viewport()
    place = view.rect().topLeft() + QPoint(90, 8)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    usable = {action.text().partition("\t")[0] for action in menu.actions() if action.isEnabled()}
    menu.close()
    assert {"Cut", "Copy", "Paste", "Select all", "Comment lines"} <= usable
    assert not {"Go to the step’s model", "Help for this field"} & usable


def test_closing_it_asks_about_unsaved_edits_and_so_does_the_window(window: MainWindow, repository: Path) -> None:
    window.context.show(FilePlace(repository / "net" / "labels.txt"))
    tab = _tab(window)
    QTest.keyClicks(tab.text.edit, "x")
    window.documents.close_tab(window.tabs.current())
    (question,) = [each for each in window.findChildren(Question) if each.isVisible()]
    assert "labels.txt" in question.windowTitle()
    question.reject()
    assert window.tabs.has("file:net/labels.txt")
    window.close()
    assert window.isVisible()
    question = next(each for each in window.findChildren(Question) if each.isVisible())
    part(question, QPushButton, "answer.discard").click()
    assert (repository / "net" / "labels.txt").read_text() == "cat\ndog\n"


def test_what_another_program_wrote_is_asked_about_above_it(window: MainWindow, repository: Path) -> None:
    window.context.show(FilePlace(repository / "net" / "labels.txt"))
    tab = _tab(window)
    QTest.keyClicks(tab.text.edit, "x")
    new = repository.parent / "new"
    new.write_text("theirs\n")
    new.replace(repository / "net" / "labels.txt")
    window.need_session().rescan()
    bar = part(tab, ConflictBar)
    wait_until(bar.isVisible)
    assert not part(bar, QPushButton, names.Editor.CONFLICT_MERGE).isVisible()
    part(bar, QPushButton, names.Editor.CONFLICT_TAKE).click()
    assert tab.text.edit.toPlainText() == "theirs\n"


def test_what_cannot_be_opened_says_why(window: MainWindow, repository: Path, posted: list[Notice]) -> None:
    blob = repository / "net" / "blob.dat"
    blob.write_bytes(b"\0\1")
    outside = repository.parent / "secret.txt"
    outside.write_text("secret")
    (repository / "net" / "link.txt").symlink_to(outside)
    assert window.context.show(FilePlace(blob)) is None
    assert [label for label, _ in posted[-1].actions] == ["Open it with its program"]
    assert window.context.show(FilePlace(repository / "net" / "link.txt")) is None
    assert str(outside) in posted[-1].detail
    dict(posted[-1].actions)["Read it all the same"]()
    wait_until(lambda: window.tabs.has("file:net/link.txt"))


def test_its_tab_comes_back_after_it_was_closed(window: MainWindow, repository: Path) -> None:
    window.context.show(FilePlace(repository / "net" / "labels.txt"))
    window.documents.close_tab(window.tabs.current())
    assert not window.tabs.has("file:net/labels.txt")
    window.documents.reopen()
    assert _tab(window).file.name == "net/labels.txt"


def test_f8_opens_the_file_that_a_problem_is_in_and_goes_on_from_there(
    open_window: OpenWindow, repository: Path, posted: list[Notice]
) -> None:
    (repository / "net" / "config.pbtxt").write_text('backend: "python"\nmax_batch_size: "8"\n')
    write_model(repository, "other", 'backend: "python"\n')
    (repository / "other" / "1" / "model.py").write_text("class TritonPythonModel:\n    def execute(self, (\n")
    window = open_window(repository, size=(1280, 720))
    window.activateWindow()
    window.documents.open_model("other")
    checker = window.need_session().checker
    for _ in range(5):
        window.context.run("next_problem")
        wait_until(lambda: not checker.is_waiting and tasks.busy() == 0)
        if window.tabs.current() == "file:other/1/model.py":
            break
    assert _tab(window).file.name == "other/1/model.py"
    window.context.run("quick_fix")
    assert posted[-1].text == "Nothing to fix here"
    window.context.run("next_problem")
    assert window.tabs.current() == "model:net"


def _click(window: MainWindow, *path: str, double: bool = False) -> None:
    """Clicks on a row of the explorer, whose parents are unfolded."""
    tree = explorer_of(window).tree
    model, found = tree.model(), QModelIndex()
    for name in path:
        tree.expand(found)
        below = [model.index(row, 0, found) for row in range(model.rowCount(found))]
        found = next(each for each in below if each.data() == name)
    tree.scrollTo(found)
    press = QTest.mouseDClick if double else QTest.mouseClick
    where = tree.visualRect(found).center()
    press(tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)


def test_a_click_on_a_file_previews_it_and_a_double_click_keeps_it(window: MainWindow) -> None:
    _click(window, "net", "labels.txt")
    assert window.tabs.preview == window.tabs.current() == "file:net/labels.txt"
    assert explorer_of(window).tree.hasFocus(), "a preview leaves the keyboard where it is"
    _click(window, "net", "1", "model.py")
    assert window.tabs.preview == window.tabs.current() == "file:net/1/model.py"
    assert not window.tabs.has("file:net/labels.txt")
    _click(window, "net", "1", "model.py", double=True)
    assert window.tabs.preview == ""
    _click(window, "net", "labels.txt")
    assert window.tabs.has("file:net/1/model.py")
    window.context.show(ModelPlace("net", preview=True))
    assert not window.tabs.has("file:net/labels.txt"), "the preview of a model takes the place of that of a file"


def test_typing_in_a_preview_keeps_it_and_what_is_no_text_is_not_told_of(
    window: MainWindow, posted: list[Notice]
) -> None:
    _click(window, "net", "labels.txt")
    _tab(window).text.edit.setFocus()
    QTest.keyClicks(_tab(window).text.edit, "a")
    assert window.tabs.preview == ""
    _tab(window).file.undo_stack.undo()
    before = window.tabs.current()
    _click(window, "net", "1", "weights.onnx")
    assert window.tabs.current() == before
    assert not posted


def test_the_explorer_goes_to_the_file_that_comes_in_front(window: MainWindow, repository: Path) -> None:
    window.context.show(FilePlace(repository / "net" / "1" / "model.py"))
    window.context.show(ModelPlace("net"))
    node = explorer_of(window).current()
    assert node is not None
    window.tabs.show_tab("file:net/1/model.py")
    node = explorer_of(window).current()
    assert node is not None
    assert node.path == repository / "net" / "1" / "model.py"


def test_the_help_says_what_a_text_file_is_for(window: MainWindow, repository: Path) -> None:
    inspector = window.inspector
    inspector.show_view("help")
    title = part(inspector, QLabel, names.Editor.HELP_TITLE)
    window.context.show(FilePlace(repository / "net" / "labels.txt"))
    assert title.text() == "Names of classes"
    window.context.show(FilePlace(repository / "net" / "1" / "model.py"))
    assert title.text() == "Code of the Python backend"
    window.context.show(ModelPlace("net"))
    assert title.text() == "No field chosen"
    _click(window, "net", "1", "weights.onnx")
    assert inspector.current == "file"
    _click(window, "net", "labels.txt")
    assert inspector.current == "help", "a text has no passport"
