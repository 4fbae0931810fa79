"""The commands of all rooms as `QAction`s of one window: menus, shortcuts, and what is enabled now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from studio.app import notices
from studio.ui.look import theme
from studio.ui.look.icons import icon
from studio.ui.room.command import Choice, Command
from studio.ui.room.facts import Facts
from studio.ui.room.menus import ContextMenu, Menu, Scope
from studio.ui.widgets.pick_list import Entry

if TYPE_CHECKING:
    from studio.ui.room.context import Context

_MENUS = list(Menu)


def in_order(commands: Sequence[Command[Context]]) -> tuple[Command[Context], ...]:
    """Commands as they stand in the menus."""
    return tuple(sorted(commands, key=lambda command: (_MENUS.index(command.menu), *command.at)))


class Commands(QObject):
    """Every command of one window. Each runs on the window's context."""

    def __init__(self, window: QWidget, commands: Sequence[Command[Context]], context: Context) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self.all = in_order(commands)
        self._actions: dict[str, QAction] = {}
        self._facts = Facts()
        self.submenus: dict[str, QMenu] = {}
        for command in self.all:
            if command.choices is not None:
                self.submenus[command.id] = self._submenu(command, command.choices)
            if command.run is not None:
                self._actions[command.id] = self._action(command, command.run)
        window.addActions(list(self._actions.values()))
        self._enable()
        self.set_facts(self._facts)
        theme.retint(self._retint)

    def _action(self, command: Command[Context], run: Callable[[Context], object]) -> QAction:
        # Behind a tab a menu shows the key of a command that has it in one place alone.
        # So does one whose key Qt would call by another name.
        is_local = command.key and (command.scope is not Scope.WINDOW or command.key != command.keys[0])
        action = QAction(f"{command.text}\t{command.key}" if is_local else command.text, self)
        action.setObjectName(f"action.{command.id}")
        action.setCheckable(command.checked is not None)
        if command.keys and command.scope is Scope.WINDOW:
            action.setShortcuts([QKeySequence(key) for key in command.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _=False: run(self._context))
        return action

    def _submenu(self, command: Command[Context], choices: Callable[[Context], Sequence[Choice]]) -> QMenu:
        menu = QMenu(command.text, self._window)

        def fill() -> None:
            menu.clear()
            for choice in choices(self._context):
                menu.addAction(choice.text).triggered.connect(lambda _=False, run=choice.run: run())
            if menu.isEmpty():
                menu.addAction("None yet").setEnabled(False)

        menu.aboutToShow.connect(fill)
        return menu

    def _retint(self) -> None:
        for command in self.all:
            if command.icon and command.id in self._actions:
                self._actions[command.id].setIcon(icon(command.icon, "dim"))

    def action(self, command: str) -> QAction:
        """The action of a command."""
        return self._actions[command]

    def run(self, command: str) -> None:
        """Runs a command as its menu entry does: nothing where it is off."""
        self._actions[command].trigger()

    def set_facts(self, facts: Facts) -> None:
        """Enables what the facts allow, and checks what is on."""
        if facts != self._facts:
            self._facts = facts
            self._enable()
        for command in self.all:
            # A press turned it, whatever came of that.
            if command.checked is not None:
                self._actions[command.id].setChecked(command.checked(facts))

    def _enable(self) -> None:
        for command in self.all:
            if command.id in self._actions:
                self._actions[command.id].setEnabled(command.needs(self._facts))

    def runnable(self) -> list[tuple[Command[Context], QAction]]:
        """The commands that do something by themselves, with their actions."""
        return [(command, self._actions[command.id]) for command in self.all if command.id in self._actions]

    def entries(self) -> list[Entry]:
        """Every command as a line of the palette, and every choice of a submenu, but the palette itself."""
        return [*self._runnable_entries(), *self._choice_entries()]

    def _choice_entries(self) -> list[Entry]:
        return [
            Entry(f"{command.text}: {choice.text}", choice.run, command.icon, "", command.menu.value)
            for command in self.all
            if command.choices is not None and command.needs(self._facts)
            for choice in command.choices(self._context)
        ]

    def _runnable_entries(self) -> list[Entry]:
        return [
            Entry(
                command.text.rstrip("…"),
                action.trigger,
                command.icon,
                command.key.replace("+", " ") if len(command.key) > 1 else command.key,
                command.menu.value,
                action.isEnabled(),
            )
            for command, action in self.runnable()
            if command.id != "palette"
        ]

    # Menus

    def fill(self, bar: QMenuBar) -> None:
        """Builds the menu bar."""
        for kind in (each for each in Menu if each.is_in_bar):
            menu = bar.addMenu(kind.value)
            self._open_by_key(bar, menu, f"Alt+{kind.value[0]}")
            menu.setObjectName(f"menu.{kind.value.lower()}")
            self._fill_menu(menu, [command for command in self.all if command.menu is kind])
            for inner in (each for each in Menu if each.inside is kind):
                menu.addSeparator()
                self._fill_menu(menu.addMenu(inner.value), [each for each in self.all if each.menu is inner])

    def _open_by_key(self, bar: QMenuBar, menu: QMenu, keys: str) -> None:
        # A mnemonic would do the same, but its line under the letter shows at all times.
        shortcut = QShortcut(QKeySequence(keys), self._window)
        shortcut.activated.connect(lambda: bar.setActiveAction(menu.menuAction()))

    def menu(self, kind: ContextMenu) -> QMenu:
        """The menu of a place, with what the commands say belongs there."""
        menu = QMenu(self._window)
        self._fill_menu(menu, [command for command in self.all if kind in command.context_menus])
        return menu

    def _fill_menu(self, menu: QMenu, commands: Sequence[Command[Context]]) -> None:
        group = None
        for command in commands:
            if group is not None and command.at[0] != group:
                menu.addSeparator()
            group = command.at[0]
            if command.id in self.submenus:
                menu.addMenu(self.submenus[command.id])
            else:
                menu.addAction(self._actions[command.id])

    def bind_keys(self, widget: QWidget, scope: Scope) -> None:
        """Gives a widget the keys that hold only while it has the keyboard."""
        for command in self.all:
            for key in command.keys if command.scope is scope else ():
                shortcut = QShortcut(QKeySequence(key), widget)
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(partial(self._press, command))

    def _press(self, command: Command[Context]) -> None:
        """Runs a command by its key, or says why that does nothing."""
        if command.needs(self._facts):
            self._actions[command.id].trigger()
        elif words := command.why_off(self._facts):
            notices.post("info", f"{command.text}: not now", words)
