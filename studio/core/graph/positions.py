"""Where the nodes of an ensemble stand on its canvas: a small sorted file beside the repository."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds, bounds_of
from studio.core.files.reading import read
from studio.core.files.saving import save, sibling
from studio.locking import locked
from studio.value_class import dataclass, field

_FOLDER = "graphs"
_PAIR = 2
_FARTHEST = 1 << 24
"""Pixels; no canvas is so wide, and a file that says more was not written by one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled frame around part of a canvas."""

    title: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Watch:
    """A wire that is watched, by its tensor, and where the card with its value stands from its middle, in pixels."""

    tensor: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Positions:
    """Where things stand. `nodes` are the top left corners by `Node.key`, in whole pixels at 100 %."""

    nodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()
    watches: tuple[Watch, ...] = ()


def positions_path(repository: Path, model: str) -> Path:
    """The file of one ensemble: in `<repository>.trireme/`, or in the user's data where that cannot be written."""
    return sibling(repository) / _FOLDER / f"{model}.json"


def _bounds(repository: Path) -> Bounds:
    return bounds_of(sibling(repository))


def read_positions(repository: Path, model: str) -> Positions:
    """What was kept; nothing where there is no file, or one that makes no sense."""
    try:
        found = json.loads(read(positions_path(repository, model), bounds=_bounds(repository))[0])
    except (CoreError, ValueError, RecursionError):
        return Positions()
    if not isinstance(found, dict):
        return Positions()
    nodes, frames, watches = found.get("nodes"), found.get("frames"), found.get("watches")
    kept = nodes.items() if isinstance(nodes, dict) else ()
    return Positions(
        {key: (place[0], place[1]) for key, place in kept if _are_numbers(place) and len(place) == _PAIR},
        tuple(_frame(each) for each in frames if _is_frame(each)) if isinstance(frames, list) else (),
        tuple(_watch(each) for each in watches if _is_watch(each)) if isinstance(watches, list) else (),
    )


def write_positions(repository: Path, model: str, positions: Positions, before: Positions | None = None) -> Path:
    """Keeps positions, atomically; returns the file. Raises CoreError where neither place can be written.

    Where `before` is given only what differs from it is changed in the file: the rest may be another studio's.
    """
    path = positions_path(repository, model)
    if target := _bounds(repository).outside(path):
        # What lies beside a repository came with it, and a link in there may lead to any file of the person's.
        reason = f"{path} leads out of its folder, to {target}."
        raise CoreError(f"Keep the positions of {model}", reason, "Remove that link.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent.parent):
            there = read_positions(repository, model) if before is not None else positions
            _write(path, positions if before is None else _merged(there, before, positions))
    except OSError as error:
        reason = f"{disk.reason(error)}: {path.parent}."
        raise CoreError(f"Keep the positions of {model}", reason, disk.remedy(error)) from error
    return path


def _merged(there: Positions, before: Positions, after: Positions) -> Positions:
    """What another studio may have written, with what changed here."""
    moved = {key: place for key, place in after.nodes.items() if before.nodes.get(key) != place}
    stay = {key: place for key, place in there.nodes.items() if key in after.nodes or key not in before.nodes}
    frames = after.frames if after.frames != before.frames else there.frames
    return Positions({**stay, **moved}, frames, after.watches if after.watches != before.watches else there.watches)


def _write(path: Path, positions: Positions) -> None:
    data = _written(positions).encode("utf-8", "surrogateescape")
    # Whoever wrote last is right: where a node stands is worth no question.
    expected = read(path)[1] if path.exists() else None
    save(path, data, expected)


def rename_in_positions(repository: Path, old: str, new: str) -> None:
    """Lets what is kept follow a model's new name: the file of an ensemble, and the nodes that run the model.

    Where a node stands is not worth a failure: what cannot be written stays as it is.
    """
    folder = positions_path(repository, old).parent
    own = positions_path(repository, old)
    with suppress(OSError):
        if own.exists() and not positions_path(repository, new).exists():
            own.rename(positions_path(repository, new))
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        kept = read_positions(repository, path.stem)
        nodes = {_renamed(key, old, new): place for key, place in kept.nodes.items()}
        if nodes != kept.nodes:
            with suppress(CoreError):
                write_positions(repository, path.stem, Positions(nodes, kept.frames, kept.watches), kept)


def _renamed(key: str, old: str, new: str) -> str:
    """The key of a node after a rename of its model: `old#2` becomes `new#2`."""
    name, mark, number = key.rpartition("#")
    if mark and number.isdecimal():
        return f"{new}#{number}" if name == old else key
    return new if key == old else key


def _written(positions: Positions) -> str:
    """One node or frame a line, so that versions differ by the lines that moved."""
    nodes = [f"  {json.dumps(key)}: {json.dumps(list(place))}" for key, place in sorted(positions.nodes.items())]
    frames = [f"  {json.dumps(asdict(each), sort_keys=True)}" for each in positions.frames]
    watches = [f"  {json.dumps(asdict(each), sort_keys=True)}" for each in positions.watches]
    parts = [f' "frames": {_block("[]", frames)}', f' "nodes": {_block("{}", nodes)}']
    if watches:
        parts.append(f' "watches": {_block("[]", watches)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _block(brackets: str, lines: list[str]) -> str:
    inner = ",\n".join(lines)
    return f"{brackets[0]}\n{inner}\n {brackets[1]}" if lines else brackets


def _are_numbers(given: object) -> bool:
    return isinstance(given, list) and all(type(each) is int and abs(each) <= _FARTHEST for each in given)


def _is_frame(given: object) -> bool:
    if not isinstance(given, dict) or not isinstance(given.get("title"), str):
        return False
    return _are_numbers([given.get(name) for name in ("x", "y", "width", "height")])


def _frame(given: dict[str, Any]) -> Frame:
    return Frame(**{name: given[name] for name in ("title", "x", "y", "width", "height")})


def _is_watch(given: object) -> bool:
    if not isinstance(given, dict) or not isinstance(given.get("tensor"), str):
        return False
    return _are_numbers([given.get(name) for name in ("x", "y")])


def _watch(given: dict[str, Any]) -> Watch:
    return Watch(**{name: given[name] for name in ("tensor", "x", "y")})
