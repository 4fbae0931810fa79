"""The object names of what several rooms show: what tests and assistive tools hold on to."""

from __future__ import annotations


class Fixes:
    """The choice of fixes."""

    MENU = "fixes"
