"""New model in the window: what is proposed can be changed, what is wrong is told, and what is made is opened."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.serving.loading import after_creation
from studio.core.files.repository import scan
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.resources import resource
from studio.ui.new_model.dialog import NewModelDialog
from studio.ui.new_model.ports import parsed_dims
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.dialogs import Question
from tests.core.artifact_files import FILES
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.panels import explorer_of
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.test_names_everywhere import described, said, usable

ONNX = resource("example", "models", "classifier", "1", "model.onnx")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one model."""
    found = tmp_path / "models"
    shutil.copytree(resource("templates", "identity"), found / "identity")
    return found


@pytest.fixture
def window(open_window: OpenWindow, root: Path) -> MainWindow:
    return open_window(root)


@pytest.fixture
def dialog(open_session: OpenSession, root: Path, qtbot: QtBot) -> Iterator[NewModelDialog]:
    """The dialog on a repository, without the rest of the window."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(1440, 900)
    made = NewModelDialog(host, open_session(root))
    # The tests look at it after it is closed.
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.open()
    yield made
    made.close()
    settled()


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """An ONNX file somewhere else."""
    return Path(shutil.copyfile(ONNX, tmp_path / "net.onnx"))


def drop(target: QWidget, *paths: Path) -> bool:
    """Drops files on a widget as Qt delivers it; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    usual = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(5, 5), *usual)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(5, 5), *usual)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def settled() -> None:
    """What was read and tried is shown."""
    wait_until(lambda: tasks.busy() == 0)


def take(dialog: NewModelDialog, *paths: Path) -> None:
    """Drops files on the dialog, and waits for what they propose."""
    assert drop(dialog, *paths)
    settled()


def shown(window: MainWindow, *paths: Path) -> NewModelDialog:
    """The dialog with what files propose that were dropped on the window."""
    assert drop(window, *paths)
    dialog = window.findChild(NewModelDialog)
    assert dialog is not None
    wait_until(lambda: dialog.form.isVisible())
    return dialog


def tried(dialog: NewModelDialog) -> None:
    """The checker has looked at what is there now."""
    words = ("problem found", "would refuse")
    wait_until(lambda: not dialog.is_waiting and any(word in dialog.foot.said().lower() for word in words))


def field(dialog: NewModelDialog, key: str) -> QLineEdit:
    """A field by what it sets."""
    found = dialog.findChild(QLineEdit, names.NewModel.FIELD.format(key))
    assert found is not None
    return found


def text(dialog: NewModelDialog) -> str:
    """The text that would be written."""
    found = dialog.findChild(QPlainTextEdit, names.NewModel.TEXT)
    assert found is not None
    return found.toPlainText()


def retype(qtbot: QtBot, into: QLineEdit, words: str) -> None:
    """Types over what is there."""
    into.selectAll()
    QTest.keyClicks(into, words)


def test_a_dropped_file_is_proposed_created_and_opened(
    window: MainWindow, net: Path, root: Path, posted: list[Notice], qtbot: QtBot
) -> None:
    lit: list[bool] = []
    window.context.drops.hovering.connect(lit.append)
    dialog = shown(window, net)
    assert lit == [True, False]
    assert 'name: "net"' in text(dialog)
    assert "max_batch_size: 8" in text(dialog)
    retype(qtbot, field(dialog, "name"), "resnet")
    assert 'name: "resnet"' in text(dialog)
    tried(dialog)
    wanted = text(dialog)
    dialog.go.click()
    wait_until(lambda: window.tabs.current() == "model:resnet")
    assert (root / "resnet" / "config.pbtxt").read_text() == wanted
    assert (root / "resnet" / "1" / "model.onnx").read_bytes() == ONNX.read_bytes()
    assert sorted(path.name for path in root.iterdir()) == ["identity", "resnet"]
    wait_until(lambda: window.findChild(NewModelDialog) is None)
    assert [notice.text for notice in posted] == ["resnet was created"]


def test_a_backend_that_cannot_be_is_refused_and_the_reason_of_the_batch_follows_it(
    dialog: NewModelDialog, net: Path, qtbot: QtBot
) -> None:
    take(dialog, net)
    tried(dialog)
    retype(qtbot, dialog.form.batch.field, "4")
    assert "up to 4 requests" in dialog.form.proposal.reasons["max_batch_size"]
    retype(qtbot, field(dialog, "backend"), "a/b")
    assert "backend" in dialog.form.problems()
    assert not dialog.go.isEnabled()
    retype(qtbot, field(dialog, "backend"), "onnxruntime")
    assert dialog.form.problems() == {}


