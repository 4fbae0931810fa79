"""What the first model and the first launch would wait for is imported before, a little in each turn of the event loop.

On the thread of the window: PySide may not know a class of Qt's for one that another thread makes meanwhile, and warns
that the program will crash when it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

_BETWEEN_MS = 5
_MODULES = (
    "editor.form.tables.element_table",
    "editor.form.editors.catalogue",
    "editor.form.pane",
    "editor.text.completion",
    "editor.text.pane",
    "editor.model_tab",
    "canvas.layout.placement",
    "canvas.document",
    "canvas.scene.scene",
    "canvas.controller",
    "canvas.interaction",
    "canvas.pane",
    "server.launch.gpu_choice",
    "server.launch.form",
    "server.page",
)
"""Each needs little more than those before it; the last of a room needs all of it."""


class Preloading(QObject):
    """Imports one module after another, and calls `done` at the end."""

    def __init__(self, done: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._left = list(_MODULES)
        self._done = done
        self._next = QTimer(self, singleShot=True, interval=_BETWEEN_MS)
        self._next.timeout.connect(self._import_next)
        self._next.start()

    def _import_next(self) -> None:
        import_module(f"studio.ui.{self._left.pop(0)}")
        if self._left:
            self._next.start()
        else:
            self._done()
            self.deleteLater()
