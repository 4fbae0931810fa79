"""Renaming a tensor in all configurations that name it, edits included, also in those of the `configs` folders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.app import tasks
from studio.app.repository.rewriting import Rewrite, Rewritten, rewrite
from studio.core.assist.config_texts import config_texts, usual_path
from studio.core.assist.names import Name, TensorSymbol
from studio.core.assist.renaming import ConfigText, Place, RenamedText, name_at, places, renamed, tensor_problem
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import Repository

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.app.tasks import TaskContext


@dataclass(frozen=True, slots=True, eq=False)
class TensorUses:
    """Where a tensor is named. `unread` are configurations that could not be looked into, `own` is its model's."""

    symbol: TensorSymbol
    texts: tuple[ConfigText, ...]
    ensembles: Mapping[str, bool]
    places: tuple[Place, ...]
    unread: tuple[str, ...]
    own: Path

    @property
    def are_elsewhere(self) -> bool:
        """Whether any file names it but the configuration of its own model."""
        return any(each.text.path != self.own for each in self.places)

    def problem(self, new: str) -> str:
        """Why the tensor cannot have a name, or ""."""
        return tensor_problem(self.texts, self.ensembles, self.symbol, new)

    def renamed(self, new: str) -> tuple[RenamedText, ...]:
        """The configurations that would change, with what becomes of them."""
        return tuple(renamed(self.places, new))


def named_at(session: Session, model: str, held: Draft, offset: int) -> Name | None:
    """The name of a model or a tensor at a character of a model's configuration."""
    used = {model, *(step.model_name for step in held.config.steps)}
    known = {name: text.config.is_ensemble for name in used if (text := session.draft(name)) is not None}
    return name_at(model, held, {**known, model: held.config.is_ensemble}, offset)


def find_uses(owner: QObject, session: Session, symbol: TensorSymbol, found: Callable[[TensorUses], object]) -> None:
    """Looks up where a tensor is named, beside the window."""
    repository = session.repository
    if repository is None:
        return
    drafts = session.drafts()
    edited = {file.path: file.draft.document.text for file in session.files.all().values()}
    tasks.run(owner, lambda context: _uses(symbol, repository, drafts, edited, context), found, key="uses")


def rename(session: Session, uses: TensorUses, new: str) -> Rewritten:
    """Gives a tensor another name, as one step to undo in each file. Nothing is saved by it."""
    wanted = [_rewrite(session, each) for each in uses.renamed(new)]
    return rewrite(session, f"Rename {uses.symbol.tensor} to {new}", wanted)


def text_name(session: Session, text: ConfigText) -> str:
    """What a configuration is called among the open texts: its model, or its path where it is not the usual one."""
    folder = session.repository.model(text.model) if session.repository else None
    return text.model if folder is None or usual_path(folder) == text.path else session.files.name_of(text.path)


def _rewrite(session: Session, each: RenamedText) -> Rewrite:
    after = each.after
    return Rewrite(text_name(session, each.text), each.text.draft.document.text, lambda held: held.with_text(after))


def _uses(
    symbol: TensorSymbol,
    repository: Repository,
    drafts: Mapping[str, Draft],
    edited: Mapping[Path, str],
    context: TaskContext,
) -> TensorUses:
    texts: list[ConfigText] = []
    unread: list[str] = []

    def held(path: Path) -> Draft | None:
        return draft(edited[path]) if path in edited else None

    for folder in repository.folders:
        context.raise_if_cancelled()
        found, missed = config_texts(folder, drafts.get(folder.name), held)
        texts += found
        unread += missed
    ensembles = {name: held.config.is_ensemble for name, held in drafts.items()}
    named = tuple(places(texts, ensembles, symbol))
    own_folder = repository.model(symbol.model)
    own = usual_path(own_folder) if own_folder is not None else repository.path / symbol.model
    return TensorUses(symbol, tuple(texts), ensembles, named, tuple(unread), own)
