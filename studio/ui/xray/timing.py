"""Where the time in the server went, of the request that is shown and of all of them, as a bar and in numbers."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.tracing.typical import Typical
from studio.core.tracing.values import Shares
from studio.ui.widgets import ElidedLabel, Label, Row, Segmented, StageBar, StageKeys
from studio.ui.xray import names


class TimingFoot(QWidget):
    """A choice between this request and all."""

    turned = Signal()
    """What is shown is of others now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Timing")
        self._typical: Typical | None = None
        self._median, self._count, self._model = 0.0, 0, ""
        self.total, self.compared = Label("", weight=600), ElidedLabel("", "dim", 12)
        self.breakdown = Segmented([("one", "This request"), ("all", "All")], dense=True)
        self.breakdown.setObjectName(names.Xray.BREAKDOWN)
        self.breakdown.setAccessibleName("Whose time")
        self.breakdown.changed.connect(lambda _: self._refresh())
        self._shares: Shares | None = None
        self._bar, self._keys = StageBar(16), StageKeys(spread=True)
        head = Row(Label("Timing", weight=600), self.total, self.compared, self.breakdown)
        head.box.setStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        for widget in (head, self._bar, self._keys):
            column.addWidget(widget)

    def show_request(self, shares: Shares, median: float, count: int, of_all: int, model: str = "") -> None:
        """Shows where the time of a request went, beside the median of so many, of one model where it is named."""
        self._shares = shares
        self._median, self._count, self._model = median, count, model
        self.breakdown.set_items([("one", "This request"), ("all", f"All {of_all:,}")])
        self._refresh()

    def show_typical(self, typical: Typical | None) -> None:
        """Takes the shares of all; None while they are not known."""
        self._typical = typical
        self.breakdown.set_enabled("all", typical is not None)
        self._refresh()

    def shares(self) -> Shares | None:
        """Where the time went, as it is shown: of one request or of all."""
        if self.breakdown.value() == "all" and self._typical is not None:
            return self._typical.shares
        return self._shares

    def _refresh(self) -> None:
        shown = self.shares()
        if shown is None:
            return
        # Of all requests the mean is shown, so that the figures can be compared with those of one.
        count = max(shown.requests, 1)
        mean = shown.total / count
        parts: dict[str, float] = {each.stage: each.time / count for each in shown.stages}
        self.total.setText(f"{mean / 1e6:.2f} ms")
        self.compared.setText(self._words(shown))
        self._bar.set_parts(parts)
        self._bar.setAccessibleName("Where the time in the server went")
        self.turned.emit()
        self._keys.set_parts(parts, mean, {stage: f"{value / 1e6:.2f}" for stage, value in parts.items()})

    def _words(self, shown: Shares) -> str:
        if self.breakdown.value() == "all" and self._typical is not None:
            sampled = f" of {self._typical.of:,}" if self._typical.requests < self._typical.of else ""
            return f"mean of {self._typical.requests:,}{sampled}"
        if self._count < 2 or not self._median:
            return ""
        by = f"{(shown.total - self._median) / self._median:+.0%}".replace("-", "−")
        whose = f" of {self._model}" if self._model else ""
        return f"median of {self._count:,}{whose}: {self._median / 1e6:.2f} ms, this one {by}"
