"""What came of chosen requests becomes what is expected: shown first, written, and taken back where a person wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.app import notices, tasks
from studio.app.requests.requests import Requests
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.outcome import Outcome

if TYPE_CHECKING:
    from studio.core.saved_requests.renewal import Renewal


class KeptAnswers(QObject):
    """The files are for tasks alone. UI thread only."""

    def __init__(self, requests: Requests, parent: QObject) -> None:
        super().__init__(parent)
        self._requests = requests

    def ask(self, over: QWidget, outcomes: tuple[Outcome, ...]) -> None:
        """Shows what would change, and changes it where a person says yes."""
        folder = self._requests.saved.folder
        if folder is None or not outcomes:
            return

        def planned() -> tuple[Renewal, ...]:
            from studio.core.saved_requests.renewal import renewals

            return renewals(folder, outcomes)

        def show(found: tuple[Renewal, ...]) -> None:
            from studio.ui.tester.runs.keep_dialog import ask_keep

            if found:
                _, keep = self._requests.saved.bound(folder, "Keep as expected", lambda: self._keep(folder, found))
                ask_keep(over, found, keep)

        tasks.run(self, lambda _: planned(), show, notices.post_failure, key="planned")

    def _keep(self, folder: RequestFolder, wanted: tuple[Renewal, ...]) -> None:
        from studio.core.saved_requests.renewal import keep, take_back

        saved = self._requests.saved
        names = tuple(each.name for each in wanted)

        def done(_: object) -> None:
            undo = saved.bound(folder, "Undo", lambda: saved.change(lambda each: take_back(each, wanted)))
            again = saved.bound(folder, "Run again", lambda: self._requests.run(*names))
            what = names[0] if len(names) == 1 else f"{len(names)} requests"
            notices.post("success", f"What came is expected now: {what}", "", (again, undo), key="kept answers")

        saved.change(lambda each: keep(each, wanted), done)
