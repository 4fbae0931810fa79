"""The right side of the monitor: each GPU's use, memory and power, and how busy this machine is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.app.serving.sampling.host import Host
from studio.core.serving.series import GpuReading
from studio.ui.monitor import names
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.plotting.area import AreaChart, MemoryBar
from studio.ui.widgets import ElidedLabel, HairLine, Label, SectionHeader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studio.app.serving.several.current_sampler import CurrentSampler

WIDTH = 276
_GB = 2**30


class Figure(QWidget):
    """A name at the left, a figure with its unit at the right; large over a chart, small in a list."""

    def __init__(self, name: str, *, large: bool = False) -> None:
        super().__init__()
        self._name = name
        self.value = Label("–", px=16 if large else 13, weight=600 if large else 400)
        self.unit = Label("", "dim", 12)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(4)
        row.addWidget(Label(name, "dim", 12 if large else 13))
        row.addStretch(1)
        row.addWidget(self.value)
        row.addWidget(self.unit)
        self.setFixedHeight(26 if large else 22)

    def set_value(self, value: float, digits: int, unit: str, *, stays: bool = False) -> None:
        """Shows a figure; where it is not known it hides, or stays and says that it is not told."""
        is_known = math.isfinite(value)
        self.setVisible(is_known or stays)
        self.value.setText(f"{value:,.{digits}f}" if is_known else "N/A")
        self.unit.setText(unit if is_known else "")
        self.setToolTip("" if is_known else "The driver does not tell it of this GPU.")
        self.setAccessibleName(f"{self._name} {self.value.text()} {unit}")


class GpuPanel(QWidget):
    """What one GPU does: use, memory, power and temperature."""

    def __init__(self, sampler: CurrentSampler, uuid: str) -> None:
        super().__init__()
        self._sampler = sampler
        self._uuid = uuid
        self.header = SectionHeader("GPU", height=32, body=(body := QWidget()))
        self.header.box.setContentsMargins(16, 0, 16, 0)
        self.header.detail.setSizePolicy(ElidedLabel("").sizePolicy())
        # Before the room at the end, which would leave it none.
        self.header.box.setStretchFactor(self.header.detail, 100)
        self.use = Figure("Utilisation", large=True)
        self.memory = Figure("Memory", large=True)
        self.power = Figure("Power", large=True)
        self.use_chart, self.power_chart = AreaChart(), AreaChart()
        self.bar = MemoryBar()
        self.free = Figure("Free")
        self.temperature = Figure("Temperature")
        self.clock, self.memory_clock = Figure("Clock"), Figure("Memory clock")
        self.energy = Figure("Energy since the driver's start")
        column = _column(self)
        column.addWidget(self.header)
        column.addWidget(body)
        inner = _column(body)
        for widget in (self.use, self.use_chart, self.memory, self.bar, self.free):
            inner.addWidget(widget)
        for widget in (self.power, self.power_chart, self.temperature, self.clock, self.memory_clock, self.energy):
            inner.addWidget(widget)
        inner.addSpacing(8)

    def show_reading(self, now: GpuReading, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Shows the latest reading, and what led to it."""
        self.header.title.setText(now.title)
        self.header.detail.setText(now.problem or now.name.removeprefix("NVIDIA "))
        self.header.detail.setToolTip(now.problem or now.name)
        self.use.set_value(now.utilisation * 100, 0, "%", stays=True)
        self.use_chart.setVisible(math.isfinite(now.utilisation))
        self.use_chart.set_series(
            *self._sampler.gpu(self._uuid, "utilisation").points(window.start), window, 1.0, marks
        )
        self.memory.set_value(now.memory_used / _GB, 2, f"of {now.memory_total / _GB:.2f} GB", stays=True)
        self.bar.set_share(now.memory_used / now.memory_total if now.memory_total else math.nan)
        self.free.set_value((now.memory_total - now.memory_used) / _GB, 2, "GB")
        limit = f"of {now.power_limit:.0f} W" if math.isfinite(now.power_limit) else "W"
        self.power.set_value(now.power, 0, limit, stays=True)
        top = now.power_limit if math.isfinite(now.power_limit) else 0.0
        self.power_chart.set_series(*self._sampler.gpu(self._uuid, "power").points(window.start), window, top, marks)
        self.power_chart.setVisible(math.isfinite(now.power))
        self.temperature.set_value(now.temperature, 0, "°C")
        self.clock.set_value(now.clock, 0, "MHz")
        self.memory_clock.set_value(now.memory_clock, 0, "MHz")
        self.energy.set_value(now.energy / 1000, 0, "kJ")


