"""The question why a rule is to be passed over, and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from studio.core.checking.findings import Finding, Severity
from studio.ui.problems import names
from studio.ui.widgets.dialogs import Prompt

_HARD = " The server refuses the model all the same."


class IgnoreDialog(Prompt):
    """Asks for the reason, which the file keeps for whoever reads it next."""

    def __init__(
        self, window: QWidget, finding: Finding, path: Path, then: Callable[[str, tuple[str, ...]], object]
    ) -> None:
        """`then` gets the reason and the models, none for all of them."""
        told = f"The window and “trireme check” pass it over then: {path} says so, with the reason."
        told += _HARD if finding.severity is Severity.ERROR else ""
        super().__init__(window, f"Ignore {finding.rule}", told, "", "Ignore", _problem)
        self.setObjectName(names.Problems.IGNORE)
        self.setMinimumWidth(520)
        self.field.setPlaceholderText("Why it does not matter here")
        self.field.setAccessibleName("Reason")
        self.everywhere = QCheckBox("In all models of the repository")
        self.everywhere.setVisible(bool(finding.model))
        self.column.insertWidget(self.column.indexOf(self.reason) + 1, self.everywhere)
        own = (finding.model,) if finding.model else ()
        self.accepted.connect(lambda: then(self.field.text().strip(), () if self.everywhere.isChecked() else own))


def _problem(reason: str) -> str:
    return "" if reason else "Say why, for whoever reads the file next."
