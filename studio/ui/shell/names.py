"""The object names of the window and its fixed parts: what tests and assistive tools hold on to."""

from __future__ import annotations


class Palette:
    """The command palette; field and list get their names from it."""

    POPUP = "palette"


class Shell:
    """The window and its fixed parts."""

    WINDOW = "mainWindow"
    TOP_BAR = "topBar"
    MENU_BAR = "menuBar"
    COMMAND_FIELD = "commandField"
    SERVER_CHOOSER = "serverChooser"
    SERVER_LINE = "serverLine"
    SERVER_LINE_FOLDER = "serverLineFolder"
    SERVER_LINE_SWITCH = "serverLineSwitch"
    SERVER_LINE_RESTART = "serverLineRestart"
    RESTART = "restartButton"
    STOP = "stopButton"
    ACTIVITY_BAR = "activityBar"
    ACTIVITY = "activity.{}"
    TABS = "tabs"
    TAB_BAR = "tabBar"
    TAB_CLOSE = "tabClose"
    TAB_LIST = "tabListButton"
    EXPLORER_DOCK = "explorerDock"
    INSPECTOR_DOCK = "inspectorDock"
    BOTTOM_DOCK = "bottomDock"
    BOTTOM_TABS = "bottomTabs"
    BOTTOM_FOLD = "bottomFold"
    DOCK_CLOSE = "dockClose"
    TOAST = "toast"
    TOAST_CLOSE = "toastClose"
    TOAST_ACTION = "toastAction.{}"


class Status:
    """What it keeps in the status bar."""

    BAR = "statusBar"
    VERSION = "statusVersion"
    NOTICES = "statusNotices"
