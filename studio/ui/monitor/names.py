"""The object names of the monitor: what tests and assistive tools hold on to."""

from __future__ import annotations


class Monitor:
    """The monitor; a chart is named by its key: throughput, latency, percentiles or pending."""

    PAGE = "monitorPage"
    WINDOW = "monitorWindow"
    STATE = "monitorState"
    RANGE = "monitorRange"
    PAUSE = "monitorPause"
    MARK = "monitorMark"
    EXPORT = "monitorExport"
    PROBLEM = "monitorProblem"
    EMPTY = "monitorEmpty"
    TABLE = "monitorTable"
    CHART = "monitorChart.{}"
    LEGEND = "monitorLegend.{}"
    VIEWS = "monitorViews"
    DEVICES = "monitorDevices"


class Status:
    """What it keeps in the status bar."""

    QUEUE = "statusQueue"
    P99 = "statusP99"
    GPU = "statusGpu"
    ALERTS = "statusAlerts"
