"""The text of a model's configuration: one of the views of its document."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.config.draft import Draft, read_draft
from studio.text.edit import Change
from studio.ui.editor.text.completion import CompletionController
from studio.ui.editor.text.hover import HoverController
from studio.ui.editor.text.markers import MarkerController
from studio.ui.editor.text.pane import EditorPane


class TextPane(EditorPane):
    """A configuration: with suggestions, cards at the pointer, problems and layout."""

    model_wanted = Signal(str)
    """A model that the text names is to be opened."""

    def __init__(self, session: Session, model: OpenModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent=parent)
        self.completion = CompletionController(self, session, model)
        self.hover = HoverController(self, session, model)
        self._markers = MarkerController(self, session, model)
        self.hover.model_wanted.connect(self.model_wanted)

    def floating(self) -> tuple[Callable[[], bool], ...]:
        """The card at the pointer lies above the bars."""
        return (self.hover.close, *super().floating())

    def read(self, text: str) -> Draft:
        """The draft with its typed view, so that the other views find it ready."""
        return read_draft(text)

    def lay_out(self) -> Callable[[], object] | None:
        """A configuration can be laid out in lines."""
        return self.rewriting.format

    def follow_change(self, difference: Change) -> None:
        """Keeps squiggles under their words until the next check answers."""
        self._markers.shift(difference, self.offsets)
