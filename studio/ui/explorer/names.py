"""The object names of the explorer: what tests and assistive tools hold on to."""

from __future__ import annotations


class Explorer:
    """The tree of the repository and the dialogs on its rows."""

    PANEL = "explorer"
    FILTER = "explorerFilter"
    TREE = "explorerTree"
    RESCAN = "explorerRescan"
    MENU = "explorerMenu"
    EMPTY = "explorerEmpty"
    EMPTY_NEW = "explorerEmptyNew"
    NEW = "explorerNew"
    DROP = "explorerDrop"
    UNLOAD_FIRST = "explorerUnloadFirst"
    RENAME = "renameDialog"
    RENAME_CHANGES = "renameChanges"
    VERSION = "versionDialog"
    VERSION_NUMBER = "versionNumber"
    VERSION_SOURCE = "versionSource"
    VERSION_CHOOSE = "versionChooseFile"
    VERSION_FILE = "versionFileName"


class Status:
    """What it keeps in the status bar."""

    BUSY = "statusBusy"
