"""Whether the form for an OpenAI-compatible front end stands in the place of the tester's own."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtWidgets import QBoxLayout, QWidget

from studio.ui.tester.front_end.side import FrontEndSide


class FrontEndSwitch:
    """Shows the one or the other in a layout."""

    def __init__(self, layout: QBoxLayout, own: QWidget) -> None:
        self._layout, self._own = layout, own

    @cached_property
    def side(self) -> FrontEndSide:
        """The form for the front end; made when it is first asked for."""
        made = FrontEndSide(self._layout.parentWidget())
        made.left.connect(lambda: self.show(shown=False))
        self._layout.addWidget(made)
        return made

    @property
    def is_shown(self) -> bool:
        """Whether the form for the front end is there."""
        return "side" in self.__dict__ and self.side.isVisible()

    def show(self, *, shown: bool) -> None:
        """The form for the front end, or the tester's own again."""
        self._own.setVisible(not shown)
        if shown or "side" in self.__dict__:
            self.side.setVisible(shown)
