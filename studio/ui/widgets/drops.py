"""Files that are dragged in from outside: the boxes that invite them, and the window that takes them anywhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDropEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.look.theme import colour
from studio.ui.widgets import Clickable, IconLabel, Label, MonoLabel, paint

_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class DropBox(Clickable):
    """A box with a dashed edge that says what may be dropped; a click does the same by a dialog."""

    def __init__(
        self,
        name: str,
        text: str,
        endings: tuple[str, ...] = (),
        height: int = 44,
        short: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_target = False
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setFixedHeight(height)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(IconLabel("file-arrow-down", "dim", parent=self))
        self._label = Label(text, "text" if endings else "dim", parent=self)
        self._texts = (text, short or text)
        row.addWidget(self._label)
        for ending in endings:
            row.addSpacing(6)
            row.addWidget(MonoLabel(ending, "dim", parent=self))
        row.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole, short = self._texts
        room = self.width() - 24 - 24
        self._label.setText(whole if self._label.fontMetrics().horizontalAdvance(whole) <= room else short)

    def set_target(self, is_target: bool) -> None:
        """Lights up while a file is being dragged over the window."""
        self._is_target = is_target
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            lit = self._is_target or self.hovered
            if self._is_target:
                painter.setBrush(colour("accent_soft"))
            pen = QPen(colour("accent" if self._is_target else "dim" if lit else "edge"), 1)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawRoundedRect(rect, 4, 4)
            if self.hasFocus():
                paint.focus_ring(painter, QRectF(self.rect()), 4)


class FileDrops(QObject):
    """Takes files that are dropped on a window, wherever nothing in it takes them itself."""

    dropped = Signal(list)
    """list[Path]"""
    hovering = Signal(bool)
    """Whether files are being dragged over the window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self.hovering.emit(False)
        elif event.type() in _DRAGS and isinstance(event, QDropEvent):
            return self._take(event)
        return super().eventFilter(watched, event)

    def _take(self, event: QDropEvent) -> bool:
        paths = files_of(event)
        if not paths:
            return False
        # A move would have the other program delete its files.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        is_over = event.type() == QEvent.Type.Drop
        if event.type() != QEvent.Type.DragMove:
            self.hovering.emit(not is_over)
        if is_over:
            self.dropped.emit(paths)
        return True


def files_of(event: QDropEvent) -> list[Path]:
    """The files and folders of this machine that are being dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
