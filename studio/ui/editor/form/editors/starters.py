"""The menu of a section with what people usually put into it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from studio.core.assist.starters import Starter, starters
from studio.core.config.draft import Draft
from studio.ui.editor import names
from studio.ui.editor.form.editors.backend import backend_in
from studio.ui.editor.form.part import FormContext
from studio.ui.widgets import LinkButton


class StartersButton(LinkButton):
    """Offers templates that fit the draft; hidden where there is none. `before` runs ahead of an edit."""

    def __init__(self, context: FormContext, section: str, title: str, before: Callable[[], None], parent: QWidget):
        super().__init__("Usual", "caret-down", parent=parent)
        self._context = context
        self._section = section
        self._before = before
        self.setObjectName(names.Form.STARTERS.format(section))
        self.setAccessibleName(f"What is usual in {title.lower()}")
        self.setToolTip("Add what is usual here, ready to be changed")
        self.clicked.connect(self._open)

    def show_draft(self, draft: Draft) -> None:
        """Whether there is anything to offer."""
        self.setVisible(bool(self._fitting(draft)))

    def _fitting(self, draft: Draft) -> tuple[Starter, ...]:
        return starters(self._section, draft, backend_in(self._context, draft))

    def menu_of(self, draft: Draft) -> QMenu:
        """A line for each template; what it does stands in its tool tip and in the status line."""
        menu = QMenu(self)
        menu.setObjectName(names.Form.STARTERS_MENU)
        menu.setToolTipsVisible(True)
        for starter in self._fitting(draft):
            action = menu.addAction(starter.title)
            action.setToolTip(starter.what)
            action.triggered.connect(lambda _=False, starter=starter: self._add(starter))
        return menu

    def _open(self) -> None:
        menu = self.menu_of(self._context.model.draft)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _add(self, starter: Starter) -> None:
        self._before()
        self._context.edit(f"Add {starter.title}", starter.change)
