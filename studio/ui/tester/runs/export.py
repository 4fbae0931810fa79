"""The results as a file: JUnit, JSON or HTML, as `trireme test` writes them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from studio import disk
from studio.app import notices, tasks
from studio.core.failure import CoreError
from studio.core.saved_requests.outcome import Outcome
from studio.core.saved_requests.reports.formats import text_of
from studio.core.saved_requests.reports.tested import Tested

FORMATS = (("junit", "JUnit", "xml"), ("html", "HTML", "html"), ("json", "JSON", "json"))


def export(owner: QObject, over: QWidget, form: str, report: Tested) -> None:
    """Asks for a file and writes it."""
    title, ending = next((title, ending) for key, title, ending in FORMATS if key == form)
    chosen, _ = QFileDialog.getSaveFileName(over, f"Export as {title}", f"requests.{ending}", f"{title} (*.{ending})")
    if chosen:
        path = Path(chosen)
        done = lambda _: notices.post("success", f"Exported {path.name}", str(path.parent))  # noqa: E731
        tasks.run(owner, lambda _: _write(path, text_of(form, report)), done, notices.post_failure, key="export")


def report_of(repository: Path, outcomes: tuple[Outcome, ...], meant: int) -> Tested:
    """What a report tells of: those that were sent."""
    sent = tuple(each for each in outcomes if each.state != "cancelled")
    return Tested(repository, sent, meant)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise CoreError(f"Writing {path}", f"{disk.reason(error)}.", disk.remedy(error)) from error
