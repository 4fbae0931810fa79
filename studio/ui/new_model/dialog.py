"""The dialog for a new model: choose, look at what is proposed, create. All on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.app.repository import new_model
from studio.app.tasks import Task
from studio.core.checking.findings import Severity
from studio.core.new_model.proposal import Proposal
from studio.core.new_model.recognition import Recognised
from studio.core.new_model.templates import Template, has_callable, propose_template
from studio.core.operations.naming import free_name
from studio.failure import Failure
from studio.ui.new_model import names
from studio.ui.new_model.choose import ChoosePage
from studio.ui.new_model.footer import Footer
from studio.ui.new_model.form import ProposalForm
from studio.ui.new_model.preview import Preview
from studio.ui.new_model.proposal_words import description, outcome, proposed_repository
from studio.ui.widgets import ElidedLabel, HairLine, Label, LinkButton
from studio.ui.widgets.drops import FileDrops
from studio.ui.widgets.file_filters import MODEL_FILES
from studio.ui.widgets.structure import Row

if TYPE_CHECKING:
    from studio.app.session import Session

_CHOOSE, _FORM = 0, 1
_PAUSE_MS = 200
_OUTCOMES = {
    "error": "The server would refuse it as it is.",
    "warn": "No problem found, but what is marked is a guess.",
    "ok": "No problem found: it should load.",
}


class NewModelDialog(QDialog):
    """Makes one model, or one after the other where several files were dropped."""

    created = Signal(str, Path)
    """A model's name and its repository."""
    repository_dropped = Signal(Path)

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: list[Proposal] = []
        self._of = 0
        self._template: Template | None = None
        self._called: tuple[str, ...] = ()
        self._place: Path | None = None
        self._task: Task[Recognised] | Task[Path] | None = None
        self.setObjectName(names.NewModel.DIALOG)
        self.setWindowTitle("New model")
        self.setAccessibleName("New model")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1080, parent.width() - 80), min(720, parent.height() - 60))
        self._make()
        self._build()
        self._connect()
        self._show_choice(None)
        # Each in a turn of its own, while a person looks at what there is to choose from.
        QTimer.singleShot(0, self, lambda: self.form)
        QTimer.singleShot(20, self, lambda: self.preview)

    def _make(self) -> None:
        self.title = Label("New model", px=16, weight=600, parent=self)
        self._source = ElidedLabel("", "dim", 12, parent=self)
        self._other = LinkButton("Choose another…", parent=self)
        self._other.setObjectName(names.NewModel.OTHER)
        self.choose = ChoosePage(self)
        self._pages = QStackedWidget(self)
        self.foot = Footer(self)
        self.go = self.foot.go
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._drops = FileDrops(self)

    def _build(self) -> None:
        head = Row(self.title, self._source, self._other, spacing=12, margins=20, parent=self)
        head.box.setStretch(1, 1)
        head.setFixedHeight(48)
        self._both = QWidget(self)
        self._sides = QHBoxLayout(self._both)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(0)
        self._sides.addWidget(HairLine(vertical=True, parent=self._both))
        self._pages.addWidget(self.choose)
        self._pages.addWidget(self._both)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (head, HairLine(parent=self)):
            column.addWidget(widget)
        column.addWidget(self._pages, 1)
        for widget in (HairLine(parent=self), self.foot):
            column.addWidget(widget)

    def _connect(self) -> None:
        self.choose.file_wanted.connect(self._choose_file)
        self.choose.folder_wanted.connect(self._choose_folder)
        self.choose.template_chosen.connect(self.take_template)
        self._other.clicked.connect(lambda: self._show_choice(None))
        self.foot.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._create)
        self._pause.timeout.connect(self._try)
        self._drops.dropped.connect(self.take_paths)
        self._drops.hovering.connect(self.choose.box.set_target)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.go.click)

    @cached_property
    def form(self) -> ProposalForm:
        """The choices, made when they are first looked at."""
        made = ProposalForm(self._both)
        self._sides.insertWidget(0, made, 11)
        made.changed.connect(self._follow)
        made.called_changed.connect(self._call)
        made.place_wanted.connect(self._choose_place)
        return made

    @cached_property
    def preview(self) -> Preview:
        """What is written, made when it is first looked at."""
        made = Preview(self._both)
        self._sides.addWidget(made, 9)
        return made

    # What it is made of

    def take_paths(self, paths: Sequence[Path]) -> None:
        """Reads files or folders, and shows what they propose."""
        if self._is_busy():
            return
        self._show_choice(None)
        self.choose.setEnabled(False)
        self.foot.work("Reading …")
        self._task = new_model.read(self, paths, self._read, self._not_read, self.foot.show_progress)

    def take_template(self, chosen: Template) -> None:
        """Shows what a template proposes; one that calls a model once it is known which there are."""
        self._waiting, self._of, self._template = [], 1, chosen
        if chosen.calls:
            new_model.find_callable(self, self._session, self._list_called)
        else:
            self._show(propose_template(chosen))

    def _list_called(self, models: tuple[str, ...]) -> None:
        self._called = models
        if models:
            self._call(models[0])

    def _call(self, name: str) -> None:
        if self._template is None:
            return
        is_shown = self._pages.currentIndex() == _FORM
        made = propose_template(self._template, self._session.draft(name), name)
        self._show(replace(made, name=self.form.proposal.name) if is_shown else made)
        self.form.show_called(self._called, name)

    def _read(self, found: Recognised) -> None:
        self._rest()
        if found.repository is not None:
            self.repository_dropped.emit(found.repository)
            return
        self._waiting, self._of = list(found.proposals), len(found.proposals)
        self._next()

    def _not_read(self, failure: Failure) -> None:
        self._rest()
        self._show_choice(failure)

    def _next(self) -> None:
        first, *self._waiting = self._waiting
        self._show(first)

    def _show(self, proposal: Proposal) -> None:
        repository = self._session.repository
        name = proposal.name
        if repository is not None and (repository.model(name) or any(f.name == name for f in repository.files)):
            name = free_name(repository, name)
        proposal = replace(proposal, name=name)
        self._pages.setCurrentIndex(_FORM)
        self._other.show()
        self.foot.offer(True)
        several = f" {self._of - len(self._waiting)} of {self._of}" if self._of > 1 else ""
        self.title.setText(f"New model{several}")
        self._source.setText(description(proposal))
        self.form.show_proposal(proposal, repository, self._place or proposed_repository(proposal))
        self._follow(self.form.proposal)

    def _show_choice(self, problem: Failure | None) -> None:
        self._pages.setCurrentIndex(_CHOOSE)
        self.title.setText("New model")
        self._source.setText("")
        self._other.hide()
        self.foot.offer(False)
        self._rest()
        self.choose.allow_calls(has_callable(self._session.drafts()))
        self.choose.say(problem)
        self.choose.box.setFocus()

    @property
    def is_waiting(self) -> bool:
        """Whether a change waits for the pause after which it is tried."""
        return self._pause.isActive()

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, "Choose a model file", str(Path.home()), MODEL_FILES)
        if chosen:
            self.take_paths([Path(each) for each in chosen])

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Choose a model’s folder", str(Path.home()))
        if chosen:
            self.take_paths([Path(chosen)])

    def _choose_place(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Choose the repository’s folder", str(Path.home()))
        if chosen:
            self.form.set_place(chosen)

    # What is wrong with it

    def _follow(self, proposal: Proposal) -> None:
        self.preview.show_proposal(proposal)
        self._allow()
        self._pause.start()

    def _allow(self) -> None:
        problems = self.form.problems()
        self.go.setEnabled(not problems and not self._is_busy())
        if not self._is_busy():
            self.foot.say(next(iter(problems.values()), ""), "error")

    def _try(self) -> None:
        if not self.form.problems():
            new_model.attempt(self, self._session, self.form.proposal, self._tried)

    def _tried(self, trial: new_model.Trial) -> None:
        self.preview.show_findings(trial.findings, self.form.proposal.notes)
        self.form.set_linkable(trial.linkable)
        errors = sum(each.severity is Severity.ERROR for each in trial.findings)
        self.foot.title("Create anyway" if errors else "Create")
        if not self.form.problems() and not self._is_busy():
            found = outcome(self.form.proposal, errors)
            self.foot.say(_OUTCOMES[found], found)

    # Creating

    def _create(self) -> None:
        if self._is_busy() or self._pages.currentIndex() != _FORM or self.form.problems():
            return
        self._both.setEnabled(False)
        self._other.setEnabled(False)
        self.foot.work(f"Creating {self.form.proposal.name} …")
        made, place = self.form.proposal, self.form.repository_path()
        folders, foot = self._session.folders, self.foot
        self._task = folders.create(self, made, place, self._made, self._not_made, foot.show_progress)

    def _made(self, path: Path) -> None:
        self._rest()
        self.created.emit(path.name, path.parent)
        self._place = path.parent
        if self._waiting:
            self._next()
        else:
            self.accept()

    def _not_made(self, failure: Failure) -> None:
        self._rest()
        self.foot.say(str(failure), "error")

    def reject(self) -> None:
        """Leaves what is under way; nothing of it stays. A second time closes."""
        if self._task is not None and self._is_busy():
            self._task.cancel()
            self._rest()
            self.foot.say("Cancelled. Nothing was written.")
            return
        super().reject()

    def _is_busy(self) -> bool:
        return self._task is not None and self._task.running

    def _rest(self) -> None:
        self._task = None
        self.foot.rest()
        for widget in (self.choose, self._both, self._other):
            widget.setEnabled(True)
