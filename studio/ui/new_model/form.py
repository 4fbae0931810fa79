"""The choices of a new model, each with its reason; what is wrong stands at its field."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.core.config.draft import draft
from studio.core.config.wire_text import format_wire
from studio.core.files.repository import Repository
from studio.core.new_model.creation import renamed, repository_problem
from studio.core.new_model.proposal import Port, Proposal, batch_problem, with_batch
from studio.core.operations.naming import name_problem
from studio.ui.new_model import names
from studio.ui.new_model.ports import PortTable
from studio.ui.new_model.rows import FieldRow
from studio.ui.widgets import Chooser, Label, MonoLabel, NumberField, QuietButton, Segmented, Switch, TextField
from studio.ui.widgets.structure import Row

_KINDS = (("", "Automatic"), ("KIND_CPU", "CPU"), ("KIND_GPU", "GPU"))
_LINKED = "A hard link: no room is taken, and a change of the file in place changes the model."
_REST_MS = 500
_COPIED = "Copied, so that the model is the repository’s own."


def backend_problem(backend: str) -> str:
    """Why a text cannot be the name of a backend: that is a folder of the server's."""
    if "/" in backend or "\\" in backend or backend in (".", ".."):
        return "A backend is a name without “/”, as onnxruntime or python."
    return "A backend has no blank in its name." if any(letter.isspace() for letter in backend) else ""


def interface_of(proposal: Proposal) -> str:
    """Inputs and outputs of a configuration that is there, a line each, with the shapes of a request."""
    config = draft(proposal.base or "").config
    sides = (("in ", config.inputs), ("out", config.outputs))
    lines = []
    for word, tensors in sides:
        for each in tensors:
            kind = each.data_type.removeprefix("TYPE_")
            lines.append(f"{word}  {each.name}  {kind}  {format_wire(each, config.max_batch_size)}")
    return "\n".join(lines) or "Completed by the server"


