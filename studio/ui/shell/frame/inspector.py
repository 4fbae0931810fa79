"""The inspector at the right: the views that rooms have for it, one of which is in front."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.ui.room.context import Context
from studio.ui.room.room import InspectorView


class Inspector(QStackedWidget):
    """Turns to whichever view was asked for last. A view is made when it is first wanted."""

    titled = Signal(str)
    """The title that belongs above it."""

    def __init__(self, views: Sequence[InspectorView], context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._views = {view.key: view for view in sorted(views, key=lambda view: view.order)}
        self._made: dict[str, QWidget] = {}
        self.current = ""
        """The key of the view in front."""

    def minimumSizeHint(self) -> QSize:
        # A dock takes the least width of what is in it for its own, and a view that was just made asks for too much
        # until its texts are wrapped: the dock would stay as wide.
        return QSize(0, 0)

    def show_view(self, key: str, title: str = "") -> QWidget:
        """Turns to a view, the first one where no key is given, under a title of its own where one is given."""
        view = self._views[key or next(iter(self._views))]
        if view.key not in self._made:
            self._made[view.key] = view.make(self._context)
            self.addWidget(self._made[view.key])
        self.current = view.key
        self.setCurrentWidget(self._made[view.key])
        self.titled.emit(title or view.title)
        return self._made[view.key]

    def made(self, key: str) -> QWidget | None:
        """A view that was shown before."""
        return self._made.get(key)
