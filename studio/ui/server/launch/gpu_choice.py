"""Which GPUs a server gets: none, all, or some of those that this machine has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.core.serving.gpus import Gpus, gpus_text, parse_gpus
from studio.core.serving.series import GpuReading
from studio.ui.look.theme import ui_font
from studio.ui.server import names
from studio.ui.server.launch.names import Launch
from studio.ui.widgets import Label, Row, Segmented, TextField

_KINDS = (("none", "None"), ("all", "All"), ("ids", "By id"))
_ENOUGH = 0.1


class GpuChoice(QWidget):
    """A choice, the ids as text, and a box for each GPU with its name and its free memory."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self._changed = changed
        self._shown: tuple[GpuReading, ...] = ()
        self.kind = Segmented(_KINDS)
        self.kind.setObjectName(names.Serve.GPUS)
        self.kind.setAccessibleName("GPUs")
        self.ids = TextField(mono=True)
        self.ids.setObjectName(names.Serve.GPU_IDS)
        self.ids.setAccessibleName("GPU ids")
        self.ids.setPlaceholderText("0,1 or GPU-UUID")
        self.words = Label("", "dim", 12)
        self.words.setObjectName(names.Serve.GPU_NOTE)
        self.words.setWordWrap(True)
        self._boxes = QWidget()
        self._column = QVBoxLayout(self._boxes)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._build()
        self.kind.changed.connect(lambda _key: changed())
        self.ids.textEdited.connect(lambda _text: changed())

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Row(self.kind, self.ids, "stretch"))
        column.addWidget(self._boxes)
        column.addWidget(self.words)

    def value(self) -> Gpus:
        """The GPUs that are chosen."""
        chosen = self.kind.value()
        return parse_gpus(self.ids.text() if chosen == "ids" else chosen)

    def show_value(self, text: str) -> None:
        """Shows a choice as a person writes it; "auto" is what may be there."""
        self.kind.set_value(text if text in ("none", "all") else "none" if text == "auto" else "ids")
        self.ids.setText("" if text in ("none", "all", "auto") else text)

    def show_machine(self, gpus: Sequence[GpuReading]) -> None:
        """Takes the GPUs of this machine, and the parts that MIG cuts them into."""
        shown = tuple(each for gpu in gpus for each in (gpu, *gpu.instances))
        told = ", ".join(f"{place}: {gpu.name}{_cut(gpu)}" for place, gpu in enumerate(gpus))
        self.words.setText(told or "No NVIDIA GPU here: models run on the CPU.")
        if shown != self._shown:
            self._shown = shown
            while (item := self._column.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
            for gpu in shown:
                self._column.addWidget(self._box(gpu))
        self.refresh()

    def refresh(self) -> None:
        """Shows the boxes where GPUs are chosen one by one, ticked as the ids say."""
        by_id = self.kind.value() == "ids"
        self.ids.setVisible(by_id)
        self._boxes.setVisible(by_id and bool(self._shown))
        self.words.setVisible(not (by_id and self._shown))
        chosen = set(self.value().ids)
        for gpu, box in zip(self._shown, self._boxes.findChildren(QCheckBox), strict=False):
            box.setChecked(bool(chosen & {_number(gpu), gpu.uuid}))

    def _box(self, gpu: GpuReading) -> QCheckBox:
        total, free = gpu.memory_total, gpu.memory_total - gpu.memory_used
        memory = f", {free / (1 << 30):.1f} of {total / (1 << 30):.0f} GB free" if free == free else ""
        little = " (little)" if free == free and free < _ENOUGH * total else ""
        problem = f", {gpu.problem}" if gpu.problem else ""
        box = QCheckBox(f"{gpu.title}  {gpu.name}{memory}{little}{problem}")
        box.setFont(ui_font(13))
        box.setObjectName(Launch.GPU.format(gpu.uuid))
        box.setAccessibleName(box.text())
        box.setToolTip(gpu.uuid)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.clicked.connect(lambda on: self._tick(gpu, on=on))
        return box

    def _tick(self, gpu: GpuReading, *, on: bool) -> None:
        """Adds or takes away a GPU; its number where it has one, else its UUID."""
        own = {_number(gpu), gpu.uuid}
        ids = [each for each in self.value().ids if each not in own]
        if on:
            ids.append(_number(gpu) or gpu.uuid)
        self.ids.setText(gpus_text(Gpus(ids=tuple(ids))) if ids else "")
        self._changed()


def _cut(gpu: GpuReading) -> str:
    return f" in {len(gpu.instances)} parts by MIG, each to be had by id" if gpu.instances else ""


def _number(gpu: GpuReading) -> str:
    """The number by which Docker is asked for it; a part of a GPU has a UUID alone."""
    return str(gpu.index) if gpu.index >= 0 and gpu.part < 0 else ""
