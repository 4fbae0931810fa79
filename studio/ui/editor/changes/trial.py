"""What stands above an editor while the server runs its model with another configuration than the file's."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QWidget

from studio.app.editing.open_model import OpenModel
from studio.app.serving.loading import keep_trial, try_text
from studio.app.serving.trials import Trial
from studio.app.session import Session
from studio.core.config.draft import draft
from studio.core.merging.content import different_fields
from studio.ui.editor import names
from studio.ui.editor.changes.bar import WarningBar
from studio.ui.widgets import QuietButton

_MOST_NAMED = 3


class TrialBar(WarningBar):
    """Says what differs from the file; the person keeps it, which saves it, or drops it, which loads the file."""

    def __init__(self, session: Session, model: OpenModel, parent: QWidget | None = None) -> None:
        self._again = QuietButton("Try again", "flask", "dense")
        self._again.setToolTip("Load the text as it is now")
        self._again.setObjectName(names.Editor.TRIAL_AGAIN)
        self._drop = QuietButton("Load the file", size="dense")
        self._drop.setToolTip("End the try: the server runs what the file says, the edits stay here")
        self._drop.setObjectName(names.Editor.TRIAL_DROP)
        self._keep = QuietButton("Keep and save", "floppy-disk", "dense")
        self._keep.setToolTip("Write what the server tries to the file")
        self._keep.setObjectName(names.Editor.TRIAL_KEEP)
        super().__init__("", self._again, self._drop, self._keep, parent=parent)
        self.setObjectName(names.Editor.TRIAL)
        self._session = session
        self._server = session.server
        self._model = model
        self._shown: tuple[object, ...] = ()
        self._connect()
        self._follow()

    def _connect(self) -> None:
        self._server.trial_changed.connect(self._follow)
        self._server.pending_changed.connect(self._follow)
        for signal in (self._model.changed, self._model.decided):
            signal.connect(self._follow)
        self._again.clicked.connect(lambda: try_model(self._session, self._model))
        self._drop.clicked.connect(lambda: self._server.load(self._model.name))
        self._keep.clicked.connect(self._save)

    def _follow(self, *_: object) -> None:
        trial = self._server.trials.of(self._model.name)
        if trial is None:
            self.hide()
            return
        saved, now = self._model.saved_draft.document.text, self._model.draft.document.text
        is_busy = self._model.name in self._server.pending
        if (state := (trial, saved, now, is_busy)) != self._shown:
            self._shown = state
            self._show(trial, saved, now, is_busy)

    def _show(self, trial: Trial, saved: str, now: str, is_busy: bool) -> None:
        self.setVisible(trial.text != saved)
        self._again.setVisible(now not in (trial.text, saved))
        for button in (self._again, self._drop, self._keep):
            button.setEnabled(not is_busy)
        if trial.text != saved:
            clock = time.strftime("%H:%M:%S", time.localtime(trial.began))
            self.text.setText(f"{self._named()} tries unsaved text since {clock}: {self._difference(trial)}")

    def _named(self) -> str:
        servers = self._session.servers
        return servers.identity(servers.current).name if len(servers.listed) > 1 else "The server"

    def _difference(self, trial: Trial) -> str:
        fields = different_fields(self._model.saved_draft, draft(trial.text))
        if not fields:
            return "it says what the file says"
        named = ", ".join(fields[:_MOST_NAMED]) + (" …" if len(fields) > _MOST_NAMED else "")
        return f"other {named}"

    def _save(self) -> None:
        keep_trial(self._server.current, self._model)


def try_model(session: Session, model: OpenModel) -> None:
    """Has the server run the text of an editor in place of its file."""
    if session.repository is not None:
        try_text(session.server.current, session.repository.path, model.name, model.draft.document.text)
