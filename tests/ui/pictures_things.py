"""Pictures of models as things: what a file says, two versions side by side, and the dialogs of the explorer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog

from studio.app import tasks
from studio.app.session import Session
from studio.core.files.example import write_example
from studio.ui import run
from studio.ui.editor.model_tab import ModelTab
from studio.ui.explorer.nodes import TreeNode
from studio.ui.explorer.rename_dialog import RenameDialog
from studio.ui.explorer.room import add_version
from studio.ui.look import theme
from studio.ui.shell.window import MainWindow
from studio.ui.workbench import ROOMS
from tests.fixtures import names
from tests.fixtures.panels import explorer_of
from tests.fixtures.waiting import wait_until
from tests.ui.onnx_files import write_onnx
from tests.ui.shots import settle, shoot


def _prepared(home: Path) -> Path:
    """The example, with a third version of the classifier that is another model."""
    root = write_example(home / "vision")
    third = root / "classifier" / "3"
    third.mkdir()
    write_onnx(
        third / "model.onnx",
        {"pixels": ("FLOAT16", (-1, 3, 96, 96)), "mask": ("BOOL", (-1, 96, 96))},
        {"probabilities": ("FLOAT", (-1, 12)), "features": ("FLOAT", (-1, 128))},
    )
    return root


def _node(window: MainWindow, model: str, version: int = 0) -> TreeNode:
    node = explorer_of(window).model.node(explorer_of(window).model.find(model))
    return next((each for each in node.children if each.kind == "version" and each.number == version), node)


def _select(window: MainWindow, node: TreeNode) -> None:
    index = explorer_of(window).proxy.mapFromSource(explorer_of(window).model.index_of(node))
    explorer_of(window).tree.setExpanded(index.parent() if node.kind == "version" else index, True)
    explorer_of(window).tree.setCurrentIndex(index)


def _dialog(window: MainWindow, name: str) -> QDialog:
    found = window.findChild(QDialog, name)
    assert isinstance(found, QDialog)
    return found


def _shoot_dialog(window: MainWindow, folder: Path, picture: str, dialog: str, theme_name: str) -> Path:
    settle(400)
    found = _dialog(window, dialog)
    path = shoot(found, folder, picture, theme_name)
    found.close()
    settle(50)
    return path


def _idle(session: Session) -> bool:
    return session.repository is not None and tasks.busy() == 0


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    from tempfile import TemporaryDirectory

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)
    window = MainWindow(ROOMS)
    window.resize(1440, 900)
    with TemporaryDirectory() as home:
        window.show()
        run.begin(window, _prepared(Path(home)), "")
        wait_until(lambda: window.session is not None and _idle(window.session), 30)
        try:
            return _of_window(window, folder, theme_name)
        finally:
            window.close()
            run.end(window)


def _of_window(window: MainWindow, folder: Path, theme_name: str) -> list[Path]:
    window.documents.open_model("classifier")
    settle(600)
    _select(window, _node(window, "classifier", 3))
    made = [shoot(window, folder, "file-differences", theme_name, lambda: settle(900))]
    page = window.tabs.page(window.tabs.current())
    assert isinstance(page, ModelTab)
    page.views.set_values(["form", "file"])
    page.views.changed.emit("file")
    _select(window, _node(window, "classifier", 2))
    made.append(shoot(window, folder, "file-in-tab", theme_name, lambda: settle(900)))
    _select(window, _node(window, "classifier", 3))
    window.commands.run("compare")
    made.append(_shoot_dialog(window, folder, "compare", names.Compare.DIALOG, theme_name))
    _select(window, _node(window, "classifier"))
    window.commands.run("rename_model")
    settle(300)
    dialog = _dialog(window, names.Explorer.RENAME)
    assert isinstance(dialog, RenameDialog)
    dialog.field.setText("symbol_classifier")
    made.append(_shoot_dialog(window, folder, "rename", names.Explorer.RENAME, theme_name))
    add_version(window.context, files=[Path("/home/me/resnet50_v3.onnx")])
    made.append(_shoot_dialog(window, folder, "add-version", names.Explorer.VERSION, theme_name))
    return made
