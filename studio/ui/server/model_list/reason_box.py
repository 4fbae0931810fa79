"""Why a model did not load, unfolded: all that the server said, its place, and what mends it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.app.session import Session
from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.serving.logs.causes import meaning
from studio.core.serving.logs.reasons import Reason
from studio.ui.room.place import ModelPlace
from studio.ui.server import names
from studio.ui.server.places import place_of
from studio.ui.widgets import Label, LinkButton, MonoLabel, QuietButton


class ReasonBox(QWidget):
    """The whole reason with its links; the fix is the checker's, where it knows one."""

    place_asked = Signal(object)

    def __init__(self, session: Session, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self._reason = Reason("", "")
        self._finding: Finding | None = None
        self._fix: Fix | None = None
        self.meaning = Label("", weight=500)
        self.meaning.setWordWrap(True)
        self.whole = MonoLabel("", "dim")
        self.whole.setWordWrap(True)
        self.whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open = LinkButton("", size="small")
        self.open.setObjectName(names.Serve.OPEN_PLACE.format(model))
        self.mend = QuietButton("", "lightbulb", "small")
        self.mend.setObjectName(names.Serve.FIX.format(model))
        self.copy = LinkButton("Copy", size="small")
        self._build()
        self.open.clicked.connect(self._open_place)
        self.mend.clicked.connect(self._apply)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._reason.whole))

    def _build(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(12)
        for button in (self.mend, self.open, self.copy):
            actions.addWidget(button)
        actions.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(44, 0, 12, 8)
        column.setSpacing(4)
        column.addWidget(self.meaning)
        column.addWidget(self.whole)
        column.addLayout(actions)

    def show_reason(self, reason: Reason) -> None:
        """Shows another reason, and what the checker knows of the model now."""
        self._reason = reason
        self._finding, self._fix = _mending(self._session.findings_of(self._model), reason)
        words = meaning(reason.whole) or (self._finding.message if self._finding else "")
        self.meaning.setText(words)
        self.meaning.setVisible(bool(words))
        self.whole.setText(reason.whole)
        line = f"config.pbtxt:{self._finding.line}" if self._finding and self._finding.line else ""
        self.open.setText(f"Open {reason.place or line or self._model}")
        self.open.setVisible(self._session.repository is not None)
        self.mend.setText(self._fix.title if self._fix else "")
        self.mend.setVisible(self._fix is not None)

    def _open_place(self) -> None:
        found = self._finding
        if not self._reason.file and found is not None and (found.span or found.path):
            self.place_asked.emit(ModelPlace(self._model, found.span or found.path))
        else:
            self.place_asked.emit(place_of(self._session, self._model, self._reason))

    def _apply(self) -> None:
        if self._finding is not None and self._fix is not None:
            self._session.apply_fix(self._finding, self._fix)


def _mending(findings: tuple[Finding, ...], reason: Reason) -> tuple[Finding | None, Fix | None]:
    """The checker's finding for a reason, that of its line before others, and the first fix that moves no file."""
    errors = [each for each in findings if each.severity is Severity.ERROR]
    errors.sort(key=lambda each: not (reason.line and reason.file == "config.pbtxt" and each.line == reason.line))
    for finding in errors:
        for fix in finding.fixes:
            if fix.edit is not None and not fix.touches:
                return finding, fix
    return (errors[0] if errors else None), None
