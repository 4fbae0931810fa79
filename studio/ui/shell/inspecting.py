"""What the inspector's dock holds: the help of a field, a model file, or what is chosen on the canvas in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.ui.editor.inspector import FieldHelp

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.ui.canvas.inspector import GraphInspector
    from studio.ui.canvas.pane import GraphPane
    from studio.ui.explorer.nodes import TreeNode
    from studio.ui.file.panel import FilePanel

_HELP = "Field help"
_FILE = "Model file"


class Inspecting(QStackedWidget):
    """Turns to whichever view was used last."""

    titled = Signal(str)
    model_wanted = Signal(str)
    test_wanted = Signal(str)
    fix_wanted = Signal(str, object)
    """The model and the Fix that a person wants of what its file says."""

    def __init__(self, session: Session, help_: FieldHelp, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.help = help_
        self.file: FilePanel | None = None
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

    def follow(self, node: TreeNode | None) -> None:
        """Follows the explorer: to a version or a file of one, and to other models while a file is in front."""
        is_file = node is not None and node.kind in ("version", "file")
        if node is not None and (is_file or (self.file is not None and self.currentWidget() is self.file)):
            self.show_file(node)

    def show_file(self, node: TreeNode) -> None:
        """Turns to the file of a row: its own, that of its version, or that of the version that is served."""
        if self.file is None:
            from studio.ui.file.panel import FilePanel

            self.file = FilePanel(self._session, self)
            self.file.fix_wanted.connect(self.fix_wanted)
            self.addWidget(self.file)
        of_version = node.parent is not None and node.parent.kind == "version"
        self.file.show_model(node.model, node.number, node.path if of_version else None)
        self.setCurrentWidget(self.file)
        self.titled.emit(_FILE)

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
