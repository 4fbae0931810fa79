"""What a server does with the steps of a canvas, on their nodes and in the badge, while that is seen."""

from __future__ import annotations

import math
from typing import Protocol

from PySide6.QtCore import QObject

from studio.core.graph.graph import GraphView
from studio.ui.canvas.document import CanvasDocument
from studio.ui.canvas.figures.bar import FigureBar
from studio.ui.canvas.figures.footers import footers
from studio.ui.canvas.figures.words import FIGURE_WORDS, NodeFigure
from studio.ui.canvas.live_metrics import LiveMetrics
from studio.ui.canvas.overlays.toolbars import LiveBadge
from studio.ui.canvas.scene.scene import CanvasScene


class FigureHost(Protocol):
    """The pane whose nodes show figures."""

    document: CanvasDocument
    scene: CanvasScene
    live_metrics: LiveMetrics
    live: LiveBadge
    figures: FigureBar

    @property
    def is_seen(self) -> bool:
        """Whether it is in sight."""

    def place_bars(self) -> None:
        """Puts the bars where they belong: the badge may be wider or narrower."""


class NodeFigures(QObject):
    """Shows the figure that was chosen. Without a choice it is the share while a server runs, and none without one."""

    def __init__(self, pane: FigureHost, parent: QObject) -> None:
        super().__init__(parent)
        self._pane = pane
        self._chosen: NodeFigure | None = None
        self._is_hidden = False
        self._was_live = False
        pane.figures.wanted.connect(self.choose)

    @property
    def figure(self) -> NodeFigure | None:
        """The figure that the steps show; None where they show none."""
        if self._is_hidden:
            return None
        return self._chosen or ("share" if self._pane.live_metrics.is_running else None)

    def choose(self, key: str) -> None:
        """Shows another figure; hides the one that is shown already."""
        figure = next(each for each in FIGURE_WORDS if each == key)
        self._is_hidden = figure == self.figure
        self._chosen = figure
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Shows the figures as they are now; what does not change is not painted again."""
        pane, live = self._pane, self._pane.live_metrics
        graph = pane.document.graph
        if graph is None or not pane.is_seen:
            return
        figure = self.figure
        pane.figures.show_choice(figure)
        pane.scene.set_footers(figure is not None)
        if live.is_running or self._was_live or figure is not None:
            self._was_live = live.is_running
            self._show_nodes(graph, figure)
        self._show_badge()

    def _show_nodes(self, graph: GraphView, figure: NodeFigure | None) -> None:
        pane, live = self._pane, self._pane.live_metrics
        steps = [node for node in graph.nodes if node.kind == "step" and node.id in pane.scene.nodes]
        shown = footers(steps, figure, live.known(graph, figure)) if figure is not None else {}
        for node in steps:
            item = pane.scene.nodes[node.id]
            item.show_appearance(state=live.state(node), footer=shown.get(node.id, item.look.footer))

    def _show_badge(self) -> None:
        pane, live = self._pane, self._pane.live_metrics
        if not live.is_running:
            pane.live.show_live("", "", "dim")
            pane.figures.show_failed(0)
            pane.place_bars()
            return
        whole = live.ensemble(pane.document.model.name)
        if math.isnan(whole.rate):
            pane.live.show_live("Live", "no requests yet", "ok")
        else:
            mean = "" if math.isnan(whole.request_ms) else f"  ·  {whole.request_ms:.1f} ms mean"
            pane.live.show_live("Live", f"{whole.rate:.0f} req/s{mean}", "ok")
        graph = pane.document.graph
        models = {node.model for node in graph.nodes if node.kind == "step"} if graph is not None else set()
        pane.figures.show_failed(sum(failed for failed, _ in live.failures(models).values()))
        pane.place_bars()
