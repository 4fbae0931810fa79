"""One tensor: what it is, and the viewers that suit it, the best one first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from studio.core.inference.requests import Tensor
from studio.ui.look import theme
from studio.ui.tensors import names
from studio.ui.tensors.compare.view import open_difference
from studio.ui.tensors.kinds import viewers_of
from studio.ui.tensors.numbers import NumbersView
from studio.ui.tensors.parts.counting import Counting
from studio.ui.tensors.parts.figures_line import FiguresLine
from studio.ui.tensors.parts.slices import Links, Slices
from studio.ui.tensors.saving import SaveButton
from studio.ui.tensors.viewer import Viewer
from studio.ui.widgets import DataTypeMark, HairLine, IconButton, Label, MonoLabel


class TensorView(QFrame):
    """A card with the tensor's head, its viewers and its statistics.

    Alt+Left and Alt+Right go from viewer to viewer, L links it with the others of its shape.
    """

    def __init__(
        self,
        tensor: Tensor,
        labels_of: tuple[str, ...] = (),
        parent: QWidget | None = None,
        *,
        links: Links | None = None,
    ) -> None:
        super().__init__(parent)
        self.tensor = tensor
        self.setProperty("kind", "card")
        self.setObjectName(names.Tensors.VIEW.format(tensor.name))
        self.setAccessibleName(f"Output {tensor.name}")
        self._kinds = viewers_of(tensor, labels_of)
        self._labels = labels_of
        self._made: dict[int, Viewer] = {}
        self._stale: set[int] = set()
        """Viewers that are made and show the tensor before; they are renewed when they are looked at."""
        self._companions: Sequence[Tensor] = ()
        self._links = links
        self._reference: Tensor | None = None
        self._reference_title = ""
        self._expected: Tensor | None = None
        self.slices = Slices(self)
        self.slices.set_shape(tensor.array.shape)
        self.counting = Counting(self)
        self.tabs = QTabBar()
        self.stack = QStackedWidget()
        self._build()
        self.slices.changed.connect(self._fit)
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
        self.head = self._head()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(4)
        column.addLayout(self.head)
        column.addWidget(self.tabs)
        self.line = HairLine()
        column.addWidget(self.line)
        column.addWidget(self.stack)
        self.figures = FiguresLine(self.tensor, self.counting)
        column.addWidget(self.figures)
        self.counting.start(self.tensor.array)
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
        self.link = IconButton("link", "Link with the others of this shape (L)")
        self.link.setObjectName(names.Tensors.LINK)
        self.link.setCheckable(True)
        self.link.toggled.connect(self._set_linked)
        self.link.setVisible(False)
        row.addWidget(self.link)
        self.compare = IconButton("git-diff", "Compare with the last answer")
        self.compare.setObjectName(names.Tensors.OPEN_COMPARE)
        self.compare.clicked.connect(self._compare)
        self.compare.setVisible(False)
        row.addWidget(self.compare)
        self.save = SaveButton(self.tensor)
        row.addWidget(self.save)
        return row

    def is_like(self, tensor: Tensor, labels_of: tuple[str, ...]) -> bool:
        """Whether this card suits a tensor as well: one of the same name, type and shape, with the same viewers."""
        old = self.tensor
        if (old.name, old.data_type, old.array.shape) != (tensor.name, tensor.data_type, tensor.array.shape):
            return False
        kinds = viewers_of(tensor, labels_of) if labels_of == self._labels else []
        return bool(kinds) and [each.title for each in kinds] == [each.title for each in self._kinds]

    def renew(self, tensor: Tensor) -> None:
        """Shows another tensor that the card suits; the viewer and the slice that are looked at stay."""
        self.tensor, self._expected = tensor, None
        self.figures.set_tensor(tensor)
        self.save.set_tensor(tensor)
        self.counting.start(tensor.array)
        self._stale = set(self._made)
        self._show(self.tabs.currentIndex())

    def set_companions(self, tensors: Sequence[Tensor]) -> None:
        """The other tensors of the request and its answer: what can be linked, or laid over one another."""
        self._companions = [each for each in tensors if each is not self.tensor]
        shape = self.tensor.array.shape
        alike = self.tensor.array.size > 1 and any(each.array.shape == shape for each in self._companions)
        self.link.setVisible(alike and self._links is not None)
        for viewer in self._made.values():
            viewer.set_companions(self._companions)

    def set_reference(self, tensor: Tensor | None, title: str, problem: str = "") -> None:
        """What this one can be compared with, such as the last answer; or why it is not there any more."""
        self._reference, self._reference_title = tensor, title
        self.compare.setVisible(tensor is not None or bool(problem))
        self.compare.setEnabled(tensor is not None)
        self.compare.setToolTip(problem or f"Compare with: {title}")
        self.compare.setAccessibleName(problem or f"Compare {self.tensor.name} with: {title}")

    def set_expected(self, tensor: Tensor | None) -> None:
        """What a saved request expects of it; None where nothing, or not value by value."""
        self._expected = tensor
        for viewer in self._made.values():
            viewer.set_expected(tensor)

    def _compare(self) -> None:
        if self._reference is not None:
            words = f"{self.tensor.name} against the {self._reference_title.lower()}"
            pair = self.tensor.array, self._reference.array
            # The next answer removes this card, and not what is looked at beside the window.
            open_difference(self.window(), words, *pair, titles=("Output", self._reference_title))

    def _set_linked(self, on: bool) -> None:
        if self._links is not None:
            (self._links.join if on else self._links.leave)(self.slices)

    def _show(self, place: int) -> None:
        if not 0 <= place < len(self._kinds):
            return
        if place not in self._made:
            self._made[place] = viewer = self._kinds[place].make(self.slices)
            if isinstance(viewer, NumbersView):
                viewer.set_counting(self.counting)
            viewer.set_companions(self._companions)
            viewer.set_tensor(self.tensor, self._labels)
            viewer.set_expected(self._expected)
            viewer.installEventFilter(self)
            self.stack.addWidget(viewer)
        elif place in self._stale:
            viewer = self._made[place]
            viewer.set_companions(self._companions)
            viewer.set_tensor(self.tensor, self._labels)
            viewer.set_expected(self._expected)
        self._stale.discard(place)
        self.stack.setCurrentWidget(self._made[place])
        self._fit()

    def _fit(self) -> None:
        """A stack is as high as its highest page: each viewer says how high it wants to be."""
        viewer = self.stack.currentWidget()
        if viewer is not None:
            self.stack.setFixedHeight(max(viewer.sizeHint().height(), viewer.minimumSizeHint().height()))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """A viewer that shows more or fewer controls gets another height."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.stack.currentWidget():
            self._fit()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From viewer to viewer, and the link."""
        is_arrow = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if is_arrow and event.modifiers() & Qt.KeyboardModifier.AltModifier and self.tabs.count():
            by = 1 if event.key() == Qt.Key.Key_Right else -1
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())
            self.tabs.setFocus()
        elif event.key() == Qt.Key.Key_L and not event.modifiers() and not self.link.isHidden():
            self.link.toggle()
        else:
            super().keyPressEvent(event)
