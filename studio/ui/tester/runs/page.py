"""The page of results: what came of all saved requests, the worst first, and what to do about it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.app import notices, tasks
from studio.app.session import Session
from studio.core.failure import CoreError
from studio.core.saved_requests.outcome import Outcome
from studio.ui.tester.runs import names
from studio.ui.tester.runs.detail import ResultDetail
from studio.ui.tester.runs.export import export, report_of
from studio.ui.tester.runs.head import RunsHead
from studio.ui.tester.runs.keeping import KeptAnswers
from studio.ui.tester.runs.results import KINDS, Result, fitting, results
from studio.ui.tester.runs.table import ResultsModel, ResultsTable
from studio.ui.tester.saved.expected.difference import show_difference
from studio.ui.tester.saved.listed.foot import Strip
from studio.ui.widgets import Chooser, EmptyState, HairLine, Label, QuietButton, SearchField, Segmented
from studio.ui.widgets.layouts.tabbed import TabbedAsRead

_ANY_TAG = "any tag"
_TITLES = {"all": "All", "failed": "Failed", "differ": "Differ", "good": "As expected", "not run": "Not run"}
_SIGNS = {"failed": "x-circle", "differ": "git-diff", "good": "check-circle", "all": "", "not run": "circle"}


class RunsPage(TabbedAsRead):
    """Follows the runs of a session."""

    open_wanted = Signal(str)
    """The request that is to be opened in the tester, with the answer that came."""
    menu_asked = Signal(QPoint)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Runs.PAGE)
        self.setProperty("kind", "page")
        self._session, self._requests = session, session.requests
        self._all: tuple[Result, ...] = ()
        self.model = ResultsModel(self)
        self.table = ResultsTable(self.model)
        self.kept = KeptAnswers(session.requests, self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show)
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        self.head = RunsHead(self._requests)
        self.kinds = Segmented([(kind, _TITLES[kind], _SIGNS[kind]) for kind in KINDS], dense=True)
        self.kinds.setObjectName(names.Runs.KINDS)
        self.kinds.setAccessibleName("Which results are shown")
        self.tag = Chooser((_ANY_TAG,), dense=True)
        self.tag.setObjectName(names.Runs.TAG)
        self.tag.setAccessibleName("Tag")
        self.filter = SearchField("Filter", "funnel-simple")
        self.filter.setObjectName(names.Runs.FILTER)
        self.strip = Strip()
        self.strip.setFixedWidth(180)
        self.detail = ResultDetail()
        run = QuietButton("Run all", "play")
        run.setObjectName(names.Runs.FIRST)
        run.clicked.connect(self.run_all)
        words = "All saved requests are sent, and their answers compared with what is expected."
        self.empty = EmptyState("checks", "Nothing was run yet", words, run)
        self._offer = run
        self._lay_out()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 6, 12, 6)
        bar.setSpacing(8)
        bar.addWidget(Label("Results", weight=600))
        for widget in (self.kinds, self.tag, self.filter):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(self.strip)
        self.filter.setFixedWidth(180)
        split = QSplitter()
        split.setOrientation(split.orientation().Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 1)
        split.setSizes([500, 148])
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(split)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(bar)
        column.addWidget(HairLine())
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        requests = self._requests
        for signal in (requests.runs.came, requests.runs.began, requests.runs.ended, requests.saved.changed):
            signal.connect(self._show_later)
        requests.since_run.changed.connect(self._later.start)
        requests.saved.environment_changed.connect(self._later.start)
        self.head.run.clicked.connect(self.run_all)
        self.head.keep.clicked.connect(self.keep)
        self.head.export_wanted.connect(self._export)
        self.kinds.changed.connect(lambda _key: self._show())
        self.tag.activated.connect(lambda _index: self._show())
        self.filter.textChanged.connect(lambda _words: self._later.start())
        self.table.opened.connect(self.open_wanted)
        self.table.chosen_changed.connect(self._show_chosen)
        self.table.menu_asked.connect(self.menu_asked)
        self.detail.open_wanted.connect(self.open_wanted)
        self.detail.keep_wanted.connect(self.keep)
        self.detail.compare_wanted.connect(self.compare)
        self.setFocusProxy(self.table)

    def _show_later(self, *_: object) -> None:
        self._later.start()

    # What is shown

    def _show(self) -> None:
        saved, runs = self._requests.saved, self._requests.runs
        self._all = results(saved.entries, runs.outcomes, runs.before)
        self._show_tags()
        tag = self.tag.currentText() if self.tag.currentIndex() > 0 else ""
        here = fitting(self._all, "all", tag, self.filter.text())
        counts = {kind: sum(kind in ("all", each.kind) for each in here) for kind in KINDS}
        chosen = self.kinds.value()
        self.kinds.set_items([(kind, f"{_TITLES[kind]} {counts[kind]}", _SIGNS[kind]) for kind in KINDS])
        self.kinds.set_value(chosen)
        self.model.show(fitting(here, chosen, tag, ""))
        run = [each for each in self._all if each.outcome is not None]
        bad = sum(each.kind in ("failed", "differ") for each in run)
        self.head.show_run(bad, sum(each.kind != "not run" for each in run))
        self.strip.show_states(tuple(runs.outcomes[n].state if n in runs.outcomes else "" for n in saved.names))
        self.stack.setCurrentIndex(1 if run or runs.is_running else 0)
        self._offer.setVisible(bool(saved.names))
        if not saved.names:
            self.empty.set_text("No request is saved yet", "Save one in the tester: Ctrl+S. It then stands here.")
        else:
            self.empty.set_text("Nothing was run yet", f"{len(saved.names)} saved requests wait to be sent.")
        self._show_chosen()

    def _show_tags(self) -> None:
        tags = sorted({tag for each in self._all for tag in each.listed.tags})
        if tags != [self.tag.itemText(place) for place in range(1, self.tag.count())]:
            chosen = self.tag.currentText()
            self.tag.clear()
            self.tag.addItems([_ANY_TAG, *tags])
            self.tag.setCurrentText(chosen if chosen in tags else _ANY_TAG)
        self.tag.setVisible(bool(tags))
        tag = self.tag.currentText() if self.tag.currentIndex() > 0 else ""
        self.head.run.setText(f"Run {tag}" if tag else "Run all")

    def _show_chosen(self) -> None:
        chosen = self.table.chosen()
        self.detail.show_result(chosen[0] if chosen else None, self._requests.runs.dropped)
        count = len(self._keepable())
        self.head.keep.setText(f"Keep {count} as expected" if count > 1 else "Keep as expected")
        self.head.keep.setEnabled(bool(count) and not self._requests.runs.is_running)

    # What is done

    def run_all(self) -> None:
        """Send all saved requests; those of a tag where one is chosen."""
        tag = self.tag.currentText() if self.tag.currentIndex() > 0 else ""
        self._run(tuple(each.name for each in self._all if not tag or tag in each.listed.tags))

    def run_chosen(self) -> None:
        """Send the chosen ones again."""
        self._run(tuple(each.name for each in self.table.chosen()))

    def _run(self, wanted: tuple[str, ...]) -> None:
        if not self._session.server.status.is_running:
            remedy = "Launch one, or attach to one."
            notices.post_failure(CoreError("Run saved requests", "no server runs.", remedy))
        elif wanted:
            self._requests.run(*sorted(wanted), bail=self.head.bail.isChecked())

    def open_chosen(self) -> None:
        """Open the chosen request in the tester."""
        for each in self.table.chosen()[:1]:
            self.open_wanted.emit(each.name)

    def _keepable(self) -> tuple[Outcome, ...]:
        found = [each.outcome for each in self.table.chosen()]
        return tuple(
            each
            for each in found
            if each is not None and each.result is not None and (each.state == "failed" or not each.verdicts)
        )

    def keep(self) -> None:
        """Make what came of the chosen ones what is expected, once a person has seen what changes."""
        self.kept.ask(self, self._keepable())

    def compare(self, output: str = "") -> None:
        """Show where an output of the chosen request differs most; the worst output where none is named."""
        from studio.core.saved_requests.expected import expected_of

        chosen, folder = self.table.chosen(), self._requests.saved.folder
        outcome = chosen[0].outcome if chosen else None
        if outcome is None or outcome.result is None or folder is None or chosen[0].worst is None:
            return
        wanted = output or chosen[0].worst.output
        got = next((each for each in outcome.result.outputs if each.name == wanted), None)
        variables = self._requests.saved.variables
        if got is not None:
            tensor = got
            tasks.run(
                self,
                lambda _: expected_of(folder, outcome.name, variables, tensor),
                lambda expected: show_difference(self, tensor, expected),
                notices.post_failure,
                key="expected",
            )

    def _export(self, form: str) -> None:
        repository = self._session.repository
        folder = self._requests.saved.folder
        where = repository.path if repository is not None else Path(folder.root.name if folder is not None else "")
        outcomes = tuple(each.outcome for each in self._all if each.outcome is not None)
        export(self, self, form, report_of(where, outcomes, len(outcomes)))
