"""The window: it puts the regions together and knows which page is in front."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from studio.ui import names
from studio.ui.look import theme
from studio.ui.look.logo import logo_icon
from studio.ui.shell.actions import Actions
from studio.ui.shell.activity import ActivityBar
from studio.ui.shell.commands import Commands
from studio.ui.shell.docks import BottomDock, Dock
from studio.ui.shell.documents import MODEL, PAGES, Documents
from studio.ui.shell.layout_state import LayoutState
from studio.ui.shell.statusbar import StatusBar
from studio.ui.shell.tabs import TabArea
from studio.ui.shell.toasts import Toasts
from studio.ui.shell.topbar import TopBar
from studio.ui.widgets import IconButton
from studio.ui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from studio.app.editing.recovery import Journal
    from studio.app.session import Session
    from studio.core.files.repository import Repository
    from studio.ui.editor.inspector import FieldHelp
    from studio.ui.explorer.panel import ExplorerPanel
    from studio.ui.new_model.flow import NewModelFlow
    from studio.ui.problems.panel import ProblemsPanel
    from studio.ui.shell.inspecting import Inspecting
    from studio.ui.start.page import StartPage

ROOMY = 1340
"""From this width on there is room for the inspector beside form and text."""


class MainWindow(QMainWindow):
    """The shell. It is painted before the session is there; `bind` brings the session and what shows it."""

    bound = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.session: Session | None = None
        self.journal: Journal | None = None
        self.activity = "models"
        self.wanted = {"explorer": True, "inspector": True}
        self.docks_shown = False
        self._settled = False
        self._insists = False
        self.setObjectName(names.Shell.WINDOW)
        self.setWindowTitle("Trireme")
        self.setMinimumSize(QSize(960, 600))
        self.setWindowIcon(logo_icon())
        self.setDockNestingEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._build_frame()
        self._build_docks()
        self._connect()
        self.layout_state = LayoutState(self)

    def _build_frame(self) -> None:
        self.commands = Commands(self)
        self.actions_ = Actions(self, self.commands)
        self.top = TopBar()
        self.actions_.fill(self.top.menus)
        self.setMenuWidget(self.top)
        self.activities = ActivityBar()
        self.activities.set_active("models")
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.activities)
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.tabs = TabArea()
        self.documents = Documents(self)
        self.centre = QStackedWidget()
        self.centre.addWidget(QWidget())
        self.centre.addWidget(self.tabs)
        self.setCentralWidget(self.centre)
        self.palette_popup = PickList(self, names.Palette.POPUP, "Command palette")
        self.toasts = Toasts(self)

    def _build_docks(self) -> None:
        self.explorer_dock = Dock(names.Shell.EXPLORER_DOCK, "Models", self, line=False)
        self.inspector = Dock(names.Shell.INSPECTOR_DOCK, "Field help", self)
        self.bottom = BottomDock(self)
        self.explorer_dock.setMinimumWidth(180)
        self.inspector.setMinimumWidth(200)
        self.inspector.add_close()
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            self.setCorner(corner, Qt.DockWidgetArea.BottomDockWidgetArea)
        for area, dock in self.places():
            self.addDockWidget(area, dock)
            dock.hide()

    def places(self) -> list[tuple[Qt.DockWidgetArea, Dock | BottomDock]]:
        """Each dock and where it is at the first start."""
        return [
            (Qt.DockWidgetArea.LeftDockWidgetArea, self.explorer_dock),
            (Qt.DockWidgetArea.RightDockWidgetArea, self.inspector),
            (Qt.DockWidgetArea.BottomDockWidgetArea, self.bottom),
        ]

    def _connect(self) -> None:
        self.activities.chosen.connect(self.show_activity)
        self.tabs.current_changed.connect(self._tab_changed)
        self.tabs.close_requested.connect(self.documents.close_tab)
        self.actions_.recent.aboutToShow.connect(self.commands.fill_recent)
        self.top.field.clicked.connect(self.commands.open_field)
        self.top.restart.clicked.connect(self.actions_.action("launch").trigger)
        self.top.stop.clicked.connect(self.actions_.action("stop").trigger)
        self.status.pressed.connect(self._follow_status)
        self.explorer_dock.closed.connect(lambda: self._closed("explorer"))
        self.inspector.closed.connect(lambda: self._closed("inspector"))
        self.top.set_open(False)

    # ---- the session

    def bind(self, session: Session) -> None:
        """Takes the session and builds what shows it."""
        from studio.ui.shell.feed import Feed
        from studio.ui.shell.parts import build_parts

        self.session = session
        self.start: StartPage
        self.explorer: ExplorerPanel
        self.problems: ProblemsPanel
        self.help: FieldHelp
        self.inspecting: Inspecting
        self.new_models: NewModelFlow
        build_parts(self, session)
        self.feed = Feed(self, session)
        self.start.cards[0].setFocus()
        session.repository_changed.connect(self._show_repository)
        self.documents.bind(session)
        self._show_repository(session.repository)
        self.refresh_facts()
        self.bound.emit()

    def need_session(self) -> Session:
        """The session; commands are off before it is there."""
        if self.session is None:
            raise RuntimeError("the session is not there yet")
        return self.session

    def _show_repository(self, repository: Repository | None) -> None:
        self.setWindowTitle(f"{repository.path.name} – Trireme" if repository else "Trireme")
        self.explorer_dock.header.title.setText(repository.path.name if repository else "Models")
        self.explorer_dock.header.count.setText(str(len(repository.models)) if repository else "")
        if repository is not None and not self.docks_shown:
            self.docks_shown = True
            self.layout_state.restore_docks()
        self.arrange()
        self.refresh_facts()

    # ---- pages and docks

    def page(self, key: str) -> QWidget:
        """The page of an activity, made when it is first asked for."""
        from studio.ui.shell.parts import build_page

        held = self.tabs.page(key)
        if held is None:
            title, sign, held = build_page(self, key)
            self.tabs.add(key, title, sign, held)
        return held

    def show_activity(self, key: str) -> None:
        """Brings an activity to the front."""
        if key in PAGES and self.session is not None:
            self.page(key)
            self.tabs.show_tab(key)
            self._set_activity(key)
            return
        models = self.documents.open_keys()
        if models and self.tabs.current() not in models:
            self.tabs.show_tab(models[-1])
        self._set_activity("models")

    def _tab_changed(self, key: str) -> None:
        self._set_activity(key if key in PAGES else "models")
        if key in self.documents.open_keys():
            self.explorer.select(key.removeprefix(MODEL))

    def _set_activity(self, key: str) -> None:
        self.activity = key
        self.activities.set_active(key)
        self.arrange()
        self.refresh_facts()

    def arrange(self) -> None:
        """Shows the docks that belong to the activity, and the start page where there is nothing else."""
        open_ = self.session is not None and self.session.repository is not None
        modelling = self.activity == "models"
        self.centre.setCurrentIndex(0 if modelling and not open_ else 1)
        self.explorer_dock.setVisible(open_ and modelling and self.wanted["explorer"])
        roomy = self.width() >= ROOMY or self._insists
        self.inspector.setVisible(open_ and modelling and self.wanted["inspector"] and roomy)
        self.bottom.setVisible(self.session is not None and (open_ or not modelling))
        self.top.set_open(open_ or self._has_server())

    def _has_server(self) -> bool:
        return self.session is not None and self.session.server.status.is_running

    def toggle_dock(self, key: str) -> None:
        """Shows or hides the explorer or the inspector."""
        dock = self.explorer_dock if key == "explorer" else self.inspector
        self.show_dock(key, shown=not dock.isVisible())

    def show_dock(self, key: str, *, shown: bool) -> None:
        """Shows or hides a side panel by a person's wish, which holds in a narrow window too."""
        self.wanted[key] = shown
        self._insists = shown if key == "inspector" else self._insists
        self.arrange()
        self.refresh_facts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() >= ROOMY) != (event.size().width() >= ROOMY):
            self._insists = False
            self.arrange()

    def _closed(self, key: str) -> None:
        self.wanted[key] = False
        self.refresh_facts()

    def _follow_status(self, target: str) -> None:
        if target == "problems":
            self.bottom.show_page("problems")
        elif target == "save_all":
            self.commands.save_all()
        elif target == "cancel_scan":
            self.need_session().cancel_scan()
            self.need_session().folders.cancel()
        else:
            self.show_activity(target)

    def add_explorer_tools(self, tools: list[IconButton]) -> None:
        """Puts tools into the explorer's header."""
        for tool in tools:
            self.explorer_dock.header.add_tool(tool)

    def launch(self) -> None:
        """Launches or restarts the server with the settings of the server's page."""
        page: Any = self.page("serve")
        page.launch()

    def attach(self, address: str) -> None:
        """Attaches to a server by its address and shows it."""
        self.need_session().server.attach(address)
        self.show_activity("serve")

    def select_in_tester(self, name: str) -> None:
        """Chooses a model in the tester."""
        page: Any = self.page("test")
        page.select(name)

    def keep_setting(self, name: str, value: str) -> None:
        """Keeps a setting for the next start."""
        from studio.app.settings import settings

        settings().set(name, value)

    # ---- closing

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._settled and self.session is not None and self.session.unsaved():
            event.ignore()
            self.documents.when_settled(self._close_settled)
            return
        self.layout_state.save()
        super().closeEvent(event)

    def _close_settled(self) -> None:
        self._settled = True
        self.close()

    # ---- facts

    def refresh_facts(self, *_: object) -> None:
        """Enables the commands that make sense now."""
        from studio.ui.shell.facts import facts

        self.actions_.set_facts(facts(self))
        choice = theme.changes().choice
        checks = {
            "explorer": self.wanted["explorer"],
            "inspector": self.inspector.isVisible(),
            "panel": not self.bottom.is_folded,
            "theme_system": choice == "system",
            "theme_dark": choice == "dark",
            "theme_light": choice == "light",
        }
        for key, checked in checks.items():
            self.actions_.action(key).setChecked(checked)
        self.top.restart.setEnabled(self.actions_.action("launch").isEnabled())
        self.top.stop.setEnabled(self.actions_.action("stop").isEnabled())


def run(repository: Path | None, attach: str, theme: str) -> int:
    """Shows the window until it is closed: the door for the command line."""
    from studio.ui.run import run as start

    return start(repository, attach, theme)
