"""The object names of the search over all configurations: what tests and assistive tools hold on to."""

from __future__ import annotations


class Searching:
    """The panel of the search."""

    PANEL = "searchPanel"
    FIELD = "searchField"
    NEW = "searchNew"
    REPLACE = "searchReplace"
    TURN = "searchTurn"
    STOP = "searchStop"
    STATE = "searchState"
    LIST = "searchList"
