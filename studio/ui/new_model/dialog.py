"""The dialog for a new model: choose, look at what is proposed, create. All on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from studio.app import new_model
from studio.app.tasks import Task
from studio.core.findings import Severity
from studio.core.new_model.proposal import Proposal
from studio.core.new_model.recognition import Recognised
from studio.core.new_model.templates import Template, callable_models, propose_template
from studio.core.operations.naming import free_name
from studio.failure import Failure
from studio.ui import names
from studio.ui.explorer.nodes import size_text
from studio.ui.new_model.choose import ChoosePage
from studio.ui.new_model.drops import FileDrops
from studio.ui.new_model.form import ProposalForm
from studio.ui.new_model.preview import Preview
from studio.ui.widgets import ElidedLabel, HairLine, KeyHint, Label, LinkButton, PrimaryButton, QuietButton
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
        self._of, self._template = 0, ""
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

    def _make(self) -> None:
        self._title = Label("New model", px=16, weight=600, parent=self)
        self._source = ElidedLabel("", "dim", 12, parent=self)
        self._other = LinkButton("Choose another…", parent=self)
        self._other.setObjectName(names.NewModel.OTHER)
        self.choose = ChoosePage(self)
        self.form = ProposalForm(self)
        self.preview = Preview(self)
        self._pages = QStackedWidget(self)
        self._said = ElidedLabel("", "dim", 12, parent=self)
        self._progress = QProgressBar(self)
        self._progress.setObjectName(names.NewModel.PROGRESS)
        self._progress.setAccessibleName("Progress")
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setFixedWidth(160)
        self._cancel = QuietButton("Cancel", parent=self)
        self._cancel.setObjectName(names.NewModel.CANCEL)
        self.go = PrimaryButton("Create", parent=self)
        self.go.setObjectName(names.NewModel.CREATE)
        self.go.setDefault(True)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._drops = FileDrops(self)

    def _build(self) -> None:
        head = Row(self._title, self._source, self._other, spacing=12, margins=20, parent=self)
        head.box.setStretch(1, 1)
        head.setFixedHeight(48)
        both = QWidget(self)
        sides = QHBoxLayout(both)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(0)
        sides.addWidget(self.form, 11)
        sides.addWidget(HairLine(vertical=True, parent=both))
        sides.addWidget(self.preview, 9)
        self._pages.addWidget(self.choose)
        self._pages.addWidget(both)
        keys = KeyHint("Ctrl Enter", self)
        foot = Row(self._progress, self._said, self._cancel, self.go, keys, margins=20, parent=self)
        foot.box.setStretch(1, 1)
        foot.setFixedHeight(52)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (head, HairLine(parent=self)):
            column.addWidget(widget)
        column.addWidget(self._pages, 1)
        for widget in (HairLine(parent=self), foot):
            column.addWidget(widget)
        self._foot_keys = keys

    def _connect(self) -> None:
        self.choose.file_wanted.connect(self._choose_file)
        self.choose.folder_wanted.connect(self._choose_folder)
        self.choose.template_chosen.connect(self.take_template)
        self.form.changed.connect(self._follow)
        self.form.called_changed.connect(self._call)
        self.form.place_wanted.connect(self._choose_place)
        self._other.clicked.connect(lambda: self._show_choice(None))
        self._cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._create)
        self._pause.timeout.connect(self._try)
        self._drops.dropped.connect(self.take_paths)
        self._drops.hovering.connect(self.choose.box.set_target)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.go.click)

    # What it is made of

    def take_paths(self, paths: Sequence[Path]) -> None:
        """Reads files or folders, and shows what they propose."""
        if self._is_busy():
            return
        self._show_choice(None)
        self.choose.setEnabled(False)
        self._work("Reading …")
        self._task = new_model.read(self, paths, self._read, self._not_read, self._show_progress)

    def take_template(self, template: Template) -> None:
        """Shows what a template proposes."""
        self._template = template.key
        models = callable_models(self._session.drafts()) if template.calls else []
        called = models[0] if models else ""
        made = propose_template(template, self._session.draft(called) if called else None, called)
        self._waiting, self._of = [], 1
        self._show(made)
        self.form.show_called(tuple(models), called)

    def _call(self, name: str) -> None:
        from studio.core.new_model.templates import template

        made = propose_template(template(self._template), self._session.draft(name), name)
        models = callable_models(self._session.drafts())
        self._show(replace(made, name=self.form.proposal.name))
        self.form.show_called(tuple(models), name)

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
        self.go.show()
        self._foot_keys.show()
        several = f" {self._of - len(self._waiting)} of {self._of}" if self._of > 1 else ""
        self._title.setText(f"New model{several}")
        self._source.setText(_described(proposal))
        self.form.show_proposal(proposal, repository, self._place or _place(proposal))
        self._follow(self.form.proposal)

    def _show_choice(self, problem: Failure | None) -> None:
        self._pages.setCurrentIndex(_CHOOSE)
        self._title.setText("New model")
        self._source.setText("")
        self._other.hide()
        self.go.hide()
        self._foot_keys.hide()
        self._rest()
        self.choose.allow_calls(bool(callable_models(self._session.drafts())))
        self.choose.say(problem)
        self.choose.box.setFocus()

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, "Choose a model file", str(Path.home()))
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
            self._said.setText(next(iter(problems.values()), ""))
            self._said.set_role("error")

    def _try(self) -> None:
        if not self.form.problems():
            new_model.attempt(self, self._session, self.form.proposal, self._tried)

    def _tried(self, trial: new_model.Trial) -> None:
        self.preview.show_findings(trial.findings, self.form.proposal.notes)
        self.form.set_linkable(trial.linkable)
        errors = sum(each.severity is Severity.ERROR for each in trial.findings)
        self.go.setText("Create anyway" if errors else "Create")
        self.go.setAccessibleName(self.go.text())
        if not self.form.problems() and not self._is_busy():
            self._said.setText(_OUTCOMES[_outcome(self.form.proposal, errors)])
            self._said.set_role(_outcome(self.form.proposal, errors))

    # Creating

    def _create(self) -> None:
        if self._is_busy() or self._pages.currentIndex() != _FORM or self.form.problems():
            return
        self.form.setEnabled(False)
        self._other.setEnabled(False)
        self._work(f"Creating {self.form.proposal.name} …")
        made, place = self.form.proposal, self.form.repository_path()
        self._task = new_model.make(self, made, place, self._made, self._not_made, self._show_progress)

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
        self._said.setText(f"{failure.attempted}: {failure.reason} {failure.remedy}".strip())
        self._said.set_role("error")

    def reject(self) -> None:
        """Leaves what is under way; nothing of it stays. A second time closes."""
        if self._task is not None and self._is_busy():
            self._task.cancel()
            self._rest()
            self._said.setText("Cancelled. Nothing was written.")
            self._said.set_role("dim")
            return
        super().reject()

    # Work under way

    def _is_busy(self) -> bool:
        return self._task is not None and self._task.running

    def _work(self, said: str) -> None:
        self._progress.setValue(0)
        self._progress.show()
        self._said.setText(said)
        self._said.set_role("dim")
        self.go.setEnabled(False)

    def _show_progress(self, fraction: float, text: str) -> None:
        self._progress.setValue(round(fraction * 1000))
        self._said.setText(text)

    def _rest(self) -> None:
        self._task = None
        self._progress.hide()
        self._said.setText("")
        for widget in (self.choose, self.form, self._other):
            widget.setEnabled(True)
        self.go.setEnabled(True)


def _outcome(proposal: Proposal, errors: int) -> str:
    """How well it stands, as the role of the words that tell it."""
    guessed = any(port.assumed for port in (*proposal.inputs, *proposal.outputs))
    return "error" if errors else "warn" if guessed else "ok"


def _described(proposal: Proposal) -> str:
    """What it is made of, in one line."""
    origin = proposal.origin
    parts = [str(origin) if origin else "Template", proposal.format]
    parts += [f"{name.lower() if name != 'IR version' else 'IR'} {value}" for name, value in proposal.facts[:1]]
    parts += [size_text(proposal.size)] if proposal.size else []
    return "  ·  ".join(parts)


def _place(proposal: Proposal) -> Path:
    """Where to propose a repository where none is open: beside the file."""
    origin = proposal.origin
    return (origin.parent if origin else Path.home()) / "model_repository"
