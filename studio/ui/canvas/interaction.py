"""Pointer, keys and drags on the canvas: they begin a gesture, carry it on, and end it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)

from studio.core.graph.elements import PortId
from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.gestures.change_frame import MoveFrame, ResizeFrame
from studio.ui.canvas.gestures.draw_wire import DrawWire
from studio.ui.canvas.gestures.drop_models import DropModels
from studio.ui.canvas.gestures.gesture import Gesture, Modifiers
from studio.ui.canvas.gestures.pan import Pan
from studio.ui.canvas.gestures.press import MakeGesture, gesture_at
from studio.ui.canvas.keyboard import KeyboardNavigation
from studio.ui.canvas.scene.frames import paint_frame
from studio.ui.widgets.model_drag import MODELS_MIME, models_from_mime

_EDGE = 28
_EDGE_MS = 30
_EDGE_SPEED = 14
_NEARBY = 4


class Interaction(QObject):
    """Turns events of the view into gestures; at most one is under way."""

    def __init__(self, controller: CanvasController) -> None:
        super().__init__(controller)
        self.controller = controller
        self.view = controller.view
        self.scene = controller.scene
        self.gesture: Gesture | None = None
        self.keys = KeyboardNavigation(controller, self)
        self._waiting: MakeGesture | None = None
        self._pressed = QPoint()
        self._space = False
        self._panned = False
        self._edge = QTimer(self, interval=_EDGE_MS)
        self._edge.timeout.connect(self._pan_at_edge)
        self.view.interaction = self

    # Pointer

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        if self.gesture is not None:
            return
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)
        self.keys.set_focus(None)
        at, button = self._at(event), event.button()
        self._pressed = event.position().toPoint()
        self._panned = False
        if button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton) or self._space:
            self._begin(lambda: Pan(self.controller, at), at_once=button == Qt.MouseButton.MiddleButton)
        elif button == Qt.MouseButton.LeftButton:
            self._begin(gesture_at(self.controller, at, event.modifiers()))

    def _begin(self, make: MakeGesture | None, at_once: bool = False) -> None:
        """The gesture begins once the pointer has moved: a click is none."""
        self._waiting = make
        if at_once:
            self._start()

    def _start(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.gesture = waiting()
            self.view.viewport().setCursor(self.gesture.cursor)
            self._edge.start()

    def begin(self, gesture: Gesture) -> None:
        """Begins a gesture that no button holds: it ends by a key."""
        self.cancel()
        self.gesture = gesture
        self.view.viewport().setCursor(gesture.cursor)

    def move(self, event: QMouseEvent) -> None:
        """The pointer moved: a press becomes a gesture, a gesture goes on, else what is below lights up."""
        if self._waiting is not None:
            away = event.position().toPoint() - self._pressed
            if away.manhattanLength() < _NEARBY or not event.buttons():
                return
            self._start()
        if self.gesture is not None:
            self._carry(self._at(event), event.modifiers())
        else:
            self.controller.hover(self._at(event), event.position().toPoint())

    def _carry(self, at: QPointF, held: Modifiers) -> None:
        gesture = self.gesture
        if gesture is None:
            return
        before = gesture.area()
        gesture.move(at, held)
        self._repaint(before.united(gesture.area()))

    def _repaint(self, area: QRectF) -> None:
        if not area.isEmpty():
            self.scene.update(area.adjusted(-4, -4, 4, 4))

    def release(self, event: QMouseEvent) -> None:
        """The button came up."""
        waiting, self._waiting = self._waiting, None
        gesture = self.gesture
        if gesture is None:
            if waiting is not None and event.button() == Qt.MouseButton.LeftButton:
                self.controller.clicked(self._at(event))
            return
        self._panned = isinstance(gesture, Pan) and gesture.has_moved
        self._end(self._at(event), event.modifiers())

    def _end(self, at: QPointF, held: Modifiers) -> None:
        gesture, self.gesture = self.gesture, None
        self._edge.stop()
        self.view.viewport().setCursor(Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.ArrowCursor)
        if gesture is not None:
            before = gesture.area()
            gesture.finish(at, held)
            self._repaint(before.united(gesture.area()))

    def cancel(self) -> bool:
        """Leaves the gesture under way; true where there was one."""
        gesture, self.gesture, self._waiting = self.gesture, None, None
        self._edge.stop()
        if gesture is None:
            return False
        area = gesture.area()
        gesture.cancel()
        self._repaint(area)
        self.view.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        return True

    def double_click(self, event: QMouseEvent) -> None:
        """A model opens, a name is edited, on free ground a step is added."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._waiting = None
            self.controller.double_clicked(self._at(event))

    def menu(self, event: QContextMenuEvent) -> None:
        """The menu of what is there, unless the right button has panned."""
        if self._panned:
            self._panned = False
        else:
            self.controller.open_menu(self.view.mapToScene(event.pos()), event.globalPos())

    def _at(self, event: QMouseEvent | QDropEvent) -> QPointF:
        return self.view.mapToScene(event.position().toPoint())

    # The edge

    def _pan_at_edge(self) -> None:
        gesture = self.gesture
        if gesture is None or not gesture.pans_at_edges:
            return
        here = self.view.viewport().mapFromGlobal(self.view.cursor().pos())
        area = self.view.viewport().rect()
        x = (here.x() > area.right() - _EDGE) - (here.x() < area.left() + _EDGE)
        y = (here.y() > area.bottom() - _EDGE) - (here.y() < area.top() + _EDGE)
        if (x or y) and area.adjusted(-80, -80, 80, 80).contains(here):
            self.view.pan(QPointF(x * _EDGE_SPEED, y * _EDGE_SPEED))
            self._carry(self.view.mapToScene(here), QGuiApplication.keyboardModifiers())

    # Keys

    def wants(self, event: QKeyEvent) -> bool:
        """Whether the canvas takes a key before the window's shortcuts do."""
        return self.keys.wants(event)

    def key(self, event: QKeyEvent) -> bool:
        """Whether a key was for the canvas."""
        if event.key() == Qt.Key.Key_Space and self.gesture is None and not event.modifiers():
            if not event.isAutoRepeat():
                self._space = True
                self.view.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return True
        if event.key() == Qt.Key.Key_Escape and self.cancel():
            return True
        return self.keys.press(event)

    def carry_by_key(self, port: PortId, at: QPointF) -> None:
        """Takes the wire under way to a port."""
        if isinstance(self.gesture, DrawWire):
            before = self.gesture.area()
            self.gesture.at = at
            self.gesture.aim(port)
            self._repaint(before.united(self.gesture.area()))

    def end_by_key(self) -> None:
        """Lets the wire under way go where it is."""
        if self.gesture is not None:
            self._end(self.gesture.at, Modifiers.NoModifier)

    def key_up(self, event: QKeyEvent) -> bool:
        """Whether Space came up: panning by it is over."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            return False
        self._space = False
        self.view.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        return True

    # Models from the explorer

    def drag_enter(self, event: QDragEnterEvent) -> None:
        """Takes models of the explorer; nothing else."""
        names = models_from_mime(bytes(event.mimeData().data(MODELS_MIME).data()))
        if names and self.controller.document.is_current:
            self.cancel()
            self.gesture = DropModels(self.controller, self._at(event), names)
            event.acceptProposedAction()
        else:
            event.ignore()

    def drag_move(self, event: QDragMoveEvent) -> None:
        """Shows where the models would come."""
        if isinstance(self.gesture, DropModels):
            self._carry(self._at(event), event.modifiers())
            event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        """Adds the models where they are dropped."""
        if isinstance(self.gesture, DropModels):
            event.acceptProposedAction()
            self._end(self._at(event), event.modifiers())
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # Painting

    def paint(self, painter: QPainter) -> None:
        """Draws the preview of what is under way."""
        if self.gesture is not None:
            painter.save()
            self.gesture.paint(painter)
            painter.restore()

    def paint_below(self, painter: QPainter) -> None:
        """Draws the frames, behind everything."""
        moving = self.gesture.index if isinstance(self.gesture, MoveFrame | ResizeFrame) else -1
        for index, frame in enumerate(self.controller.document.placement.frames):
            if index != moving:
                paint_frame(painter, frame)
