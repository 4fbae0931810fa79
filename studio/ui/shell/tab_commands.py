"""The commands on the tabs of a window: going from one to another, closing, opening again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu

if TYPE_CHECKING:
    from studio.ui.room.context import Context
    from studio.ui.shell.documents import Documents
    from studio.ui.shell.frame.tabs import TabArea


class TabActions(QObject):
    """What the commands do with the tab in front, or with that whose menu is open."""

    def __init__(self, tabs: TabArea, documents: Documents, context: Context) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._documents = documents
        self._context = context
        self._asked = ""
        tabs.menu_requested.connect(self._open_menu)

    def _open_menu(self, key: str, where: QPoint) -> None:
        self._asked = key
        menu = self._context.menu(ContextMenu.TAB)
        menu.aboutToHide.connect(menu.deleteLater)
        # The chosen command runs after the menu is hidden.
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self, self._forget))
        menu.popup(where)

    def _forget(self) -> None:
        self._asked = ""

    @property
    def _key(self) -> str:
        if not self._asked:
            return self._tabs.current()
        # It may be gone since its menu was opened: another one is not meant.
        return self._asked if self._tabs.has(self._asked) else ""

    def close(self) -> None:
        """Closes the tab that is meant."""
        if key := self._key:
            self._documents.close_all([key])

    def close_others(self) -> None:
        """Closes all tabs but this."""
        if kept := self._key:
            self._documents.close_all([key for key in self._tabs.keys() if key != kept])  # noqa: SIM118 - no dict

    def close_right(self) -> None:
        """Closes the tabs to the right of this."""
        keys = self._tabs.keys()
        if key := self._key:
            self._documents.close_all(keys[keys.index(key) + 1 :])

    def close_saved(self) -> None:
        """Closes the tabs that hold no unsaved work."""
        unsaved = self._documents.unsaved_keys()
        self._documents.close_all([key for key in self._tabs.keys() if key not in unsaved])  # noqa: SIM118 - no dict

    def close_all(self) -> None:
        """Closes every tab, asking about unsaved edits."""
        self._documents.close_all(self._tabs.keys())

    def keep(self) -> None:
        """Keeps a tab that only previews."""
        self._tabs.keep(self._key)

    def reopen(self) -> None:
        """Opens the tab again that was closed last."""
        self._documents.reopen()

    def step(self, by: int) -> None:
        """Brings the tab at the right (1) or left (-1) in front, around the ends."""
        keys = self._tabs.keys()
        self._tabs.show_tab(keys[(keys.index(self._tabs.current()) + by) % len(keys)])

    def step_back(self, by: int) -> None:
        """Brings the tab that was used before in front, or that after it."""
        self._documents.history.step(by)


_TAB = frozenset({ContextMenu.TAB})


def _tab(
    id_: str,
    text: str,
    menu: Menu,
    at: tuple[int, int],
    run: Callable[[TabActions], object],
    *keys: str,
    needs: facts.Needs = facts.tab,
    at_pointer: bool = False,
) -> Command[TabActions]:
    return Command(id_, text, menu, at, run, keys, needs=needs, context_menus=_TAB if at_pointer else frozenset())


_TABS: tuple[Command[TabActions], ...] = (
    _tab("close_tab", "Close the tab", Menu.FILE, (1, 40), lambda on: on.close(), "Ctrl+W", "Ctrl+F4", at_pointer=True),
    _tab(
        "close_others",
        "Close other tabs",
        Menu.TABS,
        (0, 10),
        lambda on: on.close_others(),
        needs=facts.several_tabs,
        at_pointer=True,
    ),
    _tab(
        "close_right",
        "Close tabs to the right",
        Menu.TABS,
        (0, 20),
        lambda on: on.close_right(),
        needs=facts.several_tabs,
        at_pointer=True,
    ),
    _tab("close_saved", "Close saved tabs", Menu.TABS, (0, 30), lambda on: on.close_saved(), at_pointer=True),
    _tab("close_all", "Close all tabs", Menu.TABS, (0, 40), lambda on: on.close_all(), at_pointer=True),
    _tab(
        "reopen_tab",
        "Open the closed tab again",
        Menu.FILE,
        (1, 50),
        lambda on: on.reopen(),
        "Ctrl+Shift+T",
        needs=facts.closed_tab,
        at_pointer=True,
    ),
    _tab("keep_tab", "Keep the tab", Menu.TABS, (1, 10), lambda on: on.keep(), needs=facts.preview, at_pointer=True),
    _tab("next_tab", "Next tab", Menu.TABS, (1, 20), lambda on: on.step(1), "Ctrl+PgDown"),
    _tab("previous_tab", "Tab before", Menu.TABS, (1, 30), lambda on: on.step(-1), "Ctrl+PgUp"),
    _tab("used_before", "Tab used before", Menu.TABS, (1, 40), lambda on: on.step_back(1), "Ctrl+Tab"),
    _tab("used_after", "Tab used after", Menu.TABS, (1, 50), lambda on: on.step_back(-1), "Ctrl+Shift+Tab"),
)


def tab_commands(find: Callable[[], TabActions | None] = lambda: None) -> tuple[Command[Context], ...]:
    """The table of them, run on what `find` gives."""
    return tuple(command.on(lambda _context: find()) for command in _TABS)
