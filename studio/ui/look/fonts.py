"""The two families of the studio: Inter for words, JetBrains Mono for code, the system's where they are missing."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

SMALL = 11
DENSE = 12
BODY = 13
TITLE = 16


@cache
def _families() -> frozenset[str]:
    return frozenset(QFontDatabase.families())


def _family(wanted: str, system: QFontDatabase.SystemFont) -> str:
    return wanted if wanted in _families() else QFontDatabase.systemFont(system).family()


def _font(family: str, px: int, weight: int) -> QFont:
    font = QFont(family)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def ui_font(px: int = BODY, weight: int = 400) -> QFont:
    """The font of words and numbers, with figures of one width. Weights: 400, 500, 600."""
    font = _font(_family("Inter", QFontDatabase.SystemFont.GeneralFont), px, weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def mono_font(px: int = DENSE, weight: int = 400) -> QFont:
    """The font of code, dims and paths, without ligatures."""
    font = _font(_family("JetBrains Mono", QFontDatabase.SystemFont.FixedFont), px, weight)
    font.setStyleHint(QFont.StyleHint.Monospace)
    for tag in ("calt", "liga"):
        font.setFeature(QFont.Tag(tag), 0)
    return font