def test_choices_change_the_text(dialog: NewModelDialog, net: Path, qtbot: QtBot) -> None:
    take(dialog, net)
    tried(dialog)
    batch = dialog.form.batch.field
    retype(qtbot, batch, "0")
    assert "max_batch_size" not in text(dialog)
    assert "dims: [ -1, 3, 64, 64 ]" in text(dialog)
    assert not dialog.form.dynamic.isVisible()
    retype(qtbot, batch, "4")
    assert "max_batch_size: 4" in text(dialog)
    dialog.form.dynamic.click()
    assert "dynamic_batching" not in text(dialog)
    dialog.form.kind.changed.emit("KIND_CPU")
    retype(qtbot, dialog.form.count.field, "2")
    assert "    count: 2\n    kind: KIND_CPU\n" in text(dialog)
    dims = dialog.findChild(QLineEdit, names.NewModel.PORT.format("input", 0, "dims"))
    assert dims is not None
    retype(qtbot, dims, "3, 32, -1")
    assert "dims: [ 3, 32, -1 ]" in text(dialog)
    tried(dialog)


def test_what_is_wrong_is_told_at_its_field(dialog: NewModelDialog, net: Path, root: Path, qtbot: QtBot) -> None:
    take(dialog, net)
    retype(qtbot, field(dialog, "name"), "identity")
    assert "there already" in dialog.form.rows["name"].said()
    assert not dialog.go.isEnabled()
    retype(qtbot, field(dialog, "name"), "net")
    assert dialog.go.isEnabled()
    dims = dialog.findChild(QLineEdit, names.NewModel.PORT.format("input", 0, "dims"))
    assert dims is not None
    retype(qtbot, dims, "3, q")
    assert "whole numbers" in dialog.form.inputs.problem
    assert not dialog.go.isEnabled()
    retype(qtbot, dims, "3, 64, 65")
    tried(dialog)
    assert "refuse" in dialog.foot.said()
    assert dialog.go.text() == "Create anyway"
    problems = dialog.findChild(QWidget, names.NewModel.FINDINGS)
    assert problems is not None
    assert problems.isVisible()
    dialog.reject()
    settled()
    assert [path.name for path in root.iterdir()] == ["identity"]


