"""What came back: a card for each output, or why nothing did."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.app import notices
from studio.app.session import Session
from studio.core.failure import CoreError
from studio.core.inference.labels import label_file
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, Tensor
from studio.core.inference.results import read_labels
from studio.failure import Failure
from studio.ui.look.theme import colour
from studio.ui.tensors.parts.slices import Links
from studio.ui.tensors.view import TensorView
from studio.ui.tester import names
from studio.ui.tester.last_answer import LastAnswer
from studio.ui.tester.odd_words import OddWords
from studio.ui.tester.rest_of_outputs import RestOfOutputs
from studio.ui.tester.side import Side
from studio.ui.widgets import EmptyState, IconLabel, Label, LinkButton

MOST_SHOWN = 30
"""Outputs with a card of their own; more are listed, and opened when asked for."""
_AT_ONCE = 6


class _Refusal(QFrame):
    """Why a request was not answered, in full."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.Tester.PROBLEM)
        self.title = Label("", "error", weight=600)
        self.reason = Label("")
        self.remedy = Label("", "dim")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(IconLabel("x-circle-fill", "error"), alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        for label in (self.title, self.reason, self.remedy):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        row.addLayout(column, 1)
        self.why = LinkButton("Why?", "question", "small", self)
        self.why.setObjectName(names.Tester.WHY)
        row.addWidget(self.why, alignment=Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_failure(self, failure: Failure) -> None:
        """Shows what was attempted, what went wrong and what to do."""
        self.title.setText(f"{failure.attempted} failed")
        self.reason.setText(failure.reason)
        self.remedy.setText(failure.remedy)
        self.remedy.setVisible(bool(failure.remedy))
        # What could not be made here has nothing to do with the model.
        self.why.setVisible(not isinstance(failure, CoreError))
        self.setAccessibleName(f"{failure.attempted} failed: {failure.reason}")
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The soft ground of an error with its bar."""
        del event
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("error_soft"))
            painter.fillRect(0, 0, 2, self.height(), colour("error"))


class OutputsSide(Side):
    """Shows one answer at a time, or the failure in its place."""

    cleared = Signal()
    """What was shown is gone."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Outputs", names.Tester.OUTPUTS, parent)
        self._session = session
        self.refusal = _Refusal()
        self._nothing = EmptyState("paper-plane-right", "Nothing sent yet", "Fill the inputs and press Ctrl+Enter.")
        self.outputs: list[TensorView] = []
        self.rest = RestOfOutputs()
        self.rest.opened.connect(self._open)
        self.odd = OddWords()
        self._model = ""
        self._links = Links(self)
        self._together: tuple[Tensor, ...] = ()
        self._last = LastAnswer()
        self._expected: Mapping[str, Tensor] = {}
        self._waiting: deque[Tensor] = deque()
        self._more = QTimer(self, interval=0)
        self._more.timeout.connect(self._make_one)
        self.cards.insertWidget(0, self.refusal)
        self.cards.insertWidget(1, self.odd)
        self.cards.insertWidget(2, self.rest)
        self.cards.insertWidget(3, self._nothing, 1)

    def show_failure(self, failure: Failure) -> None:
        """Says why a request was not answered."""
        self.clear()
        self._nothing.hide()
        self.refusal.show_failure(failure)
        self.area.verticalScrollBar().setValue(0)

    def show_result(
        self, result: InferResult, request: InferRequest | None = None, metadata: ModelMetadata | None = None
    ) -> None:
        """A card for each output; words and labels first. Past so many the rest is listed.

        Where the answer is like the one before, its cards stay, with what is looked at in them.
        """
        ordered = sorted(result.outputs, key=lambda tensor: tensor.data_type.wire != "BYTES")
        stays = self._suits(result.model, ordered)
        if stays:
            self._leave()
        else:
            self.clear()
        self._nothing.hide()
        self._model = result.model
        self._last.renew(result)
        self._together = (*result.outputs, *(request.inputs if request else ()))
        for view, tensor in zip(self.outputs, ordered, strict=False):
            view.renew(tensor)
            self._tell(view)
        for tensor in ordered[len(self.outputs) : _AT_ONCE]:
            self._add(tensor)
        self._waiting.extend(ordered[max(_AT_ONCE, len(self.outputs)) : MOST_SHOWN])
        if self._waiting:
            self._more.start()
        self.rest.show_tensors(ordered[MOST_SHOWN:])
        self.head.detail.setText(f"{len(ordered):,}")
        if request is not None:
            self.odd.look(request, result, metadata)

    def _suits(self, model: str, ordered: Sequence[Tensor]) -> bool:
        """Whether the cards that are there are for just these outputs."""
        if model != self._model or self._waiting or not 0 < len(ordered) == len(self.outputs):
            return False
        pairs = zip(self.outputs, ordered, strict=True)
        return all(view.is_like(tensor, self._labels(model, tensor)) for view, tensor in pairs)

    def show_verdict(self, verdict: QWidget) -> None:
        """Takes in what says whether the outputs are as expected."""
        self.cards.insertWidget(1, verdict)

    def _make_one(self) -> None:
        """One card a turn, so that the window is not held up by many."""
        if self._waiting:
            self._add(self._waiting.popleft())
        if not self._waiting:
            self._more.stop()

    def _open(self, tensor: Tensor) -> None:
        self._add(tensor)
        view = self.outputs[-1]
        QTimer.singleShot(0, view, lambda: self.area.ensureWidgetVisible(view))

    def _add(self, tensor: Tensor) -> None:
        view = TensorView(tensor, self._labels(self._model, tensor), links=self._links)
        self._tell(view)
        self.outputs.append(view)
        # Below what is there; the list of the rest stays under them.
        self.cards.insertWidget(self.cards.indexOf(self.rest), view)

    def _tell(self, view: TensorView) -> None:
        name = view.tensor.name
        view.set_companions(self._together)
        view.set_reference(*self._last.of(name))
        view.set_expected(self._expected.get(name))

    def set_expected(self, tensors: Mapping[str, Tensor]) -> None:
        """What is expected of outputs by their names, of those of which it is known value by value."""
        self._expected = tensors
        for view in self.outputs:
            view.set_expected(tensors.get(view.tensor.name))

    def clear(self) -> None:
        """Back to before the first request."""
        for view in self.outputs:
            self.cards.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.outputs = []
        self._leave()
        self._nothing.show()

    def _leave(self) -> None:
        """Forgets all of the answer but its cards."""
        self._expected = {}
        self._waiting.clear()
        self._more.stop()
        self.rest.show_tensors([])
        self.odd.clear()
        self.head.detail.setText("")
        self.refusal.hide()
        self.cleared.emit()

    def _labels(self, model: str, tensor: Tensor) -> tuple[str, ...]:
        """The label file that the model, or a step of the ensemble, gives for an output."""
        repository = self._session.repository
        folders = {folder.name: folder.path for folder in repository.models} if repository else {}
        configs = {name: draft.config for name, draft in self._session.drafts().items()}
        path = label_file(folders, configs, model, tensor.name)
        if path is None:
            return ()
        try:
            return read_labels(path)
        except CoreError as error:
            notices.post_failure(error)
            return ()
