"""The window as a whole: commands, palette, tabs, layout, leaving."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.app import notices
from studio.core.files.repository import ModelFolder
from studio.ui.editor.field_inspector import FieldInspector
from studio.ui.room.menus import Scope
from studio.ui.room.place import FieldHelpPlace, RepositoryPlace
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.dialogs import Prompt, Question
from studio.ui.workbench import commands
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.panels import explorer_of, start_of
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_repository


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    made = open_window()
    _open(made, write_repository(tmp_path), qtbot)
    return made


def _open(window: MainWindow, repository: Path, qtbot: QtBot) -> None:
    window.context.show(RepositoryPlace(repository))
    wait_until(lambda: window.tabs.current() != "")


def folder_of(window: MainWindow, model: str) -> ModelFolder | None:
    repository = window.need_session().repository
    return repository.model(model) if repository is not None else None


def test_commands_are_declared_once() -> None:
    ids = [command.id for command in commands()]
    keys = [key for command in commands() if command.scope is Scope.WINDOW for key in command.keys]
    assert len(ids) == len(set(ids))
    assert len(keys) == len(set(keys))
    assert {"Ctrl+O", "Ctrl+P", "Ctrl+Shift+P", "Ctrl+S", "Ctrl+Shift+S", "Ctrl+Z", "Ctrl+Shift+Z"} <= set(keys)
    assert {"Ctrl+F", "F5", "Shift+F5", "F8", "Ctrl+.", "F1"} <= set(keys)


def test_before_there_is_a_repository_the_start_page_shows(open_window: OpenWindow) -> None:
    window = open_window()
    assert start_of(window).isVisible()
    assert not window.docks.explorer.isVisible()
    enabled = {command.id for command, action in window.commands.runnable() if action.isEnabled()}
    assert {"open", "example", "attach", "palette", "quit"} <= enabled
    assert not {"save", "undo", "launch", "stop", "delete_model"} & enabled


def test_opening_a_repository_brings_its_regions(window: MainWindow) -> None:
    assert window.docks.explorer.isVisible()
    assert window.docks.bottom.isVisible()
    assert window.docks.explorer.header.count.text() == "3"
    assert window.tabs.keys() == ["model:alpha"]
    assert window.windowTitle().startswith("models")


def test_the_palette_lists_every_command_with_its_key(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    wait_until(window.palette_popup.isVisible)
    listed = {entry.text: entry.key for entry in window.palette_popup.entries()}
    repository = window.need_session().repository
    assert repository is not None
    assert listed.pop(f"Open recent: {repository.path}") == "", "what a submenu offers is not in the palette"
    every = [command for command in commands() if command.run and command.id != "palette"]
    wanted = {each.text.rstrip("…"): each.key.replace("+", " ") for each in every}
    assert listed == wanted | {"Zoom in on the graph": "+"}
    QTest.keyClicks(window.palette_popup.field, "monitor")
    assert window.palette_popup.entries()[0].text == "Monitor"
    QTest.keyClick(window.palette_popup.field, Qt.Key.Key_Escape)
    assert not window.palette_popup.isVisible()


def test_a_model_is_gone_to_by_name(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window.palette_popup.field, "gam")
    QTest.keyClick(window.palette_popup.field, Qt.Key.Key_Return)
    assert window.tabs.current() == "model:gamma"
    chosen = explorer_of(window).current()
    assert chosen is not None
    assert chosen.model == "gamma"


def test_a_sign_among_the_models_leads_to_the_commands(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    palette = window.palette_popup
    QTest.keyClicks(palette.field, ">")
    assert [entry.text for entry in palette.entries()] == [entry.text for entry in window.commands.entries()]
    QTest.keyClicks(palette.field, " theme light")
    assert palette.entries()[0].text == "Light theme"
    palette.field.clear()
    assert [entry.text for entry in palette.entries()] == ["alpha", "beta", "gamma"]
    QTest.keyClicks(palette.field, "> setings")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.activity == "settings"
    window.show_palette()
    QTest.keyClicks(palette.field, ">save all")
    assert next(entry for entry in palette.entries() if not entry.enabled).text == "Save all", "after what can be run"


def test_a_command_runs_from_the_palette(window: MainWindow, qtbot: QtBot) -> None:
    window.show_palette()
    QTest.keyClicks(window.palette_popup.field, "settings")
    QTest.keyClick(window.palette_popup.field, Qt.Key.Key_Return)
    assert window.activity == "settings"
    assert not window.docks.explorer.isVisible()
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert window.activity == "models"
    assert window.docks.explorer.isVisible()


def test_the_help_tells_of_the_model_in_front(window: MainWindow) -> None:
    path = ("max_batch_size",)
    window.context.show(FieldHelpPlace("alpha", path))
    help_ = window.inspector.made("help")
    assert isinstance(help_, FieldInspector)
    title = part(help_, QLabel, names.Editor.HELP_TITLE)
    assert title.text() == "Max batch size"
    window.documents.open_model("beta")
    assert title.text() == "No field chosen"
    window.documents.open_model("alpha")
    assert title.text() == "Max batch size"


def test_undo_save_and_unsaved_marks(window: MainWindow, qtbot: QtBot) -> None:
    model = window.documents.current_model()
    assert model is not None
    before = model.path.read_bytes()
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    wait_until(lambda: part(window, QWidget, names.Status.UNSAVED).isVisible())
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert model.path.read_bytes() == before.replace(b"max_batch_size: 8", b"max_batch_size: 4")
    wait_until(window.commands.action("undo").isEnabled)
    explorer_of(window).tree.setFocus()
    QTest.keyClick(explorer_of(window).tree, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert model.draft.get("max_batch_size") == 8
    assert model.is_unsaved


def test_leaving_with_unsaved_work_asks_and_names_it(window: MainWindow, qtbot: QtBot) -> None:
    model = window.documents.current_model()
    assert model is not None
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    window.close()
    assert window.isVisible()
    dialog = part(window, Question, "unsavedDialog")
    assert "alpha" in dialog.accessibleName()
    QTest.mouseClick(part(dialog, QAbstractButton, "answer.save"), Qt.MouseButton.LeftButton)
    wait_until(lambda: not window.isVisible())
    assert b"max_batch_size: 4" in model.path.read_bytes()


def test_closing_a_tab_with_unsaved_work_can_be_cancelled(window: MainWindow, qtbot: QtBot) -> None:
    model = window.documents.current_model()
    assert model is not None
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    QTest.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    dialog = part(window, Question, "unsavedDialog")
    QTest.mouseClick(part(dialog, QAbstractButton, "answer."), Qt.MouseButton.LeftButton)
    assert window.tabs.keys() == ["model:alpha"]
    assert model.is_unsaved


def test_layout_and_tabs_come_back(window: MainWindow, open_window: OpenWindow, qtbot: QtBot) -> None:
    window.documents.open_model("beta")
    window.documents.open_model("gamma")
    window.show_activity("settings")
    window.documents.open_model("beta")
    window.toggle_dock("inspector")
    window.docks.bottom.set_folded(True)
    repository = window.need_session().repository
    assert repository is not None
    window.close()
    second = open_window()
    _open(second, repository.path, qtbot)
    wait_until(lambda: second.tabs.keys() == ["model:alpha", "model:beta", "model:gamma", "settings"])
    assert second.tabs.current() == "model:beta"
    assert not second.docks.inspector.isVisible()
    assert second.docks.explorer.isVisible()
    assert second.docks.bottom.is_folded
    second.reset_layout()
    assert second.docks.inspector.isVisible()
    assert not second.docks.bottom.is_folded


def test_a_model_is_renamed_by_f2(window: MainWindow, qtbot: QtBot) -> None:
    explorer_of(window).select("gamma")
    explorer_of(window).tree.setFocus()
    QTest.keyClick(explorer_of(window).tree, Qt.Key.Key_F2)
    dialog = part(window, Prompt)
    dialog.field.setText("beta")
    assert "already" in dialog.reason.text()
    dialog.field.setText("omega")
    QTest.mouseClick(part(dialog, QAbstractButton, "answer.yes"), Qt.MouseButton.LeftButton)
    wait_until(lambda: folder_of(window, "omega") is not None)
    assert folder_of(window, "gamma") is None
    wait_until(lambda: [row.model for row in explorer_of(window).selection()] == ["omega"])


def test_delete_asks_naming_the_model(window: MainWindow, qtbot: QtBot) -> None:
    explorer_of(window).select("gamma")
    explorer_of(window).tree.setFocus()
    QTest.keyClick(explorer_of(window).tree, Qt.Key.Key_Delete)
    dialog = part(window, Question)
    assert dialog.windowTitle() == "Move gamma to the trash?"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert folder_of(window, "gamma") is not None


def test_errors_stay_and_their_actions_run(window: MainWindow, qtbot: QtBot) -> None:
    done: list[str] = []
    notices.post("error", "Could not save", "The disk is full.", (("Try again", lambda: done.append("again")),))
    toast = window.toasts.shown()[-1]
    assert toast.isVisible()
    notices.post("error", "Could not save", "The disk is full.", (("Try again", lambda: done.append("again")),))
    assert len(window.toasts.shown()) == 1
    action = part(window.toasts.shown()[0], QAbstractButton, names.Shell.TOAST_ACTION.format(0))
    QTest.mouseClick(action, Qt.MouseButton.LeftButton)
    assert done == ["again"]
    assert window.toasts.shown() == []


def test_themes_change_while_it_runs(window: MainWindow, qtbot: QtBot) -> None:
    dark = window.grab().toImage().pixelColor(4, 400)
    window.commands.run("theme_light")
    assert window.grab().toImage().pixelColor(4, 400) != dark
    assert window.commands.action("theme_light").isChecked()
    window.commands.run("theme_dark")


def test_everything_that_can_be_used_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    window.show_activity("settings")
    shell = (QAbstractButton, QLineEdit)
    parts = [window.top, window.activities, window.status, explorer_of(window), window.tabs.page("settings")]
    for each in parts:
        assert each is not None
        for kind in shell:
            for widget in each.findChildren(kind):
                if widget.objectName().startswith("qt_") or not widget.isVisibleTo(each):
                    continue
                assert widget.accessibleName(), f"{type(widget).__name__} {widget.objectName()} in {each.objectName()}"


def test_tab_and_f6_reach_everything_in_the_frame(window: MainWindow, qtbot: QtBot) -> None:
    explorer_of(window).filter.setFocus()
    QTest.keyClick(explorer_of(window).filter, Qt.Key.Key_Tab)
    assert explorer_of(window).tree.hasFocus()
    seen: set[str] = set()
    for _ in range(8):
        # F6 goes from region to region: the text keeps Tab for itself, as an editor does.
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F6)
        first = QApplication.focusWidget()
        assert first is not None
        for _ in range(8):
            seen.add((QApplication.focusWidget() or first).objectName())
            QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        first.setFocus()
    assert {names.Shell.COMMAND_FIELD, names.Shell.SERVER_CHOOSER, names.Shell.BOTTOM_TABS} <= seen
    assert {names.Explorer.TREE, names.Explorer.RESCAN, names.Status.PROBLEMS, names.Shell.BOTTOM_FOLD} <= seen


def test_the_narrowest_window_has_room_for_the_command_field(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window()
    window.resize(window.minimumSize())
    wait_until(lambda: window.size() == window.minimumSize())
    window.context.show(RepositoryPlace(write_repository(tmp_path)))
    wait_until(window.top.servers.isVisible)
    right = window.top.field.mapTo(window, window.top.field.rect().topRight()).x()
    assert right < window.top.servers.mapTo(window, QPoint(0, 0)).x()
    assert window.height() <= 540, "a screen of 720 lines at 130 % has no room for it"


def test_a_page_takes_the_keyboard_from_what_it_hides(window: MainWindow) -> None:
    for key in ("serve", "monitor", "models"):
        explorer_of(window).tree.setFocus()
        window.show_activity(key)
        page, focus = window.context.front(), window.focusWidget()
        assert page is not None
        assert focus is not None
        kept = key == "models" and focus is explorer_of(window).tree
        assert kept or focus is page or page.isAncestorOf(focus), key
        window.show_activity("models")


def test_f6_goes_round_the_regions_and_out_of_the_text(window: MainWindow, qtbot: QtBot) -> None:
    explorer_of(window).tree.setFocus()
    parts = {
        window.top,
        window.activities,
        window.docks.explorer,
        window.docks.inspector,
        window.docks.bottom,
        window.status,
    }
    seen: set[object] = set()
    for _ in range(8):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F6)
        held = QApplication.focusWidget()
        seen |= {part for part in parts if held is not None and part.isAncestorOf(held)}
    assert {window.top, window.activities, window.docks.explorer, window.docks.bottom, window.status} <= seen


def test_no_menu_is_higher_than_a_low_screen(window: MainWindow) -> None:
    menus = {menu.title(): menu for menu in window.top.menus.findChildren(QMenu)}
    assert {"Edit", "View"} <= set(menus)
    assert {title: menu.sizeHint().height() for title, menu in menus.items() if menu.sizeHint().height() > 680} == {}
    shown = [action.text() for action in menus["Text"].actions()]
    assert "Comment lines" in shown


def test_menus_open_by_key(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    assert popup.objectName() == "menu.view"
    QTest.keyClick(popup, Qt.Key.Key_Escape)


def test_recent_repositories_are_in_the_menu(window: MainWindow) -> None:
    repository = window.need_session().repository
    assert repository is not None
    window.commands.submenus["recent"].aboutToShow.emit()
    assert [action.text() for action in window.commands.submenus["recent"].actions()] == [str(repository.path)]


def test_a_folded_panel_is_as_wide_as_the_window(window: MainWindow, qtbot: QtBot) -> None:
    window.docks.bottom.set_folded(True)
    wait_until(lambda: window.docks.bottom.height() < 60)
    assert window.docks.bottom.width() > window.width() - 100


def test_the_inspector_folds_first_where_the_window_is_narrow(window: MainWindow, qtbot: QtBot) -> None:
    assert window.docks.inspector.isVisible()
    window.resize(1280, 720)
    wait_until(lambda: not window.docks.inspector.isVisible())
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert window.docks.inspector.isVisible()
    window.toggle_dock("inspector")
    window.toggle_dock("inspector")
    assert window.docks.inspector.isVisible()


@pytest.mark.long
def test_the_window_imports_nothing_heavy() -> None:
    heavy = ("docker", "tritonclient", "grpc", "pynvml", "onnx", "pyqtgraph", "numpy", "qtawesome")
    code = f"import sys, studio.ui.shell.window, studio.ui.run; print([m for m in {heavy!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_shortcuts_do_not_clash_with_typing() -> None:
    for command in commands():
        for key in command.keys if command.scope is Scope.WINDOW else ():
            assert "+" in QKeySequence(key).toString() or key.startswith("F")


_PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from studio.ui import run as start
from studio.ui.run import run
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
app = start.application()

def look():
    window = next(w for w in app.topLevelWidgets() if w.objectName() == "mainWindow")
    if window.isVisible() and window.tabs.current():
        print(window.tabs.current(), flush=True)
        window.close()

timer = QTimer(interval=50)
timer.timeout.connect(look)
timer.start()
print(run(Path(sys.argv[1]), "", "light"))
"""


@pytest.mark.long
def test_the_program_starts_with_a_repository_and_ends(tmp_path: Path) -> None:
    root = write_repository(tmp_path)
    out = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(root)], capture_output=True, text=True, timeout=240, check=True
    )
    assert out.stdout.split() == ["model:alpha", "0"]
    assert "Traceback" not in out.stderr


def test_an_offer_to_undo_goes_with_its_repository(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    notices.post("success", "Moved empty", actions=(("Move back", lambda: None),))
    notices.post("error", "Opening x", "It is gone.", (("Open", lambda: None),))
    window.need_session().rescan()
    assert [toast.notice.text for toast in window.toasts.shown()] == ["Moved empty", "Opening x"]
    (tmp_path / "other").mkdir()
    _open(window, write_repository(tmp_path / "other"), qtbot)
    wait_until(lambda: [toast.notice.text for toast in window.toasts.shown()] == ["Opening x"])
