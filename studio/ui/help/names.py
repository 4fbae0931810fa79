"""The object names of help: what tests and assistive tools hold on to."""

from __future__ import annotations


class Help:
    """What help opens."""

    ABOUT = "aboutDialog"
