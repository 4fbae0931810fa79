"""The object names of the models' page: what tests and assistive tools hold on to."""

from __future__ import annotations


class Served:
    """The models of the server."""

    PAGE = "servedPage"
    TABLE = "servedTable"
    FILTER = "servedFilter"
    WHICH = "servedWhich"
    COUNT = "servedCount"
    LOAD = "servedLoad"
    UNLOAD = "servedUnload"
    ON_CPU = "servedLoadOnCpu.{}"
    OTHER = "servedOther"
    DETAIL = "servedDetail.{}"
    FIX = "servedFix.{}"
    OPEN_PLACE = "servedOpenPlace.{}"
    WHOLE = "servedWhole.{}"
    KEEP = "servedKeep.{}"
    DROP = "servedDrop.{}"
    ADOPT = "servedAdopt.{}.{}"
    ADOPT_ALL = "servedAdoptAll.{}"
    WHY = "servedWhy"
    WHY_CLOSE = "servedWhyClose"
    WHY_AGAIN = "servedWhyAgain"
    WHY_COPY = "servedWhyCopy"
    WHY_SYMPTOM = "servedWhySymptom"
    WHY_LAYER = "servedWhyLayer.{}"
    WHY_LOOK = "servedWhyLook.{}"
