"""The object names of the start page: what tests and assistive tools hold on to."""

from __future__ import annotations


class Start:
    """The start page; a recent repository is named by its row."""

    PAGE = "startPage"
    OPEN = "startOpen"
    EXAMPLE = "startExample"
    ATTACH = "startAttach"
    DROP = "startDrop"
    RECENT = "startRecent.{}"
    CLEAR = "startClear"
    CHECK = "startCheck"
    MACHINE = "startMachine.{}"
    INSTALL = "startInstall"
    CANCEL_INSTALL = "startCancelInstall"
    PROGRESS = "startInstallProgress"
