"""What is known of each model of the server beyond its state: how it differs from its file, instances, memory."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app.serving.served_models.processes import ModelProcess, model_processes
from studio.app.session import Session
from studio.app.tasks import Task
from studio.core.config.draft import Draft, draft
from studio.core.inference.model_index import is_ready
from studio.core.serving.against_file import AgainstFile, against_file
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses
from studio.core.serving.reloads import placed_instances
from studio.core.serving.why.facts import Processes
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton
    from studio.core.files.repository import ModelFolder

_SOON_MS = 150
_PACE_MS = 3000
_AT_ONCE = 40
_COMPARED_AT_ONCE = 300
"""So many of the models are compared with what was seen of them before in one turn of the event loop."""
_NS = 1e9
Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """One model. `memory` in bytes, 0 where it is not known; `is_estimate` where the backend told it at the load."""

    config: Mapping[str, Any] | None = None
    against: AgainstFile | None = None
    placed: tuple[tuple[int, str], ...] = ()
    processes: Processes | None = None
    memory: int = 0
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A model that is to be looked at, and by what that is told from the last look."""

    name: str
    key: Key
    file: Draft | None
    tried: str
    is_newer: bool


class ServedDetails(QObject):
    """Looks at the models that are ready, again whenever one was loaded or its file changed. UI thread only.

    Nothing is asked while nobody `watch`es.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.all: dict[str, Detail] = {}
        self.read_at = 0.0
        """When all of them were last looked at, in seconds since the epoch."""
        self._keys: dict[str, Key] = {}
        self._measured: dict[str, Detail] = {}
        self._left: list[str] = []
        """The models that this look has still to come to, the next one last."""
        self._asked: Task[tuple[dict[str, Detail], dict[str, Detail] | None]] | None = None
        self._again = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._look)
        self._pace = QTimer(self, interval=_PACE_MS)
        self._pace.timeout.connect(self._look)
        server = session.server
        for signal in (server.models_changed, server.pending_changed, server.trial_changed, server.reload_changed):
            signal.connect(self.later)
        server.switched.connect(self._forget)
        session.repository_changed.connect(self.later)

    def watch(self, watched: bool) -> None:
        """Begins or ends looking."""
        if watched:
            self._pace.start()
            self.later()
        else:
            self._pace.stop()
            self._soon.stop()

    def later(self, *_changed: object) -> None:
        """Looks again in a moment."""
        if self._pace.isActive():
            self._soon.start()

    # Inside

    def _forget(self) -> None:
        self.all.clear()
        self._keys.clear()
        self._left.clear()
        self._measured = {}
        # Nobody is told what the server before says to it.
        self._asked = None
        self.read_at = 0.0
        self.changed.emit()

    def _look(self) -> None:
        if self._asked is not None and self._asked.running:
            # A server that is slow to answer is not asked once more meanwhile.
            self._again = True
            return
        begins = not self._left
        if begins and not self._begin():
            self.changed.emit()
            return
        server, wanted, here = self._session.server, self._next_wanted(), self._is_here()
        addresses = server.status.addresses

        def work(client: Triton) -> tuple[dict[str, Detail], dict[str, Detail] | None]:
            return _looked(client, wanted), _measured(client, addresses if here else None) if begins else None

        def done(found: tuple[dict[str, Detail], dict[str, Detail] | None]) -> None:
            self._take(wanted, *found)

        self._again = False
        self._asked = server.ask("Look at the models", work, done, lambda _: None)

    def _begin(self) -> bool:
        """Looks at all models that are ready; tells whether there are any."""
        ready = [name for name, rows in self._session.server.models.items() if is_ready(rows)]
        for name in self.all.keys() - set(ready):
            del self.all[name]
            self._keys.pop(name, None)
        self._left = ready[::-1]
        return bool(ready)

    def _next_wanted(self) -> list[_Wanted]:
        """The next models that were loaded, or whose files changed, since they were looked at."""
        models, wanted = self._session.server.models, list[_Wanted]()
        for _ in range(min(len(self._left), _COMPARED_AT_ONCE)):
            name = self._left.pop()
            each = self._wanted(name) if is_ready(models.get(name, ())) else None
            if each is not None and self._keys.get(name) != each.key:
                wanted.append(each)
            if len(wanted) == _AT_ONCE:
                break
        return wanted

    def _is_here(self) -> bool:
        """Whether the server's processes are this machine's, under their own numbers."""
        spec = self._session.server.status.spec
        return spec is not None and spec.kind is EngineKind.EMBEDDED

    def _wanted(self, name: str) -> _Wanted:
        server = self._session.server
        trial, load = server.trials.of(name), server.loads.get(name)
        file = self._file(name)
        saved = file.document.text if file is not None else ""
        # A try that was kept was loaded before the file was written, and runs what that says.
        is_kept = trial is not None and trial.text == saved
        is_newer = file is not None and load is not None and self._is_newer(name, load.since, but_config=is_kept)
        text = trial.text if trial is not None and trial.text != saved else ""
        key: Key = (server.models[name], load, text, file.document.text if file else None, is_newer)
        reload = server.reloads.of(name)
        return _Wanted(name, (*key, reload.at if reload else 0.0), file, text, is_newer)

    def _file(self, name: str) -> Draft | None:
        """The file that the server has the model from; None where that is in another folder."""
        spec, repository = self._session.server.status.spec, self._session.repository
        if repository is None or (spec is not None and spec.repository not in (None, repository.path)):
            return None
        folder = repository.model(name)
        return (self._session.saved_draft(name) or draft("")) if folder is not None else None

    def _is_newer(self, name: str, since: float, *, but_config: bool) -> bool:
        folder = self._session.repository.model(name) if self._session.repository else None
        return folder is not None and bool(since) and newest(folder, but_config=but_config) > since

    def _take(self, wanted: list[_Wanted], looked: dict[str, Detail], measured: dict[str, Detail] | None) -> None:
        for each in wanted:
            if each.name in looked:
                self._keys[each.name] = each.key
                self.all[each.name] = looked[each.name]
        if measured is not None:
            self._measured = measured
        at = time.time()
        for name in self.all if measured is not None else looked:
            self.all[name] = _with_measures(self.all[name], self._measured.get(name), at)
        self.read_at = at
        self.changed.emit()
        if self._again or self._left:
            self.later()


def newest(folder: ModelFolder, *, but_config: bool = False) -> float:
    """When the youngest file of a model was written, in seconds since the epoch; `but_config` is all but that one."""
    own = [file for file in folder.files if not (but_config and file.path == folder.config_path)]
    files = [*own, *(file for version in folder.versions for file in version.files)]
    return max((file.modified_ns for file in files if not file.is_folder), default=0) / _NS


def _looked(client: Triton, wanted: list[_Wanted]) -> dict[str, Detail]:
    found = {}
    for each in wanted:
        try:
            config = client.config(each.name)
        except Failure:
            # It is being unloaded, or the server does not tell configurations.
            found[each.name] = Detail()
            continue
        tried = draft(each.tried) if each.tried else None
        against = against_file(each.file, config, tried, is_newer=each.is_newer) if each.file is not None else None
        found[each.name] = Detail(config, against, placed_instances(config))
    return found


def _measured(client: Triton, addresses: Addresses | None) -> dict[str, Detail]:
    """Memory and processes by model."""
    found = {row.name: Detail(memory=row.memory, is_estimate=True) for row in _statistics(client) if row.memory}
    processes: dict[str, list[ModelProcess]] = {}
    for process in model_processes(addresses) if addresses is not None else ():
        processes.setdefault(process.model, []).append(process)
    for name, each in processes.items():
        live = Processes(len(each), len(each), time.time())
        found[name] = Detail(processes=live, memory=sum(process.resident for process in each))
    return found


def _statistics(client: Triton) -> tuple[Any, ...]:
    try:
        return client.statistics()
    except Failure:
        return ()


def _with_measures(detail: Detail, measured: Detail | None, at: float) -> Detail:
    wanted = sum(count for count, _ in detail.placed)
    if measured is None:
        had = detail.processes is not None
        gone = Processes(0, wanted, at) if had and wanted else None
        return replace(detail, processes=gone, memory=0, is_estimate=False)
    processes = measured.processes
    live = replace(processes, wanted=max(wanted, processes.live)) if processes is not None else None
    return replace(detail, processes=live, memory=measured.memory, is_estimate=measured.is_estimate)
