"""The object names of the viewers of tensors: what tests and assistive tools hold on to."""

from __future__ import annotations


class Tensors:
    """Viewers of one tensor."""

    VIEW = "tensor.{}"
    TABS = "tensorTabs.{}"
    LABELS = "tensorLabels"
    TABLE = "tensorTable"
    PICTURE = "tensorPicture"
    TOP = "tensorTop"
    SAVE = "tensorSave"
    SAVE_MENU = "tensorSaveMenu"
    SLICE = "tensorSlice"
    TEXT = "tensorText"
    STATISTICS = "tensorStatistics"
