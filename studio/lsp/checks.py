"""Checks repositories as documents change, and publishes what is new. Runs on the loop of the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Final, Protocol

from lsprotocol import types as lsp

from studio.core.checking.findings import Finding
from studio.failure import Failure
from studio.lsp.diagnostics import by_file, diagnostic
from studio.lsp.positions import Positions
from studio.lsp.workspace import Opened, RepositoryState, Workspace, located, uri_of

_PAUSE_S: Final = 0.02
"""Keys that follow each other faster are checked once."""
_TURN_S: Final = 0.03
"""A check of many models lets the server answer after so long."""


class Client(Protocol):
    """The editor, as far as checks speak to it."""

    def publish(self, uri: str, version: int | None, found: list[lsp.Diagnostic]) -> None:
        """All that is wrong in a file."""

    def tell(self, sentence: str) -> None:
        """A sentence for the person."""

    def checked(self) -> None:
        """A check has come to its end."""


class Checks:
    """What was found in each model, and what the editor was told of each file."""

    def __init__(self, workspace: Workspace, client: Client) -> None:
        self._workspace = workspace
        self._client = client
        self._findings: dict[Path, dict[str, dict[Path, list[Finding]]]] = {}
        self._told: dict[Path, list[lsp.Diagnostic]] = {}
        self._touched: dict[Path, set[str]] = {}
        self._known: dict[Path, asyncio.Event] = {}
        """Set once a repository was read, or could not be."""
        self._reading: set[Path] = set()
        self._again: set[Path] = set()
        self._refused: dict[Path, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def findings(self, opened: Opened) -> list[Finding]:
        """What is shown in a document."""
        if opened.path is None:
            return []
        root, _name = located(opened.path)
        return [each for files in self._findings.get(root, {}).values() for each in files.get(opened.path, ())]

    def findings_of(self, root: Path, model: str) -> list[Finding]:
        """What was found in a model."""
        return [each for several in self._findings.get(root, {}).get(model, {}).values() for each in several]

    def touch(self, path: Path) -> None:
        """A configuration was edited: its model is checked after a short pause, with the ensembles that use it."""
        root, name = located(path)
        self._touch(root, {name})

    def _touch(self, root: Path, names: set[str]) -> None:
        self._touched.setdefault(root, set()).update(names)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PAUSE_S, self._check_touched)

    async def known(self, opened: Opened) -> None:
        """Waits until the repository of a document was read for the first time."""
        root = located(opened.path)[0] if opened.path is not None else None
        # It may be closed and opened again meanwhile, which begins anew.
        while root is not None and (event := self._known.get(root)) is not None and not event.is_set():
            await event.wait()

    def look(self, root: Path) -> None:
        """The disk may have changed: the repository is read, and what is not as it was is checked."""
        self._known.setdefault(root, asyncio.Event())
        state = self._workspace.repository(root)
        if root in self._reading:
            self._again.add(root)
            return
        self._reading.add(root)
        self._start(self._read(state))

    def forget(self, root: Path) -> None:
        """No document of a repository is open any more."""
        files = {file for found in self._findings.pop(root, {}).values() for file in found}
        self._touched.pop(root, None)
        if event := self._known.pop(root, None):
            event.set()
        self._workspace.repositories.pop(root, None)
        self._show(root, files)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self, state: RepositoryState) -> None:
        root, names = state.path, set[str]()
        try:
            reading = await asyncio.get_running_loop().run_in_executor(None, state.read)
            self._refuse(root, reading.failure)
            names = state.take(reading)
        except Failure as failure:
            self._refuse(root, failure)
        finally:
            self._reading.discard(root)
            # Where its last document was closed meanwhile, it is another one that is waited for.
            is_open = self._workspace.repositories.get(root) is state
            if is_open:
                self._known[root].set()
        if is_open:
            await self._check(state, names)
        if root in self._again:
            self._again.discard(root)
            if root in self._known:
                self.look(root)

    def _refuse(self, root: Path, failure: Failure | None) -> None:
        """Says what could not be read, once for as long as it stays so."""
        said = str(failure) if failure is not None else ""
        if said and self._refused.get(root) != said:
            self._client.tell(said)
        self._refused[root] = said

    def _check_touched(self) -> None:
        self._timer = None
        touched, self._touched = self._touched, {}
        for root, names in touched.items():
            state = self._workspace.repositories.get(root)
            if state is not None:
                self._start(self._check(state, names))

    async def _check(self, state: RepositoryState, names: Iterable[str]) -> None:
        """Checks some models, a few at a time; where something is edited meanwhile, the rest as it is then."""
        left, begun = set(names), time.monotonic()
        while left:
            served = state.served
            for name, several in state.check(left.copy()):
                self._take(state, name, several)
                left.discard(name)
                if time.monotonic() - begun > _TURN_S:
                    # What is edited meanwhile is checked by a task of its own, before all that is left here.
                    await asyncio.sleep(0)
                    begun = time.monotonic()
                    if self._workspace.repositories.get(state.path) is not state:
                        return
                    if state.served is not served:
                        break
            else:
                left.clear()
        self._client.checked()

    def _take(self, state: RepositoryState, name: str, several: Iterable[Finding]) -> None:
        known = self._findings.setdefault(state.path, {})
        before = known.get(name, {})
        after = by_file(several, state.served.repository.model(name))
        known[name] = after
        self._show(state.path, {*before, *after})

    def _show(self, root: Path, files: Iterable[Path]) -> None:
        known = self._findings.get(root, {})
        for file in files:
            found = [each for by_path in known.values() for each in by_path.get(file, ())]
            opened = self._workspace.opened_at(file)
            told = self._diagnostics(root, file, found, opened)
            if told != self._told.get(file, []):
                self._told[file] = told
                uri = opened.uri if opened is not None else uri_of(file)
                self._client.publish(uri, opened.version if opened is not None else None, told)

    def _diagnostics(self, root: Path, file: Path, found: list[Finding], opened: Opened | None) -> list[lsp.Diagnostic]:
        if not found:
            return []
        state = self._workspace.repositories.get(root)
        text = opened.draft if opened is not None else None
        if text is None and state is not None and state.model_of(file) is not None:
            text = state.served.drafts.get(located(file)[1])
        positions = opened.positions if opened is not None else Positions(text.document.text) if text else None
        return [diagnostic(each, text, positions) for each in found]
