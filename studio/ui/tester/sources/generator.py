"""Data that is made: zeros, ones, random numbers, a ramp, a constant."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.config.tensor_info import TensorInfo
from studio.core.inference import tensors
from studio.core.saved_requests.keeping.origins import Origin
from studio.core.saved_requests.saved import Generated
from studio.ui.tester import names
from studio.ui.tester.sources.source import Plan, Source
from studio.ui.widgets import Label, NumberField, Segmented

_WORDS = {"random": ("from", "to"), "ramp": ("start", "step"), "constant": ("value", "")}


class Generator(Source):
    """Zeros, ones, random, a ramp or a constant; sizes that the model leaves open are asked for."""

    title = "Generator"

    def __init__(self, info: TensorInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.kind = Segmented([(name, name.capitalize()) for name in tensors.GENERATORS], dense=True)
        self.kind.setObjectName(names.Tester.GENERATOR.format(info.name))
        self.kind.setAccessibleName(f"Generator of {info.name}")
        self.kind.set_value("random")
        self._first = NumberField(0, width=72, decimals=6, dense=True)
        self._second = NumberField(1, width=72, decimals=6, dense=True)
        self._seed = NumberField(0, width=56, low=0, high=2**31 - 1, dense=True)
        self._seed.setAccessibleName(f"seed of {info.name}")
        self._labels = (Label("", "dim", 12), Label("", "dim", 12), Label("seed", "dim", 12))
        self._sizes = {axis: self._size(axis) for axis, size in enumerate(info.shape) if size == -1 and axis > 0}
        self._build()
        self.kind.changed.connect(lambda _key: self._switched())
        for field in (self._first, self._second, self._seed, *self._sizes.values()):
            field.edited.connect(self.changed)
        self._switched()

    def _size(self, axis: int) -> NumberField:
        field = NumberField(1, width=56, low=1, high=1 << 24, dense=True)
        field.setObjectName(names.Tester.SIZE.format(self.info.name, axis))
        field.setAccessibleName(f"Size of axis {axis} of {self.info.name}")
        return field

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.kind)
        row = QHBoxLayout()
        row.setSpacing(8)
        for label, field in zip(self._labels, (self._first, self._second, self._seed), strict=True):
            row.addWidget(label)
            row.addWidget(field)
        row.addStretch(1)
        column.addLayout(row)
        if self._sizes:
            sizes = QHBoxLayout()
            sizes.setSpacing(8)
            for axis, field in self._sizes.items():
                sizes.addWidget(Label(f"axis {axis}", "dim", 12))
                sizes.addWidget(field)
            sizes.addStretch(1)
            column.addLayout(sizes)

    def _switched(self) -> None:
        is_random_text = self.kind.value() == "random" and self.info.data_type.wire == "BYTES"
        # Random strings are words, which have no bounds.
        first, second = ("", "") if is_random_text else _WORDS.get(self.kind.value(), ("", ""))
        for text, label, field in ((first, self._labels[0], self._first), (second, self._labels[1], self._second)):
            label.setText(text)
            label.setVisible(bool(text))
            field.setAccessibleName(f"{text} of {self.info.name}")
            field.setVisible(bool(text))
        self._labels[2].setVisible(self.kind.value() == "random")
        self._seed.setVisible(self.kind.value() == "random")
        self.changed.emit()

    def plan(self, batch: int) -> Plan:
        """What the chosen generator makes."""
        name, data_type = self.kind.value(), self.info.data_type
        shape = list(self._shape(batch))
        for axis, field in self._sizes.items():
            shape[axis] = int(field.value() or 1)
        options = dict(self._options())
        return lambda: tensors.GENERATORS[name](data_type, shape, **options)

    def origin(self) -> Origin:
        """The generator with its options."""
        return Generated(self.kind.value(), None, self._options())

    def _options(self) -> tuple[tuple[str, float], ...]:
        first, second = self._first.value() or 0, self._second.value() or 0
        if not (math.isfinite(first) and math.isfinite(second)):
            first = second = 0.0
        made = {
            "random": (("seed", self._seed.value() or 0), ("low", min(first, second)), ("high", max(first, second))),
            "ramp": (("start", first), ("step", second)),
            "constant": (("value", first),),
        }
        given = made.get(self.kind.value(), ())
        return tuple((name, int(value) if float(value).is_integer() else value) for name, value in given)
