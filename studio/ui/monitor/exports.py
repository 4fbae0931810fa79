"""Writing what the monitor shows: its values as a table, or the page as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from studio import disk
from studio.app import notices
from studio.core.serving.figures.grafana import dashboard
from studio.failure import Failure
from studio.ui.monitor.csv_table import as_csv
from studio.ui.monitor.history import TimeMark, TimeWindow

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler
    from studio.ui.monitor.header import MonitorHeader


class MonitorError(Failure):
    """The monitor could not write what was asked of it."""


class MonitorExports:
    """Asks for a file and writes it; a failure is shown as a notice."""

    def __init__(
        self,
        page: QWidget,
        sampler: CurrentSampler,
        shown: Callable[[], tuple[TimeWindow, Sequence[TimeMark]]],
        offset: Callable[[], float],
    ) -> None:
        """`shown` gives the time that is shown with its marks, `offset` wall clock minus monotonic."""
        self._page = page
        self._sampler = sampler
        self._shown = shown
        self._offset = offset

    def follow(self, header: MonitorHeader) -> None:
        """Does what its menu asks for."""
        header.csv_wanted.connect(self.ask_csv)
        header.picture_wanted.connect(self.ask_picture)
        header.dashboard_wanted.connect(self.ask_dashboard)

    def ask_csv(self) -> None:
        """Asks for a file and writes the values that are shown."""
        chosen, _ = QFileDialog.getSaveFileName(self._page, "Export the values", "monitor.csv", "CSV (*.csv)")
        if chosen:
            self.write_csv(Path(chosen))

    def ask_picture(self) -> None:
        """Asks for a file and writes the page as it is seen."""
        chosen, _ = QFileDialog.getSaveFileName(self._page, "Export a picture", "monitor.png", "PNG (*.png)")
        if chosen:
            self.write_picture(Path(chosen))

    def ask_dashboard(self) -> None:
        """Asks for a file and writes a dashboard for Grafana of what this server tells."""
        what = "Export a dashboard for Grafana"
        chosen, _ = QFileDialog.getSaveFileName(self._page, what, "triton-dashboard.json", "JSON (*.json)")
        if chosen:
            self.write_dashboard(Path(chosen))

    def copy_picture(self) -> None:
        """Puts the page as it is seen on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self._page.grab())

    def write_csv(self, path: Path) -> None:
        """Writes what the window of time holds."""
        self._write(path, as_csv(self._sampler, *self._shown(), self._offset()))

    def write_dashboard(self, path: Path) -> None:
        """Writes a dashboard with a panel for whatever the latest reading allows."""
        self._write(path, dashboard(self._sampler.figures.names, "Triton"))

    @staticmethod
    def _write(path: Path, text: str) -> None:
        try:
            path.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            notices.post_failure(MonitorError(f"Write {path}", f"{disk.reason(error)}.", "Choose another place."))

    def write_picture(self, path: Path) -> None:
        """Writes the page as it is seen."""
        if not self._page.grab().save(str(path), "PNG"):
            notices.post_failure(MonitorError(f"Write {path}", "it cannot be written.", "Choose another place."))
