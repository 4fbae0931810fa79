"""The theme: contrast, palette, style sheet, icons."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from studio.app.settings import settings
from studio.ui.look import icons, theme
from studio.ui.look.stylesheet import style_sheet
from studio.ui.look.tokens import DARK, LIGHT, Tokens

UI = Path(icons.__file__).parents[1]
_NAMES = re.compile(r'"([a-z]+(?:-[a-z]+)*)"')


def _luminance(value: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(value[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda t: t.scheme)
@pytest.mark.parametrize("ink", ["text", "dim", "accent", "ok", "warn", "error"])
@pytest.mark.parametrize("ground", ["window", "panel", "field"])
def test_text_can_be_read(tokens: Tokens, ink: str, ground: str) -> None:
    assert _contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda t: t.scheme)
def test_text_can_be_read_on_soft_grounds_and_on_accent(tokens: Tokens) -> None:
    assert _contrast(tokens.on_accent, tokens.accent) >= 4.5
    for ink, ground in (("warn", "warn_soft"), ("error", "error_soft"), ("ok", "ok_soft"), ("accent", "accent_soft")):
        assert _contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.4, ink


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda t: t.scheme)
def test_the_style_sheet_sets_no_fonts_and_has_its_pictures(tokens: Tokens) -> None:
    sheet = style_sheet(tokens)
    assert "font" not in sheet
    assert "$" not in sheet
    pictures = re.findall(r'url\("([^"]+)"\)', sheet)
    assert pictures
    assert all(Path(picture).is_file() for picture in pictures)


def test_a_change_of_theme_reaches_palette_and_listeners(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    with qtbot.waitSignal(theme.changes().themed):
        theme.apply(qapp, "light")
    assert theme.tokens() is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Text).name() == LIGHT.text
    theme.apply(qapp, "dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.panel


def test_figures_have_one_width(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    font = theme.ui_font(13)
    assert QFont.Tag("tnum") in font.featureTags()
    label = QLabel()
    label.setFont(font)
    label.ensurePolished()
    widths = {label.fontMetrics().horizontalAdvance(digit * 10) for digit in "0123456789"}
    assert len(widths) == 1


def test_every_icon_that_is_named_exists(qapp: QApplication) -> None:
    known = icons.names()
    calls = re.compile(r'(?:icon|IconButton|IconLabel|pixmap|paint_icon|set_icon|EmptyState|PageHeader)\(\s*"([^"]+)"')
    named = {name for path in UI.rglob("*.py") for name in calls.findall(path.read_text())}
    assert len(named) > 15
    assert named <= known


def test_icons_follow_the_theme(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    dark = icons.pixmap("cube", "text").toImage()
    theme.apply(qapp, "light")
    light = icons.pixmap("cube", "text").toImage()
    theme.apply(qapp, "dark")
    assert dark != light
    assert icons.icon("cube", "text") is not None


@pytest.mark.long
def test_the_size_of_the_interface_is_that_of_the_settings_at_the_next_start() -> None:
    settings().set("interface_percent", 150)
    code = "from studio.ui.run import application; print(application().devicePixelRatio())"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert float(run.stdout) == 1.5
    settings().set("interface_percent", 100)
