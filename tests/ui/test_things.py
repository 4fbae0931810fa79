"""Models as things: what the explorer does to them, what their files say, and two of them side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.notices import Notice
from studio.core.artifacts import READERS
from studio.core.artifacts.onnx import read_onnx
from studio.core.merging.comparison import of_artifact
from studio.ui.compare.dialog import CompareDialog
from studio.ui.compare.table import CompareModel
from studio.ui.editor.model_tab import ModelTab
from studio.ui.explorer.nodes import TreeNode
from studio.ui.explorer.rename_dialog import ChangeRow, RenameDialog
from studio.ui.explorer.version_dialog import VersionDialog
from studio.ui.file.panel import FilePanel
from studio.ui.served.room import load_models, unload_models
from studio.ui.shell.window import MainWindow
from tests.fixtures import names
from tests.fixtures.finding import W, part
from tests.fixtures.panels import explorer_of
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.onnx_files import write_onnx

_CONFIG = """# Mine.
name: "net"
backend: "onnxruntime"
max_batch_size: 8
input [ { name: "image" data_type: TYPE_FP32 dims: [ 3, 8, 8 ] } ]
output [ { name: "scores" data_type: TYPE_FP32 dims: [ 10 ] } ]
"""
_PIPELINE = """platform: "ensemble"
input [ { name: "i" data_type: TYPE_FP32 dims: [ 3, 8, 8 ] } ]
output [ { name: "o" data_type: TYPE_FP32 dims: [ 10 ] } ]
max_batch_size: 8
ensemble_scheduling { step [ { model_name: "net" model_version: -1
  input_map { key: "image" value: "i" } output_map { key: "scores" value: "o" } } ] }
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = tmp_path / "models"
    for name, text in (("net", _CONFIG), ("other", _CONFIG.replace('"net"', '"other"')), ("pipeline", _PIPELINE)):
        (found / name / "1").mkdir(parents=True)
        (found / name / "config.pbtxt").write_text(text)
    good = {"image": ("FLOAT", (-1, 3, 8, 8))}, {"scores": ("FLOAT", (-1, 10))}
    write_onnx(found / "net" / "1" / "model.onnx", *good)
    write_onnx(found / "other" / "1" / "model.onnx", *good)
    (found / "net" / "2").mkdir()
    write_onnx(
        found / "net" / "2" / "model.onnx", {"image": ("FLOAT16", (-1, 3, 16, 16))}, {"scores": ("FLOAT", (-1, 10))}
    )
    return found


@pytest.fixture
def window(root: Path, own_trash: Path, open_window: OpenWindow) -> MainWindow:
    made = open_window(root)
    # The first model's tab opens in a turn of its own, and selects the model.
    wait_until(lambda: explorer_of(made).model.rowCount() == 3 and bool(made.documents.open_keys()))
    return made


def _node(window: MainWindow, model: str, version: int = 0) -> TreeNode:
    node = explorer_of(window).model.node(explorer_of(window).model.find(model))
    return next((each for each in node.children if version and each.number == version), node)


def _select(window: MainWindow, *nodes: TreeNode) -> None:
    tree = explorer_of(window).tree
    # By the selection itself: what the view does follows the keys that another test held down last.
    chosen = tree.selectionModel()
    for at, node in enumerate(nodes):
        index = explorer_of(window).proxy.mapFromSource(explorer_of(window).model.index_of(node))
        tree.setExpanded(index.parent(), True)
        if at == 0:
            chosen.setCurrentIndex(index, chosen.SelectionFlag.ClearAndSelect)
        else:
            chosen.select(index, chosen.SelectionFlag.Select)
    assert {node.text for node in explorer_of(window).selection()} == {node.text for node in nodes}


def _named(parent: QWidget, kind: type[W], name: str) -> list[W]:
    return [each for each in parent.findChildren(kind) if each.objectName() == name and each.isVisible()]


