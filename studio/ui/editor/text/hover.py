"""The card at the pointer, the problems at the cursor, and the way from a step to its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal

from studio.app.editing.references import scope_of
from studio.core.assist.hover import card, is_step_model
from studio.core.assist.places import path_at, word_at
from studio.core.checking.findings import Finding, Fix
from studio.text.tree import Path
from studio.ui.editor.text.edited_text import EditedText
from studio.ui.editor.text.hover_card import HoverCard
from studio.ui.room.fixing import apply_fix

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.app.session import Session


class HoverController(QObject):
    """Tells what stands at a place of the text: help and problems, the fixes of those, the model of a step."""

    model_wanted = Signal(str)
    """The model of the step at the cursor is to be opened."""

    def __init__(self, pane: EditedText, session: Session, model: OpenModel) -> None:
        super().__init__(pane.edit)
        self._pane = pane
        self._session = session
        self._model = model
        self._card: HoverCard | None = None
        self._path: Path = ()
        pane.edit.hovered.connect(self._hovered)
        pane.edit.followed.connect(self.follow)
        pane.edit.left.connect(self._leave)
        pane.edit.typed.connect(self._leave)

    @property
    def card(self) -> HoverCard:
        """The card of this editor."""
        if self._card is None:
            self._card = HoverCard(self._pane.edit)
            self._card.fixed.connect(self._fix)
        return self._card

    def _leave(self, *_: object) -> None:
        if self._card is not None:
            self._card.hide()

    def close(self) -> bool:
        """Closes the card; False where none is open."""
        was_open = self._card is not None and self._card.isVisible()
        self._leave()
        return was_open

    def _hovered(self, position: int, _where: QPoint) -> None:
        if self._pane.has_typing:
            return
        offset = self._pane.offset_of(position)
        found = self._findings(offset)
        text = self._pane.shown_text()
        word = text[slice(*word_at(text, offset))]
        path = path_at(self._model.draft.document, offset) if word else ()
        told = card(path, word, scope_of(self._session, self._model)) if path else None
        self._path = told.path if told else ()
        if told or found:
            self.card.tell(told, found, position)
        else:
            self._leave()

    def shown_path(self) -> Path:
        """The field of the card that is shown; empty where none is."""
        return self._path if self._card is not None and self._card.isVisible() else ()

    def show_here(self) -> None:
        """Shows the card of the word at the cursor."""
        self._pane.flush()
        self._hovered(self._pane.edit.textCursor().position(), QPoint())

    def _findings(self, offset: int) -> list[Finding]:
        here = self._session.findings_in_text(self._model.name)
        found = (each for each in here if each.span and each.span.start <= offset <= each.span.end)
        # Two rules may say the same in the same words.
        return list({each.message: each for each in found}.values())

    def findings_here(self) -> list[Finding]:
        """The problems under the cursor, else those of its line."""
        self._pane.flush()
        offset = self._pane.cursor_offset()
        found = self._findings(offset)
        if any(each.fixes for each in found):
            return found
        line, _ = self._model.draft.document.line_column(offset)
        own = self._session.findings_in_text(self._model.name)
        return [each for each in own if each.span is not None and each.line == line]

    def spot(self) -> QPoint:
        """The place on the screen below the cursor."""
        edit = self._pane.edit
        return edit.viewport().mapToGlobal(edit.cursor_place().bottomLeft())

    def _fix(self, finding: Finding, fix: Fix) -> None:
        apply_fix(self._pane.edit, self._session, finding, fix)

    # Definitions

    def follow(self, position: int | None = None) -> bool:
        """Opens the model that the step at a position, or at the cursor, runs."""
        self._pane.flush()
        offset = self._pane.cursor_offset() if position is None else self._pane.offset_of(position)
        path = path_at(self._model.draft.document, offset)
        name = self._model_of(path)
        if name:
            self.model_wanted.emit(name)
        return bool(name)

    def _model_of(self, path: Path) -> str:
        """The model of the step that a path is in, where there is such a model."""
        if not is_step_model(path) and "step" not in path:
            return ""
        step = path[: path.index("step") + 2]
        name = self._model.draft.get(*step, "model_name") if len(step) == 3 else ""
        repository = self._session.repository
        known = repository is not None and repository.model(str(name)) is not None
        return str(name) if name and known else ""
