"""The views that other rooms have of a model, in its tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from studio.app.editing.open_model import OpenModel
from studio.ui.room.page import ShowsProblems

if TYPE_CHECKING:
    from studio.ui.room.room import ModelView

Makers = Sequence[tuple["ModelView", Callable[[QWidget], QWidget]]]
"""Each view with the function that makes it for this model."""


class OtherViews:
    """Which of them the model has as it is now; each is made when it is first asked for."""

    def __init__(self, model: OpenModel, makers: Makers, split: QSplitter) -> None:
        self._model = model
        self._makers = {view.key: (view, make) for view, make in makers}
        self._made: dict[str, QWidget] = {}
        self._split = split
        self.offered = self._offers()

    def _offers(self) -> list[ModelView]:
        return [view for view, _ in self._makers.values() if view.fits(self._model)]

    def renew(self) -> bool:
        """Looks at the model again; whether it has others than before."""
        before, self.offered = self.offered, self._offers()
        return before != self.offered

    def lead(self) -> ModelView | None:
        """The view that is shown at first in place of form and text."""
        return next((view for view in self.offered if view.leads), None)

    def has(self, key: str) -> bool:
        """Whether the model has a view."""
        return any(view.key == key for view in self.offered)

    def get(self, key: str) -> QWidget | None:
        """A view that was shown."""
        return self._made.get(key)

    def in_use(self) -> ShowsProblems | None:
        """The view that has the keyboard, where it shows problems."""
        held = QApplication.focusWidget()
        for made in self._made.values():
            if held is not None and (made is held or made.isAncestorOf(held)) and isinstance(made, ShowsProblems):
                return made
        return None

    def show(self, keys: Sequence[str]) -> None:
        """Shows these and hides the others."""
        for key, (view, make) in self._makers.items():
            if key in keys and key not in self._made:
                self._made[key] = made = make(self._split)
                made.setMinimumWidth(view.width)
                self._split.addWidget(made)
            if key in self._made:
                self._made[key].setVisible(key in keys)
