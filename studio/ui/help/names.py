"""The object names of help: what tests and assistive tools hold on to."""

from __future__ import annotations


class Help:
    """The dialogs of the menu Help."""

    ABOUT = "aboutDialog"
    TO_LICENCES = "aboutLicences"
    LICENCES = "licencesDialog"
    LICENCE_SEARCH = "licencesSearch"
    LICENCE_LIST = "licencesList"
    LICENCE_TEXT = "licencesText"
    CLOSE = "licencesClose"
