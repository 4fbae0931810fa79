"""Every command, declared once: menus, palette and shortcuts come from this list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from studio.ui.look import theme
from studio.ui.look.icons import icon

MENUS = ("File", "Edit", "View", "Model", "Server", "Help")


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can ask for. `handler` names a method of `Commands`, `needs` facts that must hold.

    `group` puts a line between groups of a menu. `checkable` commands show whether they are on.
    """

    id: str
    text: str
    menu: str
    handler: str
    shortcut: str = ""
    icon: str = ""
    needs: str = ""
    group: int = 0
    checkable: bool = False
    local: str = ""
    """Its key while the explorer has the keyboard: elsewhere that key means something else."""


COMMANDS: tuple[Command, ...] = (
    Command("new_model", "New model…", "File", "new_model", "Ctrl+N", "plus", "session"),
    Command("open", "Open a repository…", "File", "open_repository", "Ctrl+O", "folder-open"),
    Command("example", "Try the example", "File", "open_example", "Ctrl+E", "flask"),
    Command("attach", "Attach to a server…", "File", "attach", "Ctrl+Shift+A", "broadcast"),
    Command("recent", "Open recent", "File", "", group=0),
    Command("close_repository", "Close the repository", "File", "close_repository", needs="repository"),
    Command("save", "Save", "File", "save", "Ctrl+S", "floppy-disk", "model", 1),
    Command("save_all", "Save all", "File", "save_all", "Ctrl+Shift+S", needs="unsaved", group=1),
    Command("review", "Review changes…", "File", "review", "Ctrl+Shift+D", "git-diff", "unsaved", 1),
    Command("close_tab", "Close the tab", "File", "close_tab", "Ctrl+W", needs="tab", group=1),
    Command("graph_picture", "Export the graph…", "File", "graph_picture", "", "image", "ensemble", 1),
    Command("graph_mermaid", "Copy the graph as Mermaid", "File", "graph_mermaid", "", "copy", "ensemble", 1),
    Command("graph_bls", "Convert to BLS…", "File", "graph_bls", "", "terminal-window", "ensemble", 1),
    Command("settings", "Settings", "File", "show_settings", "Ctrl+,", "gear-six", group=2),
    Command("quit", "Quit", "File", "quit", "Ctrl+Q", "sign-out", group=2),
    Command("undo", "Undo", "Edit", "undo", "Ctrl+Z", "arrow-counter-clockwise", "undo"),
    Command("redo", "Redo", "Edit", "redo", "Ctrl+Shift+Z", "arrow-clockwise", "redo"),
    Command("find", "Find", "Edit", "find", "Ctrl+F", "magnifying-glass", "model", 1),
    Command("find_field", "Add field…", "Edit", "find_field", "Ctrl+Shift+I", "plus", "model", 1),
    Command("clear_field", "Clear the field", "Edit", "clear_field", "Alt+Del", "eraser", "model", 1),
    Command("next_problem", "Next problem", "Edit", "next_problem", "F8", "warning", "problems", 2),
    Command("quick_fix", "Quick fix", "Edit", "quick_fix", "Ctrl+.", "lightbulb", "problems", 2),
    Command("graph_add", "Add a step…", "Edit", "graph_add", "", "plus", "ensemble", 3),
    Command("graph_frame", "Frame the chosen steps", "Edit", "graph_frame", "", "bounding-box", "ensemble", 3),
    Command("suggest", "Suggest what may be written", "Edit", "suggest", "Ctrl+Space", "", "model", 3),
    Command("format", "Format the text", "Edit", "format_text", "Alt+Shift+F", "text-align-left", "model", 3),
    Command("comment", "Comment lines", "Edit", "comment_lines", "Ctrl+/", "hash", "model", 3),
    Command("lines_up", "Move lines up (Alt+Up in the text)", "Edit", "lines_up", "", "", "model", 3),
    Command("lines_down", "Move lines down (Alt+Down in the text)", "Edit", "lines_down", "", "", "model", 3),
    Command("card", "Tell about the word at the cursor", "Edit", "show_card", "Shift+F1", "", "model", 3),
    Command("definition", "Go to the step’s model", "Edit", "go_to_definition", "F12", "", "model", 3),
    Command("effective", "Effective configuration", "View", "show_effective", "Ctrl+Shift+E", "circle-half", "model"),
    Command("go_to_model", "Go to a model…", "View", "go_to_model", "Ctrl+P", "cube", "repository"),
    Command("palette", "Command palette…", "View", "show_palette", "Ctrl+Shift+P", "command"),
    Command("models", "Models", "View", "show_models", "Alt+1", "cube", "repository", 1),
    Command("serve", "Serve", "View", "show_serve", "Alt+2", "rocket-launch", group=1),
    Command("test", "Test", "View", "show_test", "Alt+3", "flask", group=1),
    Command("monitor", "Monitor", "View", "show_monitor", "Alt+4", "activity", group=1),
    Command("explorer", "Explorer", "View", "toggle_explorer", "Ctrl+B", "", "repository", 2, True),
    Command("inspector", "Inspector", "View", "toggle_inspector", "Ctrl+I", "", "repository", 2, True),
    Command("panel", "Panel", "View", "toggle_panel", "Ctrl+J", "", "repository", 2, True),
    Command("show_log", "Server log", "View", "show_log", "Ctrl+Shift+U", "terminal-window", "session", 2),
    Command("reset_layout", "Restore the layout", "View", "reset_layout", needs="repository", group=2),
    Command("next_region", "Next region", "View", "next_region", "F6", group=2),
    Command("last_region", "Region before", "View", "last_region", "Shift+F6", group=2),
    Command("fold", "Fold", "View", "fold", "Ctrl+Shift+[", "", "model", 4),
    Command("unfold", "Unfold", "View", "unfold", "Ctrl+Shift+]", "", "model", 4),
    Command("fold_all", "Fold all", "View", "fold_all", "", "", "model", 4),
    Command("unfold_all", "Unfold all", "View", "unfold_all", "", "", "model", 4),
    Command("theme_system", "Follow the system’s theme", "View", "use_system", group=3, checkable=True),
    Command("theme_dark", "Dark theme", "View", "use_dark", "", "moon", group=3, checkable=True),
    Command("theme_light", "Light theme", "View", "use_light", "", "sun", group=3, checkable=True),
    Command("show_graph", "Graph", "View", "show_graph", "Ctrl+Shift+G", "flow-arrow", "ensemble", 5),
    Command("graph_layout", "Lay out the graph", "View", "graph_layout", "", "tree-structure", "ensemble", 5),
    Command("graph_fit", "Fit the graph", "View", "graph_fit", "", "corners-out", "ensemble", 5),
    Command("rename_model", "Rename the model…", "Model", "rename_model", "", "pencil-simple", "one", local="F2"),
    Command("duplicate_model", "Duplicate the model…", "Model", "duplicate_model", "", "copy", "one", local="Ctrl+D"),
    Command("add_version", "Add a version…", "Model", "add_version", "", "folder-simple-plus", "one"),
    Command("delete_model", "Move to the trash…", "Model", "delete_model", "", "trash", "selected", local="Del"),
    Command("file_says", "What the model file says", "Model", "show_file", "", "file-search", "selected", 1),
    Command("new_ensemble", "New ensemble…", "Model", "new_ensemble", "Ctrl+Shift+N", "flow-arrow", "repository", 1),
    Command("compare", "Compare interfaces…", "Model", "compare", "", "git-diff", "selected", 1),
    Command("show_folder", "Open its folder", "Model", "open_folder", "", "folder-simple", "selected", 2),
    Command("open_file", "Open the file with its program", "Model", "open_file", "", "arrow-square-out", "file", 2),
    Command("copy_path", "Copy the path", "Model", "copy_path", "", "clipboard-text", "selected", 2, local="Ctrl+C"),
    Command("load_model", "Load", "Model", "load_model", "", "upload-simple", "selected running", 3),
    Command("unload_model", "Unload", "Model", "unload_model", "", "eject", "selected running", 3),
    Command("test_model", "Test this model", "Model", "test_model", "Ctrl+T", "flask", "selected", 3),
    Command("rescan", "Read the folder again", "Model", "rescan", "", "arrow-clockwise", "repository", 4),
    Command("launch", "Launch or restart", "Server", "launch", "F5", "rocket-launch", "launchable"),
    Command("stop", "Stop", "Server", "stop", "Shift+F5", "stop", "running"),
    Command("send", "Send the request", "Server", "send", "Ctrl+Return", "paper-plane-right", "running", 1),
    Command("refresh", "Refresh the models’ states", "Server", "refresh", "", "arrow-clockwise", "running", 1),
    Command(
        "choose_target", "Check for another server…", "Server", "choose_target", "", "funnel-simple", "repository", 2
    ),
    Command("field_help", "Help for this field", "Help", "field_help", "F1", "question", "model"),
    Command("keys", "All commands and keys", "Help", "show_palette", "", "list"),
    Command("show_files", "Open the studio’s logs", "Help", "open_logs", "", "file-text", group=1),
    Command("about", "About Trireme", "Help", "about", "", "info", group=1),
)


