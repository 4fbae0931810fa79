"""The object names of recovery: what tests and assistive tools hold on to."""

from __future__ import annotations


class Recovery:
    """What is asked after a crash."""

    DIALOG = "recoveryDialog"
    LIST = "recoveryList"
    TEXT = "recoveryText"
    ATTENTION = "recoveryAttention"
    COPY = "recoveryCopy"
    LATER = "recoveryLater"
    DISCARD = "recoveryDiscard"
    RESTORE = "recoveryRestore"
