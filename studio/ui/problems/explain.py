"""What a problem means: its rule, the server's own words, its place and what would mend it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from studio.core.checking.catalogue import rules
from studio.core.checking.findings import Finding
from studio.ui.problems import names
from studio.ui.widgets import Label, MonoLabel
from studio.ui.widgets.dialogs import Question

_VERDICTS = {
    "error": "Error: the server does not load the model so.",
    "warning": "Warning: the server loads the model, and it may not do what is meant.",
    "hint": "Hint: the server loads the model; this could be better.",
}
_UNDECIDED = "Whether the model loads cannot be told here: it hangs on what only the server can read."


class ExplainDialog(Question):
    """One problem in full; everything in it can be selected and copied."""

    def __init__(self, window: QWidget, finding: Finding, go: Callable[[], object]) -> None:
        super().__init__(window, finding.message, "", names.Problems.EXPLAIN)
        self.setWindowTitle("Explain the problem")
        self.setMinimumWidth(560)
        self._add(_UNDECIDED if finding.undecided else _VERDICTS[finding.severity.value])
        self._add_titled("Rule", f"{finding.rule}: {rules().get(finding.rule, '')}".rstrip(": "))
        where = f"{finding.file or ''}{f', line {finding.line}' if finding.line else ''}"
        self._add_titled("Where", where.strip(", "))
        self._add_titled("The server says", finding.server_text.strip(), is_mono=True)
        self._add_titled("What mends it", "\n".join(fix.title for fix in finding.fixes))
        self.add_button("", "Close")
        self.add_button("go", "Go to it", "primary")
        self.finish()
        self.accepted.connect(go)

    def _add_titled(self, title: str, text: str, *, is_mono: bool = False) -> None:
        if text:
            self.column.addSpacing(2)
            self.column.addWidget(Label(title, "dim", 11, 600))
            self._add(text, is_mono=is_mono)

    def _add(self, text: str, *, is_mono: bool = False) -> None:
        label = MonoLabel(text) if is_mono else Label(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.column.addWidget(label)
