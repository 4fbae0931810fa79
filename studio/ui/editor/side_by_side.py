"""The views of a model beside one another, or one of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from studio.ui.editor.model_tab import ModelTab


def side_by_side(tab: ModelTab) -> None:
    """Puts a second view beside the one that is shown; of several leaves the one that has the keyboard."""
    shown = tab.views.values()
    if len(shown) > 1:
        tab.views.set_values([_with_keyboard(tab, shown)])
    else:
        tab.views.set_values([*shown, _partner(tab, shown[0])])
    tab.views.changed.emit("")


def _partner(tab: ModelTab, shown: str) -> str:
    """The text beside any view; beside the text that which the model is first shown by."""
    if shown != "text":
        return "text"
    lead = tab.lead()
    return lead.key if lead is not None else "form"


def _with_keyboard(tab: ModelTab, shown: tuple[str, ...]) -> str:
    focus = QApplication.focusWidget()
    views: dict[str, QWidget | None] = {key: tab.view(key) for key in shown}
    views |= {"form": tab.form, "text": tab.text}
    held = (key for key in shown if (view := views.get(key)) is not None and _holds(view, focus))
    return next(held, shown[0])


def _holds(view: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (view is focus or view.isAncestorOf(focus))
