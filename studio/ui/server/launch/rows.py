"""One option of a launch in a row: title, control, help, what is wrong; and the topics under which rows are folded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSpacerItem, QVBoxLayout, QWidget

from studio.ui.server.launch.names import Launch
from studio.ui.widgets import ElidedLabel, IconButton, Label, SectionHeader
from studio.value_class import dataclass

TITLE = 112
_LINE = 28
_BACK = 32
"""The width of the button and of the gap before it."""
_NAMES = 100
"""The names take all the room there is."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its key, as problems name it, what it is called, what it does, and words by which it is found too."""

    key: str
    title: str
    help: str
    words: str = ""

    def matches(self, query: str) -> bool:
        """Whether all words of a search stand in it."""
        text = f"{self.title} {self.help} {self.words} {self.key.replace('_', ' ')}".casefold()
        return all(word in text for word in query.casefold().split())


class OptionRow(QWidget):
    """Shows one option. What is not as usual has a plain title and a button back to that."""

    reset = Signal()

    def __init__(self, option: Option, *controls: QWidget, parent: QWidget, wide: bool = False) -> None:
        super().__init__(parent)
        self.option = option
        self.setObjectName(Launch.ROW.format(option.key))
        self.title = Label(option.title, "dim")
        self.title.setFixedSize(TITLE, _LINE)
        self.title.setToolTip(option.help)
        self.help = _words("dim")
        # Most rows never need them, and the page is to be there at once.
        self._problem: Label | None = None
        self._back: IconButton | None = None
        self.is_default = True
        self._fits = True
        self._build(controls, wide=wide)
        self.set_help(option.help)

    def _build(self, controls: Sequence[QWidget], *, wide: bool) -> None:
        self._line = QHBoxLayout()
        self._line.setSpacing(8)
        for control in controls:
            self._line.addWidget(control, 1 if wide and control is controls[0] else 0)
        if not wide:
            self._line.addStretch(1)
        # The place of the button, so that what is at its left keeps its width.
        self._place = QSpacerItem(_BACK, 0)
        self._line.addSpacerItem(self._place)
        self.column = QVBoxLayout()
        self.column.setSpacing(2)
        self.column.addLayout(self._line)
        self.column.addWidget(self.help)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.title, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(self.column, 1)

    def show_if(self, fits: bool) -> None:
        """Shows it or not. Qt styles even what is shown already anew."""
        if fits != self._fits:
            self._fits = fits
            self.setVisible(fits)

    def set_help(self, text: str, role: str = "dim") -> None:
        """Says what the option does as it is set; "warn" is a warning."""
        self.help.set_role(role)
        self.help.setText(text)
        self.help.setVisible(bool(text))

    def set_problem(self, text: str) -> None:
        """Says what is wrong with it; empty for nothing."""
        if text and self._problem is None:
            self._problem = _words("error")
            self._problem.setObjectName(Launch.PROBLEM.format(self.option.key))
            self.column.addWidget(self._problem)
        if self._problem is not None:
            self._problem.setText(text)
            self._problem.setVisible(bool(text))

    def set_default(self, is_default: bool) -> None:
        """Marks whether it is as usual."""
        self.is_default = is_default
        self.title.set_role("dim" if is_default else "text")
        self.title.setAccessibleDescription("as usual" if is_default else "changed")
        if not is_default and self._back is None:
            self._back = self._make_back()
        if self._back is not None:
            self._back.setVisible(not is_default)

    def _make_back(self) -> IconButton:
        made = IconButton("arrow-counter-clockwise", f"{self.option.title}: back to the default", size=14)
        made.setObjectName(Launch.RESET.format(self.option.key))
        made.clicked.connect(self.reset)
        policy = made.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        made.setSizePolicy(policy)
        self._line.removeItem(self._place)
        self._line.addWidget(made, alignment=Qt.AlignmentFlag.AlignTop)
        return made


class Topic(QWidget):
    """Rows under a head that folds them; the head says how many of them are not as usual."""

    def __init__(self, key: str, title: str, rows: Sequence[OptionRow], parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = tuple(rows)
        self._open_before: bool | None = None
        """Whether it was unfolded before something was searched for."""
        self._body = QWidget(self)
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(16, 4, 12, 8)
        inner.setSpacing(10)
        for row in rows:
            inner.addWidget(row)
        self.head = SectionHeader(title, body=self._body, height=28)
        self.head.setObjectName(Launch.TOPIC.format(key))
        self.count = Label("", "accent", 12)
        self.head.add_action(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._body)
        names = ElidedLabel(", ".join(row.option.title.lower() for row in rows), "dim", 12)
        self.head.box.insertWidget(self.head.box.count() - 2, names, _NAMES)
        self.head.set_open(False)
        # It has its place once it is laid out.
        self.head.toggled.connect(lambda on: QTimer.singleShot(0, self, self._bring) if on else None)

    def _bring(self) -> None:
        """Scrolls so far that what was unfolded is seen, and before all its head."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea) and self._open_before is None:
            area.ensureWidgetVisible(self, 0, 0)
            area.ensureWidgetVisible(self.head, 0, 0)

    def set_changed(self, changed: int) -> None:
        """Says how many of its options are not as usual."""
        self.count.setText(f"{changed} set" if changed else "")

    def narrow(self, query: str, hidden: frozenset[str]) -> bool:
        """Shows the rows that match a search, unfolded; all of them, folded as before, where nothing is searched for.

        Those in `hidden` are shown never. Tells whether any is shown.
        """
        shown = 0
        for row in self.rows:
            fits = row.option.key not in hidden and row.option.matches(query)
            row.show_if(fits)
            shown += fits
        self.setVisible(bool(shown))
        if query and self._open_before is None:
            self._open_before = self.head.is_open()
        if query:
            self.head.set_open(True)
        else:
            self.head.set_open(self.head.is_open() if self._open_before is None else self._open_before)
            self._open_before = None
        return bool(shown)


def _words(role: str) -> Label:
    made = Label("", role, 12)
    made.setWordWrap(True)
    return made
