"""The question under which name a request is saved, with which tags, and what is expected of its answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from studio.core.failure import CoreError
from studio.core.inference.requests import Tensor
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.keeping.saving_as import Chosen
from studio.ui.tester.saved import names
from studio.ui.tester.saved.expected.expected_rows import ExpectedRows
from studio.ui.widgets import Label, Switch, TextField
from studio.ui.widgets.dialogs import Question

_ANSWER = "What is expected of the answer that is at hand:"
_NO_ANSWER = "Nothing is expected yet: send it once, and its answer can be what is expected."
_AS_BEFORE = "What is expected stays: no answer is at hand."
_MOST_HIGH = 260
_MOST_ROWS = 8
"""Outputs without a scroll bar."""


@dataclass(frozen=True, slots=True)
class About:
    """What is saved: how each output was expected `before`, and which files come from `outside` the folder."""

    folder: RequestFolder
    name: str
    tags: str = ""
    outputs: tuple[Tensor, ...] = ()
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outside: tuple[Path, ...] = ()


class SaveDialog(Question):
    """Name and tags where the name may be chosen; always what is expected of the outputs at hand."""

    def __init__(
        self, parent: QWidget, title: str, about: About, taken: Collection[str] = (), *, is_named: bool = False
    ) -> None:
        super().__init__(parent, title, "", names.Saved.DIALOG)
        self._folder, self._taken, self._about = about.folder, frozenset(taken), about
        self.setMinimumWidth(736 if about.outputs else 460)
        self.name = TextField(about.name)
        self.tags = TextField(about.tags)
        self.problem = Label("", "error", 12)
        self.copies = Switch(_copies(about.outside))
        self.rows = ExpectedRows(about.outputs, about.before, is_new=not (is_named or about.before))
        self._build(is_named=is_named)
        self.add_button("", "Cancel")
        self.add_button("yes", "Save", "primary")
        self.finish()
        self.name.textChanged.connect(lambda _text: self._judge())
        if not is_named:
            self.name.setFocus()
            self.name.selectAll()
        self._judge()

    def _build(self, *, is_named: bool) -> None:
        self.name.setObjectName(names.Saved.DIALOG_NAME)
        self.name.setAccessibleName("Name of the request")
        self.name.setPlaceholderText("folder/name")
        self.tags.setObjectName(names.Saved.DIALOG_TAGS)
        self.tags.setAccessibleName("Tags")
        self.tags.setPlaceholderText("smoke, slow")
        self.problem.setObjectName(names.Saved.DIALOG_PROBLEM)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.copies.setObjectName(names.Saved.DIALOG_COPIES)
        self.copies.setAccessibleName(self.copies.text())
        self.copies.setToolTip("Without it the values of the tensors are kept, and not the files that they are from")
        self.copies.setChecked(True)
        self.copies.setVisible(bool(self._about.outside))
        named = QWidget()
        column = QVBoxLayout(named)
        column.setContentsMargins(0, 0, 0, 0)
        for title, line in (("Name", self.name), ("Tags", self.tags)):
            column.addWidget(Label(title, "dim", 12))
            column.addWidget(line)
        column.addWidget(self.problem)
        column.addWidget(self.copies)
        self.column.addWidget(named)
        named.setVisible(not is_named)
        self.column.addSpacing(4)
        none = _AS_BEFORE if self._about.before else _NO_ANSWER
        self.column.addWidget(Label(_ANSWER if self.rows.rows else none, "dim", 12))
        if 0 < len(self.rows.rows) <= _MOST_ROWS:
            self.column.addWidget(self.rows)
        elif self.rows.rows:
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFrameShape(QScrollArea.Shape.NoFrame)
            area.setWidget(self.rows)
            area.setFixedHeight(_MOST_HIGH)
            self.column.addWidget(area)

    def told(self) -> Chosen:
        """All that was chosen."""
        outputs, ways = self.rows.expected()
        return Chosen(self.chosen_name(), self.chosen_tags(), outputs, ways, not self.rows.rows)

    def chosen_name(self) -> str:
        """The name as it is written."""
        return self.name.text().strip().removesuffix(".json").strip("/")

    def chosen_tags(self) -> tuple[str, ...]:
        """The tags, each once."""
        return tuple(dict.fromkeys(filter(None, (tag.strip() for tag in self.tags.text().split(",")))))

    def _judge(self) -> None:
        why = self._why_not()
        self.problem.setText(why)
        self.problem.setVisible(bool(why) and bool(self.name.text()))
        self.name.set_state("error" if why and self.name.text() else "")

    def _why_not(self) -> str:
        name = self.chosen_name()
        if name in self._taken:
            return f"There is a request named {name} already. Choose another name."
        try:
            self._folder.path(name)
        except CoreError as error:
            return f"{error.reason.capitalize()} {error.remedy}"
        return ""

    def accept(self) -> None:
        """Only with a name that can be."""
        if self._why_not():
            self.problem.setText(self._why_not())
            self.problem.show()
            self.name.set_state("error")
            self.name.setFocus()
            return
        super().accept()


def ask_name(parent: QWidget, about: About, taken: Collection[str], then: Callable[[SaveDialog], object]) -> SaveDialog:
    """Asks how a request is to be saved."""
    dialog = SaveDialog(parent, "Save the request", about, taken)
    dialog.accepted.connect(lambda: then(dialog))
    dialog.open()
    return dialog


def ask_expected(parent: QWidget, about: About, then: Callable[[SaveDialog], object]) -> SaveDialog:
    """Asks what is expected of the outputs of a saved request."""
    dialog = SaveDialog(parent, f"What {about.name} expects", about, is_named=True)
    dialog.accepted.connect(lambda: then(dialog))
    dialog.open()
    return dialog


def _copies(outside: tuple[Path, ...]) -> str:
    what = outside[0].name if len(outside) == 1 else f"{len(outside)} files"
    return f"Copy {what} beside the request"
