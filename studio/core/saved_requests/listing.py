"""The saved requests of a folder at a glance: of which model each is, its tags, and what is wrong with its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio import disk
from studio.core.failure import CoreError
from studio.core.saved_requests.folder import DEFAULTS, RequestFile, RequestFolder, named_files
from studio.core.saved_requests.lines import line_of
from studio.core.saved_requests.parsing import Misread, request_of
from studio.core.saved_requests.variables import filled, used
from studio.value_class import dataclass, replace


@dataclass(frozen=True, slots=True)
class Listed:
    """One of them. `problem` says why it cannot be sent, `line` where in its file, from 1; 0 where no line is to blame.

    `missing` are the tensors that it names and that are not there, `unset` the variables without a value.
    """

    name: str
    model: str = ""
    tags: tuple[str, ...] = ()
    expects: bool = False
    problem: str = ""
    line: int = 0
    missing: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    stamp: tuple[object, ...] = ()
    """By which it is seen whether the file is still the one that was read."""

    @property
    def is_good(self) -> bool:
        """Whether it can be sent as far as its files tell."""
        return not (self.problem or self.missing or self.unset)

    @property
    def words(self) -> str:
        """What is wrong, in one line."""
        if self.problem:
            return f"line {self.line}: {self.problem}" if self.line else self.problem
        if self.missing:
            return f"the tensor {self.missing[0]} is missing"
        return f"the variable {self.unset[0]} has no value" if self.unset else ""


def listing(folder: RequestFolder, before: Mapping[str, Listed], variables: Mapping[str, Any]) -> tuple[Listed, ...]:
    """All of them by name; what did not change since `before` is not read again."""
    given = tuple(sorted((name, repr(value)) for name, value in variables.items()))
    return tuple(_listed(folder, name, before.get(name), variables, given) for name in folder.names())


def _listed(
    folder: RequestFolder, name: str, old: Listed | None, variables: Mapping[str, Any], given: tuple[object, ...]
) -> Listed:
    stamp = (*_stamps(folder, name), given)
    found = old if old is not None and old.stamp == stamp else _read(folder, name, variables, stamp)
    missing = tuple(each for each in found.files if not _is_there(folder, name, each))
    if missing == found.missing:
        return found
    return replace(found, missing=missing)


def _read(folder: RequestFolder, name: str, variables: Mapping[str, Any], stamp: tuple[object, ...]) -> Listed:
    try:
        file = folder.read(name)
    except CoreError as error:
        cause = error.__cause__
        line = cause.lineno if isinstance(cause, json.JSONDecodeError) else 0
        reason = f"{cause.msg}" if isinstance(cause, json.JSONDecodeError) else error.reason.rstrip(".")
        return Listed(name, problem=reason, line=line, stamp=stamp)
    model, tags = file.tree.get("model"), file.tree.get("tags")
    known = {**file.variables, **variables}
    wanted = tuple(sorted(used(dict(file.tree))))
    unset = tuple(each for each in wanted if each not in known)
    problem, line = ("", 0) if unset else _problem(folder, file, known)
    return Listed(
        name,
        model if isinstance(model, str) else "",
        tuple(str(each) for each in tags) if isinstance(tags, list) else (),
        bool(file.tree.get("expect")),
        problem,
        line,
        unset=unset,
        variables=wanted,
        files=tuple(sorted(named_files(file.tree))),
        stamp=stamp,
    )


def _problem(folder: RequestFolder, file: RequestFile, known: Mapping[str, Any]) -> tuple[str, int]:
    try:
        request_of(filled(dict(file.tree), known, file.name), file.name)
    except Misread as error:
        is_own = not error.place or error.place[0] in file.own
        return error.reason.rstrip("."), _line(folder, file.name, error.place) if is_own else 0
    except CoreError as error:
        return error.reason.rstrip("."), 0
    return "", 0


def _line(folder: RequestFolder, name: str, place: tuple[str, ...]) -> int:
    try:
        text = folder.path(name).read_text("utf-8", "replace")
    except OSError:
        return 0
    return line_of(text, place)


def _stamps(folder: RequestFolder, name: str) -> tuple[object, ...]:
    folders = name.split("/")[:-1]
    defaults = [folder.root.joinpath(*folders[:depth], f"{DEFAULTS}.json") for depth in range(len(folders) + 1)]
    return tuple(map(_stamp, (folder.path(name), *defaults)))


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _is_there(folder: RequestFolder, name: str, reference: str) -> bool:
    try:
        return disk.is_file(folder.tensor_path(name, reference))
    except CoreError:
        return False
