"""The ladder of a server's health: six small rungs for the status bar, six rows for the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.look.theme import colour
from studio.ui.widgets import paint
from studio.ui.widgets.labels import ElidedLabel, IconLabel, Label

_ICONS = {
    "ok": ("check-circle-fill", "ok"),
    "wait": ("spinner", "warn_fill"),
    "fail": ("x-circle-fill", "error"),
    "off": ("circle", "faint"),
    "unknown": ("warning-fill", "warn_fill"),
}
_WORDS = {"ok": "holds", "wait": "waits", "fail": "fails", "off": "off", "unknown": "is not known"}
_TIME = 52
_ONE_LINE = 64
"""Characters of evidence for which a row has room."""


class RungLike(Protocol):
    """What a rung has to say of itself."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def evidence(self) -> str: ...
    @property
    def time_s(self) -> float | None: ...


class LadderRungs(QWidget):
    """Six rungs of 5 x 11; a failed one is outlined and crossed, so that it is not told by colour alone."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: tuple[str, ...] = ("off",) * 6
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Server health")

    def set_rungs(self, rungs: Sequence[RungLike]) -> None:
        """Shows these rungs; the tool tip tells each with its evidence."""
        self._states = tuple(rung.state for rung in rungs) or ("off",) * 6
        said = "\n".join(f"{r.name}: {_WORDS.get(r.state, r.state)}. {r.evidence}".rstrip() for r in rungs)
        self.setToolTip(said)
        self.setAccessibleDescription(said.replace("\n", "; "))
        self.updateGeometry()
        self.update()

    def states(self) -> tuple[str, ...]:
        """The states shown, from the first rung to the last."""
        return self._states

    def sizeHint(self) -> QSize:
        return QSize(7 * len(self._states) - 2, 11)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for index, state in enumerate(self._states):
                self._paint_rung(painter, QRectF(7 * index, (self.height() - 11) / 2, 5, 11), state)

    def _paint_rung(self, painter: QPainter, rect: QRectF, state: str) -> None:
        if state == "ok":
            paint.round_rect(painter, rect, 1, fill="ok")
        elif state in ("wait", "unknown"):
            paint.round_rect(painter, rect, 1, edge="warn_fill")
            painter.fillRect(QRectF(rect.left(), rect.center().y(), 5, 5.5), colour("warn_fill"))
        elif state == "fail":
            paint.round_rect(painter, rect, 1, edge="error")
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour("error"), 1))
            middle = rect.center().y()
            for sign in (-1, 1):
                start = QPointF(rect.left() + 1, middle - 2 * sign)
                painter.drawLine(start, QPointF(rect.right() - 1, middle + 2 * sign))
        else:
            paint.round_rect(painter, rect, 1, edge="edge")


class _RungRow(QWidget):
    """One rung: icon, name, evidence, time; a failing one grows by its reason and actions."""

    def __init__(self, rung: RungLike, reason: str, actions: Sequence[QPushButton], last: bool) -> None:
        super().__init__()
        self._name, self._state = rung.name, rung.state
        self._failed = rung.state == "fail"
        self._whole = rung.evidence if reason and rung.state == "unknown" else ""
        self._last = last
        grows = self._failed or bool(self._whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6 if grows and (reason or actions) else 0)
        column.setSpacing(0)
        column.addWidget(self._head(rung))
        if grows and reason:
            text = Label(reason, "text" if self._failed else "dim", 13 if self._failed else 12)
            text.setWordWrap(True)
            text.setContentsMargins(28, 2, 0, 2)
            column.addWidget(text)
        if self._failed and actions:
            column.addWidget(self._foot(actions))
        self._tell(rung)

    def take(self, rung: RungLike, last: bool) -> bool:
        """Shows other evidence; false where the row would have to look different."""
        if (
            self._failed
            or self._is_long(rung)
            or (rung.name, rung.state, last) != (self._name, self._state, self._last)
        ):
            return False
        self._tell(rung)
        return True

    def _is_long(self, rung: RungLike) -> bool:
        """Whether what is not known was told in full, or is to be, and in other words."""
        whole = rung.evidence if rung.state == "unknown" and len(rung.evidence) > _ONE_LINE else ""
        return whole != self._whole

    def _tell(self, rung: RungLike) -> None:
        self._evidence.setText(rung.evidence)
        is_timed = rung.time_s is not None and rung.state in ("ok", "fail")
        self._time.setText(format_seconds(rung.time_s) if is_timed and rung.time_s is not None else "")
        self.setAccessibleName(f"{rung.name}: {_WORDS.get(rung.state, rung.state)}. {rung.evidence}")

    def _head(self, rung: RungLike) -> QWidget:
        head = QWidget()
        head.setFixedHeight(28)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        sign, role = _ICONS.get(rung.state, _ICONS["off"])
        name = Label(rung.name, "error" if self._failed else "faint" if rung.state == "off" else "text", 13, 500)
        name.setFixedWidth(116)
        row.addWidget(IconLabel(sign, role))
        row.addWidget(name)
        self._evidence = ElidedLabel("", "text" if self._failed else "dim", 12)
        self._time = Label("", "dim", 12, parent=head)
        # One width, so that what stands before it does not move with it.
        self._time.setMinimumWidth(_TIME)
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._evidence, 1)
        row.addWidget(self._time)
        return head

    def _foot(self, actions: Sequence[QPushButton]) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(28, 2, 0, 2)
        row.setSpacing(16)
        for action in actions:
            row.addWidget(action)
        row.addStretch(1)
        return foot

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._failed:
                paint.round_rect(painter, QRectF(self.rect()), 4, fill="error_soft")
            if not self._last:
                painter.fillRect(QRectF(19.5, 22, 1, self.height() - 22), colour("edge"))


def format_seconds(seconds: float) -> str:
    """A time as a person reads it: 3.9 ms, 0.4 s, 12 min 08 s."""
    if seconds < 0.1:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


class Ladder(QWidget):
    """The rungs as rows. `reason` and `actions` belong to the first that fails; others tell their own evidence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self.setAccessibleName("Server health")
        self._rows: list[_RungRow] = []

    def set_rungs(self, rungs: Sequence[RungLike], reason: str = "", actions: Sequence[QPushButton] = ()) -> None:
        """Shows these rungs. A row that only says something else stays: each request is told here."""
        first = next((place for place, rung in enumerate(rungs) if rung.state == "fail"), len(rungs))
        for place, rung in enumerate(rungs):
            last = place == len(rungs) - 1
            if place < len(self._rows) and self._rows[place].take(rung, last):
                continue
            self._drop(self._rows[place : place + 1])
            own = rung.evidence if len(rung.evidence) > _ONE_LINE else ""
            is_first = place == first
            row = _RungRow(rung, reason if is_first else own, actions if is_first else (), last)
            self._rows.insert(place, row)
            self._column.insertWidget(place, self._rows[place])
        self._drop(self._rows[len(rungs) :])

    def _drop(self, rows: Sequence[_RungRow]) -> None:
        for row in rows:
            self._rows.remove(row)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
