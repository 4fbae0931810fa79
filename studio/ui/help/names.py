"""The object names of help: what tests and assistive tools hold on to."""

from __future__ import annotations


class Help:
    """The dialogs of the menu Help."""

    ABOUT = "aboutDialog"
