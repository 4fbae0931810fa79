"""One tensor: what it is, and the viewers that suit it, the best one first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.inference.figures import Statistics, statistics
from studio.core.inference.requests import Tensor
from studio.ui.look import theme
from studio.ui.tensors import labels, names, numbers, picture, text
from studio.ui.tensors.labels import LabelsView
from studio.ui.tensors.numbers import SMALL, NumbersView
from studio.ui.tensors.picture import PictureView
from studio.ui.tensors.saving import SaveButton
from studio.ui.tensors.table import TableView
from studio.ui.tensors.text import TextView
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import DataTypeMark, HairLine, Label, MonoLabel


@dataclass(frozen=True, slots=True)
class Kind:
    """A viewer: its title, how it is made, and which tensors it suits."""

    title: str
    make: Callable[[], Viewer]
    suits: Callable[[Tensor], bool]


VIEWERS: tuple[Kind, ...] = (
    Kind("Text", TextView, text.suits),
    Kind("Labels", LabelsView, labels.suits),
    Kind("Image", PictureView, picture.suits),
    Kind("Table", TableView, lambda tensor: tensor.array.size > 0),
    Kind("Numbers", NumbersView, numbers.suits),
)


class TensorView(QFrame):
    """A card with the tensor's head, its viewers and its statistics."""

    def __init__(self, tensor: Tensor, labels_of: tuple[str, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tensor = tensor
        self.setProperty("kind", "card")
        self.setObjectName(names.Tensors.VIEW.format(tensor.name))
        self.setAccessibleName(f"Output {tensor.name}")
        self._kinds = [kind for kind in VIEWERS if kind.suits(tensor)]
        self._labels = labels_of
        self._made: dict[int, Viewer] = {}
        self.tabs = QTabBar()
        self.stack = QStackedWidget()
        self._build()
        self._show(0)

    def _build(self) -> None:
        self.tabs.setProperty("kind", "line")
        self.tabs.setObjectName(names.Tensors.TABS.format(self.tensor.name))
        self.tabs.setAccessibleName("Viewers")
        self.tabs.setFont(theme.ui_font(12, 500))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for kind in self._kinds:
            self.tabs.addTab(kind.title)
        self.tabs.currentChanged.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(4)
        column.addLayout(self._head())
        column.addWidget(self.tabs)
        self.line = HairLine()
        column.addWidget(self.line)
        column.addWidget(self.stack)
        column.addWidget(self._foot())
        viewers = (self.tabs, self.line, self.stack)
        for widget in viewers:
            widget.setVisible(bool(self._kinds))

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        kind = self.tensor.data_type
        row.addWidget(DataTypeMark(kind.short))
        row.addWidget(Label(self.tensor.name, weight=600))
        row.addWidget(MonoLabel(kind.short, "dim"))
        row.addWidget(MonoLabel(str(list(self.tensor.array.shape)), "dim"))
        row.addStretch(1)
        row.addWidget(SaveButton(self.tensor))
        return row

    def _foot(self) -> QWidget:
        """Statistics in a line; those of a large tensor come when they are counted."""
        self.statistics = Label("", "dim", 12)
        self.statistics.setObjectName(names.Tensors.STATISTICS)
        array = self.tensor.array
        self.statistics.setText(f"{array.size:,} element{'s' if array.size != 1 else ''}")
        # A single element says all there is to say of it.
        self.statistics.setVisible(array.size != 1)
        if array.size <= SMALL:
            self._tell(statistics(array))
        else:
            tasks.run(self, lambda _context: statistics(array), self._tell, key="statistics")
        return self.statistics

    def _tell(self, found: Statistics | None) -> None:
        if found is None:
            return
        parts = [f"min {found.minimum:.4g}", f"max {found.maximum:.4g}", f"mean {found.mean:.4g}"]
        if self.tensor.data_type.family == "F":
            parts += [f"NaN {found.nan:,}", f"Inf {found.inf:,}"]
        self.statistics.setText("   ".join(parts))
        self.statistics.set_role("error" if found.nan or found.inf else "dim")

    def _show(self, place: int) -> None:
        if not 0 <= place < len(self._kinds):
            return
        if place not in self._made:
            viewer = self._kinds[place].make()
            viewer.set_tensor(self.tensor, self._labels)
            self._made[place] = viewer
            self.stack.addWidget(viewer)
        viewer = self._made[place]
        self.stack.setCurrentWidget(viewer)
        # A stack is as high as its highest page: each viewer says how high it wants to be.
        self.stack.setFixedHeight(max(viewer.sizeHint().height(), viewer.minimumSizeHint().height()))
