"""The object names of the comparison: what tests and assistive tools hold on to."""

from __future__ import annotations


class Compare:
    """Two interfaces side by side."""

    DIALOG = "compareDialog"
    LEFT = "compareLeft"
    RIGHT = "compareRight"
    SWAP = "compareSwap"
    TABLE = "compareTable"
    STATE = "compareState"
    CLOSE = "compareClose"
