"""Pictures of New model: what to choose, an ONNX file, a guess, a template, and a file that is none."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from studio.app import tasks
from studio.app.session import Session
from studio.core.new_model.templates import template
from studio.resources import resource
from studio.ui.look import theme
from studio.ui.new_model.dialog import NewModelDialog
from studio.ui.new_model.flow import ask_new_model
from studio.ui.shell.window import MainWindow
from studio.ui.workbench import ROOMS
from tests.core.artifact_files import FILES
from tests.fixtures.waiting import wait_until
from tests.ui.shots import settle


def _shoot(window: MainWindow, dialog: NewModelDialog, folder: Path, name: str, theme_name: str) -> Path:
    """The dialog in front of the window."""
    wait_until(lambda: tasks.busy() == 0)
    settle(500)
    path = folder / f"new-model-{name}-{theme_name}.png"
    picture = window.grab()
    corner = dialog.mapToGlobal(dialog.rect().topLeft()) - window.mapToGlobal(window.rect().topLeft())
    dialog.render(picture, corner)
    picture.save(str(path))
    return path


def _all(window: MainWindow, folder: Path, theme_name: str, files: Path) -> list[Path]:
    dialog = ask_new_model(window.context)
    made = [_shoot(window, dialog, folder, "choose", theme_name)]
    dialog.take_paths([files / "resnet.onnx"])
    made.append(_shoot(window, dialog, folder, "onnx", theme_name))
    dialog.form.name.setText("classifier")
    dialog.form.name.textEdited.emit("classifier")
    made.append(_shoot(window, dialog, folder, "name", theme_name))
    dialog.take_paths([FILES / "scripted.pt"])
    made.append(_shoot(window, dialog, folder, "guess", theme_name))
    dialog.take_template(template("bls"))
    made.append(_shoot(window, dialog, folder, "template", theme_name))
    dialog.take_paths([FILES / "weights.pt"])
    made.append(_shoot(window, dialog, folder, "error", theme_name))
    dialog.close()
    return made


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)
    window, session = MainWindow(ROOMS), Session()
    window.resize(QSize(1440, 900))
    window.show()
    window.bind(session)
    try:
        with TemporaryDirectory() as home:
            models = Path(home) / "vision"
            shutil.copytree(resource("example", "models"), models)
            shutil.copyfile(models / "classifier" / "1" / "model.onnx", Path(home) / "resnet.onnx")
            session.open_repository(models)
            wait_until(lambda: session.repository is not None and tasks.busy() == 0, 30)
            made = _all(window, folder, theme_name, Path(home))
            window.documents.close_tabs()
            session.close_repository()
    finally:
        window.close()
        session.shutdown()
        session.deleteLater()
        window.deleteLater()
    return made
