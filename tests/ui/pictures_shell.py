"""Pictures of the shell: start page, repository with problems, palette, settings, notices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtWidgets import QApplication

from studio.app import notices
from studio.app.session import Session
from studio.core.files.example import write_example
from studio.ui.look import theme
from studio.ui.room.place import RepositoryPlace
from studio.ui.shell.window import MainWindow
from studio.ui.workbench import ROOMS
from tests.fixtures.panels import close_notices, explorer_of, problems_of, start_of

SIZES = (QSize(1440, 900), QSize(1280, 720))


def _wait(until: Callable[[], bool], most_ms: int = 15_000) -> None:
    """Runs the event loop until something holds, and a little longer so that it is painted."""
    loop = QEventLoop()
    poll, end = QTimer(), QTimer()
    poll.setInterval(20)
    poll.timeout.connect(lambda: loop.quit() if until() else None)
    end.singleShot(most_ms, loop.quit)
    poll.start()
    loop.exec()
    QTimer.singleShot(200, loop.quit)
    loop.exec()


def _break(models: Path) -> None:
    """Makes mistakes that people make."""
    classifier = models / "classifier" / "config.pbtxt"
    text = classifier.read_text("utf-8").replace('name: "classifier"', 'name: "clasifier"')
    classifier.write_text(text.replace("dims: [ 10 ]", "dims: [ 0 ]"), "utf-8")
    (models / ".git").mkdir()


def _grab(window: MainWindow, folder: Path, name: str, theme_name: str) -> Path:
    close_notices(window)
    return _save(window, folder, name, theme_name)


def _save(window: MainWindow, folder: Path, name: str, theme_name: str) -> Path:
    QApplication.processEvents()
    path = folder / f"{name}-{theme_name}.png"
    window.grab().save(str(path))
    return path


def _shoot(window: MainWindow, folder: Path, theme_name: str, example: Path) -> list[Path]:
    made: list[Path] = []
    _wait(lambda: start_of(window).machine.is_known)
    made.append(_grab(window, folder, "start", theme_name))
    window.context.show(RepositoryPlace(example))
    _wait(lambda: window.tabs.current() != "" and bool(window.need_session().findings))
    explorer_of(window).tree.setExpanded(explorer_of(window).proxy.index(0, 0), True)
    problems_of(window).table.selectRow(1)
    model = window.need_session().open_model("preprocess")
    model.edit("Set max batch size", lambda draft: draft.set("max_batch_size", 7))
    _wait(lambda: explorer_of(window).model.badges("preprocess").unsaved)
    made.append(_grab(window, folder, "shell", theme_name))
    window.show_palette()
    window.palette_popup.field.setText("re")
    made.append(_grab(window, folder, "palette", theme_name))
    window.palette_popup.dismiss()
    actions = (("Try again", lambda: None), ("Show the folder", lambda: None))
    notices.post("success", "preprocess_2 is a copy of preprocess")
    notices.post("error", "Save classifier", "The disk is full. Free some space and save again.", actions)
    made.append(_save(window, folder, "notices", theme_name))
    window.show_activity("settings")
    made.append(_grab(window, folder, "settings", theme_name))
    window.show_activity("models")
    window.resize(SIZES[1])
    _wait(lambda: window.width() == SIZES[1].width(), 2000)
    made.append(_grab(window, folder, "shell-1280", theme_name))
    model.undo_stack.setIndex(0)
    return made


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Writes the pictures of one theme into a folder; needs an application and a display."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme_name)
    window, session = MainWindow(ROOMS), Session()
    window.resize(SIZES[0])
    window.show()
    window.bind(session)
    try:
        with TemporaryDirectory() as home:
            models = write_example(Path(home) / "vision")
            _break(models)
            made = _shoot(window, folder, theme_name, models)
            window.documents.close_tabs()
            session.close_repository()
    finally:
        window.close()
        session.shutdown()
        session.deleteLater()
        window.deleteLater()
    return made
