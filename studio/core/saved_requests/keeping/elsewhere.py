"""The file of a request as it is to be under another name, in another folder too."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from studio.core.saved_requests.folder import RequestFile, RequestFolder, named_files
from studio.core.saved_requests.variables import settled
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Moved:
    """The JSON of the file, and where the bytes of each of its own files are now, by the old name."""

    tree: Mapping[str, Any]
    own: Mapping[str, str]


def elsewhere(folder: RequestFolder, file: RequestFile, new: str) -> Moved:
    """The same request under another name: what its folders gave and those of the new name do not is said in it.

    Raises CoreError for a name that none can have.
    """
    old, target = file.name, folder.path(new)
    given = folder.defaults(new)
    tree = dict(file.own)
    if old.rpartition("/")[0] != new.rpartition("/")[0]:
        file = _settled(file, given.get("variables"))
        tree = {**{key: value for key, value in file.tree.items() if given.get(key) != value}, **_unmerged(file)}
    own = folder.own_files(old)
    stem, new_stem = old.rpartition("/")[2], new.rpartition("/")[2]
    names = {each: f"{new_stem}{each.removeprefix(stem)}" for each in own}
    around = {each: os.path.relpath(folder.tensor_path(old, each), target.parent) for each in named_files(tree) - own}
    return Moved(_renamed(tree, {**names, **around}), names)


def _settled(file: RequestFile, given: object) -> RequestFile:
    """With the values of those variables of its folders that are not given where it is to be."""
    known = given if isinstance(given, Mapping) else {}
    lost = {name: value for name, value in file.variables.items() if name not in known}
    return RequestFile(file.name, settled(dict(file.own), lost), settled(dict(file.tree), lost), file.variables)


def _unmerged(file: RequestFile) -> dict[str, Any]:
    """What the file says alone, but for what its folders add to."""
    return {key: value for key, value in file.own.items() if file.tree.get(key) == value}


def _renamed(tree: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    found = dict(tree)
    for part in ("inputs", "expect"):
        held = found.get(part)
        if isinstance(held, Mapping):
            found[part] = {name: _with_file(each, names) for name, each in held.items()}
    return found


def _with_file(given: Any, names: Mapping[str, str]) -> Any:
    return {**given, "file": names[given["file"]]} if isinstance(given, dict) and given.get("file") in names else given
