"""Whether what stands in the form of the tester asks for something else than a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.core.failure import CoreError
from studio.core.inference.requests import InferRequest
from studio.ui.tester.saved.filling import same_request

if TYPE_CHECKING:
    from studio.ui.tester.page import TesterPage

_COMPARE_MS = 150


class Comparison(QObject):
    """Looks a moment after each change of the form. UI thread only."""

    told = Signal(bool)
    """Whether the form differs from the request."""
    left = Signal()
    """Another model was chosen by hand: the form is no longer about the request."""

    def __init__(self, page: TesterPage) -> None:
        super().__init__(page)
        self.base: InferRequest | None = None
        """The request that the form is compared with; None while it is not known."""
        self._page = page
        self._later = QTimer(self, singleShot=True, interval=_COMPARE_MS)
        self._later.timeout.connect(self._compare)
        page.inputs.changed.connect(self.note)
        page.header.protocol.changed.connect(lambda _key: self.note())
        page.header.version.currentIndexChanged.connect(lambda _index: self.note())

    def note(self) -> None:
        """Something may be another now."""
        if self.base is not None:
            self._later.start()

    def stop(self) -> None:
        """Nobody wants to know for now."""
        self._later.stop()

    def _compare(self) -> None:
        page, base = self._page, self.base
        if base is None or page.metadata is None:
            return
        if page.metadata.name != base.model:
            self.left.emit()
            return
        try:
            make = page.plan(page.metadata)
        except CoreError:
            self.told.emit(True)
            return

        def tell(differs: bool) -> None:
            if self.base is base:
                self.told.emit(differs)

        tasks.run(self, lambda _: not same_request(base, make()), tell, lambda _failure: tell(True), key="compare")
