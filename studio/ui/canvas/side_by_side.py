"""Two ensembles side by side: the one that is edited, and its file, or another ensemble; what differs is marked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from studio.app import tasks
from studio.core.config.draft import Draft
from studio.core.graph.build import graph_view
from studio.core.graph.differences.comparison import Change, GraphComparison, Side, compare_graphs
from studio.core.graph.graph import GraphView
from studio.ui.canvas import names
from studio.ui.canvas.document import CanvasDocument
from studio.ui.canvas.layout import placement
from studio.ui.canvas.layout.placement import Places
from studio.ui.canvas.scene.scene import CanvasScene
from studio.ui.canvas.view import CanvasView
from studio.ui.widgets import Chooser, HairLine, Label

_SIZE = (1120, 680)
_HEAD, _ROW = 40, 26
_ROWS = 6
SAVED = "The saved file"


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both graphs with their places, and how they differ."""

    one: GraphView
    other: GraphView
    places: tuple[Places, Places]
    found: GraphComparison


class _Half(QWidget):
    """One of the two graphs, to be looked at: the wheel zooms, a choice in the list brings a step into sight."""

    def __init__(self, title: QWidget, name: str, said: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.scene = CanvasScene(self)
        self.view = CanvasView(self.scene, self)
        self.view.setObjectName(name)
        self.view.setAccessibleName(said)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QWidget(self)
        bar.setFixedHeight(_HEAD)
        head = QHBoxLayout(bar)
        head.setContentsMargins(12, 0, 12, 0)
        head.addWidget(title)
        head.addStretch(1)
        column.addWidget(bar)
        column.addWidget(HairLine(parent=self))
        column.addWidget(self.view, 1)

    def show_graph(self, graph: GraphView, places: Places, side: Side) -> None:
        """Shows a graph, and what of it is not in the other."""
        self.scene.apply(self.scene.graph, graph, places)
        self.scene.finish()
        for key, node in self.scene.nodes.items():
            node.show_appearance(mark=side.nodes.get(key, ""))
        for wire, item in self.scene.wires.items():
            item.show_marks(halo=wire in side.wires)

    def go_to(self, node: int | None) -> None:
        """Brings a step into the middle."""
        if node is not None and node in self.scene.nodes:
            self.view.go_to(QPointF(self.scene.nodes[node].area().center()))


class SideBySide(QDialog):
    """Nothing in it is edited; what is edited elsewhere meanwhile is shown when it is opened again."""

    def __init__(self, document: CanvasDocument, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self.setObjectName(names.Canvas.COMPARE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Compare {document.model.name}")
        self.with_ = Chooser((SAVED, *self._others()), parent=self)
        self.with_.setObjectName(names.Canvas.COMPARE_WITH)
        self.with_.setAccessibleName("Compare with")
        self.with_.currentTextChanged.connect(lambda _: self._read())
        name = Label(f"{document.model.name}, as it is edited", weight=600, parent=self)
        self.left = _Half(name, names.Canvas.COMPARED.format("left"), "The ensemble as it is edited", self)
        self.right = _Half(self.with_, names.Canvas.COMPARED.format("right"), "The ensemble it is compared with", self)
        self.list = QListWidget(self)
        self.list.setObjectName(names.Canvas.CHANGES)
        self.list.setAccessibleName("Differences")
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setFixedHeight(_ROW * _ROWS)
        self.list.currentRowChanged.connect(self._go_to)
        self.verdict = Label("", "dim", parent=self)
        self._changes: tuple[Change, ...] = ()
        self._build()
        self.resize(*_SIZE)
        self._read()

    def _build(self) -> None:
        halves = QSplitter(Qt.Orientation.Horizontal, self)
        halves.setHandleWidth(1)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.left)
        halves.addWidget(self.right)
        halves.setSizes([_SIZE[0] // 2] * 2)
        self.verdict.setContentsMargins(12, 8, 12, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(halves, 1)
        column.addWidget(HairLine(parent=self))
        column.addWidget(self.verdict)
        rows = QHBoxLayout()
        rows.setContentsMargins(8, 0, 8, 8)
        rows.addWidget(self.list)
        column.addLayout(rows)

    def _others(self) -> list[str]:
        """The other ensembles of the repository, by name."""
        drafts = self._document.session.drafts()
        own = self._document.model.name
        return sorted(name for name, draft in drafts.items() if name != own and draft.config.is_ensemble)

    def _other(self) -> Draft | None:
        chosen = self.with_.currentText()
        if chosen == SAVED:
            return self._document.session.saved_draft(self._document.model.name)
        return self._document.session.drafts().get(chosen)

    def _read(self) -> None:
        one, other, catalogue = self._document.graph, self._other(), self._document.catalogue
        if one is None or other is None or catalogue is None:
            self._show_nothing()
            return
        own = dict(self._document.places)
        known = {node.key: own.get(node.id) for node in one.nodes}

        def work(context: tasks.TaskContext) -> _Pair:
            graph = graph_view(other, catalogue, None)
            laid = placement.in_layers(graph, context.raise_if_cancelled)
            keys = {node.id: node.key for node in graph.nodes}
            # What is in both stands where it stands on the canvas, so that the two are looked over alike.
            places = {node: known.get(keys[node]) or place for node, place in laid.items()}
            return _Pair(one, graph, (own, places), compare_graphs(one, graph))

        tasks.run(self, work, self._show, key="compare")

    def _show_nothing(self) -> None:
        """Leaves nothing there of what was compared before."""
        self.verdict.setText("There is nothing to compare with.")
        self._changes = ()
        self.list.clear()
        self.list.hide()
        for half in (self.left, self.right):
            half.view.hide()

    def _show(self, pair: _Pair) -> None:
        self.left.show_graph(pair.one, pair.places[0], pair.found.one)
        self.right.show_graph(pair.other, pair.places[1], pair.found.other)
        # One zoom and one place for both.
        area = self.left.scene.extent().united(self.right.scene.extent())
        for half in (self.left, self.right):
            half.view.show()
            half.view.fit(area)
        self._changes = pair.found.changes
        count = len(self._changes)
        self.verdict.setText(f"{count} difference{'s' * (count != 1)}" if count else "No difference")
        self.list.clear()
        for change in self._changes:
            item = QListWidgetItem(change.words)
            item.setSizeHint(QSize(0, _ROW))
            self.list.addItem(item)
        self.list.setVisible(count > 0)

    def _go_to(self, row: int) -> None:
        if 0 <= row < len(self._changes):
            self.left.go_to(self._changes[row].one)
            self.right.go_to(self._changes[row].other)
