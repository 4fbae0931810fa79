"""The verdict of a comparison in one row: how many differ, the largest errors and where they are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from studio.core.inference.compare import Difference, Tolerance
from studio.ui.look.theme import colour
from studio.ui.tensors import names
from studio.ui.widgets import ElidedLabel, IconLabel, KeyHint, Label, MonoLabel, QuietButton


class Verdict(QFrame):
    """Says it in words, on the soft tint of what it means; *Go there* goes from the worst place to the next."""

    go = Signal()

    def __init__(self, expected: str) -> None:
        super().__init__()
        self._expected = expected
        self._is_within = True
        self.setObjectName(names.Tensors.VERDICT)
        self.setFixedHeight(44)
        self.sign = IconLabel("check-circle-fill", "ok")
        self.title = Label("", weight=600)
        self.words = ElidedLabel("", "text")
        self.absolute, self.relative = MonoLabel(""), MonoLabel("")
        self.button = QuietButton("Go there", "crosshair", "dense")
        self.button.setObjectName(names.Tensors.GO_WORST)
        self.button.setAccessibleName("Go to the next worst place")
        self.key = KeyHint("F8")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(self.sign)
        row.addWidget(self.title)
        row.addWidget(self.words, 1)
        for widget in (self.absolute, self.relative, self.button, self.key):
            row.addWidget(widget)
        self.button.clicked.connect(self.go.emit)

    def show_difference(self, found: Difference | None, tolerance: Tolerance) -> None:
        """Shows what was found; None while it is not known."""
        self._is_within = found is None or found.is_within
        is_known = found is not None and not found.problem
        for widget in (self.absolute, self.relative):
            widget.setVisible(is_known and bool(found and found.absolute))
        for sign in (self.button, self.key):
            sign.setVisible(is_known and bool(found and found.where))
        if found is None:
            self.sign.set_icon("hourglass", "dim")
            self.title.setText("Comparing …")
            self.words.setText("")
        else:
            self._say(found, tolerance)
        self.setAccessibleName(f"{self.title.text()}. {self.words.text()}")
        self.update()

    def _say(self, found: Difference, tolerance: Tolerance) -> None:
        within = found.is_within
        self.sign.set_icon("check-circle-fill" if within else "git-diff", "ok" if within else "error")
        self.title.setText(f"{'As' if within else 'Not as'} {self._expected}")
        if found.problem:
            self.words.setText(f"They cannot be compared: {found.problem}.")
            return
        allowed = _allowed(tolerance)
        more = [f"{n:,} {what} on one side" for n, what in ((found.not_numbers, "NaN"), (found.infinite, "Inf")) if n]
        differ = f"{found.count:,} of {found.size:,} differ{f' by over {allowed}' if allowed else ''}"
        agree = f"all {found.size:,} values agree{f' within {allowed}' if allowed else ''}"
        self.words.setText("; ".join([differ if found.count else agree, *more]))
        self.absolute.setText(f"largest |Δ| {found.absolute:.4g} {list(found.where)}")
        self.relative.setText(f"relative {100 * found.relative:.3g} % {list(found.where_relative)}")
        self.relative.setVisible(bool(found.relative))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The soft ground of what it says."""
        del event
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("ok_soft" if self._is_within else "error_soft"))


def _allowed(tolerance: Tolerance) -> str:
    parts = [f"{tolerance.absolute:g}"] if tolerance.absolute else []
    parts += [f"{100 * tolerance.relative:g} %"] if tolerance.relative else []
    return " + ".join(parts)
