"""The theme in force: tokens, palette, style sheet and fonts, and the signal that tells that it changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from studio.ui.look.fonts import mono_font, ui_font
from studio.ui.look.stylesheet import style_sheet
from studio.ui.look.tokens import DARK, LIGHT, Scheme, Tokens

__all__ = ["Choice", "apply", "changes", "colour", "mono_font", "retint", "system_scheme", "tokens", "ui_font"]

Choice = Literal["system", "dark", "light"]


class Changes(QObject):
    """Tells that the tokens changed; custom paint reads `tokens()` anew, icons are fetched again."""

    themed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = DARK
        self.choice: Choice = "system"
        self.follows = False


@cache
def changes() -> Changes:
    """The one object that carries `themed`."""
    return Changes()


def tokens() -> Tokens:
    """The colours in force."""
    return changes().tokens


def colour(value: str, alpha: float = 1.0) -> QColor:
    """A token's name (`accent`) or a `#rrggbb` as a colour, with an opacity."""
    return QColor(_made(value if value.startswith("#") else getattr(changes().tokens, value), alpha))


@lru_cache(maxsize=1024)
def _made(value: str, alpha: float) -> QColor:
    """Read once: a page paints a few hundred a second."""
    made = QColor(value)
    made.setAlphaF(alpha)
    return made


def system_scheme() -> Scheme:
    """What the desktop asks for; dark where it does not say."""
    hints = QGuiApplication.styleHints()
    return "light" if hints.colorScheme() == Qt.ColorScheme.Light else "dark"


def retint(slot: Callable[[], None]) -> None:
    """Calls a widget's method now and after every change of theme, for as long as the widget lives."""
    changes().themed.connect(slot)
    slot()


def apply(app: QApplication, choice: str = "system") -> None:
    """Puts a scheme in force: "dark", "light", or "system" to follow the desktop from now on."""
    state = changes()
    state.choice = "dark" if choice == "dark" else "light" if choice == "light" else "system"
    if not state.follows:
        state.follows = True
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _: _follow(app))
    wanted = system_scheme() if state.choice == "system" else state.choice
    state.tokens = LIGHT if wanted == "light" else DARK
    _dress(app, state.tokens)
    state.themed.emit()


def _follow(app: QApplication) -> None:
    state = changes()
    if state.choice == "system" and state.tokens.scheme != system_scheme():
        apply(app, "system")


def _dress(app: QApplication, values: Tokens) -> None:
    if app.style().objectName() != "fusion" and not app.styleSheet():
        app.setStyle("Fusion")
    sheet = style_sheet(values)
    # To set the same once more would style every widget there is anew.
    if app.styleSheet() != sheet:
        app.setFont(ui_font())
        app.setPalette(palette(values))
        app.setStyleSheet(sheet)


def palette(values: Tokens) -> QPalette:
    """The palette beneath the style sheet, for whatever that does not reach."""
    role = QPalette.ColorRole
    pairs = {
        role.Window: values.panel,
        role.WindowText: values.text,
        role.Base: values.field,
        role.AlternateBase: values.panel,
        role.Text: values.text,
        role.Button: values.field,
        role.ButtonText: values.text,
        role.BrightText: values.error,
        role.Highlight: values.select,
        role.HighlightedText: values.text,
        role.Link: values.accent,
        role.LinkVisited: values.accent,
        role.ToolTipBase: values.field,
        role.ToolTipText: values.text,
        role.PlaceholderText: values.dim,
        role.Light: values.hover,
        role.Midlight: values.line,
        role.Mid: values.edge,
        role.Dark: values.line,
        role.Shadow: values.window,
        role.Accent: values.accent,
    }
    made = QPalette()
    for key, value in pairs.items():
        made.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(values.faint))
    return made
