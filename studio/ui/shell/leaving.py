"""The question about unsaved work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from studio.ui.widgets.dialogs import Question

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel


def ask_about(parent: QWidget, models: Sequence[OpenModel], then: Callable[[], object]) -> Question:
    """Asks whether to save these models or to give their edits up; Cancel does nothing."""
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
    dialog.accepted.connect(lambda: _answer(parent, dialog.chosen, models, then))
    dialog.open()
    return dialog


def _answer(parent: QWidget, chosen: str, models: Sequence[OpenModel], then: Callable[[], object]) -> None:
    if chosen == "review":
        from studio.ui.editor.changes.review import review

        review(parent, models)
        return
    if chosen == "save":
        saved = [model.save() for model in models]
        if not all(saved):
            return
    then()
