"""The question about unsaved work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from studio.ui.widgets.dialogs import Question

if TYPE_CHECKING:
    from studio.app.editing.open_text import OpenText


def ask_about(
    parent: QWidget, models: Sequence[OpenText], then: Callable[[], object], review: Callable[[], object]
) -> Question:
    """Asks whether to save these models or to give their edits up; `review` shows them. Cancel does nothing."""
    one = len(models) == 1
    listed = ", ".join(model.name for model in models)
    title = f"Save {listed}?" if one else f"Save {len(models)} models?"
    text = "Its edits are lost otherwise." if one else f"Their edits are lost otherwise: {listed}."
    dialog = Question(parent, title, text, "unsavedDialog")
    dialog.add_button("", "Cancel")
    dialog.add_button("review", "Review changes…")
    dialog.add_button("discard", "Do not save", "danger")
    dialog.add_button("save", "Save" if one else "Save all", "primary")
    dialog.finish()
    dialog.accepted.connect(lambda: _answer(dialog.chosen, models, then, review))
    dialog.open()
    return dialog


def _answer(chosen: str, models: Sequence[OpenText], then: Callable[[], object], review: Callable[[], object]) -> None:
    if chosen == "review":
        review()
        return
    saved = [model.save() for model in models] if chosen == "save" else []
    if all(saved):
        then()
