"""The answer at hand, and whether it is what the request that is open expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.session import Session
from studio.core.inference.requests import InferRequest, InferResult, Tensor
from studio.core.saved_requests.expected import expected_of, expected_values
from studio.failure import Failure
from studio.ui.tester.saved.expected.verdict_bar import VerdictBar
from studio.ui.tester.saved.opened import OpenedRequest

if TYPE_CHECKING:
    from studio.core.saved_requests.judging import Verdict
    from studio.ui.tester.page import TesterPage


class JudgedAnswer(QObject):
    """Judges each answer on another thread, and says what was found above the outputs. UI thread only."""

    compare_wanted = Signal(object, object)
    """Tensor, Tensor: what came, and what is expected."""

    def __init__(self, session: Session, page: TesterPage, opened: OpenedRequest, bar: VerdictBar) -> None:
        super().__init__(page)
        self._session, self._saved, self._page = session, session.requests.saved, page
        self._opened, self._bar = opened, bar
        self.request: InferRequest | None = None
        self.result: InferResult | None = None
        page.sent.connect(self.show_answer)
        page.sending.began.connect(lambda _request, _way: self._forget())
        page.not_judged.connect(self._not_judged)
        page.outputs.cleared.connect(self._forget)
        bar.compare_wanted.connect(self._compare)
        opened.changed.connect(self._follow)
        self._name = ""

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The outputs of the answer at hand."""
        return self.result.outputs if self.result is not None else ()

    def outputs_for(self, request: InferRequest) -> tuple[Tensor, ...]:
        """The outputs of the answer at hand, where it is one to the same model."""
        is_its = self.request is not None and self.request.model == request.model
        return self.outputs if is_its else ()

    def show_answer(self, request: InferRequest, result: InferResult) -> None:
        """An answer came."""
        self.request, self.result = request, result
        self._page.answer.show_verdict(self._bar)
        self.judge_again()

    def _not_judged(self, why: Failure) -> None:
        file = self._opened.file
        if file is not None and file.tree.get("expect"):
            self._page.answer.show_verdict(self._bar)
            self._bar.show_not_judged(why)

    def _forget(self) -> None:
        self.request = self.result = None
        self._bar.clear()

    def _follow(self) -> None:
        if self._opened.name != self._name:
            self._name = self._opened.name
            self.judge_again()

    def judge_again(self) -> None:
        """What is expected may be another by now."""
        folder, name, result = self._saved.folder, self._opened.name, self.result
        if folder is None or not name or result is None:
            self._bar.clear()
            self._page.outputs.set_expected({})
            return
        variables = self._saved.variables
        repository = self._session.repository.path if self._session.repository is not None else None

        def judged() -> tuple[tuple[Verdict, ...], dict[str, Tensor]]:
            from studio.core.inference.repository_labels import RepositoryLabels
            from studio.core.saved_requests.building import filled_request
            from studio.core.saved_requests.judging import judge

            saved = filled_request(folder.read(name), variables)
            known = RepositoryLabels(repository)
            labels = {output: known.of(saved.model, output) for output, each in saved.expect.items() if each.classes}
            found = judge(folder, name, saved, result, labels)
            return found, expected_values(folder, name, saved, result.outputs)

        def tell(found: tuple[tuple[Verdict, ...], dict[str, Tensor]]) -> None:
            if self.result is not result or self._opened.name != name:
                return
            verdicts, expected = found
            self._page.outputs.set_expected(expected)
            if verdicts:
                self._bar.show_verdicts(verdicts)
            else:
                self._bar.show_nothing_expected()

        tasks.run(self, lambda _: judged(), tell, lambda _failure: self._bar.clear(), key="judge")

    def _compare(self, output: str) -> None:
        """Looks up what is expected of an output, to show it beside what came."""
        folder, name, variables = self._saved.folder, self._opened.name, self._saved.variables
        got = next((each for each in self.outputs if each.name == output), None)
        if folder is not None and name and got is not None:
            tasks.run(
                self,
                lambda _: expected_of(folder, name, variables, got),
                lambda wanted: self.compare_wanted.emit(got, wanted),
                notices.post_failure,
                key="compare",
            )
