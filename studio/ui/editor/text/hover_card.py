"""The card at a word of the text: its problems with their fixes, what the field is, what the word means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QTimer, Signal
from PySide6.QtGui import QCursor, QEnterEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from studio.core.assist.hover import Card
from studio.core.checking.findings import Finding, Fix
from studio.ui.editor import names
from studio.ui.editor.text.popup_frame import PopupFrame
from studio.ui.widgets import SEVERITY_ICONS, HairLine, IconLabel, KeyHint, Label, LinkButton, MonoLabel, Row

_WIDTH = 400
_LEAVE_MS = 250


class HoverCard(PopupFrame):
    """Stays while the pointer is on it or on its word."""

    fixed = Signal(object, object)
    """Finding, Fix"""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self.setObjectName(names.Text.HOVER)
        self.setAccessibleName("Help at the pointer")
        self.setFixedWidth(_WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(6)
        self._body: QWidget | None = None
        self._leaving = QTimer(self, singleShot=True, interval=_LEAVE_MS)
        self._leaving.timeout.connect(self.hide)
        edit.viewport().installEventFilter(self)

    def tell(self, card: Card | None, findings: Sequence[Finding], position: int) -> None:
        """Shows a card and problems at a position of the text."""
        if self._body is not None:
            self._body.hide()
            self._body.deleteLater()
        self._body = QWidget(self)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for finding in findings:
            self._add_problem(column, finding)
        if findings and card:
            column.addWidget(HairLine(parent=self._body))
        if card:
            self._add_card(column, card)
        self._column.addWidget(self._body)
        self.setAccessibleDescription(" ".join(f.message for f in findings) or (card.what if card else ""))
        cursor = self._edit.textCursor()
        cursor.setPosition(position)
        self._leaving.stop()
        self._body.show()
        self._column.activate()
        self.show_at(self._edit.cursorRect(cursor))

    def _add_problem(self, column: QVBoxLayout, finding: Finding) -> None:
        body = self._body
        words = Label(finding.message, px=12, parent=body)
        words.setWordWrap(True)
        icon = IconLabel(*SEVERITY_ICONS[finding.severity.value], parent=body)
        line = Row(icon, words, parent=body)
        line.box.setStretch(1, 1)
        column.addWidget(line)
        for place, fix in enumerate(finding.fixes):
            link = LinkButton(fix.title, "lightbulb", "dense", body)
            link.setObjectName(names.Text.HOVER_FIX.format(finding.rule, place))
            link.clicked.connect(self._fixer(finding, fix))
            column.addWidget(link)

    def _fixer(self, finding: Finding, fix: Fix) -> Callable[[], None]:
        def apply() -> None:
            self.hide()
            self.fixed.emit(finding, fix)

        return apply

    def _add_card(self, column: QVBoxLayout, card: Card) -> None:
        body = self._body
        head = Row(Label(card.title, weight=600, parent=body), "stretch", KeyHint("F1", body), parent=body)
        column.addWidget(head)
        column.addWidget(MonoLabel(card.where, "dim", 11, body))
        for text, role in ((card.what, "text"), *((note, "text") for note in card.notes)):
            if text:
                label = Label(text, role, 12, parent=body)
                label.setWordWrap(True)
                column.addWidget(label)
        if card.default:
            default = Label(f"Default: {card.default}", "dim", 12, parent=body)
            default.setWordWrap(True)
            column.addWidget(default)

    def enterEvent(self, event: QEnterEvent) -> None:
        """It stays for as long as the pointer does."""
        super().enterEvent(event)
        self._leaving.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """It goes with the pointer."""
        super().leaveEvent(event)
        self._leaving.start()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """A pointer that moves on in the text lets it go, with time to reach it."""
        del watched
        if self.isVisible() and event.type() in (QEvent.Type.MouseMove, QEvent.Type.Leave):
            inside = self.rect().contains(self.mapFromGlobal(QPoint(QCursor.pos())))
            if not inside and not self._leaving.isActive():
                self._leaving.start()
        return False
