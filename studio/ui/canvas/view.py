"""The canvas itself: it paints the scene, zooms and pans, and passes pointer, keys and drags on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from studio.ui.canvas import names
from studio.ui.canvas.canvas_input import CanvasInput, CanvasMarks
from studio.ui.canvas.layout.grid import GRID
from studio.ui.canvas.scene.colours import dots, token_colour
from studio.ui.canvas.scene.overview import FAR, MANY, TINY, Overview
from studio.ui.canvas.scene.scene import CanvasScene

LEAST, MOST = 0.02, 4.0
_STEP = 1.15
_NOTCH = 120.0
_READABLE = 0.5
"""Below this zoom no name can be read."""
_FIT_MARGIN = 48.0
_FIT_BARS = 68.0
"""Above and below, where bars float."""
_CLOSE = 0.7
"""From this zoom on every dot of the grid is drawn, below it every other one."""


class CanvasView(QGraphicsView):
    """Zoom and place of a scene. `interaction` takes what a person does with pointer and keys."""

    seen = Signal(QRectF)
    """What of the scene is shown now."""
    zoomed = Signal(float)

    def __init__(self, scene: CanvasScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.canvas = scene
        self.interaction: CanvasInput | None = None
        self.marks: CanvasMarks | None = None
        self._is_greyed = False
        self._overview = Overview(scene)
        self._overview.gathered.connect(self.viewport().update)
        self._build()

    def _build(self) -> None:
        self.setObjectName(names.Canvas.VIEW)
        self.setAccessibleName("Graph of the ensemble")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        flag = QGraphicsView.OptimizationFlag
        self.setOptimizationFlags(flag.DontSavePainterState | flag.DontAdjustForAntialiasing)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)

    # Zoom and place

    @property
    def zoom(self) -> float:
        """1 at full size."""
        return self.transform().m11()

    @property
    def is_far(self) -> bool:
        """Whether the whole is painted from afar: names cannot be read, and there are many or they are tiny."""
        return self.zoom < TINY or (self.zoom < FAR and len(self.canvas.nodes) > MANY)

    def set_zoom(self, zoom: float, at: QPoint | None = None) -> None:
        """Zooms so that what is at a place of the window stays there; the middle where none is given."""
        wanted = min(max(zoom, LEAST), MOST)
        place = at or self.viewport().rect().center()
        before = self.mapToScene(place)
        self.scale(wanted / self.zoom, wanted / self.zoom)
        self.pan(QPointF(self.mapFromScene(before) - place))
        self.zoomed.emit(self.zoom)
        self._tell()

    def pan(self, by: QPointF) -> None:
        """Moves what is seen by so many pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(by.x()))
        down.setValue(down.value() + round(by.y()))
        self._tell()

    def fit(self, area: QRectF | None = None) -> None:
        """Shows an area as large as it goes, at most at full size; everything where none is given."""
        wanted = area or self.canvas.extent()
        if wanted.isEmpty():
            return
        room = self.viewport().rect()
        width, height = max(room.width() - 2 * _FIT_MARGIN, 1), max(room.height() - 2 * _FIT_BARS, 1)
        self.set_zoom(min(width / wanted.width(), height / wanted.height(), 1.0))
        self.go_to(wanted.center())

    def begin(self) -> None:
        """The first sight: everything, or where that could not be read, its left end, where it begins."""
        self.fit()
        if self.zoom < _READABLE:
            self.set_zoom(_READABLE)
            area, seen = self.canvas.extent(), self.seen_area()
            margin = _FIT_MARGIN / self.zoom
            self.go_to(QPointF(area.left() + seen.width() / 2 - margin, area.center().y()))

    def go_to(self, at: QPointF) -> None:
        """Brings a place of the scene to the middle."""
        self.centerOn(at)
        self._tell()

    def reveal(self, area: QRectF) -> None:
        """Brings an area into sight where it is not, without a change of zoom."""
        if not self.seen_area().contains(area):
            self.go_to(area.center())

    def seen_area(self) -> QRectF:
        """What of the scene is shown."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def _tell(self) -> None:
        self.seen.emit(self.seen_area())

    # Painting

    def set_greyed(self, greyed: bool) -> None:
        """Shows the graph as one that is out of date."""
        if greyed != self._is_greyed:
            self._is_greyed = greyed
            self.viewport().update()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.fillRect(rect, token_colour("canvas"))
        if self.is_far:
            return
        self._paint_dots(painter, rect)
        if self.interaction is not None:
            self.interaction.paint_below(painter)

    def _paint_dots(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """The grid from a tile of several dots: thousands of single ones would cost more than all nodes."""
        tile = dots(GRID * self.zoom * (1 if self.zoom >= _CLOSE else 2), self.devicePixelRatioF())
        area = self.mapFromScene(QRectF(rect)).boundingRect().adjusted(-1, -1, 1, 1)
        size = tile.deviceIndependentSize()
        zero = self.viewportTransform().map(QPointF(0, 0))
        painter.save()
        painter.resetTransform()
        start = QPointF((area.x() - zero.x()) % size.width(), (area.y() - zero.y()) % size.height())
        painter.drawTiledPixmap(QRectF(area), tile, start)
        painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self._is_greyed:
            painter.fillRect(rect, token_colour("canvas", 0.55))
        if self.marks is not None:
            self.marks.paint(painter)
        if self.interaction is not None:
            self.interaction.paint(painter)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_far:
            super().paintEvent(event)
            return
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), token_colour("canvas"))
            painter.setWorldTransform(self.viewportTransform())
            if self.interaction is not None:
                self.interaction.paint_below(painter)
            self._overview.paint(painter)
            if self.interaction is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self.interaction.paint(painter)

    # What a person does

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.interaction is not None:
            self.interaction.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.interaction is not None:
            self.interaction.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.interaction is not None:
            self.interaction.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.interaction is not None:
            self.interaction.double_click(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.interaction is not None:
            self.interaction.menu(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms to the pointer; with Shift it pans sideways, with Ctrl up and down."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        held = event.modifiers()
        if held & Qt.KeyboardModifier.ShiftModifier:
            self.pan(QPointF(-turn, 0))
        elif held & Qt.KeyboardModifier.ControlModifier:
            self.pan(QPointF(0, -turn))
        else:
            self.set_zoom(self.zoom * _STEP ** (turn / _NOTCH), event.position().toPoint())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or self.interaction is None:
            return super().event(event)
        if event.type() == QEvent.Type.ShortcutOverride and self.interaction.wants(event):
            event.accept()
            return True
        # Tab adds a step here; Qt would have taken it to the next widget before a key press comes of it.
        if event.type() == QEvent.Type.KeyPress and self.interaction.key(event):
            event.accept()
            return True
        return super().event(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.interaction is None or not self.interaction.key_up(event):
            super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.interaction is not None:
            self.interaction.drag_enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self.interaction is not None:
            self.interaction.drag_move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if self.interaction is not None:
            self.interaction.cancel()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.interaction is not None:
            self.interaction.drop(event)
