"""The object names of the problems and of the server that is checked for: what tests and assistive tools hold on to."""

from __future__ import annotations


class Problems:
    """The panel of problems with its tools."""

    PANEL = "problems"
    TABLE = "problemsTable"
    FILTER = "problemsFilter"
    FIX_ALL = "problemsFixAll"
    TARGET = "problemsTarget"
    EXPLAIN = "problemsExplain"
    IGNORE = "problemsIgnore"


class FixAll:
    """The dialog with what can be mended without a look at it."""

    DIALOG = "fixAll"
    LIST = "fixAllList"
    TEXT = "fixAllText"
    MEND = "fixAllMend"
    CANCEL = "fixAllCancel"


class Target:
    """The dialog for the server that is checked for."""

    DIALOG = "target"
    FIELD = "target.{}"


class Status:
    """What it keeps in the status bar."""

    PROBLEMS = "statusProblems"
