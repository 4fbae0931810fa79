"""Where a command is found, and where its key holds."""

from __future__ import annotations

from enum import Enum


class Menu(Enum):
    """What commands are gathered under, in the menu bar from left to right and in the palette; the value is the title.

    TEXT opens from EDIT, PAGES and THEME from VIEW, REQUESTS, CHARTS and XRAY from SERVER: those would not fit a low
    screen with them.
    GRAPH, TABS and PROBLEMS are not in the bar: their commands are at hand on the canvas, on a tab and on a problem, by
    key and at the pointer.
    """

    FILE = "File"
    EDIT = "Edit"
    TEXT = "Text"
    VIEW = "View"
    PAGES = "Pages"
    THEME = "Theme"
    MODEL = "Model"
    SERVER = "Server"
    REQUESTS = "Saved requests"
    CHARTS = "Charts"
    XRAY = "X-ray"
    HELP = "Help"
    GRAPH = "Graph"
    TABS = "Tabs"
    PROBLEMS = "Problems"

    @property
    def is_in_bar(self) -> bool:
        """Whether the menu bar has it."""
        return self.inside is None and self not in (Menu.GRAPH, Menu.TABS, Menu.PROBLEMS)

    @property
    def inside(self) -> Menu | None:
        """The menu that it opens from; None for one of the bar, or none at all."""
        inside = {Menu.TEXT: Menu.EDIT, Menu.PAGES: Menu.VIEW, Menu.THEME: Menu.VIEW}
        of_server = (Menu.REQUESTS, Menu.CHARTS, Menu.XRAY)
        return Menu.SERVER if self in of_server else inside.get(self)


class Scope(Enum):
    """Where the keys of a command hold.

    Those of WINDOW hold everywhere and are shortcuts of the window. All others hold only while a widget of that kind
    has the keyboard, since the same key means something else elsewhere: `Context.bind_keys` gives them to a widget,
    or the widget reads the table itself where it takes keys in `keyPressEvent`, as the canvas does.
    """

    WINDOW = "everywhere"
    TREE = "in the explorer"
    TEXT = "in the text"
    CANVAS = "on the canvas"
    PROBLEMS = "in the problems"
    SERVED = "in the models of the server"
    REQUESTS = "in the saved requests"
    RESULTS = "in the results of saved requests"
    XRAY = "in the X-ray"


class ContextMenu(Enum):
    """The menus at the pointer. A command of any room joins one by naming it in `Command.context_menus`."""

    MODEL_ROW = "a model of the explorer"
    VERSION_ROW = "a version of the explorer"
    FILE_ROW = "a file of the explorer"
    EMPTY_ROW = "the explorer below its rows"
    TAB = "a tab"
    TEXT = "the text"
    LISTED_MODEL = "a model in a table"
    LOG = "the log"
    PROBLEM = "a problem"
    REQUEST = "a saved request"
    RESULT = "the result of a saved request"
    CHART = "a chart"
    XRAY_SPAN = "a span of the X-ray"
    XRAY_REQUEST = "a request of the X-ray"
    CANVAS_NODES = "the chosen nodes of the canvas"
    CANVAS_WIRE = "a wire of the canvas"
    CANVAS_GROUND = "the free ground of the canvas"