def test_a_file_that_is_no_model_says_so_and_the_next_one_is_taken(
    dialog: NewModelDialog, net: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    take(dialog, tmp_path / "notes.txt")
    assert "notes.txt" in dialog.choose.problem.accessibleName()
    take(dialog, net)
    assert 'name: "net"' in text(dialog)


def test_a_guess_is_marked_until_it_is_confirmed(dialog: NewModelDialog, qtbot: QtBot) -> None:
    take(dialog, FILES / "traced.pt")
    tried(dialog)
    assert "guess" in dialog.foot.said()
    for side in ("input", "output"):
        dims = dialog.findChild(QLineEdit, names.NewModel.PORT.format(side, 0, "dims"))
        assert dims is not None
        assert dims.property("state") == "warning"
        retype(qtbot, dims, "3")
        assert dims.property("state") == ""
    tried(dialog)
    add = dialog.findChild(QPushButton, names.NewModel.ADD.format("input"))
    assert add is not None
    add.click()
    assert 'name: "input_1"' in text(dialog)
    kind = dialog.findChild(QComboBox, names.NewModel.PORT.format("input", 1, "type"))
    assert kind is not None
    kind.setFocus()
    QTest.keyClicks(kind, "INT64")
    assert "TYPE_INT64" in text(dialog)
    part(dialog, QAbstractButton, names.NewModel.REMOVE.format("input", 1)).click()
    assert "input_1" not in text(dialog)


def test_several_files_are_made_one_after_the_other(
    dialog: NewModelDialog, net: Path, root: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copyfile(FILES / "traced.pt", tmp_path / "other.pt"))
    take(dialog, net, other)
    assert dialog.title.text() == "New model 1 of 2"
    dialog.go.click()
    wait_until(lambda: 'name: "other"' in text(dialog))
    assert dialog.title.text() == "New model 2 of 2"
    dialog.go.click()
    wait_until(lambda: not dialog.isVisible())
    assert [folder.name for folder in scan(root).models] == ["identity", "net", "other"]


def test_templates_by_keyboard(dialog: NewModelDialog, root: Path, qtbot: QtBot) -> None:
    card = dialog.choose.cards[-1]
    assert card.template.calls
    assert card.isEnabled()
    QTest.keyClick(card, Qt.Key.Key_Return)
    settled()
    assert dialog.form.called.currentText() == "identity"
    assert 'string_value: "identity"' in text(dialog)
    files = dialog.findChild(QTreeWidget, names.NewModel.FILES)
    assert files is not None
    code = files.findItems("model.py", Qt.MatchFlag.MatchRecursive)[0]
    files.setCurrentItem(code)
    assert "TritonPythonModel" in text(dialog)
    tried(dialog)
    QTest.keyClick(field(dialog, "name"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: not dialog.isVisible())
    assert (root / "bls" / "1" / "model.py").is_file()


def test_a_repository_is_offered_to_be_opened(window: MainWindow) -> None:
    models = resource("example", "models")
    assert drop(window, models)
    wait_until(lambda: any(each.isVisible() for each in window.findChildren(Question)))
    (question,) = (each for each in window.findChildren(Question) if each.isVisible())
    assert models.name in question.windowTitle()
    question.close()


def test_without_a_repository_one_is_made(open_window: OpenWindow, net: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window = open_window(None)
    dialog = shown(window, net)
    place = field(dialog, "place")
    assert place.text() == str(tmp_path / "model_repository")
    retype(qtbot, place, str(net))
    # A path is judged when typing rests, and at once when the field is left.
    wait_until(lambda: "a file" in dialog.form.rows["place"].said())
    wait_until(lambda: not dialog.go.isEnabled())
    retype(qtbot, place, str(tmp_path / "mine"))
    dialog.form.name.setFocus()
    wait_until(dialog.go.isEnabled)
    dialog.go.click()
    wait_until(lambda: window.tabs.current() == "model:net")
    assert [folder.name for folder in scan(tmp_path / "mine").models] == ["net"]


def test_an_empty_repository_invites(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(tmp_path)
    assert explorer_of(window).new.isVisible()
    assert any("Ctrl+N" in each.text() and each.isVisible() for each in window.tabs.findChildren(QLabel))
    explorer_of(window).new.click()
    dialog = window.findChild(NewModelDialog)
    assert dialog is not None
    assert not dialog.choose.cards[-1].isEnabled()
    dialog.close()


def test_what_cannot_be_written_is_told_and_can_be_tried_again(
    dialog: NewModelDialog, net: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(dialog, net)

    real = Path.rename

    def full(source: Path, target: Path) -> Path:
        if target == root / "net":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", full)
        dialog.go.click()
        wait_until(lambda: "disk is full" in dialog.foot.said())
    assert [path.name for path in root.iterdir()] == ["identity"]
    assert dialog.go.isEnabled()
    dialog.go.click()
    wait_until(lambda: not dialog.isVisible())
    assert sorted(path.name for path in root.iterdir()) == ["identity", "net"]


def test_text_that_is_dragged_is_not_taken(dialog: NewModelDialog) -> None:
    data = QMimeData()
    data.setText("words")
    usual = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event = QDragEnterEvent(QPoint(5, 5), *usual)
    event.ignore()
    QApplication.sendEvent(dialog, event)
    assert not event.isAccepted()


@pytest.mark.parametrize(
    ("control", "words"),
    [(ControlMode.EXPLICIT, "Load"), (ControlMode.POLL, "by itself"), (ControlMode.NONE, "started again")],
)
def test_a_server_that_runs_is_told_of(control: ControlMode, words: str, root: Path) -> None:
    loaded: list[str] = []
    spec = LaunchSpec(EngineKind.EMBEDDED, root, control=control)
    status = SimpleNamespace(is_running=True, spec=spec)
    server: Any = SimpleNamespace(status=status, load=loaded.append)
    detail, actions = after_creation(server, root, "identity")
    assert words in detail or words in [title for title, _ in actions]
    for _, act in actions:
        act()
    assert loaded == (["identity"] if control is ControlMode.EXPLICIT else [])


def test_every_part_has_a_name(dialog: NewModelDialog, net: Path) -> None:
    for paths in ([], [net], [FILES / "scripted.pt"]):
        if paths:
            dialog.take_paths(paths)
            settled()
            tried(dialog)
        found = usable(dialog)
        assert len(found) > 5
        assert [described(each) for each in found if not each.objectName() or not said(each)] == []


@pytest.mark.parametrize(
    ("written", "dims"),
    [("3, 224", (3, 224)), ("[ -1 ]", (-1,)), ("", None), ("0", None), ("-2", None), ("a", None), ("1 2", (1, 2))],
)
def test_dims_as_people_write_them(written: str, dims: tuple[int, ...] | None) -> None:
    assert parsed_dims(written) == dims
