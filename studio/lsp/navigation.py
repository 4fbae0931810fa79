"""Where a name is defined and used across a repository, and the edits that rename it everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types as lsp

from studio.core.assist.names import ModelSymbol, Name, Symbol, TensorSymbol, names, symbol_name
from studio.core.config.draft import Draft
from studio.core.failure import CoreError
from studio.core.files.repository import ModelFolder
from studio.core.operations.naming import name_problem
from studio.lsp.positions import Positions
from studio.lsp.workspace import Opened, RepositoryState, Workspace, located, uri_of
from studio.text.layout import Edit
from studio.text.literals import quote


@dataclass(frozen=True, slots=True)
class Place:
    """A name in one file of the repository."""

    path: Path
    text: Draft
    name: Name


def name_at(workspace: Workspace, opened: Opened, position: lsp.Position) -> Name | None:
    """The name at a place of a document; None where there is none."""
    state = workspace.known_repository(opened)
    if state is None or opened.path is None:
        return None
    offset = opened.positions.offset(position)
    own = located(opened.path)[1]
    found = (each for each in names(own, opened.draft, state.ensembles()))
    return next((each for each in found if each.scalar.start <= offset <= each.scalar.end), None)


def places(state: RepositoryState, symbol: Symbol) -> Iterator[Place]:
    """Everywhere in the repository where a symbol is named."""
    ensembles = state.ensembles()
    word = symbol_name(symbol)
    for folder in state.served.repository.folders:
        text = state.served.drafts.get(folder.name)
        if text is None or folder.config_path is None or not _may_name(text, word):
            continue
        for name in names(folder.name, text, ensembles):
            if name.symbol == symbol:
                yield Place(folder.config_path, text, name)


def _may_name(text: Draft, word: str) -> bool:
    """Whether a text can hold a name: it is written in it, or something is written with escapes."""
    return word in text.document.text or "\\" in text.document.text


def definitions(workspace: Workspace, opened: Opened, name: Name) -> list[lsp.Location]:
    """Where a name is defined. A model without a `name` is defined by its configuration as a whole."""
    state = workspace.known_repository(opened)
    if state is None:
        return []
    found = [each for each in places(state, name.symbol) if each.name.is_definition]
    if not found and isinstance(name.symbol, ModelSymbol):
        folder = state.served.repository.model(name.symbol.model)
        return [_start_of(folder)] if folder is not None and folder.config_path is not None else []
    if not found:
        # A tensor inside an ensemble is defined by the step that writes it: its first mention.
        found = list(places(state, name.symbol))[:1]
    return [_location(each) for each in found]


def references(workspace: Workspace, opened: Opened, name: Name, definition: bool) -> list[lsp.Location]:
    """Everywhere a name is written; the definition as well where it is asked for."""
    state = workspace.known_repository(opened)
    found = places(state, name.symbol) if state is not None else iter(())
    return [_location(each) for each in found if definition or not each.name.is_definition]


def rename(
    workspace: Workspace, opened: Opened, name: Name, new: str, moves_folders: bool
) -> list[lsp.TextDocumentEdit | lsp.RenameFile]:
    """The edits that give a name another text everywhere. Raises CoreError for one that cannot be.

    `moves_folders`: whether the editor can rename a folder, as the new name of a model needs.
    """
    state = workspace.known_repository(opened)
    if state is None:
        return []
    symbol = name.symbol
    attempted = f"Rename {symbol_name(symbol)} to {new}"
    _require_free(state, symbol, new, attempted)
    by_path: dict[Path, list[Place]] = {}
    for each in places(state, symbol):
        by_path.setdefault(each.path, []).append(each)
    edits: list[lsp.TextDocumentEdit | lsp.RenameFile] = [
        _edit(workspace, path, several, new) for path, several in by_path.items()
    ]
    if isinstance(symbol, ModelSymbol):
        if not moves_folders:
            raise CoreError(attempted, "this editor cannot rename the model's folder.", "Rename it in Trireme.")
        folder = state.path / symbol.model
        edits.append(lsp.RenameFile(uri_of(folder), uri_of(folder.with_name(new))))
    return edits


def _require_free(state: RepositoryState, symbol: Symbol, new: str, attempted: str) -> None:
    """Raises CoreError for a name that cannot be given."""
    if isinstance(symbol, ModelSymbol):
        if state.served.repository.model(symbol.model) is None:
            raise CoreError(attempted, "the repository has no such model.", "Name a model that is there.")
        problem = "" if new == symbol.model else name_problem(state.served.repository, new)
    elif not new:
        problem = "A tensor needs a name."
    else:
        other = TensorSymbol(symbol.model, symbol.side, new)
        is_taken = other != symbol and any(True for _ in places(state, other))
        problem = f"There is a tensor “{new}” already." if is_taken else ""
    if problem:
        raise CoreError(attempted, problem[0].lower() + problem[1:], "Choose another name.")


def _edit(workspace: Workspace, path: Path, several: list[Place], new: str) -> lsp.TextDocumentEdit:
    opened = workspace.opened_at(path)
    positions = opened.positions if opened is not None else Positions(several[0].text.document.text)
    edits = positions.edits([_replacement(each.name, new) for each in several])
    version = opened.version if opened is not None else None
    uri = opened.uri if opened is not None else uri_of(path)
    return lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri, version), edits)


def _replacement(name: Name, new: str) -> Edit:
    raw = name.scalar.raw
    literal = quote(new)
    if raw.startswith("'") and "'" not in literal and "\\" not in literal:
        literal = f"'{literal[1:-1]}'"
    return Edit(name.scalar.start, name.scalar.end, literal)


def _location(place: Place) -> lsp.Location:
    return lsp.Location(uri_of(place.path), Positions(place.text.document.text).range(place.name.span))


def _start_of(folder: ModelFolder) -> lsp.Location:
    start = lsp.Position(0, 0)
    return lsp.Location(uri_of(folder.config_path or folder.path), lsp.Range(start, start))
