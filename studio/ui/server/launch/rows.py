"""One option of a launch in a row: title, control, help, what is wrong; and the topics under which rows are folded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.server.launch.names import Launch
from studio.ui.widgets import ElidedLabel, IconButton, Label, SectionHeader
from studio.value_class import dataclass

TITLE = 112
_LINE = 28
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

    def __init__(self, option: Option, *controls: QWidget, wide: bool = False) -> None:
        super().__init__()
        self.option = option
        self.setObjectName(Launch.ROW.format(option.key))
        self.title = Label(option.title, "dim")
        self.title.setFixedSize(TITLE, _LINE)
        self.title.setToolTip(option.help)
        self.help = _words("dim")
        self.problem = _words("error")
        self.problem.setObjectName(Launch.PROBLEM.format(option.key))
        self.back = IconButton("arrow-counter-clockwise", f"{option.title}: back to the default", size=14)
        self.back.setObjectName(Launch.RESET.format(option.key))
        self.back.clicked.connect(self.reset)
        self.back.hide()
        self._build(controls, wide=wide)
        self.set_help(option.help)
        self.set_problem("")

    def _build(self, controls: Sequence[QWidget], *, wide: bool) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        for control in controls:
            line.addWidget(control, 1 if wide and control is controls[0] else 0)
        if not wide:
            line.addStretch(1)
        # Its place stays free, so that what is at its left keeps its width.
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        line.addWidget(self.back, alignment=Qt.AlignmentFlag.AlignTop)
        self.column = QVBoxLayout()
        self.column.setSpacing(2)
        self.column.addLayout(line)
        for words in (self.help, self.problem):
            self.column.addWidget(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.title, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(self.column, 1)

    def set_help(self, text: str, role: str = "dim") -> None:
        """Says what the option does as it is set; "warn" is a warning."""
        self.help.set_role(role)
        self.help.setText(text)
        self.help.setVisible(bool(text))

    def set_problem(self, text: str) -> None:
        """Says what is wrong with it; empty for nothing."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def set_default(self, is_default: bool) -> None:
        """Marks whether it is as usual."""
        self.title.set_role("dim" if is_default else "text")
        self.title.setAccessibleDescription("as usual" if is_default else "changed")
        self.back.setVisible(not is_default)


class Topic(QWidget):
    """Rows under a head that folds them; the head says how many of them are not as usual."""

    def __init__(self, key: str, title: str, rows: Sequence[OptionRow]) -> None:
        super().__init__()
        self.rows = tuple(rows)
        self._body = QWidget()
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
            row.setVisible(fits)
            shown += fits
        self.setVisible(bool(shown))
        if query:
            self._body.setVisible(True)
        else:
            self.head.set_open(self.head.is_open())
        return bool(shown)


def _words(role: str) -> Label:
    made = Label("", role, 12)
    made.setWordWrap(True)
    return made
