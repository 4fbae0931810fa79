"""The one style sheet, written from tokens. It sets no fonts: a font in a style sheet drops OpenType features."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from studio.resources import resource
from studio.ui.look.tokens import Tokens

_SHEET = Template("""
* { outline: none; }
QWidget { color: $text; }
QMainWindow, QDialog, #topBar, #activityBar, #statusBar { background: $window; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QToolTip { background: $field; color: $text; border: 1px solid $edge; padding: 4px 6px; }
QScrollArea, QScrollArea > QWidget > QWidget[kind="page"] { background: $panel; border: none; }
QWidget[kind="page"], QWidget[kind="panel"] { background: $panel; }
QWidget[kind="window"] { background: $window; }
QWidget[kind="canvas"] { background: $canvas; }
QFrame[kind="card"] { background: $panel; border: 1px solid $line; border-radius: 6px; }
QFrame[kind="card"][state="target"] { border: 2px solid $accent; background: $accent_soft; }

QLabel { background: transparent; }
QLabel[role="dim"] { color: $dim; }
QLabel[role="faint"] { color: $faint; }
QLabel[role="accent"] { color: $accent; }
QLabel[role="ok"] { color: $ok; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="error"] { color: $error; }
QLabel:disabled { color: $faint; }

QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit[kind="field"], QTextEdit[kind="field"] {
  background: $field; color: $text; border: 1px solid $edge; border-radius: 4px;
  selection-background-color: $select; selection-color: $text; }
