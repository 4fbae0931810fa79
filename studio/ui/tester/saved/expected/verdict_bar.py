"""Above the outputs: whether the answer is as the saved request expects, and by how much each output is off."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from studio.core.saved_requests.judging import Verdict
from studio.failure import Failure
from studio.ui.look.theme import colour
from studio.ui.tester.saved import names
from studio.ui.widgets import ElidedLabel, IconLabel, Label, LinkButton, MonoLabel, QuietButton, Row, paint

_COLUMNS = ("output", "", "largest |Δ|", "relative", "at")


class VerdictBar(QFrame):
    """Hidden where nothing is to tell."""

    compare_wanted = Signal(str)
    """The output whose values are to be compared with what is expected."""
    keep_wanted = Signal()
    """What came is to be what is expected from now on."""
    expect_wanted = Signal()
    """A person wants to say how outputs are expected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Saved.VERDICT)
        self._role = ""
        self._can_compare = True
        self._sign = IconLabel("check-circle-fill", "ok")
        self.title = Label("", weight=600)
        self._words = ElidedLabel("", "text", 12)
        self.keep = QuietButton("Keep as expected", "", "dense")
        self.keep.setObjectName(names.Saved.KEEP)
        self.expect = QuietButton("Expect…", "", "dense")
        self.expect.setObjectName(names.Saved.EXPECT)
        self.expect.setToolTip("Choose how each output is expected: exactly, within a tolerance, by classes")
        self.folds = True
        """Whether the outputs are told one by one only when asked for, where all are as expected."""
        self.more = LinkButton("Details", "", "small")
        self.more.setObjectName(names.Saved.EACH)
        self.more.setAccessibleName("Each output by itself")
        self.more.setCheckable(True)
        self.more.clicked.connect(self._unfold)
        head = Row(self._sign, self.title, self._words, self.more, self.expect, self.keep)
        head.box.setStretch(2, 1)
        self._grid_box = QWidget()
        self._grid = QGridLayout(self._grid_box)
        self._grid.setContentsMargins(24, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 8)
        column.setSpacing(6)
        column.addWidget(head)
        column.addWidget(self._grid_box)
        self.keep.clicked.connect(self.keep_wanted)
        self.expect.clicked.connect(self.expect_wanted)
        self.hide()

    def _unfold(self, is_open: bool) -> None:
        self.more.setChecked(is_open)
        self.more.setText("Hide details" if is_open else "Details")
        self._grid_box.setVisible(is_open)

    def clear(self) -> None:
        """There is no answer, or none of a saved request."""
        self.hide()

    def show_nothing_expected(self) -> None:
        """The answer is of a request that expects nothing."""
        self._tell("info", "dim", "", "Nothing is expected of this answer", "")
        self._fill(())
        self.keep.setVisible(True)

    def show_not_judged(self, why: Failure) -> None:
        """The answer cannot be compared with what is expected."""
        self._tell("warning-fill", "warn_fill", "warn_soft", "Not compared with what is expected", why.detail)
        self._fill(())
        self.keep.setVisible(False)

    def show_verdicts(self, verdicts: tuple[Verdict, ...], *, can_compare: bool = True) -> None:
        """Shows what was found of each output that something is expected of; `can_compare` where the answer is kept."""
        self._can_compare = can_compare
        off = [each for each in verdicts if not each.passed]
        if off:
            words = f"{len(off)} of {len(verdicts)} output{'' if len(verdicts) == 1 else 's'} differ{_s(len(off))}"
            self._tell("git-diff", "error", "error_soft", "Not as expected", words)
        else:
            words = f"all {len(verdicts)} outputs" if len(verdicts) > 1 else verdicts[0].output if verdicts else ""
            known = [each.difference.absolute for each in verdicts if each.difference and not each.difference.problem]
            largest = f", largest |Δ| {max(known):.3g}" if known else ""
            self._tell("check-circle-fill", "ok", "ok_soft", "As expected", f"{words}{largest}")
        self._fill(tuple(sorted(verdicts, key=lambda each: each.passed)))
        # What is well in one line leaves the room to what came.
        self.more.setVisible(self.folds and bool(verdicts) and not off)
        self._unfold(bool(verdicts) and (bool(off) or not self.folds or self.more.isChecked()))
        self.keep.setVisible(bool(off) and can_compare)

    def _tell(self, sign: str, role: str, ground: str, title: str, words: str) -> None:
        self._role = ground
        self._sign.set_icon(sign, role)
        self.title.setText(title)
        self._words.setText(words)
        self.setAccessibleName(f"{title}: {words}" if words else title)
        self.show()
        self.update()

    def _fill(self, verdicts: tuple[Verdict, ...]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.more.hide()
        self._grid_box.setVisible(bool(verdicts))
        for column, title in enumerate(_COLUMNS if verdicts else ()):
            head = Label(title, "dim", 11)
            self._grid.addWidget(head, 0, column, _side(column))
        for at, verdict in enumerate(verdicts, 1):
            self._add(at, verdict)

    def _add(self, at: int, verdict: Verdict) -> None:
        role = "ok" if verdict.passed else "error"
        name = Row(IconLabel("check-circle-fill" if verdict.passed else "git-diff", role, 14), Label(verdict.output))
        name.setObjectName(names.Saved.VERDICT_ROW.format(verdict.output))
        name.setAccessibleName(f"{verdict.output}: {verdict.words}")
        words = ElidedLabel(verdict.words, "dim" if verdict.passed else "error", 12)
        words.setToolTip(verdict.words)
        self._grid.addWidget(name, at, 0)
        self._grid.addWidget(words, at, 1)
        for column, text in enumerate(figures(verdict), 2):
            self._grid.addWidget(MonoLabel(text, "text" if text != "–" else "dim"), at, column, _side(column))
        if self._can_compare and verdict.difference is not None and not verdict.difference.problem:
            compare = LinkButton("Compare", "git-diff", "small")
            compare.setObjectName(names.Saved.COMPARE.format(verdict.output))
            compare.setAccessibleName(f"Compare {verdict.output} with what is expected")
            compare.clicked.connect(lambda _checked=False, output=verdict.output: self.compare_wanted.emit(output))
            self._grid.addWidget(compare, at, 5)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A soft ground that says how it is."""
        del event
        with QPainter(self) as painter:
            rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            paint.round_rect(painter, rect, 4, fill=self._role or "panel", edge="line")
            if self._role:
                painter.fillRect(QRectF(0, 4, 2, self.height() - 8), colour(self._role.removesuffix("_soft")))


def figures(verdict: Verdict) -> tuple[str, str, str]:
    """The largest absolute and relative error of an output, and where it is furthest off; dashes where not known."""
    found = verdict.difference
    if found is None or found.problem:
        return "–", "–", "–"
    where = str(list(found.where)) if found.where else "–"
    relative = f"{found.relative:.3g} ×" if found.relative >= 10 else f"{found.relative:.2%}"
    return f"{found.absolute:.3g}", relative if found.relative else "0 %", where


def _side(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column in (2, 3, 4) else Qt.AlignmentFlag.AlignLeft


def _s(count: int) -> str:
    return "s" if count == 1 else ""
