"""The object names of a run over many files."""

from __future__ import annotations


class BatchNames:
    """The panel at the foot of the tester."""

    PANEL = "fileRun"
    FOLDER = "fileRunFolder"
    PATTERN = "fileRunPattern"
    RESULTS = "fileRunResults"
    START = "fileRunStart"
    PAUSE = "fileRunPause"
    CANCEL = "fileRunCancel"
    CLOSE = "fileRunClose"
    WORDS = "fileRunWords"
    PROGRESS = "fileRunProgress"
    FAILED = "fileRunFailed"
