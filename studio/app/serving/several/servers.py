"""The servers of a session: several may live at once, and one is current: the one that the window shows and asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.app import notices
from studio.app.serving.consent.launches import Consent
from studio.app.serving.guard import Ask
from studio.app.serving.loading import offer_cpu, tell_of_cache
from studio.app.serving.server import ServerControl
from studio.app.serving.several.alarms import Alarms
from studio.app.serving.several.identity import Identity, identity_of, is_like, places, same_as, told_by
from studio.core.config.draft import Draft, draft
from studio.core.failure import CoreError
from studio.core.files.bounds import bounds_of
from studio.core.files.reading import read
from studio.core.files.repository import CONFIG_NAME
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, State
from studio.core.serving.saved import SavedConnection
from studio.failure import Failure

_ENDED = 5
"""So many servers that have ended stay in the list, with what they said."""


class Servers(QObject):
    """All of them, in the order in which they came; there is always one, be it that nothing runs. UI thread only."""

    changed = Signal()
    """One came or went, another is current, or how one is has changed."""
    switched = Signal(object, object)
    """ServerControl, ServerControl: the one that was current, and the one that is."""
    added = Signal(object)
    """ServerControl"""
    removed = Signal(object)
    """ServerControl: it is in the list no longer, and goes."""
    answered = Signal(object, object)
    """The ServerControl that a request of ours went to, and its InferResult."""
    refused = Signal(object, str, object)
    """The ServerControl that a request of ours went to, its model, and the Failure that came instead of an answer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.consent = Consent(self)
        self.in_front: Callable[[], Path | None] = lambda: None
        """The folder that is open."""
        self.expected: Callable[[], Mapping[str, tuple[int, ...]]] = dict
        """The versions that the folder in front should give."""
        self.saved: Callable[[str], Draft | None] = lambda _: None
        """What the file of a model of the folder in front says."""
        self._confirm: Ask | None = None
        self._all: list[ServerControl] = []
        self._known: dict[ServerControl, tuple[tuple[object, ...], Identity]] = {}
        self._leaving: set[ServerControl] = set()
        self._compared: set[tuple[ServerControl, Addresses]] = set()
        self.alarms = Alarms()
        self._current = self._make()

    @property
    def current(self) -> ServerControl:
        """The one that the window shows and asks."""
        return self._current

    @property
    def all(self) -> tuple[ServerControl, ...]:
        """All of them, and nothing else where one never ran."""
        return tuple(self._all)

    @property
    def listed(self) -> tuple[ServerControl, ...]:
        """Those that run, start or have ended, but none that never ran."""
        return tuple(server for server in self._all if server.status.spec is not None)

    def identity(self, server: ServerControl) -> Identity:
        """By what it is told apart."""
        return self._known[server][1] if server in self._known else Identity()

    def serving(self, folder: Path) -> ServerControl | None:
        """A server of ours that runs on a folder, the current one first."""
        found = [each for each in (self._current, *self._all) if each.folder == folder and each.status.is_running]
        return found[0] if found else None

    @property
    def serves_another_folder(self) -> bool:
        """Whether the current one was launched here, and not on the folder that is open."""
        served, in_front = self._current.folder, self.in_front()
        return self._current.status.is_running and None not in (served, in_front) and served != in_front

    # What is done with them

    def choose(self, server: ServerControl) -> None:
        """Make another one current. What runs goes on as it was."""
        before = self._current
        if server is before or server not in self._all:
            return
        self._current = server
        self.alarms.seen(server)
        self.switched.emit(before, server)
        self.changed.emit()

    def choose_next(self, step: int = 1) -> None:
        """Make the next one of the list current."""
        listed = self.listed
        if listed:
            at = listed.index(self._current) if self._current in listed else -1
            self.choose(listed[(at + step) % len(listed)])

    def confirm_with(self, ask: Ask) -> None:
        """Has a person asked before something is changed on a server that others use too."""
        self._confirm = ask
        for server in self._all:
            server.guard.ask = ask

    def launch(self, spec: LaunchSpec) -> None:
        """Start one more server, and make it current; nothing that runs is stopped."""
        self._free(spec).launch(spec)

    def restart_here(self) -> None:
        """Stop the current one and launch it in the same way on the folder that is open."""
        spec, folder = self._current.status.spec, self.in_front()
        if spec is not None and folder is not None and spec.kind is not EngineKind.ATTACHED:
            self._current.launch(replace(spec, repository=folder, load=()))

    def attach(self, address: Addresses | str, connection: SavedConnection | None = None) -> None:
        """Talk to a server that somebody else runs, by its addresses or by one as a person writes it.

        `connection` is what it is called, where it has been given a name. One that is there already is made current.
        """
        try:
            found = _addresses(address) if isinstance(address, str) else address
        except Failure as failure:
            notices.post_failure(failure)
            return
        there = self._at(found)
        if there is None:
            spec = LaunchSpec(EngineKind.ATTACHED, addresses=found)
            self._free(spec).attach(found, connection)
            return
        self.choose(there)
        is_same = there.named == connection or connection is None
        if there.folder is None and not (is_same and there.has_access(found.access)):
            # The same place under another name, or with other credentials.
            there.attach(found, connection)
        else:
            self._tell_known(there)

    def adopt(self, name: str, asker: str = "") -> ServerControl:
        """Take over a container of ours that still runs, and make it current.

        `asker` is who asks for it, in words, where another studio has it.
        """
        made = self._free()
        made.adopt(name, asker)
        return made

    def close(self, server: ServerControl) -> None:
        """Take one out of the list; what runs there is stopped first, or let go of."""
        if server.is_free:
            self._remove(server)
        else:
            self._leaving.add(server)
            if not server.is_stopping:
                server.stop()

    def end(self) -> None:
        """Stop all that was launched here and let go of the rest; for the end of the session."""
        self.alarms.end()
        for server in self._all:
            if server.is_silent:
                # It may never end by itself, and nobody sees any more what it waits for.
                server.stop_now()
            elif not server.is_stopping:
                server.stop()
            server.sampler.stop()

    # Inside

    def _free(self, spec: LaunchSpec | None = None) -> ServerControl:
        """Where nothing runs, made current: the current one, one that had the same folder, or one more."""
        if self._current.is_free:
            return self._current
        ended = [each for each in self._all if each.is_free and spec is not None and is_like(each, spec)]
        self.choose(ended[0] if ended else self._make())
        return self._current

    def _make(self) -> ServerControl:
        for ended in [each for each in self.listed if each.is_free and each is not self._current][:-_ENDED]:
            self._remove(ended)
        made = ServerControl(self.consent, self)
        made.guard.ask = self._confirm
        made.expected, made.saved = self._expected_of, self._saved_of
        made.status_changed.connect(lambda _: self._note(made))
        made.answered.connect(lambda result: self.answered.emit(made, result))
        made.refused.connect(lambda model, failure: self.refused.emit(made, model, failure))
        made.gpu_missing.connect(lambda model, why: offer_cpu(made, model, why, self._saved_of(made.folder, model)))
        made.reloads.changed.connect(lambda name: tell_of_cache(made, name))
        made.models_changed.connect(lambda _: self.changed.emit())
        self._all.append(made)
        self.added.emit(made)
        return made

    def _remove(self, server: ServerControl) -> None:
        self._leaving.discard(server)
        if server is self._current:
            others = [each for each in self._all if each is not server]
            running = [each for each in others if not each.is_free]
            self.choose((running or others or [self._make()])[0])
        self._all.remove(server)
        self._known.pop(server, None)
        self.alarms.forget(server)
        self.removed.emit(server)
        server.deleteLater()
        self.changed.emit()

    def _note(self, server: ServerControl) -> None:
        """How a server is has changed."""
        if server not in self._all:
            return
        told = told_by(server)
        if told != self._known.get(server, ((), None))[0]:
            others = [each for known, (_, each) in self._known.items() if known is not server]
            self._known[server] = told, identity_of(server, others)
        elif told and self.identity(server).is_ours:
            now = replace(self.identity(server), address=server.status.addresses.http)
            self._known[server] = told, now
        self.alarms.look(server, self.identity(server).name, server is self._current, lambda: self.choose(server))
        if server in self._leaving and server.is_free:
            self._remove(server)
        else:
            self.changed.emit()
        self._compare(server)

    def _compare(self, server: ServerControl) -> None:
        """Once the ports of a server are known, offers the one of the list that it turns out to be."""
        key = server, server.status.addresses
        if server.folder is not None or server.status.state is not State.READY or key in self._compared:
            return
        self._compared.add(key)
        there = same_as(server, [each for each in self._all if each.status.is_running and each not in self._leaving])
        if there is not None:
            known, own = self.identity(there).name, self.identity(server).name
            actions = (f"Show {known}", partial(self.choose, there)), (f"Close {own}", partial(self.close, server))
            notices.post("info", f"{own} is the same server as {known}", "", actions)

    def _at(self, addresses: Addresses) -> ServerControl | None:
        """The server that is at a place already."""
        wanted = places(addresses)
        for server in self._all:
            spec = server.status.spec
            # One that stops is on its way out.
            runs = server.status.is_running and server not in self._leaving
            if runs and spec is not None and wanted & places(spec.addresses, server.status.addresses):
                return server
        return None

    def _tell_known(self, server: ServerControl) -> None:
        known = self.identity(server)
        if known.is_ours:
            notices.post("info", f"{known.address} is {known.name}", "It was launched here, and is shown now.")
        else:
            notices.post("info", f"{known.name} is attached to already", f"It is at {known.address}, and is shown now.")

    def _is_in_front(self, folder: Path | None) -> bool:
        """Whether a server speaks of the folder that is open; of one that does not tell its folder it is assumed."""
        return folder is None or folder == self.in_front()

    def _expected_of(self, folder: Path | None) -> Mapping[str, tuple[int, ...]]:
        return self.expected() if self._is_in_front(folder) else {}

    def _saved_of(self, folder: Path | None, name: str) -> Draft | None:
        if folder is None or self._is_in_front(folder):
            return self.saved(name)
        try:
            data, _ = read(folder / name / CONFIG_NAME, bounds=bounds_of(folder))
        except CoreError:
            # It has none of its own, which Triton then completes, or one that may not be read.
            return None
        return draft(data.decode("utf-8", "replace"))


def _addresses(text: str) -> Addresses:
    from studio.engines.attached import addresses

    return addresses(text)
