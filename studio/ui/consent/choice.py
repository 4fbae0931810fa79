"""Where code may run, as cards side by side: the one that is wanted is chosen, with what holds there."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.consent.isolation import Fact, facts
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.ui.widgets import Clickable, IconLabel, Label, Row, paint

_ICONS = {
    "place": ("shield-check", "shield-slash"),
    "user": ("user", "user"),
    "files": ("lock", "lock-open"),
    "network": ("globe", "globe"),
    "limits": ("cpu", "cpu"),
    "changes": ("arrows-clockwise", "arrows-clockwise"),
}
TITLES = {EngineKind.DOCKER: "Container", EngineKind.EMBEDDED: "Embedded"}


class WhereCard(Clickable):
    """One engine: what holds of code there, or why it cannot be had."""

    def __init__(self, kind: EngineKind) -> None:
        super().__init__()
        self.kind = kind
        self.spec: LaunchSpec | None = None
        self._chosen = False
        self._sign = IconLabel("circle", "dim", 16)
        self.note = Label("", "dim", 11)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 10, 14, 12)
        self._column.setSpacing(5)
        self._column.addWidget(Row(self._sign, Label(TITLES[kind], weight=600), self.note, "stretch"))
        self._rows = QWidget()
        self._column.addWidget(self._rows)
        self._column.addStretch(1)

    def show_spec(self, spec: LaunchSpec | None, note: str = "") -> None:
        """Shows a launch there; None where it cannot be, for the reason in `note`."""
        self.spec = spec
        self.note.setText(note if spec is not None else "")
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(5)
        if spec is None and note:
            column.addWidget(_reason(note))
        for fact in facts(spec) if spec is not None else ():
            column.addWidget(_line(fact))
        self._column.replaceWidget(self._rows, rows)
        self._rows.hide()
        self._rows.deleteLater()
        self._rows = rows
        self.setEnabled(spec is not None)
        told = "; ".join(fact.words for fact in facts(spec)) if spec is not None else note
        self.setAccessibleName(TITLES[self.kind])
        self.setAccessibleDescription(told)

    @property
    def is_chosen(self) -> bool:
        """Whether code is to run there."""
        return self._chosen

    def choose(self, chosen: bool) -> None:
        """Chooses it, or no longer."""
        self._chosen = chosen
        self._sign.set_icon("check-circle-fill" if chosen else "circle", "accent" if chosen else "dim")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            fill = "accent_soft" if self._chosen else "field" if self.hovered else "panel"
            edge, width = ("accent", 2.0) if self._chosen else ("line", 1.0)
            paint.round_rect(painter, rect, 6, fill=fill, edge=edge, width=width)
            if self.hasFocus():
                paint.focus_ring(painter, rect, 6)


def _reason(words: str) -> Label:
    """Why it cannot be had: as long as it must be, without taking the room of the card beside it."""
    made = Label(f"{words[:1].upper()}{words[1:]}", "dim", 12)
    made.setWordWrap(True)
    return made


def _line(fact: Fact) -> Row:
    role = "dim" if fact.is_safe is None else "ok" if fact.is_safe else "warn_fill"
    words = Label(fact.words, px=12)
    words.setWordWrap(True)
    sign = IconLabel(_ICONS[fact.sign][0 if fact.is_safe is not False else 1], role, 14)
    row = Row(sign, words)
    row.box.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
    row.box.setStretch(1, 1)
    return row
