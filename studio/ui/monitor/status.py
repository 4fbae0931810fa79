"""The monitor's figures in the status bar: queue time, latency of own requests, and the memory of a GPU."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.app import notices
from studio.core.serving.launch import State
from studio.ui.monitor import names
from studio.ui.room.place import PagePlace
from studio.ui.widgets import paint
from studio.ui.widgets.status import StatusEntry, status_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from studio.app.serving.sampling.sampler import Sampled
    from studio.app.serving.server import ServerStatus
    from studio.core.serving.figures.alerts import Alert
    from studio.ui.room.context import Context


class SampleEntry(StatusEntry):
    """Hidden while no server runs; leads to the monitor."""

    def __init__(self, context: Context, name: str, title: str) -> None:
        super().__init__(name, title)
        self.clicked.connect(lambda: context.show(PagePlace("monitor")))
        context.session.sampler.sampled.connect(self.show_sample)
        context.session.server.status_changed.connect(self._see_server)
        self.hide()

    def _see_server(self, status: ServerStatus) -> None:
        if not (status.is_running or status.state in (State.STOPPING, State.FAILED)):
            self.hide()

    def show_sample(self, sampled: Sampled) -> None:
        """Shows what was measured."""
        raise NotImplementedError


class FigureEntry(SampleEntry):
    """A time in milliseconds; hidden where it is not known."""

    def __init__(self, context: Context, name: str, title: str, word: str, read: Callable[[Sampled], float]) -> None:
        super().__init__(context, name, title)
        self._read = read
        self._value = status_label(role="text", weight=500)
        self.add(status_label(word))
        self.add(self._value)

    def show_sample(self, sampled: Sampled) -> None:
        value = self._read(sampled)
        self._value.setText(f"{value:.1f} ms")
        self.setVisible(math.isfinite(value))


def queue_entry(context: Context) -> FigureEntry:
    """The mean queue time."""
    return FigureEntry(context, names.Status.QUEUE, "Queue time", "queue", _queue_ms)


def latency_entry(context: Context) -> FigureEntry:
    """The 99th percentile of the studio's own requests."""
    return FigureEntry(context, names.Status.P99, "99th percentile of own requests", "p99", _p99_ms)


def _queue_ms(sampled: Sampled) -> float:
    """The mean queue time over all models, weighted by their requests."""
    busy = [each for each in sampled.models.values() if each.requests_s > 0 and math.isfinite(each.queue_ms)]
    whole = sum(each.requests_s for each in busy)
    return sum(each.queue_ms * each.requests_s for each in busy) / whole if whole else math.nan


def _p99_ms(sampled: Sampled) -> float:
    return max((own.p99 for own in sampled.own.values() if math.isfinite(own.p99)), default=math.nan) / 1e6


class _Meter(QWidget):
    """A bar of 46 x 5 that shows a share."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedSize(48, 12)

    def set_share(self, share: float) -> None:
        """Shows a share from 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            track = QRectF(0, 4, 48, 5)
            paint.round_rect(painter, track, 2, fill="line")
            filled = QRectF(0, 4, max(4.0, 48 * self._share), 5)
            paint.round_rect(painter, filled, 2, fill="accent" if self._share < 0.9 else "warn_fill")


class AlertEntry(SampleEntry):
    """How many alerts hold now; hidden where none does. Each is told by a notice when it begins."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, names.Status.ALERTS, "Alerts of the monitor")
        self._context = context
        self._value = status_label(role="warn", weight=500)
        self.add(self._value)
        context.session.sampler.alerted.connect(self._tell)

    def _see_server(self, status: ServerStatus) -> None:
        self._show_current()

    def show_sample(self, sampled: Sampled) -> None:
        self._show_current()

    def _show_current(self) -> None:
        current = self._context.session.sampler.alerts.current
        self.setVisible(bool(current))
        self._value.setText(current[0].title if len(current) == 1 else f"{len(current)} alerts")
        self.setToolTip("\n".join(f"{alert.title}: {alert.text}" for alert in current))

    def _tell(self, alert: Alert) -> None:
        key = f"alert {alert.kind} {alert.what}"
        show = "Show", lambda: self._context.show(PagePlace("monitor"))
        notices.post("warning", alert.title, alert.text, (show,), key)


class GpuEntry(SampleEntry):
    """The memory of the first GPU that is known; hidden where there is none."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, names.Status.GPU, "GPU memory")
        self._name, self._meter, self._value = status_label(), _Meter(), status_label(role="text", weight=500)
        parts: tuple[QWidget, ...] = (self._name, self._meter, self._value)
        for part in parts:
            self.add(part)

    def show_sample(self, sampled: Sampled) -> None:
        gpu = next((each for each in sampled.gpus if each.memory_total > 0), None)
        self.setVisible(gpu is not None)
        if gpu is not None:
            used, whole = gpu.memory_used / 2**30, gpu.memory_total / 2**30
            self._name.setText(f"GPU {max(gpu.index, 0)}")
            self._meter.set_share(used / whole)
            self._value.setText(f"{used:.1f} / {whole:.0f} GB")
