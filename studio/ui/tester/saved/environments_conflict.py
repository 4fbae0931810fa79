"""In the editor of environments: what another program wrote into the file meanwhile, and whose values are to stay."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.saved_requests.environments import Differing, Environments, differing
from studio.ui.tester.saved import names
from studio.ui.widgets import InlineProblem, MonoLabel, QuietButton, Row

_WORDS = "Another program changed environments.json meanwhile. Nothing was written."
_ALIKE = f"{_WORDS} It says what stands here, written in another way."
_MOST_ROWS = 8
_MOST_SIGNS = 24


class ConflictBox(QWidget):
    """Hidden until the file is another than the one that was read."""

    mine_wanted = Signal()
    """What stands in the table is to stay."""
    theirs_wanted = Signal()
    """What the file says now is to come into the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Saved.ENVIRONMENTS_CONFLICT)
        self._problem = InlineProblem("warning", _WORDS)
        self._rows = MonoLabel("", "text")
        self._rows.setObjectName(names.Saved.ENVIRONMENTS_DIFFERENCE)
        self.mine = QuietButton("Keep mine", "", "dense")
        self.mine.setObjectName(names.Saved.KEEP_MINE)
        self.mine.setToolTip("What stands in the table replaces the file at the next Save")
        self.theirs = QuietButton("Take theirs", "", "dense")
        self.theirs.setObjectName(names.Saved.TAKE_THEIRS)
        self.theirs.setToolTip("What the file says now replaces what stands in the table")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self._problem, self._rows, Row(self.mine, self.theirs, "stretch")):
            column.addWidget(widget)
        self.mine.clicked.connect(self.mine_wanted)
        self.theirs.clicked.connect(self.theirs_wanted)
        self.hide()

    def show_difference(self, mine: Environments, theirs: Environments) -> None:
        """Says in which values the table and the file differ."""
        found = differing(mine, theirs)
        lines = [_line(each) for each in found[:_MOST_ROWS]]
        if len(found) > _MOST_ROWS:
            lines.append(f"and {len(found) - _MOST_ROWS} more")
        self._problem.show_problem("warning", _WORDS if found else _ALIKE)
        self._rows.setText("\n".join(lines))
        self._rows.setVisible(bool(lines))
        self.show()


def _line(each: Differing) -> str:
    what = f"{each.environment}  {each.variable}" if each.variable else each.environment
    return f"{what}:  here {_short(each.mine)}, in the file {_short(each.theirs)}"


def _short(text: str | None) -> str:
    if text is None:
        return "not set"
    return text if len(text) <= _MOST_SIGNS else f"{text[:_MOST_SIGNS]}…"
