"""How far a reading of the repository or a work on its folders is, in the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.explorer import names
from studio.ui.widgets.status import StatusEntry, status_label

if TYPE_CHECKING:
    from studio.ui.room.context import Context


class BusyEntry(StatusEntry):
    """A press cancels what is under way; hidden where nothing is."""

    def __init__(self, context: Context) -> None:
        super().__init__(names.Status.BUSY, "Work under way; press to cancel")
        self._session = context.session
        self._text = status_label()
        self.add(self._text)
        self.clicked.connect(self._cancel)
        self._session.scan_progressed.connect(self._show)
        self._session.folders.progressed.connect(self._show)
        self.hide()

    def _show(self, fraction: float, text: str) -> None:
        self._text.setText(f"{text or 'Reading the repository'} {100 * fraction:.0f} %")
        self.setVisible(fraction < 1.0)

    def _cancel(self) -> None:
        self._session.cancel_scan()
        self._session.folders.cancel()
