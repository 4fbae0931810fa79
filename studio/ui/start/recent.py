"""The recent repositories with their counts and when they were opened last."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.settings import settings, window_settings
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, mono_font, ui_font
from studio.ui.start import names
from studio.ui.widgets import Clickable, HairLine, Label, LinkButton, paint
from studio.ui.widgets.structure import Row

_SHOWN = 5


def note_opened(path: Path, models: int) -> None:
    """Keeps how many models a repository has and when it was opened, for the list."""
    store = window_settings()
    store.beginGroup("recent")
    store.setValue(_key(path), f"{models} {time.time():.0f}")
    store.endGroup()


def _key(path: Path) -> str:
    # Slashes would nest groups in the file.
    return str(path).replace("/", "|")


def facts(path: Path) -> tuple[int, float]:
    """How many models a repository had, and when it was opened; (-1, 0) where that is unknown."""
    held = str(window_settings().value(f"recent/{_key(path)}", ""))
    parts = held.split()
    return (int(parts[0]), float(parts[1])) if len(parts) == 2 else (-1, 0.0)


def when(then: float, now: float) -> str:
    """A time in the past as a person says it."""
    ago = now - then
    if then <= 0:
        return ""
    if ago < 90:
        return "just now"
    if ago < 5400:
        return f"{round(ago / 60)} min ago"
    days = (time.localtime(now).tm_yday - time.localtime(then).tm_yday) % 366
    if days == 0:
        return f"{round(ago / 3600)} h ago"
    if ago < 6 * 86400:
        return "yesterday" if days == 1 else time.strftime("%A", time.localtime(then))
    return time.strftime("%-d %b %Y" if ago > 300 * 86400 else "%-d %b", time.localtime(then))


def _short(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) and path != home else str(path)


class _RecentRow(Clickable):
    """One repository: name, path, models, time."""

    def __init__(self, path: Path, index: int) -> None:
        super().__init__()
        self.path = path
        count, then = facts(path)
        self._count = "" if count < 0 else f"{count} model{'' if count == 1 else 's'}"
        self._when = when(then, time.time())
        self.setObjectName(names.Start.RECENT.format(index))
        self.setAccessibleName(f"Open {path.name}")
        self.setAccessibleDescription(", ".join(part for part in (str(path), self._count, self._when) if part))
        self.setToolTip(str(path))
        self.setFixedHeight(44)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            if self.hovered:
                paint.round_rect(painter, rect, 4, fill="hover")
            paint_icon(painter, QRectF(8, rect.center().y() - 8, 16, 16), "folder-simple", colour("dim"))
            right = Qt.AlignmentFlag.AlignRight
            paint.text(painter, QRectF(rect.right() - 108, 0, 100, 44), self._when, ui_font(13), "dim", right)
            paint.text(painter, QRectF(rect.right() - 200, 0, 104, 44), self._count, ui_font(13), "dim", right)
            room = rect.width() - 36 - 210
            paint.text(painter, QRectF(36, 5, room, 18), self.path.name, ui_font(13, 500))
            paint.text(painter, QRectF(36, 23, room, 16), _short(self.path), mono_font(12), "dim")
            if self.hasFocus():
                paint.focus_ring(painter, rect)


class RecentList(QWidget):
    """The repositories that were opened lately, the latest first."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clear = LinkButton("Clear")
        self._clear.setObjectName(names.Start.CLEAR)
        self._clear.clicked.connect(self._forget)
        head = Row(Label("Recent", weight=600), "stretch", self._clear)
        head.setFixedHeight(28)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(head)
        self._column.addWidget(HairLine())
        self._rows: list[QWidget] = []
        self.refresh()

    def refresh(self) -> None:
        """Reads the list again."""
        for row in self._rows:
            row.hide()
            row.deleteLater()
        paths = settings().recent()[:_SHOWN]
        self._rows = [self._row(path, index) for index, path in enumerate(paths)]
        if not paths:
            hint = Label("Repositories that you open are listed here.", "dim")
            hint.setFixedHeight(44)
            self._rows = [hint]
        for row in self._rows:
            self._column.addWidget(row)
        self._clear.setVisible(bool(paths))

    def _row(self, path: Path, index: int) -> _RecentRow:
        row = _RecentRow(path, index)
        row.clicked.connect(lambda: self.chosen.emit(str(path)))
        return row

    def _forget(self) -> None:
        settings().set("recent", [])
        self.refresh()
