"""The object names of the page of results: what tests and assistive tools hold on to."""

from __future__ import annotations


class Runs:
    """The page, its table, and what belongs to the chosen row."""

    PAGE = "runsPage"
    STATE = "runsState"
    RUN = "runsRun"
    CANCEL = "runsCancel"
    EXPORT = "runsExport"
    KEEP = "runsKeep"
    BAIL = "runsBail"
    KINDS = "runsKinds"
    TAG = "runsTag"
    FILTER = "runsFilter"
    TABLE = "runsTable"
    FIRST = "runsFirst"
    DETAIL = "runsDetail"
    DETAIL_OPEN = "runsDetailOpen"
    KEEP_DIALOG = "runsKeepDialog"
    PREVIEW = "runsPreview"
