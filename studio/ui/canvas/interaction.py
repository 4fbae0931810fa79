"""Which gesture a press begins, and what carries it on: pointer, keys, and the edge of the window."""

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

from studio.core.graph.edits.wires import disconnect, disconnect_port
from studio.core.graph.elements import PortId, WireId
from studio.ui.canvas.controller import CanvasDesk
from studio.ui.canvas.gestures.band import Band, Pan
from studio.ui.canvas.gestures.connect import Connect
from studio.ui.canvas.gestures.drop import Drop
from studio.ui.canvas.gestures.frame import MoveFrame, ResizeFrame
from studio.ui.canvas.gestures.gesture import Gesture, Held
from studio.ui.canvas.gestures.move import Move
from studio.ui.canvas.keys import Keys
from studio.ui.canvas.scene.frames import frame_at, paint_frame
from studio.ui.canvas.scene.selection import Choice, of_nodes, of_port, of_wire
from studio.ui.widgets.model_drag import MODELS_MIME, models_from_mime

_EDGE = 28
_EDGE_MS = 30
_EDGE_SPEED = 14
_NEARBY = 4


class Hand(QObject):
    """Turns events into gestures; at most one is under way."""

    def __init__(self, desk: CanvasDesk) -> None:
        super().__init__(desk)
        self.desk = desk
        self.view = desk.view
        self.scene = desk.scene
        self.gesture: Gesture | None = None
        self.keys = Keys(desk, self)
        self._waiting: Gesture | None = None
        self._pressed = QPoint()
        self._space = False
        self._panned = False
        self._edge = QTimer(self, interval=_EDGE_MS)
        self._edge.timeout.connect(self._pan_at_edge)
        self.view.hand = self

    # Pointer

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        if self.gesture is not None:
            return
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)
        at, button = self._at(event), event.button()
        self._pressed = event.position().toPoint()
        self._panned = False
        if button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton) or self._space:
            self._begin(Pan(self.desk, at), at_once=button == Qt.MouseButton.MiddleButton)
        elif button == Qt.MouseButton.LeftButton:
            self._press_left(at, event.modifiers())

    def _press_left(self, at: QPointF, held: Held) -> None:
        scene = self.scene
        reach = max(11.0, 9.0 / self.view.zoom)
        port, node = scene.socket_at(at, min(reach, 40.0)), scene.node_at(at)
        if port is not None:
            self._press_port(port, at, held)
        elif node is not None:
            self._press_node(node, at, held)
        elif (wire := scene.wire_at(at, max(6.0, 5.0 / self.view.zoom))) is not None:
            self._press_wire(wire, held)
        elif (found := frame_at(self.desk.board.stand.frames, at)) is not None:
            kind = MoveFrame if found[1] == "title" else ResizeFrame
            self._begin(kind(self.desk, at, found[0]))
        else:
            if not held & Held.ShiftModifier:
                scene.choose(Choice())
            self._begin(Band(self.desk, at, held))

    def _press_port(self, port: PortId, at: QPointF, held: Held) -> None:
        graph = self.desk.board.graph
        if graph is None or not self.desk.board.is_current:
            return
        wires = graph.wires_at(port)
        if held & Held.AltModifier:
            if wires:
                self.desk.board.do(disconnect_port(graph, port))
            return
        self.scene.choose(of_port(port))
        if port.side == "in" and wires:
            wire = wires[0].id
            self._begin(lambda: Connect(self.desk, at, wire.source, graph, (wire, port)))
        else:
            self._begin(lambda: Connect(self.desk, at, port, graph))

    def _press_node(self, node: int, at: QPointF, held: Held) -> None:
        chosen = self.scene.choice.nodes
        if held & Held.ShiftModifier:
            self.scene.choose(Choice(chosen ^ {node}, self.scene.choice.wires))
            return
        if node not in chosen:
            self.scene.choose(of_nodes((node,)))
        self._begin(Move(self.desk, at, self.scene.choice.nodes, node))

    def _press_wire(self, wire: WireId, held: Held) -> None:
        graph = self.desk.board.graph
        if held & Held.AltModifier and graph is not None:
            self.desk.board.do(disconnect(graph, wire))
        elif held & Held.ShiftModifier:
            self.scene.choose(Choice(self.scene.choice.nodes, self.scene.choice.wires ^ {wire}))
        else:
            self.scene.choose(of_wire(wire))

    def _begin(self, gesture: object, at_once: bool = False) -> None:
        """The gesture begins once the pointer has moved: a click is none."""
        self._waiting = gesture  # type: ignore[assignment]
        if at_once:
            self._start()

    def _start(self) -> None:
        waiting, self._waiting = self._waiting, None
        self.gesture = waiting() if callable(waiting) else waiting
        if self.gesture is not None:
            self.view.viewport().setCursor(self.gesture.cursor)
            self._edge.start()

    def begin(self, gesture: Gesture) -> None:
        """Begins a gesture that no button holds: it ends by a key."""
        self.cancel()
        self._waiting = gesture
        self._start()
        self._edge.stop()

    def move(self, event: QMouseEvent) -> None:
        """The pointer moved."""
        if self._waiting is not None:
            away = event.position().toPoint() - self._pressed
            if away.manhattanLength() < _NEARBY or not event.buttons():
                return
            self._start()
        if self.gesture is not None:
            self._carry(self._at(event), event.modifiers())
        else:
            self.desk.hover(self._at(event), event.position().toPoint())

    def _carry(self, at: QPointF, held: Held) -> None:
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
                self.desk.clicked(self._at(event))
            return
        self._panned = isinstance(gesture, Pan) and gesture.has_moved
        self._end(self._at(event), event.modifiers())

    def _end(self, at: QPointF, held: Held) -> None:
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
            self.desk.double_clicked(self._at(event))

    def menu(self, event: QContextMenuEvent) -> None:
        """The menu of what is there, unless the right button has panned."""
        if self._panned:
            self._panned = False
        else:
            self.desk.open_menu(self.view.mapToScene(event.pos()), event.globalPos())

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
        if isinstance(self.gesture, Connect):
            before = self.gesture.area()
            self.gesture.at = at
            self.gesture.aim(port)
            self._repaint(before.united(self.gesture.area()))

    def end_by_key(self) -> None:
        """Lets the wire under way go where it is."""
        if self.gesture is not None:
            self._end(self.gesture.at, Held.NoModifier)

    def key_up(self, event: QKeyEvent) -> bool:
        """Space was let go."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            return False
        self._space = False
        self.view.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        return True

    # Models from the explorer

    def drag_enter(self, event: QDragEnterEvent) -> None:
        """Models may come; nothing else."""
        names = models_from_mime(bytes(event.mimeData().data(MODELS_MIME).data()))
        if names and self.desk.board.is_current:
            self.cancel()
            self.gesture = Drop(self.desk, self._at(event), names)
            event.acceptProposedAction()
        else:
            event.ignore()

    def drag_move(self, event: QDragMoveEvent) -> None:
        """They are above a place."""
        if isinstance(self.gesture, Drop):
            self._carry(self._at(event), event.modifiers())
            event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        """They are let go."""
        if isinstance(self.gesture, Drop):
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
        for index, frame in enumerate(self.desk.board.stand.frames):
            if index != moving:
                paint_frame(painter, frame)
