"""All about requests in a session: the saved ones, their runs, those that were sent, and a run over many files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from studio.app.requests.batches import FileBatch
from studio.app.requests.model_changes import ModelChanges
from studio.app.requests.past import PastRequests
from studio.app.requests.runs import RequestRuns
from studio.app.requests.store import SavedRequests
from studio.app.requests.wire_renewal import WireRenewal
from studio.app.requests.wire_values import WireValues
from studio.app.serving.ladder import ServerStatus
from studio.app.serving.several.current import CurrentServer
from studio.core.files.repository import Repository
from studio.core.saved_requests.folder import requests_folder, requests_folder_of
from studio.core.serving.kinds import EngineKind


class Requests(QObject):
    """Follows the repository that is open; without one the server that is attached to. UI thread only."""

    def __init__(self, server: CurrentServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.saved = SavedRequests(self)
        self.runs = RequestRuns(server, self)
        self.past = PastRequests(parent=self)
        self.batch = FileBatch(server, self)
        self.wires = WireValues(self.past, self.runs, self)
        self.renewal = WireRenewal(server, self.wires, self)
        self.since_run = ModelChanges(server, self.runs, self)
        self._repository: Path | None = None
        self._runs_root: Path | None = None
        """Of which requests it is known what came."""
        self._status = server.status
        server.status_changed.connect(self._see_server)

    def follow(self, repository: Repository | None) -> None:
        """The repository that is open from now on."""
        path = repository.path if repository is not None else None
        if path != self._repository:
            # An ensemble of the same name is another one there.
            self.wires.clear()
        self._repository = path
        self._choose()

    def run(self, *names: str, renews: bool = False, bail: bool = False) -> None:
        """Send these of the saved requests, all where none is named; `bail` ends it at the first that is not good."""
        saved = self.saved
        if saved.folder is not None:
            wanted = names or saved.names
            where = self._repository
            self.runs.run(saved.folder, wanted, saved.variables, where, renews=renews, bail=bail)

    def _see_server(self, status: ServerStatus) -> None:
        self._status = status
        self._choose()

    def _choose(self) -> None:
        root = self._root()
        if root is not None and root != self._runs_root:
            # Without a folder what came stays in sight: it outlives the server.
            self._runs_root = root
            self.runs.forget()
        if root != (self.saved.folder.root if self.saved.folder is not None else None):
            self.saved.follow(root)

    def _root(self) -> Path | None:
        if self._repository is not None:
            return requests_folder(self._repository)
        spec = self._status.spec
        if spec is None or spec.kind is not EngineKind.ATTACHED:
            return None
        return requests_folder_of(spec.addresses.http or spec.addresses.grpc)