class ProposalForm(QScrollArea):
    """Shows a proposal and edits it."""

    changed = Signal(object)
    """Proposal"""
    called_changed = Signal(str)
    """The model that a template is to call."""
    place_wanted = Signal()
    """A person wants to choose the repository's folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proposal = Proposal("", "")
        self._repository: Repository | None = None
        self._linkable = False
        self.setObjectName(names.NewModel.SCROLL)
        self.setAccessibleName("What the new model is")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._body = QWidget(self)
        self._body.setProperty("kind", "page")
        self._make_fields()
        self._build()
        self._connect()
        self.setWidget(self._body)

    def _make_fields(self) -> None:
        body = self._body
        self.place = TextField("", mono=True, parent=body)
        self._browse = QuietButton("Choose…", parent=body)
        self.name = TextField("", parent=body)
        self.called = Chooser(parent=body)
        self.backend = TextField("", mono=True, parent=body)
        self.keep = Segmented([("copy", "Copy"), ("link", "Link")], parent=body)
        self.inputs = PortTable("input", body)
        self.outputs = PortTable("output", body)
        self.batch = NumberField(0, low=0, high=2**31 - 1, parent=body)
        self.dynamic = Switch("on", parent=body)
        self.kind = Segmented(_KINDS, parent=body)
        self.count = NumberField(None, low=1, high=1024, width=56, parent=body)
        self.count.field.setPlaceholderText("auto")
        self.interface = MonoLabel("", parent=body)
        self.decoupled = Switch("on", parent=body)

    def _build(self) -> None:
        body = self._body
        place = Row(self.place, self._browse, parent=body)
        place.box.setStretch(0, 1)
        count = Row(self.kind, self.count, Label("instances", "dim", parent=body), "stretch", parent=body)
        given: list[tuple[str, str, QWidget, QWidget]] = [
            ("place", "Repository", self.place, place),
            ("name", "Name", self.name, self.name),
            ("called", "Calls", self.called, self.called),
            ("backend", "Backend", self.backend, self.backend),
            ("files", "Files", self.keep, self.keep),
            ("interface", "Interface", self.interface, self.interface),
            ("inputs", "Inputs", self.inputs, self.inputs),
            ("outputs", "Outputs", self.outputs, self.outputs),
            ("max_batch_size", "Max batch size", self.batch, self.batch),
            ("dynamic_batching", "Dynamic batching", self.dynamic, self.dynamic),
            ("kind", "Instances", self.kind, count),
            ("decoupled", "Decoupled", self.decoupled, self.decoupled),
        ]
        column = QVBoxLayout(body)
        column.setContentsMargins(20, 16, 16, 16)
        column.setSpacing(12)
        self.rows: dict[str, FieldRow] = {}
        for key, title, field, shown in given:
            if not isinstance(field, PortTable):
                field.setObjectName(names.NewModel.FIELD.format(key))
                field.setAccessibleName(title)
            self.rows[key] = FieldRow(title, shown, body, top=isinstance(field, PortTable | MonoLabel))
            column.addWidget(self.rows[key])
        self.count.setObjectName(names.NewModel.FIELD.format("count"))
        self.count.setAccessibleName("Number of instances")
        self._browse.setObjectName(names.NewModel.FIELD.format("browse"))
        self._browse.setAccessibleName("Choose the repository’s folder")
        column.addStretch(1)

    def _connect(self) -> None:
        # A path is judged once it stands: half of one is wrong at nearly every letter.
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._edited)
        self.place.textEdited.connect(lambda _: self._rest.start())
        self.place.editingFinished.connect(self._judge_place)
        self._browse.clicked.connect(self.place_wanted)
        self.name.textEdited.connect(lambda text: self._put(renamed(self._proposal, text.strip())))
        self.called.textActivated.connect(self.called_changed)
        self.backend.textEdited.connect(self._set_backend)
        self.keep.changed.connect(lambda key: self._set(link=key == "link"))
        self.inputs.changed.connect(lambda ports: self._set_ports(inputs=ports))
        self.outputs.changed.connect(lambda ports: self._set_ports(outputs=ports))
        self.batch.edited.connect(lambda size: self._set_batch(int(size)))
        self.dynamic.toggled.connect(lambda on: self._set(dynamic_batching=on))
        self.kind.changed.connect(lambda key: self._set(kind=key))
        self.count.field.textEdited.connect(lambda _: self._set(count=int(self.count.value() or 0)))
        self.count.edited.connect(lambda count: self._set(count=int(count)))
        self.decoupled.toggled.connect(lambda on: self._set(decoupled=on))

    # What is shown

    def show_proposal(self, proposal: Proposal, repository: Repository | None, place: Path) -> None:
        """Shows a proposal for a repository; `place` is proposed where none is open."""
        self._repository = repository
        self._linkable = False
        self.place.setText(str(place))
        self.rows["place"].setVisible(repository is None)
        self.show_called((), "")
        self._take(proposal)
        self.name.setFocus()
        self.name.selectAll()

    def show_called(self, models: tuple[str, ...], chosen: str) -> None:
        """Lists the models that the template can call."""
        self.called.clear()
        self.called.addItems(list(models))
        self.called.setCurrentText(chosen)
        self.rows["called"].setVisible(bool(models))

    def set_place(self, path: str) -> None:
        """Takes another folder for the repository."""
        self.place.setText(path)
        self._edited()

    def set_linkable(self, linkable: bool) -> None:
        """Whether the files may be linked; what was chosen does not hold where they may not."""
        self._linkable = linkable
        if not linkable and self._proposal.link:
            self._set(link=False)
        self._say()

    @property
    def proposal(self) -> Proposal:
        """The proposal as it is now."""
        return self._proposal

    def repository_path(self) -> Path:
        """Where the model is to be made."""
        return self._repository.path if self._repository else Path(self.place.text().strip()).expanduser()

    def problems(self) -> dict[str, str]:
        """What is wrong, by field."""
        place = "" if self._repository else repository_problem(self.repository_path())
        there = self._repository or Repository(self.repository_path())
        found = {"place": place, "name": name_problem(there, self._proposal.name)}
        if not self._proposal.is_fixed:
            found |= {"inputs": self.inputs.problem, "outputs": self.outputs.problem}
            nothing = not (self._proposal.backend or self._proposal.platform)
            found["backend"] = "A model needs a backend." if nothing else backend_problem(self._proposal.backend)
            found["max_batch_size"] = "" if self.batch.value() is not None else "A whole number from 0 on."
        found["files"] = self._proposal.refusal
        return {key: said for key, said in found.items() if said}

    def _judge_place(self) -> None:
        if self._rest.isActive():
            self._rest.stop()
            self._edited()

    def _take(self, proposal: Proposal) -> None:
        self._proposal = proposal
        if self.name.text().strip() != proposal.name:
            self.name.setText(proposal.name)
        self.backend.setText(proposal.backend or proposal.platform)
        self.inputs.set_ports(proposal.inputs, proposal.max_batch_size)
        self.outputs.set_ports(proposal.outputs, proposal.max_batch_size)
        if self.batch.value() != proposal.max_batch_size:
            self.batch.set_value(proposal.max_batch_size)
        self.keep.set_value("link" if proposal.link else "copy")
        self.kind.set_value(proposal.kind)
        self.count.set_value(proposal.count or None)
        for switch, on in ((self.dynamic, proposal.dynamic_batching), (self.decoupled, proposal.decoupled)):
            switch.blockSignals(True)
            switch.setChecked(on)
            switch.blockSignals(False)
        self._say()

    def _say(self) -> None:
        """Shows what matters for this proposal, with its reasons."""
        made, rows, problems = self._proposal, self.rows, self.problems()
        own = not made.is_fixed
        rows["backend"].setVisible(own)
        rows["interface"].setVisible(not own)
        self.interface.setText("" if own else interface_of(made))
        rows["files"].setVisible(bool(made.sources) and (self._linkable or bool(made.refusal)))
        for key in ("inputs", "outputs"):
            rows[key].setVisible(own)
            rows[key].field.setVisible(not made.completes)
        rows["max_batch_size"].setVisible(own and not made.completes)
        rows["dynamic_batching"].setVisible(own and made.max_batch_size > 0)
        rows["kind"].setVisible(own)
        rows["kind"].field.setVisible(made.kind != "KIND_MODEL")
        rows["decoupled"].setVisible(own and (made.backend == "python" or made.decoupled))
        self.name.set_state("error" if "name" in problems else "")
        self.place.set_state("error" if "place" in problems else "")
        self.backend.set_state("error" if "backend" in problems else "")
        reasons = {"files": _LINKED if made.link else _COPIED, **made.reasons}
        reasons["interface"] = made.reasons.get("inputs", "")
        for key, row in rows.items():
            # A table tells what is wrong below its own rows.
            row.say(reasons.get(key, ""), "" if key in ("inputs", "outputs") else problems.get(key, ""))
        self._say_batch()

    def _say_batch(self) -> None:
        """A batch that the file does not let is told at once."""
        problem = batch_problem(self._proposal)
        asked = self._proposal.max_batch_size > 0 and "max_batch_size" not in self.problems()
        self.batch.set_state("warning" if asked and problem else "")

    # What a person does

    def _edited(self, *_: object) -> None:
        self._say()
        self.changed.emit(self._proposal)

    def _put(self, proposal: Proposal) -> None:
        self._proposal = proposal
        self._edited()

    def _set(self, **values: Any) -> None:
        self._put(replace(self._proposal, **values))

    def _set_ports(self, **ports: tuple[Port, ...]) -> None:
        self._set(**ports)

    def _set_backend(self, text: str) -> None:
        by_platform = bool(self._proposal.platform) and not self._proposal.backend
        self._set(**{"platform" if by_platform else "backend": text.strip()})

    def _set_batch(self, size: int) -> None:
        was = self._proposal.max_batch_size
        made = with_batch(self._proposal, size)
        if size > 0 and was == 0:
            made = replace(made, dynamic_batching=True)
        self._take(made)
        self._edited()