class Actions(QObject):
    """The commands as `QAction`s of one window."""

    def __init__(self, window: QWidget, handlers: object) -> None:
        super().__init__(window)
        self._window = window
        self._facts: frozenset[str] = frozenset()
        self._all: dict[str, QAction] = {}
        self.recent = QMenu("Open recent", window)
        for command in COMMANDS:
            if command.handler:
                self._all[command.id] = self._make(command, getattr(handlers, command.handler))
        window.addActions(list(self._all.values()))
        self.set_facts(())
        theme.retint(self._retint)

    def _make(self, command: Command, handler: Callable[[], object]) -> QAction:
        # Behind a tab a menu shows the key of a command that has one in the explorer alone.
        action = QAction(f"{command.text}\t{command.local}" if command.local else command.text, self)
        action.setObjectName(f"action.{command.id}")
        action.setCheckable(command.checkable)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _=False: handler())
        return action

    def _retint(self) -> None:
        for command in COMMANDS:
            if command.icon and command.handler:
                self._all[command.id].setIcon(icon(command.icon, "dim"))

    def action(self, key: str) -> QAction:
        """The action of a command."""
        return self._all[key]

    def set_facts(self, facts: Iterable[str]) -> None:
        """Enables what the facts allow."""
        self._facts = frozenset(facts)
        for command in COMMANDS:
            if command.handler:
                self._all[command.id].setEnabled(set(command.needs.split()) <= self._facts)

    def enabled(self) -> list[tuple[Command, QAction]]:
        """Commands with a handler, in their order."""
        return [(command, self._all[command.id]) for command in COMMANDS if command.handler]

    def fill(self, bar: QMenuBar) -> None:
        """Builds the menus."""
        for title in MENUS:
            menu = bar.addMenu(title)
            self._open_by_key(bar, menu, f"Alt+{title[0]}")
            menu.setObjectName(f"menu.{title.lower()}")
            self.fill_menu(menu, [command for command in COMMANDS if command.menu == title])

    def _open_by_key(self, bar: QMenuBar, menu: QMenu, keys: str) -> None:
        # A mnemonic would do the same, but its line under the letter shows at all times.
        shortcut = QShortcut(QKeySequence(keys), self._window)
        shortcut.activated.connect(lambda: bar.setActiveAction(menu.menuAction()))

    def fill_menu(self, menu: QMenu, commands: Iterable[Command]) -> None:
        """Puts commands into a menu, with a line between groups."""
        group = None
        for command in commands:
            if group is not None and command.group != group:
                menu.addSeparator()
            group = command.group
            if command.handler:
                menu.addAction(self._all[command.id])
            else:
                menu.addMenu(self.recent)
