"""The chosen result explained: each output with its figures, or why there is no answer."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.ui.tester.runs import names
from studio.ui.tester.runs.results import Result
from studio.ui.tester.saved.expected.verdict_bar import VerdictBar
from studio.ui.tester.saved.listed.delegate import NOT_RUN, STATES
from studio.ui.widgets import ElidedLabel, IconLabel, KeyHint, Label, LinkButton, Row

_NO_ROOM = "Its answer was dropped to make room for later ones; run it again to look at it."


class ResultDetail(QFrame):
    """Empty while nothing is chosen."""

    open_wanted = Signal(str)
    keep_wanted = Signal()
    compare_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Runs.DETAIL)
        self._name = ""
        self._sign = IconLabel(*NOT_RUN)
        self.title = Label("", weight=600)
        self._words = ElidedLabel("", "dim", 12)
        self.open = LinkButton("Open", "arrow-square-out", "small")
        self.open.setObjectName(names.Runs.DETAIL_OPEN)
        self._head = Row(self._sign, self.title, self._words, self.open, KeyHint("Enter"))
        self._head.box.setStretch(2, 1)
        self._message = Label("", "error")
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.verdict = VerdictBar()
        self.verdict.folds = False
        self.verdict.expect.hide()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        for widget in (self._head, self._message, self.verdict):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(body)
        body.setProperty("kind", "page")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self.setMinimumHeight(112)
        self.open.clicked.connect(lambda: self.open_wanted.emit(self._name))
        self.verdict.keep_wanted.connect(self.keep_wanted)
        self.verdict.compare_wanted.connect(self.compare_wanted)
        self.show_result(None, ())

    def show_result(self, result: Result | None, dropped: Collection[str]) -> None:
        """Shows another one."""
        self._head.setVisible(result is not None)
        self._message.hide()
        self.verdict.clear()
        if result is None:
            self._name = ""
            return
        self._name = result.name
        outcome = result.outcome
        self._sign.set_icon(*(STATES[result.state] if result.state else NOT_RUN))
        self.title.setText(result.name)
        tags = f"   tags: {', '.join(result.listed.tags)}" if result.listed.tags else ""
        version = f", answered by version {outcome.result.version}" if outcome and outcome.result else ""
        self._words.setText(f"{result.listed.model}{version}{tags}")
        if outcome is None or outcome.message:
            self._say(outcome.message if outcome is not None else result.listed.words, result.kind)
        elif outcome.verdicts:
            self.verdict.show_verdicts(outcome.verdicts, can_compare=outcome.result is not None)
        else:
            self.verdict.show_nothing_expected()
        if result.name in dropped:
            self._say(_NO_ROOM, "not run")

    def _say(self, words: str, kind: str) -> None:
        self._message.setText(words)
        self._message.set_role("error" if kind == "failed" else "dim")
        self._message.setVisible(bool(words))
