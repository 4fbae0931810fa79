"""The object names of sequences."""

from __future__ import annotations


class SequenceNames:
    """The form of a sequence's request, and the lanes."""

    PART = "sequencePart"
    ID = "sequenceId"
    START = "sequenceStart"
    END = "sequenceEnd"
    NEW = "sequenceNew"
    WORDS = "sequenceWords"
    LANES = "sequenceLanes"
    TABLE = "sequenceTable"
    END_ALL = "sequenceEndAll"
