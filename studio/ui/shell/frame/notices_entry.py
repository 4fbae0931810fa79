"""The notices that were put away, in the status bar: how many, and how bad the worst is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.ui.shell import names
from studio.ui.widgets import IconLabel
from studio.ui.widgets.status import StatusEntry, status_label

if TYPE_CHECKING:
    from studio.app.notices import Notice

SIGNS = {
    "info": ("info", "accent"),
    "success": ("check-circle-fill", "ok"),
    "warning": ("warning-fill", "warn_fill"),
    "error": ("x-circle-fill", "error"),
}
_ORDER = ("info", "success", "warning", "error")


class NoticesEntry(StatusEntry):
    """Brings them back by a press. Hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(names.Status.NOTICES, "Notices")
        self._sign, self._count = IconLabel("info", "accent", 14), status_label(role="text", weight=500)
        self.add(self._sign)
        self.add(self._count)
        self.hide()

    def show_notices(self, away: Sequence[Notice]) -> None:
        """Tells of these."""
        if away:
            worst = max((each.level for each in away), key=_ORDER.index)
            self._sign.set_icon(*SIGNS[worst])
            self._count.setText(f"{len(away)} notice{'s' if len(away) != 1 else ''}")
            self.setToolTip("\n".join([*(each.text for each in away), "Press to read."]))
            self.setAccessibleDescription(self._count.text())
        self.setVisible(bool(away))