class HostPanel(QWidget):
    """What this machine does: use of its processor and its memory."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self._host = host
        header = SectionHeader("This machine", height=32)
        header.box.setContentsMargins(16, 0, 16, 0)
        self.processor = Figure("Processor", large=True)
        self.chart = AreaChart()
        self.memory = Figure("Memory", large=True)
        self.bar = MemoryBar()
        column = _column(self)
        self.nothing = Label("Nothing was measured in this stretch of time.", "dim", 12)
        self.nothing.setContentsMargins(16, 4, 16, 4)
        for widget in (header, self.processor, self.chart, self.nothing, self.memory, self.bar):
            column.addWidget(widget)
        column.addSpacing(8)

    def refresh(self, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Shows the latest reading."""
        now = self._host.last
        self.processor.set_value(now.processor * 100, 0, "%")
        times, shares = self._host.processor.points(window.start)
        self.chart.set_series(times, shares, window, 1.0, marks)
        is_measured = any(map(math.isfinite, shares))
        self.chart.setVisible(is_measured)
        self.nothing.setVisible(not is_measured)
        self.memory.set_value(now.memory_used / _GB, 1, f"of {now.memory_total / _GB:.1f} GB")
        self.bar.set_share(now.memory_used / now.memory_total)


class Devices(QWidget):
    """Every GPU that the server or this machine tells of, or one line that says there is none."""

    def __init__(self, sampler: CurrentSampler, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sampler = sampler
        self._host = host
        self.gpus: dict[str, GpuPanel] = {}
        self.setObjectName(names.Monitor.DEVICES)
        self.setAccessibleName("Devices")
        self.setFixedWidth(WIDTH)
        self.header = SectionHeader("Devices", line=True)
        self.header.box.setContentsMargins(16, 0, 16, 0)
        self.nothing = Label("No GPU on this machine.", "dim", 12)
        self.nothing.setContentsMargins(16, 12, 16, 8)
        self.machine = HostPanel(host)
        self._line = HairLine()
        self._build()

    def _build(self) -> None:
        body = QWidget()
        body.setProperty("kind", "page")
        self._panels = _column(body)
        for widget in (self.nothing, self._line, self.machine):
            self._panels.addWidget(widget)
        self._panels.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        column = _column(self)
        column.addWidget(self.header)
        column.addWidget(area, 1)

    def refresh(self, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Shows what is known now."""
        gpus = self._sampler.last.gpus
        for place, gpu in enumerate(gpus):
            if gpu.uuid not in self.gpus:
                self.gpus[gpu.uuid] = made = GpuPanel(self._sampler, gpu.uuid)
                made.header.set_open(place == 0)
                self._panels.insertWidget(place, made)
            self.gpus[gpu.uuid].show_reading(gpu, window, marks)
        for uuid in [uuid for uuid in self.gpus if uuid not in {gpu.uuid for gpu in gpus}]:
            self.gpus.pop(uuid).deleteLater()
        count = sum(gpu.part < 0 for gpu in gpus)
        self.header.detail.setText(f"{count} GPU{'s' if count > 1 else ''}" if count else "")
        self.nothing.setVisible(not gpus)
        self.machine.setVisible(self._host.last.is_known)
        self._line.setVisible(self.machine.isVisibleTo(self))
        self.machine.refresh(window, marks)

    def point(self, moment: float | None) -> None:
        """Puts the pointer's line at a moment in every chart."""
        for chart in self.findChildren(AreaChart):
            chart.set_pointer(moment)


def _column(parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
