"""The object names of the graph: what tests and assistive tools hold on to."""

from __future__ import annotations


class Canvas:
    """The graph of an ensemble; tools are named by what they do."""

    PANE = "graphPane"
    VIEW = "graphView"
    MINIMAP = "graphMap"
    TOOLS = "graphTools"
    TOOL = "graphTool.{}"
    ALIGN_MENU = "graphAlign"
    ZOOM = "graphZoom"
    LIVE = "graphLive"
    FIGURES = "graphFigures"
    FIGURE = "graphFigure"
    SEARCH = "graphSearch"
    FIND = "graphFind"
    MENU = "graphMenu"
    RENAME = "graphRename"
    OFFER = "graphOffer.{}"
    BROKEN = "graphBroken"
    FIELD = "graphField.{}"
    OPEN_MODEL = "graphOpenModel"
    TEST_STEP = "graphTestStep"
