"""What the session, the pages and the first model would wait for is imported before, a little in each turn.

On the thread of the window: PySide may not know a class of Qt's for one that another thread makes meanwhile, and warns
that the program will crash when it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from studio.app import tasks

FOR_THE_SESSION = (
    "core.config.editing.targets",
    "core.config.draft",
    "app.editing.writing",
    "app.editing.open_files",
    "core.checking.unsound.meanings",
    "core.checking.unsound.likeliest",
    "app.editing.open_model",
    "app.serving.machine",
    "app.repository.reading",
    "core.checking.rules.context",
    "core.checking.rules.model_files",
    "core.checking.check",
    "app.repository.checker",
    "app.serving.ladder",
    "app.serving.probing.prober",
    "app.serving.models",
    "app.serving.sampling.memory_ledger",
    "app.serving.server",
    "app.repository.holder",
    "app.repository.fixing",
    "app.requests.requests",
    "app.session",
    "ui.start.machine",
    "ui.explorer.panel",
    "ui.problems.panel",
    "ui.problems.mending",
    "ui.search.panel",
    "ui.server.log_panel.panel",
)
"""What the session and the panels need, which are there before anything is opened."""
FOR_THE_PAGES = (
    "numpy",
    "ui.editor.form.tables.element_table",
    "ui.editor.form.editors.catalogue",
    "ui.editor.form.pane",
    "ui.editor.text.completion",
    "ui.editor.text.pane",
    "ui.editor.model_tab",
    "ui.canvas.layout.placement",
    "ui.canvas.document",
    "ui.canvas.scene.scene",
    "ui.canvas.controller",
    "ui.canvas.interaction",
    "core.tracing.trace",
    "core.inference.wires.digest",
    "ui.canvas.watch.layer",
    "ui.canvas.pane",
    "ui.canvas.cards",
    "ui.canvas.inspector",
    "ui.canvas.side_by_side",
    "ui.server.launch.gpu_choice",
    "ui.server.launch.options",
    "ui.server.launch.form",
    "ui.server.page",
    "ui.served.rows",
    "ui.served.detail.panel",
    "ui.served.page",
    "ui.tensors.picture",
    "ui.tensors.kinds",
    "ui.tensors.compare.view",
    "ui.tensors.view",
    "ui.tester.outputs",
    "ui.widgets.waterfall.panel",
    "ui.tester.probe.side",
    "ui.tester.answer",
    "core.saved_requests.keeping.origins",
    "ui.tester.card",
    "ui.tester.inputs",
    "ui.tester.tools.tools",
    "ui.tester.page",
    "ui.tester.saved.keeping",
    "ui.tester.saved.saved_side",
    "ui.tester.runs.page",
    "ui.monitor.page",
    "ui.xray.page",
    "ui.settings.page",
)
"""Each needs little more than those before it; the last of a room needs all of it."""


_NUMPY = "numpy"


class Preloading(QObject):
    """Imports one module of the studio after another, and calls `done` at the end."""

    def __init__(
        self, modules: Sequence[str], done: Callable[[], object], parent: QObject, between_ms: int = 0
    ) -> None:
        super().__init__(parent)
        self._left = list(modules)
        self._done = done
        self._next = QTimer(self, singleShot=True, interval=between_ms)
        self._next.timeout.connect(self._import_next)
        self._next.start()

    def _import_next(self) -> None:
        name = self._left.pop(0)
        if name == _NUMPY:
            # Alone it takes longer than the window should stand still, and it has no class of Qt's.
            tasks.run(self, lambda _: import_module(_NUMPY), lambda _: self._go_on(), key=_NUMPY)
            return
        import_module(f"studio.{name}")
        self._go_on()

    def _go_on(self) -> None:
        if self._left:
            self._next.start()
        else:
            self._done()
            self.deleteLater()
