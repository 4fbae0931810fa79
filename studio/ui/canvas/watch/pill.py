"""The bar that says how many wires are watched, of which request their values are, and what watching costs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.canvas import names
from studio.ui.canvas.overlays.toolbars import FloatingBar
from studio.ui.widgets import IconButton, IconLabel, Label

_MARGIN, _GAP = 16, 8


class WatchBar(FloatingBar):
    """Away where nothing is watched."""

    renewal_wanted = Signal(bool)
    """Whether inner wires are to be renewed with each request."""
    unpin_wanted = Signal()
    tensor_wanted = Signal(str)
    """A watched wire that is to be brought into sight."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, 12)
        self.setObjectName(names.Canvas.WATCHES)
        self._count = Label("", weight=600, parent=self)
        self._of = Label("", "dim", parent=self)
        self.more = IconButton("caret-down", "Watched wires", size=12, parent=self)
        self.more.setObjectName(names.Canvas.WATCHES_MENU)
        self.more.clicked.connect(self._open)
        for part in (IconLabel("eye", "accent", 16, self), self._count, self._of, self.more):
            self.box.addWidget(part)
        self.box.setSpacing(8)
        self._tensors: tuple[str, ...] = ()
        self._cost = ""
        self._renews = True
        self.hide()

    def show_watches(self, tensors: tuple[str, ...], of: str, cost: str, *, renews: bool) -> None:
        """Says which wires are watched, and what it costs to renew those within the ensemble ("" for nothing)."""
        self._tensors, self._cost, self._renews = tensors, cost, renews
        self._count.setText(f"{len(tensors)} watch{'es' * (len(tensors) != 1)}")
        self._of.setText(of)
        self._of.setVisible(bool(of))
        self.setToolTip(cost)
        self.setAccessibleName(f"{self._count.text()}, {of}")
        self.adjustSize()
        self.setVisible(bool(tensors))

    def place(self, tools: QWidget, live: QWidget, area: QWidget) -> None:
        """In the corner at the upper right, left of what the server does, or below it where there is no room."""
        right = area.geometry().right() + 1 - _MARGIN
        edge = live.x() - _GAP if not live.isHidden() else right
        beside = edge - self.width() >= tools.geometry().right() + _GAP
        top = area.y() + _MARGIN
        self.move((edge if beside else right) - self.width(), top if beside else top + self.height() + _GAP)

    def menu(self) -> QMenu:
        """What can be done with all of them."""
        menu = QMenu(self)
        menu.setAccessibleName("Watched wires")
        menu.aboutToHide.connect(menu.deleteLater)
        renew = menu.addAction("Renew inner wires with each request")
        renew.setCheckable(True)
        renew.setChecked(self._renews)
        renew.toggled.connect(self.renewal_wanted)
        cost = menu.addAction(self._cost or "No step runs for it: the answer has these values")
        cost.setEnabled(False)
        menu.addSeparator()
        for tensor in self._tensors:
            menu.addAction(f"Go to {tensor}").triggered.connect(
                lambda _=False, tensor=tensor: self.tensor_wanted.emit(tensor)
            )
        menu.addSeparator()
        menu.addAction("Unpin all").triggered.connect(self.unpin_wanted)
        return menu

    def _open(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