QLineEdit { padding: 0 7px; min-height: 26px; max-height: 26px; placeholder-text-color: $dim; }
QComboBox { padding: 0 7px; min-height: 26px; max-height: 26px; }
QAbstractSpinBox { padding: 0 1px 0 7px; min-height: 26px; max-height: 26px; }
QLineEdit[dense="true"], QComboBox[dense="true"], QAbstractSpinBox[dense="true"] { min-height: 22px; max-height: 22px; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit[kind="field"]:focus,
QTextEdit[kind="field"]:focus { border: 2px solid $accent; }
QLineEdit:focus { padding: 0 6px; min-height: 24px; max-height: 24px; }
QComboBox:focus { padding: 0 6px; min-height: 24px; max-height: 24px; }
QAbstractSpinBox:focus { padding: 0 0 0 6px; min-height: 24px; max-height: 24px; }
QLineEdit[dense="true"]:focus, QComboBox[dense="true"]:focus, QAbstractSpinBox[dense="true"]:focus {
  min-height: 20px; max-height: 20px; }
QLineEdit[state="warning"], QComboBox[state="warning"], QAbstractSpinBox[state="warning"] { border-color: $warn_fill; }
QLineEdit[state="error"], QComboBox[state="error"], QAbstractSpinBox[state="error"] { border-color: $error; }
QLineEdit[state="default"], QComboBox[state="default"], QAbstractSpinBox[state="default"] {
  background: transparent; color: $dim; border-color: $line; }
QLineEdit[state="default"]:focus, QComboBox[state="default"]:focus, QAbstractSpinBox[state="default"]:focus {
  border-color: $accent; color: $text; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
  background: transparent; color: $faint; border-color: $line; }
QLineEdit:disabled { placeholder-text-color: $faint; }
QLineEdit[kind="bare"] { background: transparent; border: none; padding: 0; min-height: 20px; max-height: 24px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url("$art/caret-down.svg"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $field; border: 1px solid $edge; padding: 3px; outline: none; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; border-radius: 3px; }
QComboBox QAbstractItemView::item:selected { background: $select; color: $text; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 18px; background: transparent; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-arrow { image: url("$art/caret-up.svg"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("$art/caret-down.svg"); width: 10px; height: 10px; }

QPushButton { background: $field; color: $text; border: 1px solid $edge; border-radius: 4px;
  padding: 0 11px; min-height: 26px; max-height: 26px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $accent; padding: 0 10px; min-height: 24px; max-height: 24px; }
QPushButton:disabled { color: $faint; border-color: $line; background: transparent; }
QPushButton[dense="true"] { min-height: 22px; max-height: 22px; padding: 0 9px; }
QPushButton[dense="true"]:focus { min-height: 20px; max-height: 20px; padding: 0 8px; }
QPushButton[small="true"] { min-height: 18px; max-height: 18px; padding: 0 7px; }
QPushButton[small="true"]:focus { min-height: 16px; max-height: 16px; padding: 0 6px; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $accent_soft; color: $faint; border-color: $accent_soft; }
QPushButton[kind="danger"] { color: $error; border-color: $error; }
QPushButton[kind="danger"]:hover { background: $error_soft; }
QPushButton[kind="link"] { background: transparent; border: none; color: $accent; padding: 0 2px; text-align: left; }
QPushButton[kind="tag"] { background: transparent; color: $dim; border: 1px solid $line; border-radius: 9px;
  padding: 0 8px; min-height: 16px; max-height: 16px; }
QPushButton[kind="tag"]:hover { background: $hover; }
QPushButton[kind="tag"]:checked { background: $accent_soft; color: $accent; border-color: $accent; }
QPushButton[kind="tag"]:focus { border: 1px solid $accent; color: $text; padding: 0 8px; min-height: 16px;
  max-height: 16px; }
QPushButton[kind="bare"] { background: transparent; border: none; padding: 0 6px; }
QPushButton[kind="bare"]:hover { background: $hover; }
QPushButton[kind="bare"]:focus { border: 2px solid $accent; }
QPushButton[kind="link"]:hover { color: $text; }
QPushButton[kind="link"]:focus { border: none; text-decoration: underline; padding: 0 2px; }
QPushButton[kind="link"]:disabled { color: $faint; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 0 4px;
  min-height: 22px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $accent_soft; color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton::menu-indicator { image: none; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator, QListView::indicator {
    width: 14px; height: 14px; border: 1px solid $edge; border-radius: 3px; background: $field;
}
QCheckBox::indicator:hover, QListView::indicator:hover { border-color: $dim; }
QCheckBox::indicator:checked, QListView::indicator:checked {
    background: $accent; border-color: $accent; image: url("$art/check.svg");
}
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url("$art/dash.svg"); }
QCheckBox::indicator:disabled { border-color: $line; background: transparent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; width: 12px; height: 12px; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $edge; border-radius: 8px; background: $field; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; background: $on_accent; }

QMenuBar { background: transparent; border: none; spacing: 0; }
QMenuBar::item { background: transparent; color: $dim; padding: 4px 10px; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; color: $text; }
QMenu { background: $field; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; color: $text; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $select; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }

QAbstractItemView { background: $panel; color: $text; border: none; alternate-background-color: $panel;
  selection-background-color: $select; selection-color: $text; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section { background: $panel; color: $dim; border: none; border-bottom: 1px solid $line;
  padding: 0 8px; min-height: 26px; }
QTableView { gridline-color: $line; }
QTableView[kind="typed"]::item { padding: 0 5px; }
QTableCornerButton::section { background: $panel; border: none; }
QPlainTextEdit, QTextEdit { background: $panel; color: $text; border: none; selection-background-color: $select;
  selection-color: $text; }

QTabBar { background: $window; border: none; qproperty-drawBase: 0; }
QTabBar::tab { background: $window; color: $dim; height: 33px; padding: 0 12px; border: none;
  border-top: 2px solid $window; border-right: 1px solid $line; border-bottom: 1px solid $line; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { background: $panel; color: $text; border-top: 2px solid $accent;
  border-bottom: 1px solid $panel; }
QTabWidget::pane { border: none; background: $panel; }
#bottomTabs { background: transparent; border: none; }
QTabBar[kind="line"] { background: transparent; }
QTabBar[kind="line"]::tab { background: transparent; border: none; border-bottom: 2px solid transparent;
  height: 32px; padding: 0 2px; margin-right: 20px; color: $dim; }
QTabBar[kind="line"]::tab:hover { color: $text; }
QTabBar[kind="line"]::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar[kind="line"]::tab:selected:focus { border-bottom: 2px solid $text; }

QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 3px; border: 2px solid $panel; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $hover; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QSlider::groove:horizontal { background: $hover; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $text; width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; }
QSlider::handle:horizontal:focus { background: $accent; }
QStatusBar { background: $window; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QToolBar { background: $window; border: none; border-right: 1px solid $line; padding: 0; spacing: 0; }
QDockWidget { background: $panel; border: none; }
""")


def _mix(one: str, other: str, share: float) -> str:
    """A colour between two, `share` of the way from the first."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def style_sheet(values: Tokens) -> str:
    """The style sheet of one scheme."""
    words = {name: value for name, value in asdict(values).items() if isinstance(value, str)}
    hover = _mix(values.accent, values.text, 0.15)
    art = resource("theme", values.scheme).as_posix()
    return _SHEET.substitute(words, accent_hover=hover, art=art)
