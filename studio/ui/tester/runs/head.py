"""The head of the page of results: what the last run came to, and what can be done with it."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from studio.app.requests.requests import Requests
from studio.ui.tester.runs import names
from studio.ui.tester.runs.export import FORMATS
from studio.ui.widgets import KeyHint, PageHeader, Pill, PrimaryButton, QuietButton, Switch


class RunsHead(PageHeader):
    """Follows the run that is under way."""

    export_wanted = Signal(str)

    def __init__(self, requests: Requests) -> None:
        super().__init__("checks", "Run all")
        self._requests = requests
        self.state = Pill("", "dim")
        self.state.setObjectName(names.Runs.STATE)
        self.add_sign(self.state)
        self.bail = Switch("stop at the first failure")
        self.bail.setObjectName(names.Runs.BAIL)
        self.bail.setAccessibleName("Stop at the first that is not as expected")
        self.bail.setToolTip("Send none after one that is not as expected")
        self.export = QuietButton("Export", "export")
        self.export.setObjectName(names.Runs.EXPORT)
        self.keep = QuietButton("Keep as expected", "floppy-disk")
        self.keep.setObjectName(names.Runs.KEEP)
        self.cancel = QuietButton("Cancel", "x")
        self.cancel.setObjectName(names.Runs.CANCEL)
        self.run = PrimaryButton("Run all", "play-fill")
        self.run.setObjectName(names.Runs.RUN)
        for widget in (self.bail, self.export, self.keep, self.cancel, self.run, KeyHint("Alt+R")):
            self.add_action(widget)
        self.export.clicked.connect(self._offer)
        self.cancel.clicked.connect(requests.runs.cancel)
        self.show_run(0, 0)

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for key, title, _ in FORMATS:
            menu.addAction(title).triggered.connect(lambda _checked=False, form=key: self.export_wanted.emit(form))
        menu.popup(self.export.mapToGlobal(self.export.rect().bottomLeft()))

    def show_run(self, bad: int, counted: int) -> None:
        """Tells how far it is; at its end how many of those that were run are not as expected."""
        runs, changed = self._requests.runs, self._requests.since_run.models
        done, all_ = runs.progress
        if runs.is_running:
            self.state.set_state(f"{done} of {all_}", "accent")
        elif counted:
            words = f"{bad} of {counted} not as expected" if bad else f"{counted} as expected"
            self.state.set_state(words, "error" if bad else "ok")
        self.state.setVisible(runs.is_running or bool(counted))
        self.detail.setText(self._words(changed))
        self.cancel.setVisible(runs.is_running)
        self.run.setEnabled(not runs.is_running and bool(self._requests.saved.names))
        self.export.setEnabled(bool(counted) and not runs.is_running)

    def _words(self, changed: tuple[str, ...]) -> str:
        runs = self._requests.runs
        if runs.is_running:
            return "running …"
        said = []
        if runs.began_at:
            said.append(time.strftime("%H:%M:%S", time.localtime(runs.began_at)))
            said.append(f"{runs.seconds:.1f} s")
        if self._requests.saved.environment:
            said.append(f"environment {self._requests.saved.environment}")
        if changed:
            more = f" and {len(changed) - 2} more" if len(changed) > 2 else ""
            said.append(f"since then {', '.join(changed[:2])}{more} changed on the server")
        return ", ".join(said)
