"""The servers of a session: several may live at once, and one is current: the one that the window shows and asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.app import notices
from studio.app.serving.consent.launches import Consent
from studio.app.serving.guard import Ask
from studio.app.serving.loading import offer_cpu
from studio.app.serving.server import ServerControl
from studio.core.config.draft import Draft, draft
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.core.serving.saved import SavedConnection
from studio.failure import Failure


class Servers(QObject):
    """All of them, in the order in which they came; there is always one, be it that nothing runs. UI thread only."""

    changed = Signal()
    """One came or went, or another is current."""
    switched = Signal(object, object)
    """ServerControl, ServerControl: the one that was current, and the one that is."""
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
        self._current = self._make()

    @property
    def current(self) -> ServerControl:
        """The one that the window shows and asks."""
        return self._current

    @property
    def all(self) -> tuple[ServerControl, ...]:
        """All of them."""
        return tuple(self._all)

    def choose(self, server: ServerControl) -> None:
        """Make another one current. What runs goes on as it was."""
        before = self._current
        if server is before or server not in self._all:
            return
        self._current = server
        self.switched.emit(before, server)
        self.changed.emit()

    def confirm_with(self, ask: Ask) -> None:
        """Has a person asked before something is changed on a server that others use too."""
        self._confirm = ask
        for server in self._all:
            server.guard.ask = ask

    def launch(self, spec: LaunchSpec) -> None:
        """Start one more server, and make it current; nothing that runs is stopped."""
        self._free().launch(spec)

    def attach(self, address: Addresses | str, connection: SavedConnection | None = None) -> None:
        """Talk to a server that somebody else runs, by its addresses or by one as a person writes it.

        `connection` is what it is called, where it has been given a name.
        """
        try:
            found = _addresses(address) if isinstance(address, str) else address
        except Failure as failure:
            notices.post_failure(failure)
            return
        self._free().attach(found, connection)

    def adopt(self, name: str) -> None:
        """Take over a container of ours that still runs, and make it current."""
        self._free().adopt(name)

    def end(self) -> None:
        """Stop all that was launched here and let go of the rest; for the end of the session."""
        for server in self._all:
            server.stop()
            server.sampler.stop()

    # Inside

    def _free(self) -> ServerControl:
        """Where nothing runs: the current one, or one more that is current then."""
        if not self._current.is_free:
            self.choose(self._make())
        return self._current

    def _make(self) -> ServerControl:
        made = ServerControl(self.consent, self)
        made.guard.ask = self._confirm
        made.expected, made.saved = self._expected_of, self._saved_of
        made.answered.connect(lambda result: self.answered.emit(made, result))
        made.refused.connect(lambda model, failure: self.refused.emit(made, model, failure))
        made.gpu_missing.connect(lambda model, why: offer_cpu(made, model, why, self._saved_of(made.folder, model)))
        self._all.append(made)
        return made

    def _is_in_front(self, folder: Path | None) -> bool:
        """Whether a server speaks of the folder that is open; of one that does not tell its folder it is assumed."""
        return folder is None or folder == self.in_front()

    def _expected_of(self, folder: Path | None) -> Mapping[str, tuple[int, ...]]:
        return self.expected() if self._is_in_front(folder) else {}

    def _saved_of(self, folder: Path | None, name: str) -> Draft | None:
        if folder is None or self._is_in_front(folder):
            return self.saved(name)
        try:
            return draft((folder / name / "config.pbtxt").read_text(encoding="utf-8", errors="replace"))
        except OSError:
            # It has no configuration of its own: Triton completes one.
            return None


def _addresses(text: str) -> Addresses:
    from studio.engines.attached import addresses

    return addresses(text)
