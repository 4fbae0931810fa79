"""Opening a trace from a file, and writing what is shown into one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from studio.app import notices
from studio.core.failure import CoreError
from studio.core.tracing.table import write_sums
from studio.core.tracing.values import Shares
from studio.failure import Failure
from studio.ui.xray.loading import LoadingBar
from studio.ui.xray.sources import XraySources

if TYPE_CHECKING:
    from studio.app.tasks import Task
    from studio.core.tracing.exports.writing import Kind
    from studio.core.tracing.trace import Trace

_TRACES = "Traces of Triton (*.json *.json.* *.trace);;All files (*)"
_KINDS: dict[Kind, tuple[str, str]] = {
    "perfetto": ("For Perfetto", "Perfetto (*.pftrace)"),
    "chrome": ("As Chrome JSON", "Chrome JSON (*.json)"),
}


class XrayExports(QObject):
    """Asks for a file; a failure is shown as a notice."""

    def __init__(
        self,
        page: QWidget,
        button: QWidget,
        sources: XraySources,
        shares: Callable[[], Shares | None],
        listed: Callable[[], tuple[Trace, Sequence[int]] | None],
    ) -> None:
        """`button` is what the menu opens below; `shares` gives the sums, `listed` the requests that the list shows."""
        super().__init__(page)
        self._page, self._button, self._sources = page, button, sources
        self._shares, self._listed = shares, listed
        self._task: Task[Path] | None = None
        self.bar = LoadingBar(".export")
        """How far it is with what it writes."""
        self.bar.cancel.clicked.connect(self.cancel)

    def ask_trace(self) -> None:
        """Asks for the file of a trace and opens it."""
        chosen, _ = QFileDialog.getOpenFileName(self._page, "Open a trace", "", _TRACES)
        if chosen:
            self._sources.open((Path(chosen),))

    def offer(self) -> None:
        """Opens the menu below *Export*."""
        menu = QMenu(self._page)
        for kind, (words, _) in _KINDS.items():
            menu.addAction(f"{words} …").triggered.connect(lambda _=False, kind=kind: self.ask(kind))
        menu.addAction("Sums as CSV …").triggered.connect(self.ask_sums)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))

    # The trace

    def ask(self, kind: Kind) -> None:
        """Asks for a file and writes the requests that are listed for another viewer."""
        from studio.core.tracing.exports.writing import KINDS

        name = f"trace{KINDS[kind][1]}"
        chosen, _ = QFileDialog.getSaveFileName(self._page, "Export the trace", name, _KINDS[kind][1])
        if chosen:
            self.write(Path(chosen), kind)

    def write(self, path: Path, kind: Kind) -> None:
        """Writes the requests that are listed, in the background."""
        from studio.app.tracing.exporting import export_trace

        found = self._listed()
        if found is None:
            return
        trace, rows = found

        def told(share: float, _: str) -> None:
            if self._task is not None and self._task.running:
                self.bar.show_words(f"Writing {path.name}: {share:.0%}", share)

        self._task = export_trace(self._page, trace, rows, path, kind, self._written, told, self._failed)

    def cancel(self) -> None:
        """Writes no more; what was in the file before stays."""
        if self._task is not None:
            self._task.cancel()
        self.bar.hide()

    def _written(self, path: Path) -> None:
        self.bar.hide()
        notices.post("success", f"Wrote {path.name}", str(path))

    def _failed(self, failure: Failure) -> None:
        self.bar.hide()
        notices.post_failure(failure)

    # The sums

    def ask_sums(self) -> None:
        """Asks for a file and writes the sums that are shown as a table."""
        chosen, _ = QFileDialog.getSaveFileName(self._page, "Export the sums", "sums.csv", "CSV (*.csv)")
        if chosen:
            self.write_sums(Path(chosen))

    def write_sums(self, path: Path) -> None:
        """Writes the sums that are shown."""
        shown = self._shares()
        if shown is None:
            return
        try:
            write_sums(shown, path)
        except CoreError as error:
            notices.post_failure(error)
