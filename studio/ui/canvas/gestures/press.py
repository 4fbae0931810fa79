"""Which gesture a press of the left button begins, by what is under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QPointF

from studio.core.graph.edits.wires import disconnect, disconnect_port
from studio.core.graph.elements import PortId, WireId
from studio.ui.canvas.gestures.change_frame import MoveFrame, ResizeFrame
from studio.ui.canvas.gestures.draw_wire import DrawWire
from studio.ui.canvas.gestures.gesture import Canvas, Gesture, Modifiers
from studio.ui.canvas.gestures.move_nodes import MoveNodes
from studio.ui.canvas.gestures.rubber_band import RubberBand
from studio.ui.canvas.scene.frames import frame_at
from studio.ui.canvas.scene.selection import Selection, of_nodes, of_port, of_wire

MakeGesture: TypeAlias = Callable[[], Gesture]


def gesture_at(canvas: Canvas, at: QPointF, held: Modifiers) -> MakeGesture | None:
    """What a drag from a place would be; None for none. What a press alone does, such as choosing, is done here."""
    scene, zoom = canvas.scene, canvas.view.zoom
    port, node = scene.socket_at(at, min(max(11.0, 9.0 / zoom), 40.0)), scene.node_at(at)
    if port is not None:
        return _at_port(canvas, port, at, held)
    if node is not None:
        return _at_node(canvas, node, at, held)
    if (wire := scene.wire_at(at, max(6.0, 5.0 / zoom))) is not None:
        _press_wire(canvas, wire, held)
        return None
    if (found := frame_at(canvas.document.placement.frames, at)) is not None:
        index, part = found
        return lambda: (MoveFrame if part == "title" else ResizeFrame)(canvas, at, index)
    if not held & Modifiers.ShiftModifier:
        scene.choose(Selection())
    return lambda: RubberBand(canvas, at, held)


def _at_port(canvas: Canvas, port: PortId, at: QPointF, held: Modifiers) -> MakeGesture | None:
    document = canvas.document
    graph = document.graph
    if graph is None or not document.is_current:
        return None
    wires = graph.wires_at(port)
    if held & Modifiers.AltModifier:
        if wires:
            document.do(disconnect_port(graph, port))
        return None
    canvas.scene.choose(of_port(port))
    if port.side == "in" and wires:
        wire = wires[0].id
        return lambda: DrawWire(canvas, at, wire.source, graph, (wire, port))
    return lambda: DrawWire(canvas, at, port, graph)


def _at_node(canvas: Canvas, node: int, at: QPointF, held: Modifiers) -> MakeGesture | None:
    scene, selection = canvas.scene, canvas.scene.selection
    if held & Modifiers.ShiftModifier:
        scene.choose(Selection(selection.nodes ^ {node}, selection.wires))
        return None
    if node not in selection.nodes:
        scene.choose(of_nodes((node,)))
    nodes = scene.selection.nodes
    return lambda: MoveNodes(canvas, at, nodes, node)


def _press_wire(canvas: Canvas, wire: WireId, held: Modifiers) -> None:
    scene, graph = canvas.scene, canvas.document.graph
    if held & Modifiers.AltModifier and graph is not None:
        canvas.document.do(disconnect(graph, wire))
    elif held & Modifiers.ShiftModifier:
        scene.choose(Selection(scene.selection.nodes, scene.selection.wires ^ {wire}))
    else:
        scene.choose(of_wire(wire))
