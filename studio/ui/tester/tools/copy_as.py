"""Copying the request of the form as a program or as a file for another tool."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from studio.app import notices, tasks
from studio.app.session import Session
from studio.core.inference.asking.copying import FORMS, copied, where_used
from studio.core.inference.requests import InferRequest
from studio.failure import Failure
from studio.ui.tester import names
from studio.ui.widgets import IconButton

Plan = Callable[[], Callable[[], InferRequest]]


class CopyAs(QObject):
    """`plan` gives what makes the form's request, `is_batched` whether its model has a batch dimension."""

    def __init__(self, session: Session, plan: Plan, is_batched: Callable[[], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._plan, self._is_batched = session, plan, is_batched
        self.button = IconButton("code", "Copy the request as …")
        self.button.setObjectName(names.Tester.COPY_AS)
        self.button.clicked.connect(self.offer)

    def offer(self) -> None:
        """Opens the menu of forms."""
        menu = QMenu(self.button)
        menu.aboutToHide.connect(menu.deleteLater)
        for form, title in FORMS.items():
            menu.addAction(title).triggered.connect(lambda _checked=False, form=form: self.copy(form))
        menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    def copy(self, form: str) -> None:
        """Puts the request in one of the forms on the clipboard; made on another thread."""
        addresses, batched = self._session.server.status.addresses, self._is_batched()
        try:
            make = self._plan()
        except Failure as failure:
            notices.post_failure(failure)
            return

        def work() -> tuple[str, str]:
            request = make()
            return request.model, copied(form, request, addresses, batched=batched)

        tasks.run(self, lambda _context: work(), lambda made: _take(form, *made), key="copy")


def _take(form: str, model: str, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    notices.post("success", f"Copied as {FORMS[form]}", where_used(form, model))
