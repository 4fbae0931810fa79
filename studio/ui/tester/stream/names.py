"""The object names of a stream."""

from __future__ import annotations


class Stream:
    """The responses of a stream and their text."""

    SIDE = "streamSide"
    STATE = "streamState"
    FOLLOW = "streamFollow"
    FIGURE = "streamFigure.{}"
    STRIP = "streamStrip"
    TABLE = "streamResponses"
    TEXT = "streamText"
    VIEW = "streamView"
    COPY = "streamCopy"
    RUNS = "streamRuns"
