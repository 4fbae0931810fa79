"""What the cards of the inspector are made of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.graph.elements import Port
from studio.ui.widgets import DataTypeMark, ElidedLabel, HairLine, IconLabel, Label, Sparkline


class Card(QWidget):
    """A column with a title."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.title = Label("", px=16, weight=600, parent=self)
        self.title.setWordWrap(True)
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(self.title)
        self.column.addSpacing(6)

    def add_field(self, title: str, field: QWidget) -> None:
        """A field with its title at the left."""
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(8)
        row.addWidget(Label(title, parent=self))
        row.addStretch(1)
        row.addWidget(field)
        self.column.addLayout(row)


class Sentence(QWidget):
    """A sign with words beside it; away where there are none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._sign = IconLabel("info", "dim", 16, self)
        self.words = Label("", parent=self)
        self.words.setWordWrap(True)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)

    def say(self, words: str, icon: str = "info", role: str = "dim") -> None:
        """Says it, or goes away."""
        self._sign.set_icon(icon, role)
        self.words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))


class MapRow(QWidget):
    """One line of a map: the model's tensor, an arrow, the ensemble's tensor."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._mark = DataTypeMark("", self)
        self._name, self._tensor = ElidedLabel("", parent=self), ElidedLabel("", parent=self)
        self._arrow = IconLabel("arrow-left", "dim", 12, self)
        row.addWidget(self._mark)
        row.addWidget(self._name, 1)
        row.addWidget(self._arrow)
        row.addWidget(self._tensor, 1)
        column.addLayout(row, 1)
        column.addWidget(HairLine(parent=self))
        self.setFixedHeight(27)

    def show_port(self, port: Port) -> None:
        """Shows a port: its name, its type and the tensor that it is wired to."""
        self._mark.set_data_type(port.data_type)
        self._name.setText(port.name)
        self._arrow.set_icon("arrow-right" if port.is_source else "arrow-left", "dim")
        wired = port.tensor is not None
        needed = not wired and not port.is_source and not port.optional
        self._tensor.setText(port.tensor if port.tensor is not None else "missing" if needed else "not wired")
        self._tensor.set_role("error" if port.problem or needed else "text" if wired else "dim")
        self.setToolTip(port.problem)
        self.setAccessibleName(f"{port.name}: {self._tensor.text()}")


class PortMap(QWidget):
    """A map as rows below its title."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 20, 0, 0)
        self._column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 4)
        head.addWidget(Label(title, "dim", 12, 600, parent=self))
        head.addStretch(1)
        head.addWidget(Label("ensemble tensor", "dim", 11, parent=self))
        self._column.addLayout(head)
        self._rows: list[MapRow] = []

    def show_ports(self, ports: Sequence[Port]) -> None:
        """Shows these ports; rows are used again."""
        shown = ports[:64]
        while len(self._rows) < len(shown):
            self._rows.append(MapRow(self))
            self._column.addWidget(self._rows[-1])
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(shown))
            if index < len(shown):
                row.show_port(shown[index])
        self.setVisible(bool(ports))


class FigureRow(QWidget):
    """A figure with its square, title and sparkline."""

    def __init__(self, title: str, parent: QWidget, role: str = "") -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(8)
        if role:
            row.addWidget(IconLabel("square-fill", role, 12, self))
        row.addWidget(Label(title, parent=self))
        row.addStretch(1)
        self._spark = Sparkline(role or "dim", self)
        self._spark.setFixedWidth(72)
        self._value = Label("", parent=self)
        self._value.setMinimumWidth(64)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._spark)
        row.addWidget(self._value)
        column.addLayout(row, 1)
        column.addWidget(HairLine(parent=self))
        self.setFixedHeight(28)
        self._title = title

    def show_figure(self, value: str, values: Sequence[float] = ()) -> None:
        """Shows a value and how it went."""
        self._value.setText(value)
        self._spark.set_values(values)
        self._spark.setVisible(bool(values))
        self.setAccessibleName(f"{self._title} {value}")
