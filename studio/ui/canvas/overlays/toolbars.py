"""The small bars that float over a canvas: tools, zoom, and what the server says."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from studio.ui.canvas import names
from studio.ui.canvas.commands import BY_ID
from studio.ui.canvas.layout.alignment import ALIGNMENTS
from studio.ui.widgets import HairLine, IconButton, Label, QuietButton, paint

HEIGHT = 36


class FloatingBar(QFrame):
    """A bar of 36 with an outline."""

    def __init__(self, parent: QWidget, margins: int = 6) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(margins, 0, margins, 0)
        self.box.setSpacing(4)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 4, fill="panel", edge="edge")

    def add_line(self) -> None:
        """A line between groups."""
        line = HairLine(vertical=True, parent=self)
        line.setFixedHeight(20)
        self.box.addWidget(line)


class ToolBar(FloatingBar):
    """What can be done to the graph as a whole."""

    wanted = Signal(str)
    """The key of a tool: add, layout, fit, undo, redo, or one of the ways to align."""
    snap_changed = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Canvas.TOOLS)
        self.add = QuietButton("Add step", "plus", "dense", self)
        self.add.setProperty("kind", "bare")
        self.add.setObjectName(names.Canvas.TOOL.format("add"))
        self.add.setToolTip("Add a step at the middle (Tab adds at the pointer)")
        self.add.clicked.connect(self._told("add"))
        self.box.addWidget(self.add)
        self.add_line()
        for key in ("layout", "fit"):
            command = BY_ID[f"graph_{key}"]
            self._tool(key, command.icon, f"{command.text} ({command.key})")
        self._build_align()
        self.snap = self._tool("snap", "magnet-straight", "Snap to the grid")
        self.snap.setCheckable(True)
        self.snap.setChecked(True)
        self.snap.toggled.connect(self._snap)
        self._snap(True)
        self.add_line()
        self.undo = self._tool("undo", "arrow-counter-clockwise", "Undo (Ctrl+Z)")
        self.redo = self._tool("redo", "arrow-clockwise", "Redo (Ctrl+Shift+Z)")
        self.adjustSize()

    def _tool(self, key: str, icon: str, text: str) -> IconButton:
        button = IconButton(icon, text, "text", parent=self)
        button.setObjectName(names.Canvas.TOOL.format(key))
        if key != "snap":
            button.clicked.connect(self._told(key))
        self.box.addWidget(button)
        return button

    def _told(self, key: str) -> Callable[[bool], None]:
        def tell(_: bool = False) -> None:
            self.wanted.emit(key)

        return tell

    def _build_align(self) -> None:
        button = IconButton("align-left", "Align and distribute", "text", parent=self)
        button.setObjectName(names.Canvas.TOOL.format("align"))
        self.align = QMenu(button)
        self.align.setObjectName(names.Canvas.ALIGN_MENU)
        self.align.setAccessibleName("Align and distribute")
        for key, _ in ALIGNMENTS:
            self.align.addAction(BY_ID[f"graph_{key}"].text).triggered.connect(self._told(key))
        button.clicked.connect(lambda: self.align.popup(button.mapToGlobal(button.rect().bottomLeft())))
        self.box.addWidget(button)

    def _snap(self, on: bool) -> None:
        self.snap.set_icon("magnet-straight", "accent" if on else "text")
        self.snap_changed.emit(on)


class ZoomBar(FloatingBar):
    """Minus, the zoom in percent, plus."""

    wanted = Signal(float)
    """The factor by which to zoom; 0 for full size."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Canvas.ZOOM)
        for icon, text, key, factor in (("minus", "Zoom out", "out", 1 / 1.25), ("plus", "Zoom in", "in", 1.25)):
            button = IconButton(icon, text, "text", parent=self)
            button.setObjectName(names.Canvas.TOOL.format(f"zoom_{key}"))
            button.clicked.connect(self._told(factor))
            self.box.addWidget(button)
        self.value = QuietButton("100 %", size="dense", parent=self)
        self.value.setProperty("kind", "bare")
        self.value.setFixedWidth(64)
        self.value.setObjectName(names.Canvas.TOOL.format("zoom_full"))
        self.value.setToolTip("Full size (0)")
        self.value.clicked.connect(self._told(0.0))
        self.box.insertWidget(1, self.value)
        self.adjustSize()

    def _told(self, factor: float) -> Callable[[bool], None]:
        def tell(_: bool = False) -> None:
            self.wanted.emit(factor)

        return tell

    def show_zoom(self, zoom: float) -> None:
        """Says how large things are."""
        self.value.setText(f"{zoom * 100:.0f} %")
        self.value.setAccessibleName(f"Zoom {zoom * 100:.0f} percent, press for full size")


class LiveBadge(FloatingBar):
    """What the ensemble does on the server now; away where none runs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, 12)
        self.setObjectName(names.Canvas.LIVE)
        self._state = Label("Live", weight=600, parent=self)
        self._figures = Label("", "dim", parent=self)
        self.box.addSpacing(14)
        self.box.addWidget(self._state)
        self.box.addSpacing(6)
        self.box.addWidget(self._figures)
        self._role = "ok"
        self.hide()

    def show_live(self, state: str, figures: str, role: str) -> None:
        """Says what it does, or goes away where there is no state."""
        self._role = role
        self._state.setText(state)
        self._figures.setText(figures)
        self.setAccessibleName(f"{state}, {figures}" if figures else state)
        self.adjustSize()
        self.setVisible(bool(state))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            centre = QRectF(12, HEIGHT / 2 - 4, 8, 8).center()
            paint.dot(painter, centre, 8, self._role)


def place(bars: tuple[QWidget, QWidget, QWidget, QWidget], area: QWidget) -> None:
    """Puts bars into the corners: upper left, upper right, lower left, lower right."""
    margin = 16
    width, height = area.width(), area.height()
    corners = ((False, False), (True, False), (False, True), (True, True))
    for bar, (right, low) in zip(bars, corners, strict=True):
        x = width - margin - bar.width() if right else margin
        y = height - margin - bar.height() if low else margin
        bar.move(area.x() + x, area.y() + y)


__all__ = ["FloatingBar", "LiveBadge", "ToolBar", "ZoomBar", "place"]
