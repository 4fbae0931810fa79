"""Where in a model a person is, and which problems are there: in the text, in the form, or in another room's view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint

from studio.app.editing.open_model import OpenModel
from studio.core.assist.places import span_of
from studio.core.checking.findings import Finding
from studio.ui.editor.form.pane import FormPane
from studio.ui.editor.other_views import OtherViews
from studio.ui.editor.text.text_pane import TextPane


class ProblemsHere:
    """Asks the view of a model's tab that has the keyboard."""

    def __init__(
        self,
        model: OpenModel,
        form: FormPane,
        others: OtherViews,
        text: Callable[[], TextPane],
        is_in_text: Callable[[], bool],
    ) -> None:
        self._model, self._form, self._others = model, form, others
        self._text, self._is_in_text = text, is_in_text

    def offset(self) -> int:
        """The character of the text at the cursor, or of what has the keyboard; typing becomes an edit."""
        self._text().flush()
        if (view := self._others.in_use()) is not None:
            return view.chosen_offset()
        path = self._form.current_path()
        span = span_of(self._model.draft.document, path) if path else None
        return span.start if span else self._text().cursor_offset()

    def findings(self) -> list[Finding]:
        """The problems of what has the keyboard."""
        if (view := self._others.in_use()) is not None:
            return view.findings_here()
        return self._text().hover.findings_here() if self._is_in_text() else self._form.findings_here()

    def spot(self) -> QPoint:
        """The place on the screen below what has the keyboard."""
        if (view := self._others.in_use()) is not None:
            return view.fix_spot()
        return self._text().hover.spot() if self._form.current_path() is None else self._form.spot()
