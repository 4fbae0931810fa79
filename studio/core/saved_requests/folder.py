"""The folder of saved requests: one small file for each, tensors beside them, and what holds for all of a folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from studio import disk, paths
from studio.core.failure import CoreError
from studio.core.files.bounds import bounds_of
from studio.core.files.reading import Stamp, is_missing, read
from studio.core.files.saving import Conflict, save, sibling
from studio.core.saved_requests.environments import Environments, OthersWrote, is_alike
from studio.core.saved_requests.writing import to_text
from studio.value_class import dataclass, field

DEFAULTS = "folder"
"""The name of the file with what holds for all requests of a folder."""
ENVIRONMENTS = "environments"
"""The name of the file with the values of variables, in the topmost folder."""
_MERGED = ("parameters", "headers", "variables", "classes")
_MOST_BYTES = 4 << 20
_MOST_TENSOR_BYTES = 1 << 30
_MOST_REQUESTS = 10_000
_DEEPEST = 8
_DEEPEST_JSON = 100
_PART = re.compile(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,120}")


@dataclass(frozen=True, slots=True)
class RequestFile:
    """What the file of a request says, with what holds for its folder, its variables not replaced.

    `own` is the file's alone. `variables` are those of its folders.
    """

    name: str
    own: Mapping[str, Any]
    tree: Mapping[str, Any]
    variables: Mapping[str, Any] = field(default_factory=dict)


def requests_folder(repository: Path) -> Path:
    """Where the requests for a repository are: `<repository>.trireme/requests`, or in the user's data."""
    return sibling(repository) / "requests"


