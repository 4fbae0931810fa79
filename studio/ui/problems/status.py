"""How many problems the repository has, in the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.checking.findings import count_findings
from studio.ui.problems import names
from studio.ui.room.place import PanelPlace
from studio.ui.widgets import IconLabel
from studio.ui.widgets.status import StatusEntry, status_label

if TYPE_CHECKING:
    from studio.ui.room.context import Context


class ProblemsEntry(StatusEntry):
    """Errors and warnings; leads to the panel. Hidden while no repository is open."""

    def __init__(self, context: Context) -> None:
        super().__init__(names.Status.PROBLEMS, "Problems")
        self._session = context.session
        self._errors, self._warnings = status_label(weight=500), status_label(weight=500)
        self._error_sign, self._warning_sign = IconLabel("x-circle", "error", 14), IconLabel("warning", "warn", 14)
        for part in (self._error_sign, self._errors, self._warning_sign, self._warnings):
            self.add(part)
        self.clicked.connect(lambda: context.show(PanelPlace("problems")))
        self._session.checker.findings_changed.connect(self._show)
        self._session.repository_changed.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        counts = count_findings(self._session.findings)
        errors = sum(count for (_, severity), count in counts.items() if severity == "error")
        warnings = sum(count for (_, severity), count in counts.items() if severity == "warning")
        self._errors.setText(str(errors))
        self._warnings.setText(str(warnings))
        self._error_sign.set_icon("x-circle", "error" if errors else "faint")
        self._warning_sign.set_icon("warning", "warn" if warnings else "faint")
        self._errors.set_role("error" if errors else "dim")
        self._warnings.set_role("warn" if warnings else "dim")
        self.setAccessibleDescription(f"{errors} errors, {warnings} warnings")
        self.setVisible(self._session.repository is not None)
