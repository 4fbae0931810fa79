"""Above the form: which saved request stands in it, whether it is as its file says, and what became of that file."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.ui.look.theme import colour
from studio.ui.tester.saved import names
from studio.ui.tester.saved.opened import OpenedRequest
from studio.ui.widgets import ElidedLabel, IconButton, IconLabel, KeyHint, LinkButton, QuietButton, paint

_NEW = "New request"


class RequestBar(QWidget):
    """36 high."""

    def __init__(self, opened: OpenedRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(36)
        self._opened = opened
        self._sign = IconLabel("bookmark-simple", "dim", 14)
        self.name = ElidedLabel(_NEW, weight=600)
        self.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.name.setObjectName(names.Saved.NAME)
        self._dot = _Dot()
        self._state = ElidedLabel("", "dim", 12)
        self._state.setObjectName(names.Saved.CHANGED)
        self._state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.take = LinkButton("Take theirs", "arrow-counter-clockwise", "small")
        self.take.setObjectName(names.Saved.TAKE)
        self.save_as = QuietButton("Save as…", "", "dense")
        self.save_as.setObjectName(names.Saved.SAVE_AS)
        self.save = QuietButton("Save", "floppy-disk", "dense")
        self.save.setObjectName(names.Saved.SAVE)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 12, 0)
        row.setSpacing(8)
        self.fold = IconButton("list", "Show or hide the list of saved requests")
        self.fold.setObjectName(names.Saved.FOLD)
        parts: tuple[QWidget, ...] = (self.fold, self._sign, self.name, self._dot)
        for widget in parts:
            row.addWidget(widget)
        row.addWidget(self._state, 1)
        ends: tuple[QWidget, ...] = (self.take, self.save_as, self.save, KeyHint("Ctrl+S"))
        for widget in ends:
            row.addWidget(widget)
        opened.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        opened = self._opened
        self.name.setText(opened.name or _NEW)
        self._sign.set_icon("bookmark-simple-fill" if opened.name else "bookmark-simple", "dim")
        self._dot.setVisible(opened.is_changed)
        words, role = self._words()
        self._state.setText(words)
        self._state.set_role(role)
        self.take.setText("Take theirs" if opened.other is not None else "Revert")
        self.take.setVisible(opened.other is not None or (opened.is_changed and not opened.is_gone))
        self.save_as.setVisible(bool(opened.name))
        self.setAccessibleName(f"{self.name.text()}. {words}")

    def _words(self) -> tuple[str, str]:
        opened = self._opened
        if opened.is_gone:
            return "Its file was removed by another program. Save writes it anew.", "warn"
        if opened.other is not None:
            return "Another program changed its file. Save keeps what stands here.", "warn"
        if opened.is_changed:
            return "changed", "dim"
        return ("", "dim") if opened.name else ("not saved", "dim")

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line below."""
        del event
        with QPainter(self) as painter:
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))


class _Dot(QWidget):
    """The mark of changes that are not saved."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(7, 7)
        self.setAccessibleName("Changed")
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with QPainter(self) as painter:
            paint.dot(painter, QPointF(3.5, 3.5), 7, "accent")
