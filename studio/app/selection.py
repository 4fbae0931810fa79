"""What is selected: rows of the explorer, the model in front, the step clicked last. Every room may follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.checking.findings import Finding


@dataclass(frozen=True, slots=True)
class Selected:
    """One selected thing of the repository: a model, its configuration, a version, or a file."""

    kind: Literal["model", "config", "version", "file"]
    model: str
    path: Path | None = None
    version: int = 0
    """The number of a version; that of the version which a file is in."""


class Selection(QObject):
    """What commands are about: the rows that are selected in the explorer, else the model in front."""

    changed = Signal()
    front_changed = Signal(str)
    """The model whose tab came in front; "" for none."""
    file_shown = Signal(object)
    """The Path of a text file whose tab came in front."""
    problem_changed = Signal()
    step_chosen = Signal(str, str)
    """Model and version of the step of an ensemble that was clicked on a canvas."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.row: Selected | None = None
        """The row that has the cursor."""
        self.rows: tuple[Selected, ...] = ()
        """All selected rows, from the top."""
        self.problem: Finding | None = None
        """The problem whose row is selected."""
        self.front = ""
        """The model in front; "" where no model's tab is."""

    def select(self, row: Selected | None, rows: Sequence[Selected]) -> None:
        """Takes what is selected in the explorer."""
        self.row, self.rows = row, tuple(rows)
        self.changed.emit()

    def set_problem(self, problem: Finding | None) -> None:
        """Takes the problem whose row is selected."""
        if problem is not self.problem:
            self.problem = problem
            self.problem_changed.emit()

    def set_front(self, model: str, file: Path | None = None) -> None:
        """Takes the model whose tab came in front, or the text file."""
        self.front = model
        self.front_changed.emit(model)
        if file is not None:
            self.file_shown.emit(file)

    @property
    def model(self) -> str:
        """The model that commands are about."""
        return self.row.model if self.row is not None and self.row.model else self.front

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that commands are about, in the explorer's order."""
        selected = dict.fromkeys(row.model for row in self.rows if row.model)
        return tuple(selected) or tuple(name for name in (self.model,) if name)

    @property
    def folders(self) -> tuple[Selected, ...]:
        """The models and versions that are selected; the model that commands are about where there are none."""
        rows = tuple(row for row in self.rows if row.kind in ("model", "version"))
        repository = self._session.repository
        folder = repository.model(self.model) if repository else None
        return rows or ((Selected("model", folder.name, folder.path),) if folder else ())
