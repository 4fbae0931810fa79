"""How many models have unsaved edits, in the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.editor import names
from studio.ui.widgets import paint
from studio.ui.widgets.status import StatusEntry, status_label

if TYPE_CHECKING:
    from studio.app.editing.open_text import OpenText
    from studio.ui.room.context import Context


class UnsavedEntry(StatusEntry):
    """Leads to the review of what is unsaved; hidden where nothing is."""

    def __init__(self, context: Context) -> None:
        super().__init__(names.Status.UNSAVED, "Unsaved work, to review")
        self._session = context.session
        self._text = status_label(role="text", weight=500)
        self.add(_Dot())
        self.add(self._text)
        self.clicked.connect(lambda: context.run("review"))
        self._session.model_opened.connect(self._watch)
        self._session.files.opened.connect(self._watch)
        self._session.model_closed.connect(self._show)
        self._session.files.closed.connect(self._show)
        self._session.repository_changed.connect(self._show)
        self._show()

    def _watch(self, model: OpenText) -> None:
        model.unsaved_changed.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        count = len(self._session.unsaved())
        self._text.setText(f"{count} unsaved")
        self.setVisible(count > 0)


class _Dot(QWidget):
    """The dot that stands for unsaved work."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(6, 6)

    def sizeHint(self) -> QSize:
        return QSize(6, 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.dot(painter, QRectF(self.rect()).center(), 5, "accent")
