"""What the inspector's dock holds: the help of a field, or what is chosen on the canvas in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.ui.editor.inspector import FieldHelp

if TYPE_CHECKING:
    from studio.ui.canvas.inspector import GraphInspector
    from studio.ui.canvas.pane import GraphPane

_HELP = "Field help"


class Inspecting(QStackedWidget):
    """Turns to whichever view was used last."""

    titled = Signal(str)
    model_wanted = Signal(str)
    test_wanted = Signal(str)

    def __init__(self, help_: FieldHelp, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.help = help_
        self.graph: GraphInspector | None = None
        self._pane: GraphPane | None = None
        self.addWidget(help_)

    def watch(self, pane: GraphPane) -> None:
        """Shows what is chosen on a canvas whenever that is in front."""
        pane.shown.connect(self.show_graph)
        pane.hidden.connect(self._leave)
        pane.touched.connect(self.show_graph)
        if pane.isVisible():
            self.show_graph(pane)

    def show_help(self, *_: object) -> None:
        """Turns to the help of fields."""
        self.setCurrentWidget(self.help)
        self.titled.emit(_HELP)

    def show_graph(self, pane: GraphPane) -> None:
        """Turns to what is chosen on a canvas."""
        self._pane = pane
        if self.graph is None:
            from studio.ui.canvas.inspector import GraphInspector

            self.graph = GraphInspector(self)
            self.graph.titled.connect(self._entitle)
            self.graph.model_wanted.connect(self.model_wanted)
            self.graph.test_wanted.connect(self.test_wanted)
            self.addWidget(self.graph)
        self.setCurrentWidget(self.graph)
        self.graph.follow(pane)

    def _entitle(self, title: str) -> None:
        if self.currentWidget() is self.graph:
            self.titled.emit(title)

    def _leave(self, pane: GraphPane) -> None:
        if pane is self._pane:
            self.show_help()
