"""The window: it puts the regions together and brings them the session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from studio.ui.look import theme
from studio.ui.look.logo import logo_icon
from studio.ui.room.place import PagePlace
from studio.ui.room.room import Region, Room
from studio.ui.shell import names
from studio.ui.shell.commands import Commands
from studio.ui.shell.context import WindowContext
from studio.ui.shell.documents import Documents
from studio.ui.shell.facts import gather
from studio.ui.shell.focus_order import move_focus
from studio.ui.shell.frame.activity_bar import ActivityBar
from studio.ui.shell.frame.inspector import Inspector
from studio.ui.shell.frame.status_bar import StatusBar
from studio.ui.shell.frame.tabs import TabArea
from studio.ui.shell.frame.toasts import Toasts
from studio.ui.shell.frame.top_bar import TopBar
from studio.ui.shell.go_to import GO_TO, entries
from studio.ui.shell.layout import DockLayout
from studio.ui.shell.layout_state import LayoutState
from studio.ui.shell.pages import MODELS, Pages
from studio.ui.shell.panels import Panels
from studio.ui.shell.tab_commands import TabActions, tab_commands
from studio.ui.shell.window_commands import window_commands
from studio.ui.shell.window_parts import WindowParts
from studio.ui.widgets.layouts.tabbed import enter_page
from studio.ui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from pathlib import Path

    from studio.app.editing.open_model import OpenModel
    from studio.app.selection import Selection
    from studio.app.session import Session
    from studio.core.files.repository import Repository


class MainWindow(QMainWindow):
    """The shell of the rooms that it is given. It is painted before the session is there; `bind` brings that."""

    bound = Signal()

    def __init__(self, rooms: Sequence[Room]) -> None:
        super().__init__()
        self.session: Session | None = None
        self._selection: Selection | None = None
        self._rooms = tuple(rooms)
        self._settled = False
        self._shown_path: Path | None = None
        self.setObjectName(names.Shell.WINDOW)
        self.setWindowTitle("Trireme")
        self.setMinimumSize(QSize(960, 540))
        self.setWindowIcon(logo_icon())
        self.setDockNestingEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._build_frame()
        self._build_middle()
        self._build_docks()
        self._connect()

    def _build_frame(self) -> None:
        self.context = WindowContext(self._rooms, self)
        every = [command for room in self._rooms for command in room.commands]
        own = (*window_commands(lambda: self), *tab_commands(lambda: self.tab_actions))
        self.commands: Commands = Commands(self, [*every, *own], self.context)
        self.top: TopBar = TopBar()
        self.commands.fill(self.top.menus)
        self.setMenuWidget(self.top)
        self.activities: ActivityBar = ActivityBar(self._rooms)
        self.activities.set_active(MODELS)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.activities)
        self.status: StatusBar = StatusBar()
        self.setStatusBar(self.status)

    def _build_middle(self) -> None:
        self.tabs = TabArea()
        self.pages = Pages(self._rooms, self.tabs, self.context)
        self.centre = QStackedWidget()
        self.centre.addWidget(QWidget())
        self.centre.addWidget(self.tabs)
        self.setCentralWidget(self.centre)
        self.palette_popup = PickList(self, names.Palette.POPUP, "Command palette")
        self.toasts: Toasts = Toasts(self, self.status.notices)

    def _build_docks(self) -> None:
        self.docks = DockLayout(self)
        self.toasts.keep_clear(self.docks.bottom.titleBarWidget())
        self.layout_state: LayoutState = LayoutState(self, self.docks, self.tabs)
        self.documents: Documents = Documents(self._rooms, self.tabs, self.pages, self.layout_state, self.context)
        self.tab_actions: TabActions = TabActions(self.tabs, self.documents, self.context)
        views = [view for room in self._rooms for view in room.inspector]
        self.inspector: Inspector = Inspector(views, self.context)
        self.docks.inspector.setWidget(self.inspector)
        self.panels: Panels = Panels(self._rooms, self.context, self.docks, self.centre)
        self.context.connect(
            WindowParts(
                self.activities,
                self.tabs,
                self.pages,
                self.documents,
                self.docks,
                self.inspector,
                self.panels,
                self.commands,
            )
        )

    def _connect(self) -> None:
        # Facts come in bursts; commands are enabled once for all of them.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh_facts)
        self.activities.chosen.connect(self.show_activity)
        self.pages.activity_changed.connect(self._show_active)
        self.tabs.current_changed.connect(self._tab_changed)
        self.tabs.preview_changed.connect(self._later.start)
        self.docks.changed.connect(self.refresh_facts)
        self.docks.bottom.abandoned.connect(self.tabs.focus_page)
        self.inspector.titled.connect(self.docks.inspector.header.title.setText)
        self.documents.changed.connect(self._later.start)
        self.documents.restored.connect(lambda: self.panels.focus(Region.LEFT))
        self.top.field.clicked.connect(self._open_field)
        self.top.restart.clicked.connect(lambda: self.commands.run("launch"))
        self.top.stop.clicked.connect(lambda: self.commands.run("stop"))
        self.top.set_open(False)

    # The session

    def bind(self, session: Session) -> None:
        """Takes the session and builds what shows it."""
        from studio.app import notices
        from studio.app.selection import Selection
        from studio.ui.shell.server_bar import show_servers

        self.session = session
        self._selection = Selection(session, self)
        self._selection.changed.connect(self.refresh_facts)
        self._selection.problem_changed.connect(self.refresh_facts)
        self.context.bind(session, self._selection)
        self.documents.bind(session)
        self.panels.build()
        self.inspector.show_view("")
        self.status.fill([item for room in self._rooms for item in room.status], self.context)
        show_servers(session, self.top, self.tabs, self.pages, self.commands)
        for told in (session.servers.changed, session.checker.findings_changed, session.model_closed):
            told.connect(lambda *_: self._later.start())
        session.server.guard_changed.connect(self._later.start)
        session.model_opened.connect(self._watch)
        session.server.status_changed.connect(lambda _: self.arrange())
        theme.changes().themed.connect(self._later.start)
        for room in self._rooms:
            if room.begin is not None:
                room.begin(self.context)
        notices.notices().listen(self.toasts.post)
        self.panels.focus(Region.START)
        session.repository_changed.connect(self._show_repository)
        self._show_repository(session.repository)
        self.bound.emit()

    def _watch(self, model: OpenModel) -> None:
        model.unsaved_changed.connect(lambda _: self._later.start())
        self._later.start()

    def need_session(self) -> Session:
        """The session; commands are off before it is there."""
        return self.context.session

    def _show_repository(self, repository: Repository | None) -> None:
        self.setWindowTitle(f"{repository.path.name} – Trireme" if repository else "Trireme")
        header = self.docks.explorer.header
        header.title.setText(repository.path.name if repository else "Models")
        header.count.setText(str(len(repository.models)) if repository else "")
        path = repository.path if repository else None
        if path != self._shown_path:
            self._shown_path = path
            self.toasts.close_offers()
        self.status.version.setVisible(repository is None)
        if repository is not None:
            self.layout_state.restore_docks()
        self.arrange()
        self.refresh_facts()

    # What is in front

    @property
    def activity(self) -> str:
        """The key of the room whose page is in front, or "models"."""
        return self.pages.activity

    def page(self, key: str) -> QWidget:
        """The page of a room, made when it is first asked for."""
        return self.pages.page(key)

    def show_activity(self, key: str) -> None:
        """Brings an activity to the front."""
        if self.session is not None:
            self.context.show(PagePlace(key))

    def _show_active(self, key: str) -> None:
        self.activities.set_active(key)
        self.arrange()
        self.refresh_facts()

    def _tab_changed(self, key: str) -> None:
        self.pages.set_activity(key if key in self.pages.keys() else MODELS)  # noqa: SIM118 - no dict
        if self._selection is not None:
            file = self.documents.files.current()
            self._selection.set_front(self.documents.current_name(), file.path if file is not None else None)

    def arrange(self) -> None:
        """Shows the docks that belong to the activity, and the start page where there is nothing else."""
        session, modelling = self.session, self.activity == MODELS
        opened = session is not None and session.repository is not None
        self.centre.setCurrentIndex(0 if modelling and not opened else 1)
        self.docks.arrange(self.activity, started=session is not None, opened=opened)
        self.top.set_open(opened or (session is not None and session.server.status.is_running))

    # What the window's own commands do

    def toggle_dock(self, key: str) -> None:
        """Shows or hides the explorer or the inspector."""
        self.docks.toggle(key)

    def toggle_panel(self) -> None:
        """Folds the panel at the foot, or unfolds it."""
        self.docks.toggle_panel()

    def turn_full_screen(self) -> None:
        """Gives the window the whole screen, or its former size."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def reset_layout(self) -> None:
        """Puts the docks back where they were at the first start."""
        self.docks.reset()

    def move_focus(self, by: int) -> None:
        """Gives the keyboard to the next region, or to the one before."""
        page = self.tabs.page(self.tabs.current()) if self.tabs.isVisible() else self.centre.currentWidget()
        docks = self.docks
        known = (self.top, self.activities, docks.explorer, page, docks.inspector, docks.bottom, self.status)
        move_focus([region for region in known if region is not None and region.isVisible()], by)

    def go_to_model(self) -> None:
        """Lists the models and their text files by name."""
        repository = self.need_session().repository
        found = entries(repository.models if repository else (), self.context)
        self.palette_popup.open(found, GO_TO, {">": self.commands.entries})

    def show_palette(self) -> None:
        """Lists every command with its key."""
        entries = self.commands.entries()
        self.palette_popup.open(entries, "Run a command", {">": lambda: entries})

    def _open_field(self) -> None:
        """What a press on the command field does: models where there are some, else commands."""
        has_models = self.session is not None and self.session.repository is not None
        (self.go_to_model if has_models else self.show_palette)()

    # Facts and closing

    def refresh_facts(self, *_: object) -> None:
        """Enables the commands that make sense now."""
        self.commands.set_facts(gather(self.session, self._selection, self.documents, self.docks))
        self.top.restart.setEnabled(self.commands.action("launch").isEnabled())
        self.top.stop.setEnabled(self.commands.action("stop").isEnabled())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, which nothing else had a use for, closes the latest notice."""
        if event.key() != Qt.Key.Key_Escape or not self.toasts.close_latest():
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt calls it so
        before = QApplication.focusWidget()
        return super().focusNextPrevChild(next) and enter_page(before, next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.docks.resized(event.oldSize().width(), event.size().width())

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._settled and self.session is not None and self.session.unsaved():
            event.ignore()
            self.documents.when_settled(self.close_settled)
            return
        self.documents.leave()
        super().closeEvent(event)

    def close_settled(self) -> None:
        """Closes it without a question: unsaved work was asked about."""
        self._settled = True
        self.close()
