"""What each command does. `actions.COMMANDS` names these methods."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog

from studio.app.settings import settings
from studio.paths import data_dir, state_dir
from studio.ui.look import theme
from studio.ui.shell.documents import MODEL
from studio.ui.shell.graph_commands import GraphCommands
from studio.ui.shell.regions import step
from studio.ui.shell.text_commands import TextCommands
from studio.ui.widgets.pick_list import Entry

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.ui.shell.documents import Documents
    from studio.ui.shell.window import MainWindow


class Commands(TextCommands, GraphCommands):
    """The handlers of one window's commands."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    @property
    def _documents(self) -> Documents:
        return self._window.documents

    @property
    def _session(self) -> Session:
        return self._window.need_session()

    def new_model(self) -> None:
        """Asks what a new model is made of."""
        self._window.new_models.start()

    def open_repository(self) -> None:
        """Asks for a folder and opens it."""
        repository = self._window.session.repository if self._window.session else None
        start = str(repository.path.parent if repository else Path.home())
        chosen = QFileDialog.getExistingDirectory(self._window, "Open a model repository", start)
        if chosen:
            self._documents.open_repository(Path(chosen))

    def open_example(self) -> None:
        """Writes the example repository where it is not there yet, and opens it."""
        from studio.ui.start.example import open_example

        open_example(self._session, data_dir() / "example", self._documents.open_repository)

    def attach(self) -> None:
        """Asks for an address and attaches to the server there."""
        from studio.ui.server.attach import ask_address

        ask_address(self._window, self._window.attach)

    def close_repository(self) -> None:
        """Closes the repository, after asking about unsaved work."""
        self._documents.close_repository()

    def save(self) -> None:
        """Saves the model in front."""
        model = self._documents.current_model()
        if model is not None:
            self._documents.commit_typing()
            model.save()

    def save_all(self) -> None:
        """Saves every model with unsaved work."""
        self._documents.commit_typing()
        self._session.save_all()

    def close_tab(self) -> None:
        """Closes the tab in front."""
        key = self._window.tabs.current()
        if key:
            self._documents.close_tab(key)

    def show_settings(self) -> None:
        """Brings the settings to the front."""
        self._window.show_activity("settings")

    def quit(self) -> None:
        """Closes the window."""
        self._window.close()

    def undo(self) -> None:
        """Takes the last edit of the model in front back."""
        model = self._documents.current_model()
        if model is not None:
            self._documents.commit_typing()
            model.undo_stack.undo()

    def redo(self) -> None:
        """Makes the edit that was taken back again."""
        model = self._documents.current_model()
        if model is not None:
            model.undo_stack.redo()

    def find(self) -> None:
        """Opens the find bar of the text in front."""
        self._call_page("find")

    def find_field(self) -> None:
        """Looks a field of the configuration up, to set it."""
        self._call_page("find_field")

    def show_effective(self) -> None:
        """Shows what the server will make of the model in front, or hides it."""
        self._call_page("show_effective")

    def clear_field(self) -> None:
        """Takes the field of the form that has the keyboard out of the file."""
        self._call_page("clear_field")

    def _call_page(self, method: str) -> None:
        run: Any = getattr(self._window.tabs.page(self._window.tabs.current()), method, None)
        if callable(run):
            run()

    def next_problem(self) -> None:
        """Goes to the next problem."""
        self._window.bottom.show_page("problems")
        self._window.problems.next()

    def quick_fix(self) -> None:
        """Applies the fix of the problem at hand: that of the field in front, else the one that is selected."""
        if self._documents.open_fixes():
            return
        finding = self._documents.finding_at_cursor()
        done = self._window.problems.fix(finding) if finding else self._window.problems.fix_current()
        if not done:
            self._window.bottom.show_page("problems")

    def choose_target(self) -> None:
        """Asks for the server that problems are told for."""
        from studio.ui.problems.target import TargetDialog

        TargetDialog(self._window, self._session.target, self._session.target.machine).open()

    def go_to_model(self) -> None:
        """Lists the models by name."""
        repository = self._session.repository
        entries = [
            Entry(folder.name, lambda name=folder.name: self._documents.open_model(name), "cube")  # type: ignore[misc]
            for folder in (repository.models if repository else ())
        ]
        self._window.palette_popup.open(entries, "Go to a model")

    def show_palette(self) -> None:
        """Lists every command with its key."""
        entries = [
            Entry(
                command.text.rstrip("…"),
                action.trigger,
                command.icon,
                (command.shortcut or command.local).replace("+", " "),
                command.menu,
                action.isEnabled(),
            )
            for command, action in self._window.actions_.enabled()
            if command.id != "palette"
        ]
        self._window.palette_popup.open(entries, "Run a command")

    def open_field(self) -> None:
        """What a press on the command field does: models first, commands below them."""
        if self._window.session is not None and self._window.session.repository is not None:
            self.go_to_model()
        else:
            self.show_palette()

    def show_models(self) -> None:
        """Brings the models to the front."""
        self._window.show_activity("models")

    def show_serve(self) -> None:
        """Brings the server's page to the front."""
        self._window.show_activity("serve")

    def show_test(self) -> None:
        """Brings the tester to the front."""
        self._window.show_activity("test")

    def show_monitor(self) -> None:
        """Brings the monitor to the front."""
        self._window.show_activity("monitor")

    def toggle_explorer(self) -> None:
        """Shows or hides the explorer."""
        self._window.toggle_dock("explorer")

    def toggle_inspector(self) -> None:
        """Shows or hides the inspector."""
        self._window.toggle_dock("inspector")

    def toggle_panel(self) -> None:
        """Folds the panel at the foot, or unfolds it."""
        bottom = self._window.bottom
        if bottom.isHidden():
            bottom.show()
            bottom.set_folded(False)
        else:
            bottom.set_folded(not bottom.is_folded)
        self._window.refresh_facts()

    def show_log(self) -> None:
        """Shows the server's log."""
        self._window.bottom.show_page("log")

    def reset_layout(self) -> None:
        """Puts the docks back where they were at the first start."""
        self._window.layout_state.reset()

    def next_region(self) -> None:
        """Gives the keyboard to the next region."""
        step(self._window, 1)

    def last_region(self) -> None:
        """Gives the keyboard to the region before."""
        step(self._window, -1)

    def fill_recent(self) -> None:
        """Lists the repositories that were opened lately."""
        menu = self._window.actions_.recent
        menu.clear()
        for path in settings().recent():
            action = menu.addAction(str(path))
            action.triggered.connect(lambda _=False, path=path: self._documents.open_repository(path))
        if menu.isEmpty():
            menu.addAction("None yet").setEnabled(False)

    def use_system(self) -> None:
        """Follows the theme of the desktop."""
        self._use("system")

    def use_dark(self) -> None:
        """Uses the dark theme."""
        self._use("dark")

    def use_light(self) -> None:
        """Uses the light theme."""
        self._use("light")

    def _use(self, choice: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, choice)
        self._window.keep_setting("theme", choice)
        self._window.refresh_facts()

    def _selected(self) -> str:
        return self._documents.selected_model()

    def rename_model(self) -> None:
        """Asks for a new name of the selected model."""
        from studio.ui.explorer.commands import rename

        old = self._selected()
        was_open = self._window.tabs.has(MODEL + old)
        rename(self._window, self._session, old, lambda new: was_open and self._documents.open_model(new))

    def duplicate_model(self) -> None:
        """Copies the selected model under a new name."""
        from studio.ui.explorer.commands import duplicate

        duplicate(self._window, self._session, self._selected())

    def add_version(self, files: Sequence[Path] = ()) -> None:
        """Asks for a new version of the selected model."""
        from studio.ui.explorer.commands import add_version

        add_version(self._window, self._session, self._selected(), files)

    def delete_model(self) -> None:
        """Moves the selected models and versions to the trash, after asking."""
        from studio.ui.explorer.commands import delete

        delete(self._window, self._session, self._documents.selected_folders())

    def show_file(self) -> None:
        """Shows what the selected file, or the file of the selected version or model, says of itself."""
        self._documents.show_file()

    def compare(self) -> None:
        """Compares the interfaces of two versions or models."""
        self._documents.compare()

    def open_folder(self) -> None:
        """Shows the selected model's folder in the file manager."""
        folder = self._documents.folder(self._selected())
        if folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder.path)))

    def open_file(self) -> None:
        """Opens the selected file with the program that the system has for it."""
        node = self._window.explorer.current()
        if node is not None and node.path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(node.path)))

    def copy_path(self) -> None:
        """Puts the paths of what is selected on the clipboard."""
        paths = [str(node.path) for node in self._window.explorer.selection() if node.path is not None]
        QApplication.clipboard().setText("\n".join(paths))

    def load_model(self) -> None:
        """Loads the selected models."""
        for name in self._documents.selected_models():
            self._session.server.load(name)

    def unload_model(self) -> None:
        """Unloads the selected models."""
        for name in self._documents.selected_models():
            self._session.server.unload(name)

    def test_model(self) -> None:
        """Opens the tester with the selected model."""
        name = self._selected()
        self._window.show_activity("test")
        self._window.select_in_tester(name)

    def rescan(self) -> None:
        """Reads the repository's folder again."""
        self._session.rescan()

    def launch(self) -> None:
        """Launches the server, or restarts it where one runs."""
        self._window.launch()

    def stop(self) -> None:
        """Stops the server."""
        self._session.server.stop()

    def send(self) -> None:
        """Sends the request of the tester."""
        page: Any = self._window.page("test")
        page.send_request()

    def refresh(self) -> None:
        """Asks the server for the states of its models."""
        self._session.server.refresh()

    def field_help(self) -> None:
        """Shows the help for the field under the cursor, or for that of the card at the pointer."""
        self._call_page("help_here")
        self._window.inspecting.show_help()
        self._window.show_dock("inspector", shown=True)
        self._window.inspector.raise_()

    def open_logs(self) -> None:
        """Opens the folder that holds the studio's own logs."""
        state_dir().mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(state_dir())))

    def about(self) -> None:
        """Says what this is."""
        from studio.ui.help.about import AboutDialog

        AboutDialog(self._window).open()
