"""The object names of what a model file says: what tests and assistive tools hold on to."""

from __future__ import annotations


class File:
    """What a model file says; a fix is named by side, tensor and what it mends."""

    PANEL = "filePanel"
    VERSION = "fileVersion"
    STATE = "fileState"
    CANCEL = "fileCancel"
    FIX = "fileFix.{}.{}.{}"
