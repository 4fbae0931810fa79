"""Filling the form of the tester with a request, and comparing two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.app.session import Session
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.model_index import ready_models
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, Tensor
from studio.core.saved_requests.folder import RequestFile
from studio.core.saved_requests.saved import SavedRequest
from studio.failure import Failure
from studio.ui.tester.header import LATEST

if TYPE_CHECKING:
    from studio.ui.tester.page import TesterPage


class FormOfModel(QObject):
    """Waits for the form of a model. UI thread only."""

    def __init__(self, session: Session, page: TesterPage) -> None:
        super().__init__(page)
        self._session, self._server, self._page = session, session.server, page
        self._then: tuple[str, Callable[[ModelMetadata], object]] | None = None
        page.described.connect(self._described)

    def of(self, model: str, then: Callable[[ModelMetadata], object]) -> bool:
        """Choose a model, and call `then` once its form is there; false where it cannot be asked now."""
        page = self._page
        if not self._server.status.is_running or model not in ready_models(self._server.models):
            return False
        self._then = model, then
        if page.metadata is not None and page.metadata.name == model and not page.is_offline:
            self._described()
        else:
            page.select(model)
        return True

    def offline(
        self,
        name: str,
        saved: SavedRequest,
        then: Callable[[ModelMetadata], object],
        refused: Callable[[Failure], object],
    ) -> None:
        """The same for a model that no server tells of: by the repository's configuration, else by the request.

        Where neither says what the model takes, `refused` gets why.
        """
        from studio.core.saved_requests.describing import described_by_config, described_by_request

        draft = self._session.draft(saved.model)
        config = draft.config if draft is not None else None
        told = described_by_config(saved.model, config) if config is not None else None
        metadata = told or described_by_request(saved)
        why = not_ready(name, saved.model, is_running=self._session.server.status.is_running)
        if metadata is None:
            self._page.select(saved.model)
            refused(why)
            return
        batch = config.max_batch_size if config is not None else 0
        decoupled = config.decoupled if config is not None else saved.stream
        self._page.show_offline(metadata, Traits(max_batch_size=batch, is_decoupled=decoupled), why.detail)
        then(metadata)

    def forget(self) -> None:
        """Stops waiting for what was to be filled in."""
        self._then = None

    def _described(self) -> None:
        metadata, waiting = self._page.metadata, self._then
        if metadata is not None and waiting is not None and waiting[0] == metadata.name:
            self._then = None
            waiting[1](metadata)


def fill(page: TesterPage, request: InferRequest, words: str) -> None:
    """Puts a request into the form, which is there for its model; `words` say where its tensors are from."""
    header, inputs = page.header, page.inputs
    version = request.version or LATEST
    if header.version.findText(version) < 0:
        header.version.addItem(version)
    header.version.setCurrentText(version)
    header.protocol.set_value(request.protocol)
    inputs.set_protocol(request.protocol)
    batches = {tensor.array.shape[0] for tensor in request.inputs if tensor.array.ndim}
    if len(batches) == 1:
        inputs.batch.set_value(batches.pop())
        inputs.batch.edited.emit(float(inputs.batch.value() or 0))
    inputs.show_request(request, words)


def not_ready(name: str, model: str, *, is_running: bool) -> CoreError:
    """Why the form cannot be filled with a request."""
    words = f"{model} is not ready on the server." if is_running else "no server runs."
    remedy = "Load it, then open the request again." if is_running else "Launch one, or attach to one."
    return CoreError(f"Filling the form with {name}", words, remedy)


def same_request(one: InferRequest, other: InferRequest) -> bool:
    """Whether two requests ask the same. For a worker: it looks at all of their tensors."""
    from studio.core.saved_requests.keeping.same import is_same

    if replace(one, inputs=()) != replace(other, inputs=()) or len(one.inputs) != len(other.inputs):
        return False
    pairs = zip(one.inputs, other.inputs, strict=True)
    return all(a.name == b.name and is_same(a, b) for a, b in pairs)


def described_by(request: InferRequest, result: InferResult | None) -> ModelMetadata:
    """What a request and its answer tell of a model, where no server does."""
    outputs = tuple(map(_info, result.outputs)) if result is not None else ()
    return ModelMetadata(request.model, (), "", tuple(map(_info, request.inputs)), outputs)


def _info(tensor: Tensor) -> TensorInfo:
    return TensorInfo(tensor.name, tensor.data_type, tuple(tensor.array.shape))


def asks_the_same(one: RequestFile, other: RequestFile) -> bool:
    """Whether two files differ in what is expected or noted alone."""
    told = ("expect", "tags", "note")
    first, second = ({key: value for key, value in each.tree.items() if key not in told} for each in (one, other))
    return first == second and one.variables == other.variables
