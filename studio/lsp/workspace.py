"""The open documents and the repositories around them, edits included. Any thread may read a repository from disk."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types as lsp
from pygls import uris

from studio.core.assist.references import Scope
from studio.core.checking.profile import Profile
from studio.core.checking.served import (
    Found,
    Served,
    check_touched,
    read_others,
    read_served,
)
from studio.core.config.draft import Draft, draft
from studio.core.config.model_config import Config
from studio.core.files.configs import ConfigReader
from studio.core.files.repository import CONFIG_NAME, ModelFolder, Repository
from studio.failure import Failure
from studio.lsp.positions import Positions, changed
from studio.text.reparse import applied

_CONFIGS = "configs"


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A document that an editor holds. `path` is None where it is no file yet."""

    uri: str
    path: Path | None
    version: int
    draft: Draft
    _positions: list[Positions] = field(default_factory=list, init=False, repr=False)

    @property
    def text(self) -> str:
        """The text as the editor holds it."""
        return self.draft.document.text

    @property
    def positions(self) -> Positions:
        """The positions of its text."""
        if not self._positions:
            self._positions.append(Positions(self.text))
        return self._positions[0]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A repository as it lay on disk, for the server that it is checked for, and what could not be taken of either."""

    profile: Profile
    served: Served
    others: tuple[Served, ...]
    failure: Failure | None


class RepositoryState:
    """One repository: what was read of it last, and the drafts of the documents that are open in it."""

    def __init__(self, path: Path, profile_of: Callable[[Path], Profile]) -> None:
        """`profile_of` gives the server that a repository is checked for. It may raise Failure."""
        self.path = path
        self.profile = Profile()
        self._profile_of = profile_of
        self._reader = ConfigReader()
        self._disk = Served(Repository(path), {})
        self.others: tuple[Served, ...] = ()
        self._open: dict[Path, Draft] = {}
        self._served: Served | None = None

    def read(self) -> Reading:
        """What lies on disk now; any thread may ask. Raises Failure where the folder cannot be read."""
        failure: Failure | None = None
        profile = self.profile
        others: tuple[Served, ...] = ()
        try:
            profile = self._profile_of(self.path)
            others = read_others(profile, self._reader)
        except Failure as found:
            # The project's file or a further repository of its server: this one is checked without.
            failure = found
        return Reading(profile, read_served(self.path, profile, self._reader), others, failure)

    def take(self, reading: Reading) -> set[str]:
        """Keep what a reading found; the names of the models whose verdict may be another."""
        before, after = self._disk, reading.served
        names = {each.name for each in (*before.repository.folders, *after.repository.folders)}
        is_same_server = (reading.profile, len(reading.others)) == (self.profile, len(self.others))
        self.profile, self._disk, self.others = reading.profile, after, reading.others
        self._served = None
        return {name for name in names if not is_same_server or self.others or _differs(before, after, name)}

    def open(self, path: Path, text: Draft | None) -> None:
        """The draft of a file that an editor holds, None where it was closed."""
        if text is None:
            self._open.pop(path, None)
        else:
            self._open[path] = text
        self._served = None

    @property
    def served(self) -> Served:
        """The repository as it is with what is edited."""
        if self._served is None:
            drafts = dict(self._disk.drafts)
            for folder in self._disk.repository.folders if self._open else ():
                text = self._open.get(folder.config_path) if folder.config_path else None
                if text is not None:
                    drafts[folder.name] = text
            self._served = Served(self._disk.repository, drafts)
        return self._served

    def check(self, names: set[str]) -> Iterator[Found]:
        """The findings of these models and of the ensembles that use them."""
        return check_touched(self.served, self.others, self.profile, sorted(names))

    def model_of(self, path: Path) -> ModelFolder | None:
        """The model whose configuration a file is for this server."""
        name = located(path)[1]
        folder = self._disk.repository.model(name)
        return folder if folder is not None and folder.config_path == path else None

    def config(self, name: str) -> Config | None:
        """The configuration of a model."""
        text = self.served.drafts.get(name)
        return text.config if text is not None else None

    def edited(self, path: Path) -> Draft | None:
        """The draft of a file that an editor holds."""
        return self._open.get(path)

    def ensembles(self) -> dict[str, bool]:
        """Of each model with a configuration, whether it is an ensemble."""
        return {name: text.config.is_ensemble for name, text in self.served.drafts.items()}


class Workspace:
    """What an editor has open. One thread uses it."""

    def __init__(self, profile_of: Callable[[Path], Profile]) -> None:
        """`profile_of` gives the server that a repository is checked for. It may raise Failure."""
        self._profile_of = profile_of
        self._documents: dict[str, Opened] = {}
        """By what their addresses mean: one file has several spellings."""
        self._holds: Counter[str] = Counter()
        """How often each is open: an editor may take two spellings for two documents."""
        self.repositories: dict[Path, RepositoryState] = {}

    def open(self, given: lsp.TextDocumentItem) -> Opened:
        """A document was opened."""
        self._holds[_key(given.uri)] += 1
        return self._keep(Opened(given.uri, _path(given.uri), given.version, draft(given.text)))

    def document(self, uri: str) -> Opened | None:
        """An open document by any spelling of its address."""
        return self._documents.get(_key(uri))

    def documents(self) -> tuple[Opened, ...]:
        """All that are open."""
        return tuple(self._documents.values())

    def change(self, uri: str, version: int, changes: list[lsp.TextDocumentContentChangeEvent]) -> Opened | None:
        """A document was edited; None where it is not open."""
        before = self.document(uri)
        if before is None:
            return None
        text, edits = changed(before.text, changes)
        after = Draft(applied(before.draft.document, edits)) if edits else before.draft.with_text(text)
        return self._keep(Opened(before.uri, before.path, version, after))

    def close(self, uri: str) -> Opened | None:
        """A document was closed: its file counts again."""
        key = _key(uri)
        self._holds[key] -= 1
        if self._holds[key] > 0:
            return None
        del self._holds[key]
        before = self._documents.pop(key, None)
        if before is not None and before.path is not None:
            state = self.repositories.get(located(before.path)[0])
            if state is not None:
                state.open(before.path, None)
        return before

    def repository(self, root: Path) -> RepositoryState:
        """The repository that lies in a folder, with what is open of it."""
        if root not in self.repositories:
            state = self.repositories[root] = RepositoryState(root, self._profile_of)
            for each in self.documents():
                if each.path is not None and located(each.path)[0] == root:
                    state.open(each.path, each.draft)
        return self.repositories[root]

    def known_repository(self, document: Opened) -> RepositoryState | None:
        """The repository of a document, where it was looked at."""
        return self.repositories.get(located(document.path)[0]) if document.path else None

    def scope(self, document: Opened) -> Scope:
        """What the names in a document can refer to."""
        state = self.known_repository(document)
        if state is None or document.path is None:
            return Scope("", document.draft.config, (), lambda _name: None, lambda _name: ())
        repository = state.served.repository
        name = located(document.path)[1]
        folder = repository.model(name)
        files = [file.name for file in folder.files if not file.is_folder] if folder else []
        files += [file.name for version in folder.versions for file in version.files] if folder else []

        def versions(model: str) -> tuple[int, ...]:
            found = repository.model(model)
            return tuple(version.number for version in found.versions) if found else ()

        return Scope(
            name,
            document.draft.config,
            tuple(each.name for each in repository.models),
            state.config,
            versions,
            tuple(dict.fromkeys(each for each in files if not each.endswith(".pbtxt"))),
            tuple(state.profile.gpus or ()),
        )

    def opened_at(self, path: Path) -> Opened | None:
        """The document of a file, where it is open."""
        return next((each for each in self.documents() if each.path == path), None)

    def _keep(self, opened: Opened) -> Opened:
        self._documents[_key(opened.uri)] = opened
        state = self.known_repository(opened)
        if state is not None and opened.path is not None:
            state.open(opened.path, opened.draft)
        return opened


def located(path: Path) -> tuple[Path, str]:
    """The repository and the model that a configuration belongs to by where it lies."""
    model = path.parent.parent if path.parent.name == _CONFIGS and path.name != CONFIG_NAME else path.parent
    return model.parent, model.name


def uri_of(path: Path) -> str:
    """The address of a file."""
    return path.as_uri()


def _key(uri: str) -> str:
    """What an address means: the path of a file, however it is written."""
    path = _path(uri)
    return str(path) if path is not None else uri


def _path(uri: str) -> Path | None:
    found = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(os.path.normpath(found)) if found else None


def _differs(before: Served, after: Served, name: str) -> bool:
    old, new = before.repository.model(name), after.repository.model(name)
    return old != new or before.drafts.get(name) is not after.drafts.get(name)