def _press_only(panel: QWidget, name: str) -> None:
    wait_until(lambda: len(_named(panel, QPushButton, name)) == 1)
    (button,) = _named(panel, QPushButton, name)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _press(qtbot: QtBot, dialog: QWidget, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _models(window: MainWindow) -> list[str]:
    repository = window.need_session().repository
    return [each.name for each in repository.models] if repository else []


# What the file says


def _file_panel(window: MainWindow) -> FilePanel:
    panel = window.inspector.made("file")
    assert isinstance(panel, FilePanel)
    return panel


def _fixes(panel: FilePanel) -> list[str]:
    return [
        each.text()
        for each in panel.findChildren(QPushButton)
        if each.objectName().startswith("fileFix") and each.isVisible()
    ]


def test_a_press_on_a_version_shows_its_file_with_differences_that_fixes_mend(window: MainWindow, qtbot: QtBot) -> None:
    _select(window, _node(window, "net", 2))
    panel = _file_panel(window)
    wait_until(lambda: "One tensor differs" in panel.state.text())
    assert window.docks.inspector.header.title.text() == "Model file"
    assert panel.title.text() == "model.onnx"
    wait_until(lambda: _fixes(panel) == ["Use TYPE_FP16", "Set dims to [ 3, 16, 16 ]"])
    for name in ("fileFix.input.image.data_type", "fileFix.input.image.dims"):
        _press_only(panel, name)
    wait_until(lambda: panel.state.text() == "The configuration agrees.")
    model = window.need_session().models()["net"]
    wanted = _CONFIG.replace("TYPE_FP32 dims: [ 3, 8, 8 ]", "TYPE_FP16 dims: [ 3, 16, 16 ]")
    assert model.draft.document.text == wanted
    model.undo_stack.undo()
    wait_until(lambda: _fixes(panel) == ["Set dims to [ 3, 16, 16 ]"])


def test_versions_are_chosen_in_the_panel_and_the_file_is_followed(window: MainWindow, root: Path) -> None:
    _select(window, _node(window, "net", 1))
    panel = _file_panel(window)
    wait_until(lambda: panel.state.text() == "The configuration agrees.")
    panel.version.setCurrentIndex(panel.version.findText("Version 2"))
    panel.version.activated.emit(panel.version.currentIndex())
    wait_until(lambda: "One tensor differs" in panel.state.text())
    (root / "net" / "2" / "model.onnx").write_bytes(b"no model at all")
    window.need_session().rescan()
    wait_until(lambda: "not a sound ONNX file" in panel.state.text() and _fixes(panel) == [])


def test_the_tab_has_the_file_beside_form_and_text(window: MainWindow) -> None:
    page = window.documents.open_model("net")
    assert isinstance(page, ModelTab)
    page.views.set_values(["form", "file"])
    page.views.changed.emit("file")
    panel = page.findChild(FilePanel)
    assert panel is not None
    wait_until(lambda: "One tensor differs" in panel.state.text())
    assert panel.isVisible()
    page.views.set_values(["form"])
    page.views.changed.emit("form")
    assert not panel.isVisible()


def test_the_help_comes_back_with_the_field(window: MainWindow) -> None:
    page = window.documents.open_model("net")
    assert isinstance(page, ModelTab)
    _select(window, _node(window, "net", 1))
    assert window.inspector.current == "file"
    page.form.context.focused.emit(("max_batch_size",))
    assert window.inspector.current == "help"
    assert window.docks.inspector.header.title.text() == "Field help"


@pytest.mark.long
def test_a_model_with_hundreds_of_tensors_is_built_over_several_turns(window: MainWindow, root: Path) -> None:
    many = {f"past_{index}": ("FLOAT", (-1, 8)) for index in range(150)}
    write_onnx(root / "net" / "2" / "model.onnx", many, {"scores": ("FLOAT", (-1, 10))})
    window.need_session().rescan()
    wait_until(lambda: tasks.busy() == 0)
    _select(window, _node(window, "net", 2))
    panel = _file_panel(window)
    wait_until(lambda: len([w for w in panel.findChildren(QWidget) if type(w).__name__ == "PortBlock"]) >= 152)


@pytest.mark.parametrize("kind", ["", "reader"])
def test_a_file_of_another_kind_is_said_so(window: MainWindow, root: Path, kind: str) -> None:
    assert READERS
    name = "notes.bin" if not kind else "model.pt"
    for each in (root / "net" / "2").iterdir():
        each.unlink()
    (root / "net" / "2" / name).write_bytes(b"what")
    window.need_session().rescan()
    wait_until(lambda: tasks.busy() == 0)
    node = next(each for each in _node(window, "net", 2).children if each.text == name)
    _select(window, node)
    panel = _file_panel(window)
    wanted = "does not know this kind" if not kind else "not a sound TorchScript file"
    wait_until(lambda: wanted in panel.state.text())


# Renaming, copying, deleting


def test_f2_shows_what_a_rename_changes_before_it_does(
    window: MainWindow, root: Path, qtbot: QtBot, posted: list[Notice]
) -> None:
    window.documents.open_model("net")
    _select(window, _node(window, "net"))
    explorer_of(window).tree.setFocus()
    QTest.keyClick(explorer_of(window).tree, Qt.Key.Key_F2)
    dialog = window.findChild(RenameDialog)
    assert dialog is not None
    wait_until(lambda: len(dialog.findChildren(ChangeRow)) == 3)
    dialog.field.setText("other")
    assert dialog.reason.text() == "other is there already."
    _press(qtbot, dialog, "answer.yes")
    assert dialog.isVisible()
    dialog.field.setText("omega")
    said = [row.accessibleName() for row in dialog.findChildren(ChangeRow)]
    assert said == [
        "net/: becomes omega/",
        "net/config.pbtxt: name: “net” becomes “omega”",
        "pipeline/config.pbtxt: step 1: model_name becomes “omega”",
    ]
    assert (root / "net").is_dir()
    _press(qtbot, dialog, "answer.yes")
    wait_until(lambda: _models(window) == ["omega", "other", "pipeline"])
    wait_until(lambda: window.tabs.has("model:omega"))
    assert 'model_name: "omega"' in (root / "pipeline" / "config.pbtxt").read_text()
    undo = next(each for each in posted if each.text == "net is now omega").actions[0][1]
    undo()
    wait_until(lambda: _models(window) == ["net", "other", "pipeline"])
    assert (root / "pipeline" / "config.pbtxt").read_text() == _PIPELINE
    assert (root / "net" / "config.pbtxt").read_text() == _CONFIG


def test_ctrl_d_copies_a_model_under_the_next_free_name(window: MainWindow, root: Path, qtbot: QtBot) -> None:
    _select(window, _node(window, "net"))
    explorer_of(window).tree.setFocus()
    QTest.keyClick(explorer_of(window).tree, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QDialog, "prompt")
    assert dialog is not None
    _press(qtbot, dialog, "answer.yes")
    wait_until(lambda: "net_2" in _models(window))
    assert (root / "net_2" / "config.pbtxt").read_text() == _CONFIG.replace('"net"', '"net_2"')


def test_delete_moves_all_that_are_selected_to_the_trash_and_restore_brings_them_back(
    window: MainWindow, root: Path, qtbot: QtBot, posted: list[Notice]
) -> None:
    _select(window, _node(window, "net"), _node(window, "other"))
    explorer_of(window).tree.setFocus()
    QTest.keyClick(explorer_of(window).tree, Qt.Key.Key_Delete)
    dialog = window.findChild(QDialog, "question")
    assert dialog is not None
    assert dialog.windowTitle() == "Move 2 models to the trash?"
    assert "pipeline will lack steps." in dialog.accessibleDescription()
    _press(qtbot, dialog, "answer.yes")
    wait_until(lambda: _models(window) == ["pipeline"])
    wait_until(lambda: bool(posted) and posted[-1].text == "2 models are in the trash")
    posted[-1].actions[0][1]()
    wait_until(lambda: _models(window) == ["net", "other", "pipeline"])
    assert (root / "net" / "2" / "model.onnx").exists()


def test_a_version_alone_goes_to_the_trash(window: MainWindow, root: Path, qtbot: QtBot) -> None:
    _select(window, _node(window, "net", 1))
    window.commands.action("delete_model").trigger()
    dialog = window.findChild(QDialog, "question")
    assert dialog is not None
    assert dialog.windowTitle() == "Move Version 1 of net to the trash?"
    _press(qtbot, dialog, "answer.yes")
    wait_until(lambda: not (root / "net" / "1").exists())
    assert (root / "net" / "2").is_dir()


def test_what_the_server_has_is_unloaded_first_unless_that_is_not_wanted(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.core.inference.requests import ModelState

    session = window.need_session()
    session.server.current.models = {"net": (ModelState("net", "1", "READY", ""),)}
    order: list[str] = []

    def unload(name: str, then: Callable[[], None], **_: object) -> None:
        order.append(f"unload {name}")
        then()

    monkeypatch.setattr(session.server.current, "unload", unload)
    monkeypatch.setattr(session.folders, "to_trash", lambda _paths, what: order.append(f"trash {what}"))
    for keep in (False, True):
        _select(window, _node(window, "net"))
        window.commands.action("delete_model").trigger()
        dialog = window.findChild(QDialog, "question")
        assert dialog is not None
        (switch,) = _named(dialog, QAbstractButton, names.Explorer.UNLOAD_FIRST)
        if keep:
            switch.click()
        _press(qtbot, dialog, "answer.yes")
        wait_until(lambda: window.findChild(QDialog, "question") is None)
    assert order == ["unload net", "trash net", "trash net"]


# Versions


def _drop(window: MainWindow, node: TreeNode | None, path: Path) -> None:
    tree = explorer_of(window).tree
    point = QPoint(5, tree.viewport().height() - 3)
    if node is not None:
        point = tree.visualRect(
            explorer_of(window).proxy.mapFromSource(explorer_of(window).model.index_of(node))
        ).center()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(point, copy, data, buttons, keys)
    QApplication.sendEvent(tree.viewport(), enter)
    assert enter.isAccepted()
    QApplication.sendEvent(tree.viewport(), QDropEvent(QPointF(point), copy, data, buttons, keys))


def test_a_file_dropped_on_a_model_becomes_its_next_version(
    window: MainWindow, root: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    dropped = write_onnx(tmp_path / "net v3.onnx", {"image": ("FLOAT", (-1, 3, 8, 8))}, {"scores": ("FLOAT", (-1, 10))})
    _drop(window, _node(window, "net"), dropped)
    dialog = window.findChild(VersionDialog)
    assert dialog is not None
    assert (dialog.number.value(), dialog.saved_as.text()) == (3, "model.onnx")
    assert dialog.served.text() == "Served then: 3 (version policy: latest)."
    dialog.number.set_value(2)
    assert dialog.reason.text() == "Version 2 is there already."
    _press(qtbot, dialog, "answer.yes")
    assert dialog.isVisible()
    dialog.number.set_value(3)
    _press(qtbot, dialog, "answer.yes")
    wait_until(lambda: (root / "net" / "3" / "model.onnx").exists())
    assert (root / "net" / "3" / "model.onnx").read_bytes() == dropped.read_bytes()
    wait_until(lambda: tasks.busy() == 0)


def test_a_file_dropped_beside_the_models_is_no_version(window: MainWindow, tmp_path: Path) -> None:
    heard: list[str] = []
    explorer_of(window).files_dropped.connect(lambda model, _paths: heard.append(model))
    _drop(window, None, tmp_path / "new.onnx")
    assert heard == [""]
    assert window.findChild(VersionDialog) is None


def test_the_latest_version_is_copied_where_nothing_else_is_chosen(
    window: MainWindow, root: Path, qtbot: QtBot
) -> None:
    _select(window, _node(window, "net"))
    window.commands.action("add_version").trigger()
    dialog = window.findChild(VersionDialog)
    assert dialog is not None
    assert dialog.source.currentText() == "A copy of version 2"
    _press(qtbot, dialog, "answer.yes")
    wait_until(lambda: (root / "net" / "3" / "model.onnx").exists())
    assert (root / "net" / "3" / "model.onnx").read_bytes() == (root / "net" / "2" / "model.onnx").read_bytes()
    wait_until(lambda: tasks.busy() == 0)


def test_a_file_that_the_backend_cannot_load_is_doubted(window: MainWindow, tmp_path: Path) -> None:
    _drop(window, _node(window, "net"), tmp_path / "model.plan")
    dialog = window.findChild(VersionDialog)
    assert dialog is not None
    assert "This model’s backend loads model.onnx, not .plan." in dialog.served.text()
    dialog.source.setCurrentIndex(dialog.source.findText("Nothing yet"))
    assert dialog.served.text() == "Served then: 3 (version policy: latest)."
    dialog.reject()


# Comparing


def test_two_versions_are_compared_from_the_older_to_the_newer(window: MainWindow) -> None:
    _select(window, _node(window, "net", 2), _node(window, "net", 1))
    window.commands.action("compare").trigger()
    dialog = window.findChild(CompareDialog)
    assert dialog is not None
    assert (dialog.left.currentText(), dialog.right.currentText()) == ("net · version 1", "net · version 2")
    wait_until(lambda: dialog.state.text().startswith("1 tensor differs"))
    told = [str(dialog.model.index(row, 3).data() or "") for row in range(dialog.model.rowCount())]
    assert "another data type, another shape" in told
    part(dialog, QAbstractButton, names.Compare.SWAP).click()
    assert dialog.left.currentText() == "net · version 2"
    dialog.right.setCurrentIndex(dialog.right.findText("net · configuration"))
    wait_until(lambda: dialog.model.headerData(2, Qt.Orientation.Horizontal) == "configuration")
    dialog.close()


def test_two_models_are_compared_and_what_tells_nothing_is_said_so(window: MainWindow, root: Path) -> None:
    _select(window, _node(window, "other"), _node(window, "pipeline"))
    window.commands.action("compare").trigger()
    dialog = window.findChild(CompareDialog)
    assert dialog is not None
    assert (dialog.left.currentText(), dialog.right.currentText()) == ("other · version 1", "pipeline · configuration")
    wait_until(lambda: "tensors differ" in dialog.state.text())
    assert dialog.model.headerData(2, Qt.Orientation.Horizontal) == "pipeline · configuration"
    dialog.right.setCurrentIndex(dialog.right.findText("pipeline · version 1"))
    wait_until(lambda: "no file in it tells an interface" in dialog.state.text())
    assert dialog.model.rowCount() == 0
    dialog.close()


def test_the_table_of_a_comparison_is_a_sound_model(root: Path, qtmodeltester: ModelTester) -> None:
    model = CompareModel()
    qtmodeltester.check(model)
    sides = [of_artifact(read_onnx(root / "net" / str(n) / "model.onnx"), f"version {n}") for n in (1, 2)]
    assert model.show_interfaces(*sides) == (1, 0)
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "image: another data type, another shape"
    model.show_interfaces(None, None)
    assert model.rowCount() == 0


# The explorer


def test_load_and_unload_are_for_all_that_are_selected(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    session = window.need_session()
    asked: list[str] = []
    monkeypatch.setattr(session.server, "load", lambda name: asked.append(f"load {name}"))
    monkeypatch.setattr(session.server.current, "unload", lambda name: asked.append(f"unload {name}"))
    _select(window, _node(window, "net"), _node(window, "other"))
    load_models(window.context)
    unload_models(window.context)
    assert asked == ["load net", "load other", "unload net", "unload other"]


def test_commands_for_one_model_are_off_while_several_are_selected(window: MainWindow) -> None:
    _select(window, _node(window, "net"))
    wait_until(lambda: window.commands.action("rename_model").isEnabled())
    _select(window, _node(window, "net"), _node(window, "other"))
    wait_until(lambda: not window.commands.action("rename_model").isEnabled())
    assert window.commands.action("delete_model").isEnabled()


def test_the_menu_of_each_row_has_what_can_be_done_with_it(window: MainWindow) -> None:
    def texts(node: TreeNode | None) -> set[str]:
        make = explorer_of(window).menu_actions
        assert make is not None
        menu = make(node)
        found = {action.text().partition("\t")[0] for action in menu.actions() if action.text()}
        menu.deleteLater()
        return found

    model, version, none = texts(_node(window, "net")), texts(_node(window, "net", 1)), texts(None)
    assert {"Rename the model…", "Duplicate the model…", "Add a version…", "Load or reload", "Unload"} <= model
    assert {"Add a version…", "Compare interfaces…", "Move to the trash…"} <= version
    assert "Rename the model…" not in version
    assert none == {"Read the folder again"}
    assert "Open the file with its program" in texts(_node(window, "net", 1).children[0])


def test_paths_are_copied(window: MainWindow, root: Path, qtbot: QtBot) -> None:
    _select(window, _node(window, "net"), _node(window, "other"))
    explorer_of(window).tree.setFocus()
    QTest.keyClick(explorer_of(window).tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == f"{root / 'net'}\n{root / 'other'}"
