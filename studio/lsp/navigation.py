"""Where a name is defined and used across a repository, and the edits that rename it everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types as lsp

from studio.core.assist import renaming
from studio.core.assist.config_texts import config_texts
from studio.core.assist.names import ModelSymbol, Name, Symbol, symbol_name
from studio.core.assist.renaming import ConfigText, Place
from studio.core.failure import CoreError
from studio.core.files.repository import ModelFolder
from studio.core.operations.naming import name_problem
from studio.lsp.positions import Positions
from studio.lsp.workspace import Opened, RepositoryState, Workspace, located, uri_of


def name_at(workspace: Workspace, opened: Opened, position: lsp.Position) -> Name | None:
    """The name at a place of a document; None where there is none."""
    state = workspace.known_repository(opened)
    if state is None or opened.path is None:
        return None
    own = located(opened.path)[1]
    return renaming.name_at(own, opened.draft, state.ensembles(), opened.positions.offset(position))


def places(state: RepositoryState, symbol: Symbol) -> Iterator[Place]:
    """Everywhere in the repository where a symbol is named, in configurations that no server takes now too."""
    return renaming.places(_texts(state), state.ensembles(), symbol)


def _texts(state: RepositoryState) -> Iterator[ConfigText]:
    for folder in state.served.repository.folders:
        yield from config_texts(folder, state.served.drafts.get(folder.name), state.edited)[0]


def definitions(workspace: Workspace, opened: Opened, name: Name) -> list[lsp.Location]:
    """Where a name is defined. A model without a `name` is defined by its configuration as a whole."""
    state = workspace.known_repository(opened)
    if state is None:
        return []
    served = [each for each in places(state, name.symbol) if state.model_of(each.text.path) is not None]
    found = [each for each in served if each.name.is_definition]
    if not found and isinstance(name.symbol, ModelSymbol):
        folder = state.served.repository.model(name.symbol.model)
        return [_start_of(folder)] if folder is not None and folder.config_path is not None else []
    if not found:
        # A tensor inside an ensemble is defined by the step that writes it: its first mention.
        found = served[:1]
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
        by_path.setdefault(each.text.path, []).append(each)
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
    else:
        problem = renaming.tensor_problem(_texts(state), state.ensembles(), symbol, new)
    if problem:
        raise CoreError(attempted, problem[0].lower() + problem[1:], "Choose another name.")


def _edit(workspace: Workspace, path: Path, several: list[Place], new: str) -> lsp.TextDocumentEdit:
    opened = workspace.opened_at(path)
    positions = opened.positions if opened is not None else Positions(several[0].text.draft.document.text)
    edits = positions.edits([renaming.replacement(each.name, new) for each in several])
    version = opened.version if opened is not None else None
    uri = opened.uri if opened is not None else uri_of(path)
    return lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri, version), edits)


def _location(place: Place) -> lsp.Location:
    return lsp.Location(uri_of(place.text.path), Positions(place.text.draft.document.text).range(place.name.span))


def _start_of(folder: ModelFolder) -> lsp.Location:
    start = lsp.Position(0, 0)
    return lsp.Location(uri_of(folder.config_path or folder.path), lsp.Range(start, start))
