"""Saved requests in the tester: its parts, put together and into the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal

from studio.app import notices
from studio.app.session import Session
from studio.core.failure import CoreError
from studio.core.inference.asking.model_traits import Traits
from studio.core.inference.requests import InferRequest, InferResult
from studio.ui.tester.saved.bar import RequestBar
from studio.ui.tester.saved.environments import edit_environments
from studio.ui.tester.saved.expected.difference import show_difference
from studio.ui.tester.saved.expected.judged import JudgedAnswer
from studio.ui.tester.saved.expected.verdict_bar import VerdictBar
from studio.ui.tester.saved.files import RequestFiles
from studio.ui.tester.saved.filling import described_by, fill, not_ready
from studio.ui.tester.saved.keeping import Keeping
from studio.ui.tester.saved.listed.request_list import RequestList
from studio.ui.tester.saved.opened import OpenedRequest

if TYPE_CHECKING:
    from studio.app.requests.past import Past
    from studio.ui.tester.page import TesterPage

_WIDTHS = [248, 900]
_LEAST, _ROOM = 640, 1120
"""How narrow the page may become, and from which width on the list is there."""


class SavedSide(QObject):
    """The list at the left of the page, the bar above its form, and the verdict above its outputs."""

    runs_wanted = Signal()
    """What came of the last run is to be shown."""
    text_wanted = Signal(str)
    """The saved request whose file is to be shown as text."""

    def __init__(self, session: Session, page: TesterPage) -> None:
        super().__init__(page)
        self._session, self._page = session, page
        self._with_answer = ""
        """The request that is opened with what came of it last."""
        self.list = RequestList(session.requests, page.columns)
        self.opened = OpenedRequest(session, page)
        self.bar = RequestBar(self.opened)
        self.verdict = VerdictBar()
        self.judged = JudgedAnswer(session, page, self.opened, self.verdict)
        self.keeping = Keeping(session, page, self.opened, self.judged)
        self.files = RequestFiles(session.requests.saved, self.opened, page)
        page.columns.insertWidget(0, self.list)
        page.columns.setStretchFactor(1, 1)
        page.columns.setSizes(_WIDTHS)
        # The list gives way before the form does.
        page.columns.setMinimumWidth(_LEAST)
        self._wish: bool | None = None
        """Whether a person wants to see the list; None where its place decides."""
        page.installEventFilter(self)
        page.column.insertWidget(0, self.bar)
        page.column.setStretch(2, 0)
        page.column.setStretch(3, 1)
        page.answer.show_verdict(self.verdict)
        self._connect()

    def _connect(self) -> None:
        self.bar.fold.clicked.connect(self._fold)
        self._page.save_wanted.connect(self.keeping.save)
        self.list.wanted.connect(self.opened.open)
        self.list.new_wanted.connect(self.new)
        self.list.run_wanted.connect(self.run_all)
        self.list.runs_wanted.connect(self.runs_wanted)
        self.list.environments_wanted.connect(self.edit_environments)
        self.bar.save.clicked.connect(self.keeping.save)
        self.bar.save_as.clicked.connect(self.keeping.save_as)
        self.bar.take.clicked.connect(self.opened.revert)
        self.verdict.keep_wanted.connect(self.keeping.keep_answer)
        self.verdict.expect_wanted.connect(self.keeping.expect)
        self.judged.compare_wanted.connect(lambda got, wanted: show_difference(self._page, got, wanted))
        self.opened.changed.connect(lambda: self.list.set_open(self.opened.name, self.opened.changed_names))
        self.opened.changed.connect(self._show_answer)
        self.opened.refused.connect(self._page.answer.show_failure)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hides the list where there is no room for it."""
        if event.type() == QEvent.Type.Resize and self._wish is None:
            self.list.setVisible(self._page.width() >= _ROOM)
        return super().eventFilter(watched, event)

    def _fold(self) -> None:
        self._wish = not self.list.isVisible()
        self.list.setVisible(self._wish)

    def new(self) -> None:
        """Begin a request that was never saved; the form stays as it is."""
        self.opened.close()
        self._page.answer.clear()

    def run_all(self) -> None:
        """Send all saved requests, and show what comes of them."""
        self.run(self._session.requests.saved.names)

    def run_failed(self) -> None:
        """Send those again that were not as expected."""
        requests = self._session.requests
        outcomes = [requests.runs.outcomes.get(name) for name in requests.saved.names]
        self.run(tuple(each.name for each in outcomes if each is not None and not each.is_good))

    def run(self, wanted: tuple[str, ...]) -> None:
        """Send these of the saved requests, and show what comes of them."""
        if not self._session.server.status.is_running:
            remedy = "Launch one, or attach to one."
            notices.post_failure(CoreError("Run saved requests", "no server runs.", remedy))
        elif wanted:
            self._session.requests.run(*wanted)
            self.runs_wanted.emit()

    def edit_environments(self) -> None:
        """Show the values of variables."""
        if self._session.requests.saved.folder is not None:
            edit_environments(self._page, self._session.requests.saved)

    def open_with_answer(self, name: str) -> None:
        """Open a saved request, with what came when it was run last."""
        self._with_answer = name
        if self.opened.name == name and self.opened.base is not None:
            self._show_answer()
        else:
            self.opened.open(name)

    def _show_answer(self) -> None:
        outcome = self._session.requests.runs.outcomes.get(self.opened.name)
        if self.opened.name != self._with_answer or self.opened.base is None:
            return
        self._with_answer = ""
        if outcome is not None and outcome.result is not None:
            self._show_result(self.opened.base, outcome.result)

    def show_past(self, past: Past) -> None:
        """Show a request that was sent before, with what came of it."""
        self.opened.close()
        self._page.answer.clear()
        if not self.opened.form.of(past.request.model, lambda _: self._fill_past(past)):
            metadata = described_by(past.request, past.result)
            why = not_ready("it", past.request.model, is_running=self._session.server.status.is_running).detail
            self._page.show_offline(metadata, Traits(is_decoupled=past.request.stream), why)
            self._fill_past(past)

    def _fill_past(self, past: Past) -> None:
        fill(self._page, past.request, "sent before")
        if past.result is not None:
            self._show_result(past.request, past.result)
        elif past.failure is not None:
            self._page.answer.show_failure(past.failure)

    def _show_result(self, request: InferRequest, result: InferResult) -> None:
        page = self._page
        page.outputs.show_result(result, request, page.metadata)
        page.answer.setCurrentWidget(page.outputs)
        page.timing.show_result(result)
        page.header.status.setText(f"answered before by version {result.version}")
        self.judged.show_answer(request, result)
