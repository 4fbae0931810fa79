"""The object names of the X-ray: what tests and assistive tools hold on to."""

from __future__ import annotations


class Xray:
    """The page of traced requests."""

    PAGE = "xrayPage"
    COUNT = "xrayCount"
    NUMBER = "xrayNumber"
    TRACE = "xrayTrace"
    MORE = "xrayMore"
    OPEN = "xrayOpen"
    EXPORT = "xrayExport"
    SPAN = "xrayShowSpan"
    LIST = "xrayShowList"
    FILTER = "xrayFilter"
    ORDER = "xrayOrder"
    REQUESTS = "xrayRequests"
    FAILED = "xrayFailed"
    WATERFALL = "xrayWaterfall"
    OVERVIEW = "xrayOverview"
    BREAKDOWN = "xrayBreakdown"
    CANVAS = "xrayCanvas"
    CLOSE = "xrayClose"
    FIND = "xrayFind"
    PROBLEM = "xrayProblem"
    CANCEL = "xrayCancel"
    BEGIN = "xrayBegin"
    SERVE = "xrayServe"
    WAIT = "xrayStopWaiting"
