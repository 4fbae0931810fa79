"""What becomes of the file of a saved request where its last answer is kept as what is expected: looked at first."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from studio.core.files.saving import Conflict
from studio.core.saved_requests.folder import RequestFolder, named_files
from studio.core.saved_requests.outcome import Outcome
from studio.core.saved_requests.renewing import Written, renewed
from studio.core.saved_requests.writing import to_text
from studio.value_class import dataclass, replace


@dataclass(frozen=True, slots=True)
class Renewal:
    """The file as it is and as it is to be, with the lines that change."""

    name: str
    old: Written
    new: Written
    difference: str = ""


def renewals(folder: RequestFolder, outcomes: Iterable[Outcome]) -> tuple[Renewal, ...]:
    """One for each that was answered, and not as expected or with nothing expected. Raises CoreError."""
    found = []
    for outcome in outcomes:
        off = {each.output for each in outcome.verdicts if not each.passed}
        outputs = outcome.result.outputs if outcome.result is not None else ()
        wanted = [each for each in outputs if each.name in off or not outcome.verdicts]
        if wanted:
            each = renewal(folder, outcome.name, partial(renewed, outcome.name, outputs=wanted))
            found.append(replace(each, difference=_difference(each.name, each.old, each.new)))
    return tuple(found)


def renewal(folder: RequestFolder, name: str, make: Callable[[Mapping[str, Any]], Written]) -> Renewal:
    """The file of a request, and what is made of it. Raises CoreError."""
    own = folder.read(name).own
    files = {each: folder.tensor_bytes(name, each) for each in sorted(folder.own_files(name))}
    return Renewal(name, Written(own, files), make(own))


def keep(folder: RequestFolder, wanted: Iterable[Renewal]) -> None:
    """Writes the files as they are to be. Raises Conflict where one is not as it was, CoreError."""
    all_ = tuple(wanted)
    for each in all_:
        _require(folder, f"Keep what came as expected by {each.name}", each.name, each.old)
    for each in all_:
        folder.write(each.name, each.new.tree, each.new.files)


def take_back(folder: RequestFolder, kept: Iterable[Renewal]) -> None:
    """Writes the files as they were. Raises Conflict where one is not as it was left, CoreError."""
    all_ = tuple(kept)
    for each in all_:
        named = named_files(each.new.tree)
        stayed = {name: data for name, data in each.old.files.items() if name in named}
        left = Written(each.new.tree, {**stayed, **each.new.files})
        _require(folder, f"Undo the change of {each.name}", each.name, left)
    for each in all_:
        folder.write(each.name, each.old.tree, each.old.files)


def _require(folder: RequestFolder, attempted: str, name: str, known: Written) -> None:
    """Raises Conflict where the files of a request are others than these."""
    is_same = to_text(folder.read(name).own) == to_text(known.tree) and all(
        folder.tensor_bytes(name, each) == data for each, data in known.files.items()
    )
    if not is_same:
        raise Conflict(attempted, "another program changed its files meanwhile.", "Nothing was written: look at them.")


def _difference(name: str, old: Written, new: Written) -> str:
    one, other = to_text(old.tree).splitlines(), to_text(new.tree).splitlines()
    lines = difflib.unified_diff(one, other, f"{name}.json", f"{name}.json", "now", "kept", n=2, lineterm="")
    beside = [
        f"{'~' if each in old.files else '+'} {each}: {len(data):,} bytes"
        for each, data in new.files.items()
        if old.files.get(each) != data
    ]
    return "\n".join([*lines, *beside])
