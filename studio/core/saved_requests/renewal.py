"""What becomes of the file of a saved request where its last answer is kept as what is expected: looked at first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.outcome import Outcome
from studio.core.saved_requests.renewing import Written, renewed
from studio.core.saved_requests.writing import to_text
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Renewal:
    """The file as it is and as it is to be, with the lines that change."""

    name: str
    old: Written
    new: Written
    difference: str


def renewals(folder: RequestFolder, outcomes: Iterable[Outcome]) -> tuple[Renewal, ...]:
    """One for each that was answered, and not as expected or with nothing expected. Raises CoreError."""
    found = []
    for outcome in outcomes:
        off = {each.output for each in outcome.verdicts if not each.passed}
        outputs = outcome.result.outputs if outcome.result is not None else ()
        wanted = [each for each in outputs if each.name in off or not outcome.verdicts]
        if wanted:
            own = folder.read(outcome.name).own
            kept = {each: folder.tensor_bytes(outcome.name, each) for each in sorted(folder.own_files(outcome.name))}
            new = renewed(outcome.name, own, wanted)
            old = Written(own, kept)
            found.append(Renewal(outcome.name, old, new, _difference(outcome.name, old, new)))
    return tuple(found)


def keep(folder: RequestFolder, wanted: Iterable[Renewal]) -> None:
    """Writes the files as they are to be. Raises CoreError."""
    for each in wanted:
        folder.write(each.name, each.new.tree, each.new.files)


def take_back(folder: RequestFolder, kept: Iterable[Renewal]) -> None:
    """Writes the files as they were. Raises CoreError."""
    for each in kept:
        folder.write(each.name, each.old.tree, each.old.files)


def _difference(name: str, old: Written, new: Written) -> str:
    one, other = to_text(old.tree).splitlines(), to_text(new.tree).splitlines()
    lines = difflib.unified_diff(one, other, f"{name}.json", f"{name}.json", "now", "kept", n=2, lineterm="")
    beside = [
        f"{'~' if each in old.files else '+'} {each}: {len(data):,} bytes"
        for each, data in new.files.items()
        if old.files.get(each) != data
    ]
    return "\n".join([*lines, *beside])
