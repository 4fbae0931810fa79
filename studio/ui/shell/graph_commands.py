"""What the commands of the canvas do, for whatever ensemble is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.ui.shell.window import MainWindow


class GraphCommands:
    """Commands that go to the graph of the ensemble in front; it is shown where it is not."""

    _window: MainWindow

    def _graph(self) -> Any:
        page: Any = self._window.tabs.page(self._window.tabs.current())
        show = getattr(page, "show_graph", None)
        return show() if callable(show) else None

    def _verb(self, key: str) -> None:
        graph = self._graph()
        if graph is not None:
            graph.verbs.all[key].run()

    def show_graph(self) -> None:
        """Shows the graph and gives it the keyboard."""
        self._graph()

    def new_ensemble(self) -> None:
        """Asks for the name of an ensemble of the models that are selected in the explorer."""
        from studio.ui.canvas.new_ensemble import ask_ensemble

        ask_ensemble(self._window)

    def graph_add(self) -> None:
        """Lists the models that can become a step."""
        self._verb("add")

    def graph_layout(self) -> None:
        """Places all nodes in layers."""
        self._verb("layout")

    def graph_fit(self) -> None:
        """Shows what is chosen, or everything."""
        self._verb("fit")

    def graph_frame(self) -> None:
        """Puts a frame around the chosen nodes."""
        self._verb("frame")

    def graph_picture(self) -> None:
        """Writes the graph as SVG or PNG."""
        if (graph := self._graph()) is not None:
            graph.exports.ask_picture()

    def graph_mermaid(self) -> None:
        """Copies the graph as Mermaid text."""
        if (graph := self._graph()) is not None:
            graph.exports.copy_mermaid()

    def graph_bls(self) -> None:
        """Makes a Python model that answers as the ensemble does."""
        if (graph := self._graph()) is not None:
            graph.exports.ask_bls()
