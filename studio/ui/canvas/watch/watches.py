"""The wires of a canvas that are watched: a card for each, which stays where it was put."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from studio.app.requests.wire_values import WireValues
from studio.core.graph.elements import WireId
from studio.core.graph.graph import GraphView
from studio.core.graph.positions import Watch
from studio.ui.canvas.controller import CanvasController
from studio.ui.canvas.overlays.toolbars import FloatingBar
from studio.ui.canvas.scene.selection import of_wire
from studio.ui.canvas.scene.wire_item import WireItem
from studio.ui.canvas.watch.labels import WireLabels
from studio.ui.canvas.watch.opening import open_tensor
from studio.ui.canvas.watch.placing import beside, obstacles
from studio.ui.canvas.watch.upstream import anchor
from studio.ui.canvas.watch.watch_card import SIZE, WatchCard
from studio.ui.canvas.watch.words import copied

_AWAY = 48
_LEAST_ZOOM = 0.3
_AGES_MS = 1000


class Watches(QObject):
    """Which wires are watched is kept with the places of the nodes. It is no edit, and undo leaves it as it is."""

    changed = Signal()
    """What is watched, or what is known of it."""
    moved = Signal()
    """A card came, went or stands elsewhere."""
    probe_wanted = Signal(str)

    def __init__(self, controller: CanvasController, values: WireValues, labels: WireLabels, pane: QWidget) -> None:
        super().__init__(pane)
        self._controller, self._values, self._labels, self._pane = controller, values, labels, pane
        self._document, self._scene, self._view = controller.document, controller.scene, controller.view
        self.cards: dict[str, WatchCard] = {}
        """By tensor; of those that the graph has."""
        self._ages = QTimer(self, interval=_AGES_MS)
        self._ages.timeout.connect(self._show_ages)
        controller.watch_wanted.connect(self.toggle)
        labels.came.connect(self.refresh)
        self._document.changed.connect(self._follow)
        self._scene.moved.connect(self.place)
        self._view.seen.connect(self.place)

    @property
    def tensors(self) -> tuple[str, ...]:
        """The tensors that are watched, as far as the graph has them."""
        return tuple(self.cards)

    # What is watched

    def toggle(self, wire: WireId) -> None:
        """Watches the tensor of a wire, or no more."""
        item = self._scene.wires.get(wire)
        if item is None:
            return
        tensor = item.wire.tensor
        if any(watch.tensor == tensor for watch in self._document.watches):
            self.remove(tensor)
            return
        away = self._free_place(self._pixel(item))
        self._document.set_watches([*self._document.watches, Watch(tensor, away.x(), away.y())])
        self.refresh(asks=True)

    def remove(self, tensor: str = "") -> None:
        """Watches a tensor no more; none at all where none is named."""
        kept = [watch for watch in self._document.watches if tensor and watch.tensor != tensor]
        self._document.set_watches(kept)
        self.refresh()
        self._view.setFocus()

    def _free_place(self, at: QPoint) -> QPoint:
        """For the corner of a card, from the ring on its wire: where it hides least."""
        about = QRect(at, QSize(1, 1))
        others = obstacles(self._view, self._scene, self._pane, self._view)
        return beside(about, SIZE, self._pane.rect(), others, _AWAY) - at

    def _pixel(self, item: WireItem) -> QPoint:
        """Where the ring on a wire is in the widget that the cards lie in."""
        return self._view.mapTo(self._pane, self._view.mapFromScene(ring_of(item)))

    def _item(self, tensor: str) -> WireItem | None:
        graph = self._document.graph
        wire = anchor(graph, tensor) if graph is not None else None
        return self._scene.wires.get(wire) if wire is not None else None

    def _follow(self, before: GraphView | None, after: GraphView) -> None:
        """A tensor that has another name now is watched by that, whether by an edit or by undo."""
        now = {wire.id: wire.tensor for wire in after.wires}
        tensors = set(now.values())
        renamed: dict[str, str] = {}
        for watch in self._document.watches if before is not None else ():
            wire = anchor(before, watch.tensor) if before is not None and watch.tensor not in tensors else None
            if wire is not None and wire in now:
                renamed[watch.tensor] = now[wire]
        if renamed:
            kept = [Watch(renamed.get(each.tensor, each.tensor), each.x, each.y) for each in self._document.watches]
            self._document.set_watches(kept)
        self.refresh()

    # What is shown

    def refresh(self, *_: object, asks: bool = False) -> None:
        """Makes the cards those of what is watched, with what is known now."""
        graph = self._document.graph
        if graph is None:
            return
        there = {watch.tensor for watch in self._document.watches if anchor(graph, watch.tensor) is not None}
        for tensor in set(self.cards) - there:
            gone = self.cards.pop(tensor)
            gone.hide()
            gone.deleteLater()
        for watch in self._document.watches:
            if watch.tensor in there and watch.tensor not in self.cards:
                self.cards[watch.tensor] = self._card(watch.tensor)
        tied = {wire for tensor in there if (wire := anchor(graph, tensor)) is not None}
        for key, item in self._scene.wires.items():
            item.set_ringed(key in tied)
        self._values.set_watched(self._document.model.name, sorted(there), asks=asks)
        self._show_values()
        self.place()
        self.changed.emit()

    def _card(self, tensor: str) -> WatchCard:
        graph = self._document.graph
        wire = anchor(graph, tensor) if graph is not None else None
        port = graph.port(wire.source) if graph is not None and wire is not None else None
        card = WatchCard(tensor, port.data_type if port is not None else "", self._pane)
        self._put_in_front(card)
        card.removed.connect(lambda: self.remove(tensor))
        card.moved.connect(lambda at: self._move(tensor, at))
        card.open_wanted.connect(lambda: self._open(tensor))
        card.copy_wanted.connect(lambda: self._copy(tensor))
        card.probe_wanted.connect(lambda: self.probe_wanted.emit(tensor))
        card.chosen.connect(lambda: self._choose(tensor))
        return card

    def _put_in_front(self, card: WatchCard) -> None:
        """Over the other cards, and below the bars, which stay at hand."""
        bars = self._pane.findChildren(FloatingBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if bars:
            card.stackUnder(bars[0])

    def show_changes(self) -> None:
        """A value came, or what is said of one."""
        self._show_values()
        self.changed.emit()

    def _show_values(self) -> None:
        """Shows what was seen last; what is hidden is not renewed."""
        if not self._pane.isVisible():
            return
        ensemble = self._document.model.name
        request = self._values.last_request(ensemble)
        for tensor, card in self.cards.items():
            seen = self._values.of(ensemble, tensor)
            last = next(iter(seen), None)
            before = seen[1].digest if len(seen) > 1 else None
            is_old = last is not None and request is not None and last.request != request.name
            is_old = is_old and last is not None and request is not None and last.at < request.at
            has_classes = last is not None and last.digest is not None and last.digest.shown == "values"
            card.show_value(last, before, self._labels.of(tensor) if has_classes else (), is_old=is_old)

    def _show_ages(self) -> None:
        if not self.cards:
            return
        for card in self.cards.values():
            card.update()
        self.changed.emit()

    def wake(self) -> None:
        """The canvas is seen."""
        self._show_values()
        self.place()
        self._ages.start()

    def rest(self) -> None:
        """The canvas is not seen: nothing grows older on it."""
        self._ages.stop()

    # Where it stands

    def place(self, *_: object) -> None:
        """Puts the cards where they belong; from afar they would hide what they are tied to."""
        is_far = self._view.is_far or self._view.zoom < _LEAST_ZOOM
        for watch in self._document.watches:
            card, item = self.cards.get(watch.tensor), self._item(watch.tensor)
            if card is not None and item is not None:
                card.move(self._pixel(item) + QPoint(watch.x, watch.y))
                card.setVisible(not is_far)
        self.moved.emit()

    def _move(self, tensor: str, at: QPoint) -> None:
        item = self._item(tensor)
        if item is None:
            return
        away = at - self._pixel(item)
        moved = Watch(tensor, away.x(), away.y())
        watches = [moved if each.tensor == tensor else each for each in self._document.watches]
        self._document.set_watches(watches)
        self.place()

    def _choose(self, tensor: str) -> None:
        """Turns the inspector to the wire of a card."""
        self._put_in_front(self.cards[tensor])
        graph = self._document.graph
        wire = anchor(graph, tensor) if graph is not None else None
        if wire is not None and wire in self._scene.wires:
            self._scene.choose(of_wire(wire))

    def go_to(self, tensor: str) -> None:
        """Brings a card into sight."""
        item = self._item(tensor)
        if item is not None and tensor in self.cards:
            self._view.reveal(QRectF(ring_of(item), SIZE))
            self.cards[tensor].setFocus()

    # What can be done with a value

    def _open(self, tensor: str) -> None:
        seen = self._values.last(self._document.model.name, tensor)
        if seen is not None:
            open_tensor(seen, self._labels.of(tensor), self._pane)

    def _copy(self, tensor: str) -> None:
        seen = self._values.last(self._document.model.name, tensor)
        if seen is not None and (text := copied(seen)):
            QGuiApplication.clipboard().setText(text)


def ring_of(item: WireItem) -> QPointF:
    """Where the ring of a watched wire is."""
    return item.path.pointAtPercent(0.5)
