"""What a model takes and gives, read from the server; a read that failed is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app.session import Session
from studio.core.inference.asking.model_traits import Traits, traits
from studio.core.inference.requests import ModelMetadata
from studio.failure import Failure
from studio.ui.widgets.deletion import unless_deleted

_ASK_AGAIN_MS = 2000


class ModelReader(QObject):
    """Reads one model at a time; what comes of an older choice is dropped."""

    known = Signal(object, object)
    """ModelMetadata and Traits."""
    refused = Signal(object)
    """Failure: why the inputs are not known. It is asked again by itself."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted = ("", "")
        self._is_known = False
        self._again = QTimer(self, singleShot=True, interval=_ASK_AGAIN_MS)
        self._again.timeout.connect(self._retry)

    def read(self, model: str, version: str) -> None:
        """Reads this model from now on."""
        self._wanted, self._is_known = (model, version), False
        if model:
            self._ask()

    def _ask(self) -> None:
        wanted = self._wanted

        def told(metadata: ModelMetadata) -> None:
            if wanted == self._wanted and metadata.name == wanted[0]:
                self._ask_config(metadata)

        def not_told(failure: Failure) -> None:
            if wanted == self._wanted and not self._is_known:
                self.refused.emit(failure)
                self._again.start()

        self._session.server.metadata(*wanted, unless_deleted(self, told), unless_deleted(self, not_told))

    def _ask_config(self, metadata: ModelMetadata) -> None:
        wanted = self._wanted

        def show(found: Traits) -> None:
            if wanted == self._wanted:
                self._is_known = True
                self.known.emit(metadata, found)

        def told(config: dict[str, Any]) -> None:
            show(_traits(config) or self._of_file(metadata.name))

        def not_told(_failure: Failure) -> None:
            # Another server than Triton has no such call; the inputs are known all the same.
            show(self._of_file(metadata.name))

        self._session.server.config(metadata.name, unless_deleted(self, told), unless_deleted(self, not_told))

    def _of_file(self, model: str) -> Traits:
        draft = self._session.draft(model)
        if draft is None:
            return Traits()
        return Traits(max_batch_size=draft.config.max_batch_size, is_decoupled=draft.config.decoupled)

    def _retry(self) -> None:
        if not self._is_known and self._wanted[0] and self._session.server.status.is_running:
            self._ask()


def _traits(config: Mapping[str, Any]) -> Traits | None:
    try:
        return traits(config)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
