"""Opening a trace from a file, and writing what is shown into one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from studio import disk
from studio.app import notices
from studio.core.tracing.table import sums_csv
from studio.core.tracing.values import Shares
from studio.failure import Failure
from studio.ui.xray.sources import XraySources

_TRACES = "Traces of Triton (*.json *.json.* *.trace);;All files (*)"


class XrayError(Failure):
    """The X-ray could not write what was asked of it."""


class XrayExports:
    """Asks for a file; a failure is shown as a notice."""

    def __init__(
        self, page: QWidget, button: QWidget, sources: XraySources, shown: Callable[[], Shares | None]
    ) -> None:
        """`button` is what the menu opens below, `shown` gives the sums."""
        self._page, self._button, self._sources, self._shown = page, button, sources, shown

    def ask_trace(self) -> None:
        """Asks for the file of a trace and opens it."""
        chosen, _ = QFileDialog.getOpenFileName(self._page, "Open a trace", "", _TRACES)
        if chosen:
            self._sources.open((Path(chosen),))

    def offer(self) -> None:
        """Opens the menu below *Export*."""
        menu = QMenu(self._page)
        menu.addAction("Sums as CSV …").triggered.connect(self.ask_sums)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))

    def ask_sums(self) -> None:
        """Asks for a file and writes the sums of all requests as a table."""
        chosen, _ = QFileDialog.getSaveFileName(self._page, "Export the sums", "sums.csv", "CSV (*.csv)")
        if chosen:
            self.write_sums(Path(chosen))

    def write_sums(self, path: Path) -> None:
        """Writes the sums that are shown."""
        shown = self._shown()
        if shown is None:
            return
        try:
            path.write_text(sums_csv(shown), encoding="utf-8", newline="")
        except OSError as error:
            notices.post_failure(XrayError(f"Write {path}", f"{disk.reason(error)}.", "Choose another place."))
