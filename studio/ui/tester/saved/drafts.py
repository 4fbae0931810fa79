"""Changes of saved requests that are not saved, while another request stands in the form."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import tasks
from studio.core.failure import CoreError
from studio.core.inference.requests import InferRequest
from studio.ui.tester.saved.filling import same_request

if TYPE_CHECKING:
    from studio.ui.tester.page import TesterPage


class Drafts(QObject):
    """One for each name at most. UI thread only."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._kept: dict[str, InferRequest] = {}

    @property
    def names(self) -> frozenset[str]:
        """The requests that have some."""
        return frozenset(self._kept)

    def make(self, page: TesterPage, base: InferRequest, then: Callable[[InferRequest], object]) -> None:
        """Make what stands in the form now, and hand it on where it asks for something else than `base`."""
        metadata = page.metadata
        if metadata is None or metadata.name != base.model:
            return
        try:
            make = page.plan(metadata)
        except CoreError:
            return

        def changed(_: object) -> InferRequest | None:
            made = make()
            return None if same_request(base, made) else made

        tasks.run(self, changed, lambda made: then(made) if made is not None else None, lambda _failure: None)

    def keep(self, name: str, request: InferRequest) -> None:
        """Keeps what stood in the form."""
        self._kept[name] = request
        self.changed.emit()

    def take(self, name: str) -> InferRequest | None:
        """Gives what was kept, and forgets it."""
        found = self._kept.pop(name, None)
        if found is not None:
            self.changed.emit()
        return found

    def rename(self, old: str, new: str) -> None:
        """A request has another name now."""
        found = self.take(old)
        if found is not None:
            self.keep(new, found)

    def keep_only(self, names: Collection[str]) -> None:
        """Forgets those of requests that are no longer there."""
        for name in self._kept.keys() - set(names):
            self.take(name)