def requests_folder_of(origin: str) -> Path:
    """Where the requests for a server are whose repository is nowhere here."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", origin).strip("-.")[:60] or "server"
    digest = hashlib.blake2b(origin.encode(), digest_size=6).hexdigest()
    return paths.data_dir() / "requests" / f"{plain}-{digest}"


@dataclass(frozen=True, slots=True)
class RequestFolder:
    """The requests under one folder, by names such as `images/anchor`. Every call reads the disk anew.

    Nothing outside the folder is read or written, whatever a file or a link in it says.
    """

    root: Path

    def names(self) -> tuple[str, ...]:
        """All of them, sorted."""
        found = sorted(_names(self.root, "", 0))
        if len(found) > _MOST_REQUESTS:
            raise CoreError(f"Reading {self.root}", f"it holds more than {_MOST_REQUESTS:,} requests.")
        return tuple(found)

    def read(self, name: str) -> RequestFile:
        """One request. Raises CoreError for one that is not there, broken, too large, or leads out of the folder."""
        own = self._json(self.path(name), f"Reading the request {name}")
        tree = self.defaults(name)
        variables = tree.pop("variables", {})
        return RequestFile(name, own, _merged(tree, own), variables if isinstance(variables, Mapping) else {})

    def defaults(self, name: str) -> dict[str, Any]:
        """What the folders of a request say for all in them. Raises CoreError where that is broken."""
        tree: dict[str, Any] = {}
        folders = name.split("/")[:-1]
        for depth in range(len(folders) + 1):
            tree = _merged(tree, self._defaults("/".join(folders[:depth])))
        return tree

    def environments(self) -> Environments:
        """The values of variables, by the name of the environment."""
        path = self.root / f"{ENVIRONMENTS}.json"
        found = self._json(path, "Reading the environments", missing={})
        if not all(isinstance(each, dict) for each in found.values()):
            raise CoreError("Reading the environments", "it is no object of objects.")
        return found

    def write_environments(self, given: Environments, read: Environments | None = None) -> None:
        """Keeps the values of variables, in place of all that were kept. Raises CoreError where those are broken.

        Raises OthersWrote where the file no longer says what was `read` of it, where that is given.
        """
        path = self.root / f"{ENVIRONMENTS}.json"
        before = self._stamp(path)
        # What a person wrote there by hand is not lost to a missing comma.
        there = self.environments()
        if read is not None and not is_alike(there, read):
            raise OthersWrote(there)
        text = to_text({name: dict(values) for name, values in given.items()})
        self._save(path, text.encode("utf-8", "surrogateescape"), before)

    def tensor_bytes(self, name: str, reference: str) -> bytes:
        """The bytes of a file that a request names, by its path from the request's folder."""
        attempted = f"Reading {reference} of the request {name}"
        path = self.tensor_path(name, reference)
        try:
            return read(path, _MOST_TENSOR_BYTES, bounds_of(self.root))[0]
        except CoreError as error:
            remedy = "Put the file back, or save the request again." if is_missing(error) else error.remedy
            raise CoreError(attempted, f"{reference}: {error.reason}", remedy) from error

    def tensor_path(self, name: str, reference: str) -> Path:
        """Where a file is that a request names. Raises CoreError where that is out of the folder."""
        path = self.path(name).parent / reference
        if not reference or bounds_of(self.root).outside(path) is not None or "\0" in reference:
            why = f"{reference or 'no file'} is out of the folder of requests."
            raise CoreError(f"Reading the request {name}", why, "Copy the file beside the request.")
        return path

    def path(self, name: str) -> Path:
        """The file of a request. Raises CoreError for a name that none can have."""
        parts = name.split("/")
        is_reserved = parts[-1] == DEFAULTS or name == ENVIRONMENTS
        if len(parts) > _DEEPEST or is_reserved or not all(map(_PART.fullmatch, parts)):
            raise CoreError(f"Naming a request “{name}”", "a request cannot have this name.", "Choose a plain name.")
        return self.root / f"{name}.json"

    def write(
        self,
        name: str,
        tree: Mapping[str, Any],
        files: Mapping[str, bytes] | None = None,
        known: Iterable[Mapping[str, Any]] | None = None,
    ) -> None:
        """Keeps a request with the tensors that it names; what it no longer names of its own is removed.

        Raises Conflict where the file says none of what is `known` of it, where that is given.
        """
        path = self.path(name)
        stamp = self._stamp(path)
        if known is not None and stamp is not None:
            self._require(name, known)
        before = self.own_files(name)
        for each, data in (files or {}).items():
            target = self.tensor_path(name, each)
            self._save(target, data, self._stamp(target))
        self._save(path, to_text(tree).encode("utf-8", "surrogateescape"), stamp)
        for each in before - named_files(tree):
            self.tensor_path(name, each).unlink(missing_ok=True)

    def own_files(self, name: str) -> frozenset[str]:
        """The files that are a request's own: named by it, and called after it."""
        try:
            named = named_files(self._json(self.path(name), f"Reading the request {name}"))
        except CoreError:
            return frozenset()
        start = f"{name.rpartition('/')[2]}."
        return frozenset(each for each in named if each.startswith(start) and "/" not in each)

    def _require(self, name: str, known: Iterable[Mapping[str, Any]]) -> None:
        attempted = f"Save the request {name}"
        try:
            there = to_text(self._json(self.path(name), attempted))
        except CoreError:
            # It is being written, or is no request any more.
            there = None
        if there not in {to_text(each) for each in known}:
            why = "another program changed its file since it was read."
            raise Conflict(attempted, why, "Nothing was written: look at it, then save again.")

    def _defaults(self, folder: str) -> Mapping[str, Any]:
        path = self.root / folder / f"{DEFAULTS}.json"
        return self._json(path, f"Reading what holds for the requests in {folder or self.root.name}", missing={})

    def _json(self, path: Path, attempted: str, missing: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            data = read(path, _MOST_BYTES, bounds_of(self.root))[0]
        except CoreError as error:
            if missing is not None and is_missing(error):
                return missing
            raise CoreError(attempted, error.reason) from error
        try:
            found = json.loads(data.decode("utf-8", "surrogateescape"), object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            raise CoreError(attempted, f"{path.name} is no JSON: {error}.") from error
        if not isinstance(found, dict):
            raise CoreError(attempted, f"{path.name} holds no object.")
        if _is_deep(found):
            raise CoreError(attempted, f"{path.name} is nested deeper than {_DEEPEST_JSON} levels.")
        return found

    def _stamp(self, path: Path) -> Stamp | None:
        """What is there now; what is written in its place is so only while it stays."""
        if target := bounds_of(self.root).outside(path):
            raise CoreError(f"Save {path}", f"it leads out of its folder, to {target}.", "Remove that link.")
        return read(path, _MOST_TENSOR_BYTES)[1] if disk.is_there(path) else None

    def _save(self, path: Path, data: bytes, expected: Stamp | None) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CoreError(f"Save {path}", f"{disk.reason(error)}.", disk.remedy(error)) from error
        save(path, data, expected)


def named_files(tree: Mapping[str, Any]) -> frozenset[str]:
    """The files that a request names."""
    held = [each for part in ("inputs", "expect") for each in _values(tree.get(part))]
    return frozenset(each["file"] for each in held if isinstance(each, dict) and isinstance(each.get("file"), str))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        # Of what is expected twice, as after a merge, only the last would be looked at.
        raise ValueError(f"“{next(name for name in names if names.count(name) > 1)}” stands in it twice")
    return found


def _is_deep(tree: object) -> bool:
    level = [tree]
    for _ in range(_DEEPEST_JSON):
        held = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [each for values in held for each in values]
    return bool(level)


def _values(given: object) -> list[Any]:
    return list(given.values()) if isinstance(given, dict) else []


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """What one says over the other: maps by their entries, tags together, the rest as a whole."""
    found = {**under, **over}
    for name in _MERGED:
        one, other = under.get(name), over.get(name)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            found[name] = {**one, **other}
    first, then = under.get("tags"), over.get("tags")
    if isinstance(first, list) and isinstance(then, list):
        found["tags"] = [*first, *(each for each in then if each not in first)]
    return found


def _names(folder: Path, prefix: str, depth: int) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            there = list(entries)
    except FileNotFoundError:
        return
    except OSError as error:
        raise CoreError(f"Reading {folder}", f"{disk.reason(error)}.", disk.remedy(error)) from error
    for each in there:
        if each.is_dir(follow_symlinks=False):
            if depth + 1 < _DEEPEST and _PART.fullmatch(each.name):
                yield from _names(Path(each.path), f"{prefix}{each.name}/", depth + 1)
        elif each.name.endswith(".json"):
            stem = each.name.removesuffix(".json")
            is_request = stem != DEFAULTS and not (stem == ENVIRONMENTS and not prefix)
            if is_request and _PART.fullmatch(stem):
                yield f"{prefix}{stem}"
