"""What was last seen on the wire under the pointer, on a card beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QWidget

from studio.app.requests.wire_values import WireValues
from studio.core.graph.elements import WireId
from studio.core.inference.wires.seen import Seen
from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.scene.descriptions import describe_wire
from studio.ui.canvas.watch.labels import WireLabels
from studio.ui.canvas.watch.opening import open_tensor
from studio.ui.canvas.watch.placing import beside, obstacles
from studio.ui.canvas.watch.value_card import ValueCard
from studio.ui.canvas.watch.words import copied

_SOON_MS, _LEAVING_MS = 50, 400
_AWAY, _NEAR = 32, 8
_LEAVING = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.DragEnter})


class WireHover(QObject):
    """Opens the card once the pointer rests on a wire, and closes it after the pointer left both.

    P, O, C and Escape are its keys while it is open, though the canvas keeps the keyboard.
    """

    watch_wanted = Signal(object)
    """WireId"""
    probe_wanted = Signal(str)
    moved = Signal()
    """It opened, closed or stands elsewhere."""

    def __init__(self, controller: CanvasController, values: WireValues, labels: WireLabels, pane: QWidget) -> None:
        super().__init__(pane)
        self._controller, self._values, self._labels, self._pane = controller, values, labels, pane
        self._view, self._scene = controller.view, controller.scene
        self.card = ValueCard(pane)
        self.wire: WireId | None = None
        """The wire whose value is shown."""
        self.spot = QPointF()
        """Where on it the leader begins."""
        self._next: tuple[WireId, QPointF] | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._open_next)
        self._leaving = QTimer(self, singleShot=True, interval=_LEAVING_MS)
        self._leaving.timeout.connect(self.leave)
        self._connect()

    def _connect(self) -> None:
        self._controller.hovered.connect(self._see)
        self._controller.value_wanted.connect(self.toggle)
        self._controller.document.changed.connect(self.leave)
        self._view.zoomed.connect(self.leave)
        self._labels.came.connect(self.refresh)
        self.card.watch_wanted.connect(self._watch)
        self.card.open_wanted.connect(self.open_tensor)
        self.card.copy_wanted.connect(self.copy)
        self.card.probe_wanted.connect(self._probe)
        self.card.installEventFilter(self)
        self._view.installEventFilter(self)
        self._view.viewport().installEventFilter(self)

    @property
    def tensor(self) -> str:
        """The tensor of the wire whose value is shown; "" for none."""
        item = self._scene.wires.get(self.wire) if self.wire is not None else None
        return item.wire.tensor if item is not None else ""

    @property
    def is_opening(self) -> bool:
        """Whether the card of another wire opens in a moment."""
        return self._soon.isActive()

    @property
    def seen(self) -> Seen | None:
        """What was last seen there."""
        return self._values.last(self._controller.document.model.name, self.tensor)

    # Opening and closing

    def _see(self, wire: WireId | None, at: QPointF) -> None:
        if wire is None:
            self._soon.stop()
            self._next = None
            if self.wire is not None and not self._leaving.isActive():
                self._leaving.start()
        elif wire == self.wire:
            self._soon.stop()
            self._next = None
            self._leaving.stop()
        else:
            self._next = (wire, at)
            self._soon.start()

    def _open_next(self) -> None:
        following, self._next = self._next, None
        if following is not None:
            self.show_wire(*following)

    def toggle(self, wire: WireId) -> None:
        """Shows the value of a wire by its middle; hides it where it is shown."""
        item = self._scene.wires.get(wire)
        if wire == self.wire or item is None:
            self.leave()
        else:
            self.show_wire(wire, item.path.pointAtPercent(0.5))

    def show_wire(self, wire: WireId, at: QPointF) -> None:
        """Opens the card of a wire beside a place on it."""
        item, graph = self._scene.wires.get(wire), self._controller.document.graph
        if item is None or graph is None or self._view.is_far:
            return
        self.leave()
        self.wire, self.spot = wire, item.point_near(at)
        item.show_marks(halo=True)
        self.card.show_wire(item.wire.tensor, graph.port(wire.source), item.wire.problem)
        self.card.setAccessibleDescription(describe_wire(graph, wire))
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Shows the value as it is known now."""
        if self.wire is None:
            return
        ensemble, seen, tensor = self._controller.document.model.name, self.seen, self.tensor
        if seen is not None:
            self._values.want_digest(ensemble, seen)
            seen = self.seen
        is_watched = tensor in self._values.watched_of(ensemble)
        has_classes = seen is not None and seen.digest is not None and seen.digest.shown == "values"
        self.card.show_value(seen, self._labels.of(tensor) if has_classes else (), is_watched=is_watched)
        self._place()

    def leave(self, *_: object) -> None:
        """Closes the card."""
        self._leaving.stop()
        wire, self.wire = self.wire, None
        self.card.hide()
        if wire is not None:
            if wire in self._scene.wires:
                self._scene.wires[wire].show_marks(halo=False)
            self.moved.emit()

    def _place(self) -> None:
        """Below the wire or above it, where it hides least of the nodes."""
        spot = self._view.mapTo(self._pane, self._view.mapFromScene(self.spot))
        about = QRect(spot, QSize(1, 1)).adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR)
        others = obstacles(self._view, self._scene, self._pane, self.card)
        self.card.move(beside(about, self.card.size(), self._pane.rect(), others, _AWAY))
        self.card.show()
        self.card.raise_()
        self.moved.emit()

    # What can be done with it

    def _watch(self) -> None:
        if self.wire is not None:
            self.watch_wanted.emit(self.wire)
            self.leave()

    def _probe(self) -> None:
        if self.tensor:
            self.probe_wanted.emit(self.tensor)

    def open_tensor(self) -> None:
        """Opens the value in the viewer of tensors."""
        seen, tensor = self.seen, self.tensor
        if seen is not None:
            self.leave()
            open_tensor(seen, self._labels.of(tensor), self._pane)

    def copy(self) -> None:
        """Puts the value on the clipboard."""
        seen = self.seen
        if seen is not None and (text := copied(seen)):
            QGuiApplication.clipboard().setText(text)

    # Events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.card:
            if event.type() == QEvent.Type.Enter:
                self._leaving.stop()
            elif event.type() == QEvent.Type.Leave:
                self._leaving.start()
        elif event.type() in _LEAVING:
            self._soon.stop()
            self.leave()
        elif isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return self.wire is not None and self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key
        ways = {key.Key_P: self._watch, key.Key_O: self.open_tensor, key.Key_C: self.copy, key.Key_Escape: self.leave}
        way = ways.get(key(event.key()))
        if way is None or event.modifiers():
            return False
        # First as a key that no shortcut of the window may take, then as the key itself.
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            way()
        return True
