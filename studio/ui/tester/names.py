"""The object names of the tester: what tests and assistive tools hold on to."""

from __future__ import annotations


class Tester:
    """The tester; a card is named by its input."""

    PAGE = "testerPage"
    MODEL = "testerModel"
    VERSION = "testerVersion"
    PROTOCOL = "testerProtocol"
    BATCH = "testerBatch"
    SEND = "testerSend"
    CANCEL = "testerCancel"
    STATUS = "testerStatus"
    PROBLEM = "testerProblem"
    WHY = "testerWhy"
    BREAKDOWN = "testerBreakdown"
    INPUTS = "testerInputs"
    OUTPUTS = "testerOutputs"
    TIMING = "testerTiming"
    CARD = "input.{}"
    SOURCE = "inputSource.{}"
    FILE = "inputFile.{}"
    CHOOSE_FILE = "inputChooseFile.{}"
    TEXT = "inputText.{}"
    GRID = "inputGrid.{}"
    GENERATOR = "inputGenerator.{}"
    SIZE = "inputSize.{}.{}"
    SUMMARY = "inputSummary.{}"
