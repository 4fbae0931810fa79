"""What is made once the session is there: panels, pages and the start page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui import names
from studio.ui.explorer.nodes import TreeNode
from studio.ui.shell.actions import COMMANDS
from studio.ui.widgets import IconButton

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.ui.shell.window import MainWindow

_PAGES = {
    "serve": ("Serve", "rocket-launch"),
    "test": ("Test", "flask"),
    "monitor": ("Monitor", "activity"),
    "settings": ("Settings", "gear-six"),
}


def build_parts(window: MainWindow, session: Session) -> None:
    """Fills the regions of a window."""
    _build_start(window, session)
    _build_explorer(window, session)
    _build_inspector(window, session)
    _build_bottom(window, session)
    _build_new_model(window, session)


def _build_new_model(window: MainWindow, session: Session) -> None:
    from studio.ui.new_model.flow import NewModelFlow

    window.new_models = NewModelFlow(window, session)
    start = window.actions_.action("new_model").trigger
    for box in (window.start.drop, window.explorer.drop, window.explorer.new):
        box.clicked.connect(start)


def _build_start(window: MainWindow, session: Session) -> None:
    from studio.ui.start.page import StartPage

    page = StartPage(session)
    page.open_requested.connect(window.commands.open_repository)
    page.example_requested.connect(window.commands.open_example)
    page.attach_requested.connect(window.commands.attach)
    page.recent_chosen.connect(lambda path: window.documents.open_repository(Path(path)))
    blank = window.centre.widget(0)
    window.centre.insertWidget(0, page)
    if blank is not None:
        window.centre.removeWidget(blank)
        blank.deleteLater()
    window.start = page


def _build_explorer(window: MainWindow, session: Session) -> None:
    from studio.ui.explorer.panel import ExplorerPanel

    panel = ExplorerPanel(session)
    panel.activated.connect(window.documents.open_model)
    panel.file_activated.connect(lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
    panel.selected.connect(lambda _: window.refresh_facts())
    panel.menu_actions = lambda node: _model_menu(window, node)
    for command in COMMANDS:
        if command.local:
            _bind_in(panel.tree, window, command.id, command.local)
    panel.files_dropped.connect(lambda model, files: _take_files(window, model, files))
    window.explorer_dock.setWidget(panel)
    window.explorer = panel
    rescan = IconButton("arrow-clockwise", "Read the folder again")
    rescan.setObjectName(names.Explorer.RESCAN)
    rescan.clicked.connect(window.actions_.action("rescan").trigger)
    more = IconButton("dots-three", "More for the selected model")
    more.setObjectName(names.Explorer.MENU)
    more.clicked.connect(lambda: _drop(window, more))
    add = IconButton("plus", "New model (Ctrl+N)")
    add.setObjectName(names.Explorer.NEW)
    add.clicked.connect(window.actions_.action("new_model").trigger)
    window.add_explorer_tools([add, rescan, more])


def _bind_in(widget: QWidget, window: MainWindow, key: str, keys: str) -> None:
    """A key that a command has only while a widget has the focus: elsewhere it means something else."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QKeySequence, QShortcut

    shortcut = QShortcut(QKeySequence(keys), widget)
    shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
    shortcut.activated.connect(window.actions_.action(key).trigger)


def _drop(window: MainWindow, button: IconButton) -> None:
    menu = _model_menu(window, window.explorer.current())
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))


_OF_VERSION = ("add_version", "delete_model", "file_says", "compare", "show_folder", "copy_path", "rescan")
_OF_FILE = ("file_says", "open_file", "show_folder", "copy_path", "rescan")


def _model_menu(window: MainWindow, node: TreeNode | None) -> QMenu:
    """What can be done with the row under the pointer, or with all that are selected with it."""
    menu = QMenu(window)
    mine = [command for command in COMMANDS if command.menu == "Model"]
    kinds = {"version": _OF_VERSION, "file": _OF_FILE, "config": _OF_FILE}
    few = ("rescan",) if node is None else kinds.get(node.kind, tuple(c.id for c in mine if c.id != "open_file"))
    window.actions_.fill_menu(menu, [command for command in mine if command.id in few])
    return menu


def _take_files(window: MainWindow, model: str, files: list[Path]) -> None:
    """Files that were dropped on a model become a new version of it, and others a new model."""
    from studio.ui.explorer.commands import add_version

    if model:
        add_version(window, window.need_session(), model, files)
    else:
        window.new_models.take(files)


def _build_inspector(window: MainWindow, session: Session) -> None:
    from studio.ui.editor.inspector import FieldHelp
    from studio.ui.shell.inspecting import Inspecting

    window.help = FieldHelp(session)
    window.help.field_wanted.connect(lambda name, path: _show_field(window, name, path))
    window.inspecting = Inspecting(session, window.help)
    window.inspecting.titled.connect(window.inspector.header.title.setText)
    window.inspecting.model_wanted.connect(window.documents.open_model)
    window.inspecting.test_wanted.connect(lambda name: _test(window, name))
    window.inspecting.fix_wanted.connect(window.documents.apply_edit)
    window.explorer.selected.connect(lambda _: window.inspecting.follow(window.explorer.current()))
    window.inspector.setWidget(window.inspecting)


def _test(window: MainWindow, name: str) -> None:
    window.show_activity("test")
    window.select_in_tester(name)


def _show_field(window: MainWindow, name: str, path: object) -> None:
    page: Any = window.documents.open_model(name)
    if page is not None:
        page.reveal(path)


def _build_bottom(window: MainWindow, session: Session) -> None:
    from studio.ui.problems.panel import ProblemsPanel
    from studio.ui.requests.panel import RequestsPanel
    from studio.ui.server.log import LogPanel

    problems = ProblemsPanel(session)
    problems.opened.connect(window.documents.reveal)
    problems.target_wanted.connect(window.commands.choose_target)
    problems.counted.connect(lambda count: window.bottom.set_count("problems", count))
    window.bottom.add_page("problems", "Problems", problems, problems.tools())
    window.bottom.add_page("log", "Server log", LogPanel(session), [])
    requests = RequestsPanel(session)
    requests.counted.connect(lambda count: window.bottom.set_count("requests", count))
    window.bottom.add_page("requests", "Requests", requests, [])
    window.bottom.set_count("problems", len(session.findings))
    window.problems = problems


def build_page(window: MainWindow, key: str) -> tuple[str, str, QWidget]:
    """The page of an activity with its title and icon."""
    title, sign = _PAGES[key]
    # With its parent from the start: a page that gets it late is styled once more, with everything in it.
    session, parent = window.need_session(), window.tabs.pages
    if key == "serve":
        from studio.ui.server.page import ServePage

        return title, sign, ServePage(session, parent)
    if key == "test":
        from studio.ui.tester.page import TesterPage

        return title, sign, TesterPage(session, parent)
    if key == "monitor":
        from studio.ui.monitor.page import MonitorPage

        return title, sign, MonitorPage(session, parent)
    from studio.ui.settings.page import SettingsPage

    return title, sign, SettingsPage(session, parent)
