"""Why a model did not load, unfolded: the sentence, all that the server said, its line, and what mends it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.app import tasks
from studio.app.session import Session
from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds
from studio.core.files.reading import read
from studio.core.files.repository import CONFIG_NAME
from studio.core.serving.logs.causes import meaning
from studio.core.serving.logs.reasons import Reason
from studio.core.serving.why.facts import Facts
from studio.core.serving.why.failing import failing
from studio.ui.room.place import ModelPlace
from studio.ui.room.reason_places import place_of
from studio.ui.served import names
from studio.ui.served.detail.excerpt import CodeExcerpt, Excerpt
from studio.ui.widgets import IconButton, KeyHint, Label, LinkButton, MonoLabel, QuietButton

_LARGEST_CODE = 1 << 20


class FailureBox(QWidget):
    """The whole reason with its links; the fix is the checker's, where it knows one."""

    place_asked = Signal(object)
    fix_asked = Signal(object, object)
    """Finding and Fix."""

    def __init__(self, session: Session, model: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self._reason = Reason("", "")
        self._finding: Finding | None = None
        self._fix: Fix | None = None
        self._is_whole = False
        self._build()
        self._connect()

    def _build(self) -> None:
        self.meaning = Label("", weight=600, parent=self)
        self.meaning.setWordWrap(True)
        self.after = Label("", "dim", 12, parent=self)
        self.after.setWordWrap(True)
        self.said = MonoLabel("", parent=self)
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.mend = QuietButton("", "lightbulb", "dense", self)
        self.mend.setObjectName(names.Served.FIX.format(self._model))
        self.key = KeyHint("Ctrl+.", self)
        self.open = QuietButton("", "", "dense", self)
        self.open.setObjectName(names.Served.OPEN_PLACE.format(self._model))
        self.whole = LinkButton("", size="small", parent=self)
        self.whole.setObjectName(names.Served.WHOLE.format(self._model))
        self.copy = IconButton("copy", f"Copy what the server said of {self._model}", parent=self)
        self.excerpt = CodeExcerpt(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(44, 10, 16, 12)
        column.setSpacing(6)
        self._head = _row(self.meaning, self.mend, self.key, self.open)
        column.addLayout(self._head)
        column.addWidget(self.after)
        column.addLayout(_row(self.said, self.whole, self.copy))
        column.addWidget(self.excerpt)

    def _connect(self) -> None:
        self.open.clicked.connect(self._open_place)
        self.mend.clicked.connect(self._ask_fix)
        self.whole.clicked.connect(self._turn)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._reason.whole))

    def add_action(self, button: QWidget) -> None:
        """Puts one more button beside the sentence."""
        self._head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def show_reason(self, reason: Reason, after: str = "") -> None:
        """Shows another reason, what follows from it, and what the checker knows of the model now."""
        is_new = reason != self._reason
        self._reason = reason
        self._finding, self._fix = mending(self._session.findings_of(self._model), reason)
        known = failing(Facts(self._model, "failed", reason.whole)).title
        words = meaning(reason.whole) or (self._finding.message if self._finding else "") or known
        self.meaning.setText(words)
        self.after.setText(after)
        self.after.setVisible(bool(after))
        at = _line_in_config(self._finding)
        line = f"line {at}" if at else ""
        self.open.setText(f"Open {reason.place or line or self._model}")
        self.open.setVisible(self._session.repository is not None)
        self.mend.setText(self._fix.title if self._fix else "")
        for widget in (self.mend, self.key):
            widget.setVisible(self._fix is not None)
        self._tell_whole()
        if is_new:
            self._show_line()

    def findings(self) -> list[Finding]:
        """What the quick fix mends here."""
        return [self._finding] if self._finding is not None else []

    def _tell_whole(self) -> None:
        lines = self._reason.whole.splitlines()
        self.said.setText(self._reason.whole if self._is_whole else next(iter(lines), ""))
        self.whole.setText("Fold" if self._is_whole else f"All {len(lines)} lines")
        self.whole.setVisible(len(lines) > 1)

    def _turn(self) -> None:
        self._is_whole = not self._is_whole
        self._tell_whole()

    def _show_line(self) -> None:
        reason, found = self._reason, self._finding
        self.excerpt.hide()
        if reason.file.endswith(".py"):
            self._show_code(reason)
            return
        draft = self._session.draft(self._model)
        line = reason.line if reason.file == CONFIG_NAME else _line_in_config(found)
        if draft is not None and line:
            start, end = _columns(draft.document.text, found) if found is not None and found.line == line else (0, 0)
            self.excerpt.show_excerpt(Excerpt(draft.document.text, line, reason.summary, start, end))

    def _show_code(self, reason: Reason) -> None:
        folder = self._session.repository.model(self._model) if self._session.repository else None
        if folder is None:
            return
        path, bounds = folder.path / reason.file, folder.bounds

        def shown(text: str) -> None:
            if self._reason == reason:
                self.excerpt.show_excerpt(Excerpt(text, reason.line, reason.summary.partition(":")[0]))

        tasks.run(self, lambda _: _code(path, bounds), shown, lambda _: None, key="code")

    def _open_place(self) -> None:
        found = self._finding
        if not self._reason.file and found is not None and (found.span or found.path):
            self.place_asked.emit(ModelPlace(self._model, found.span or found.path))
        else:
            self.place_asked.emit(place_of(self._session, self._model, self._reason))

    def _ask_fix(self) -> None:
        if self._finding is not None and self._fix is not None:
            self.fix_asked.emit(self._finding, self._fix)


def mending(findings: tuple[Finding, ...], reason: Reason) -> tuple[Finding | None, Fix | None]:
    """The checker's finding for a reason, that of its line before others, and the first fix that there is."""
    errors = [each for each in findings if each.severity is Severity.ERROR]
    errors.sort(key=lambda each: not (reason.line and reason.file == CONFIG_NAME and each.line == reason.line))
    for finding in errors:
        for fix in finding.fixes:
            if fix.read is None:
                return finding, fix
    return (errors[0] if errors else None), None


def _line_in_config(finding: Finding | None) -> int:
    """The line of the configuration that a finding names; 0 where it names none of it."""
    is_there = finding is not None and (finding.file is None or finding.file.name == CONFIG_NAME)
    return finding.line if finding is not None and is_there else 0


def _columns(text: str, finding: Finding) -> tuple[int, int]:
    """Where in its line a finding stands."""
    if finding.span is None:
        return 0, 0
    begin = text.rfind("\n", 0, finding.span.start) + 1
    end = text.find("\n", begin)
    return finding.span.start - begin, min(finding.span.end, end if end >= 0 else len(text)) - begin


def _code(path: Path, bounds: Bounds) -> str:
    try:
        return read(path, _LARGEST_CODE, bounds)[0].decode("utf-8", "replace")
    except CoreError:
        # What the server has loaded is gone from here since, or may not be read: there is no line to show.
        return ""


def _row(first: QWidget, *others: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(first, 1)
    for other in others:
        row.addWidget(other, 0, Qt.AlignmentFlag.AlignTop)
    return row
