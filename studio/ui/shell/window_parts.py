"""The parts of one window, named for those that work on several of them."""

from __future__ import annotations

from dataclasses import dataclass

from studio.ui.shell.commands import Commands
from studio.ui.shell.documents import Documents
from studio.ui.shell.frame.activity_bar import ActivityBar
from studio.ui.shell.frame.inspector import Inspector
from studio.ui.shell.frame.tabs import TabArea
from studio.ui.shell.layout import DockLayout
from studio.ui.shell.pages import Pages
from studio.ui.shell.panels import Panels


@dataclass(frozen=True, slots=True)
class WindowParts:
    """What stands in the window and what keeps it in order."""

    activities: ActivityBar
    tabs: TabArea
    pages: Pages
    documents: Documents
    docks: DockLayout
    inspector: Inspector
    panels: Panels
    commands: Commands
