"""How each output of an answer is expected: not at all, exactly, within a tolerance, by statistics, by best classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.core.inference.requests import Tensor
from studio.core.saved_requests.variables import used
from studio.ui.tester.saved import names
from studio.ui.widgets import Chooser, DataTypeMark, Label, MonoLabel, NumberField, Row

WAYS = (
    ("", "not compared"),
    ("exact", "exactly"),
    ("close", "within a tolerance"),
    ("statistics", "by statistics"),
    ("top", "by best classes"),
)
_ABSOLUTE, _RELATIVE = 1e-5, 1e-4
"""What "close" allows where a file does not say: another order of additions of 32 bits."""
_MOST_CLASSES = 100


class ExpectedRow:
    """The controls of one output."""

    def __init__(self, tensor: Tensor, before: Mapping[str, Any] | None, *, is_new: bool) -> None:
        self.tensor = tensor
        is_number = tensor.data_type.wire not in ("BYTES", "BOOL")
        self._kinds = [key for key, _ in WAYS if key in ("", "exact") or is_number]
        self.way = Chooser(tuple(text for key, text in WAYS if key in self._kinds), dense=True)
        self.absolute = NumberField(_ABSOLUTE, low=0, high=1e300, decimals=12, width=72, dense=True)
        self.relative = NumberField(_RELATIVE, low=0, high=1e300, decimals=12, width=72, dense=True)
        self.count = NumberField(1, low=1, high=_MOST_CLASSES, width=48, dense=True)
        usual = "close" if tensor.data_type.family == "F" else "exact"
        kind = str(before.get("is") or "exact") if before else usual if is_new else ""
        if used(kind):
            # The file leaves the way to a variable, and it stays so until another one is chosen.
            self._kinds.append(kind)
            self.way.addItem(f"as {kind} says")
        self.way.setCurrentIndex(self._kinds.index(kind) if kind in self._kinds else 0)
        self._before = before or {}
        self._usual = (0.0, 0.0) if kind == "statistics" else (_ABSOLUTE, _RELATIVE)
        if before and kind in ("close", "statistics"):
            self.absolute.set_value(_number(before.get("absolute"), self._usual[0]))
            self.relative.set_value(_number(before.get("relative"), self._usual[1]))
        elif before and kind == "top":
            self.count.set_value(len(_list(before.get("classes")) or (0,)))
        self._name()
        self.way.currentIndexChanged.connect(lambda _index: self.show())

    def _name(self) -> None:
        output = self.tensor.name
        pairs: tuple[tuple[QWidget, str, str], ...] = (
            (self.way, names.Saved.WAY, "How {} is expected"),
            (self.absolute, names.Saved.ABSOLUTE, "Absolute tolerance of {}"),
            (self.relative, names.Saved.RELATIVE, "Relative tolerance of {}"),
            (self.count, names.Saved.COUNT, "How many best classes of {}"),
        )
        for widget, name, title in pairs:
            widget.setObjectName(name.format(output))
            widget.setAccessibleName(title.format(output))
        self.tolerance = Row(Label("absolute", "dim", 12), self.absolute, Label("relative", "dim", 12), self.relative)
        self.classes = Row(Label("the best", "dim", 12), self.count, "stretch")

    @property
    def kind(self) -> str:
        """The way that is chosen; empty where the output is not compared."""
        return self._kinds[max(self.way.currentIndex(), 0)]

    def show(self) -> None:
        """Shows what belongs to the way that is chosen."""
        self.tolerance.setVisible(self.kind in ("close", "statistics"))
        self.classes.setVisible(self.kind == "top")

    def told(self) -> dict[str, Any]:
        """The way as an entry of the file says it."""
        kind = self.kind
        if used(kind):
            return dict(self._before)
        if kind == "top":
            written, count = self._before.get("classes"), int(self.count.value() or 1)
            return {"is": kind, "classes": written if isinstance(written, str) and count == 1 else [0] * count}
        if kind in ("close", "statistics"):
            tolerance = {
                "absolute": self._tolerance("absolute", self.absolute, self._usual[0]),
                "relative": self._tolerance("relative", self.relative, self._usual[1]),
            }
            given = {"statistics": self._before["statistics"]} if "statistics" in self._before else {}
            return {"is": kind, **tolerance, **(given if kind == "statistics" else {})}
        return {"is": kind}

    def _tolerance(self, name: str, field: NumberField, usual: float) -> float | str:
        """The number in a field; the variable that the file names there while nobody set the field."""
        written, value = self._before.get(name), float(field.value() or 0)
        return written if isinstance(written, str) and value == usual else value


def _number(written: object, usual: float) -> float:
    """The number that a file says; the usual one where it names a variable, or what no number can be."""
    try:
        return float(written) if isinstance(written, int | float) else usual
    except OverflowError:
        return usual


def _list(written: object) -> list[Any]:
    return written if isinstance(written, list) else []


class ExpectedRows(QWidget):
    """A row for each output."""

    changed = Signal()

    def __init__(
        self,
        outputs: tuple[Tensor, ...],
        before: Mapping[str, Mapping[str, Any]],
        *,
        is_new: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows = [ExpectedRow(tensor, before.get(tensor.name), is_new=is_new) for tensor in outputs]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(3, 1)
        for at, row in enumerate(self.rows):
            kind = row.tensor.data_type
            grid.addWidget(DataTypeMark(kind.short), at, 0)
            grid.addWidget(Label(row.tensor.name, weight=600), at, 1)
            grid.addWidget(MonoLabel(f"{kind.short} {list(row.tensor.array.shape)}", "dim"), at, 2)
            grid.addWidget(QWidget(), at, 3)
            grid.addWidget(row.way, at, 4)
            grid.addWidget(row.tolerance, at, 5, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(row.classes, at, 5, Qt.AlignmentFlag.AlignLeft)
            grid.setRowMinimumHeight(at, 24)
            row.show()
        grid.setColumnMinimumWidth(5, 276)

    def expected(self) -> tuple[tuple[Tensor, ...], dict[str, dict[str, Any]]]:
        """The outputs that are expected, and in which way each."""
        wanted = [row for row in self.rows if row.kind]
        return tuple(row.tensor for row in wanted), {row.tensor.name: row.told() for row in wanted}
