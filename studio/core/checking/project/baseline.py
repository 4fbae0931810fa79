"""What was found before, kept in a file, so that a team starts from today: only what is new is told.

    {"version": 1, "findings": [{"fingerprint": text, "count": number, "repository": text, "model": text, "rule": text,
                                 "message": text}…]}

A fingerprint says what is found of which field of which model of which repository, and not where in the text. The
repository is named as seen from the folder of the file, so that each checkout of a project has the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from studio import disk, temporary
from studio.core.checking.findings import Finding
from studio.core.failure import CoreError
from studio.core.files.bounds import EVERYWHERE
from studio.core.files.reading import read_unstamped
from studio.text.paths import dotted
from studio.value_class import dataclass, field

LARGEST = 16 << 20
"""Bytes of a baseline that are read."""
_LINES = re.compile(r"\b(lines? )\d+(:\d+)?")


@dataclass(frozen=True, slots=True)
class Found:
    """One finding with the repository that it was made in."""

    finding: Finding
    repository: Path

    def fingerprint(self, seen_from: Path) -> str:
        """What stays the same where lines move, or the project lies elsewhere."""
        finding, where = self.finding, named_from(seen_from, self.repository)
        words = (where, finding.model, finding.rule, dotted(finding.path), self._message(), self._file())
        return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def entry(self, seen_from: Path) -> dict[str, Any]:
        """What a baseline says of it."""
        finding, where = self.finding, named_from(seen_from, self.repository)
        return {"repository": where, "model": finding.model, "rule": finding.rule, "message": self._message()}

    def _message(self) -> str:
        return _LINES.sub(r"\1…", self.finding.message.replace(str(self.repository), "…"))

    def _file(self) -> str:
        file = self.finding.file
        return file.relative_to(self.repository).as_posix() if file and file.is_relative_to(self.repository) else ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each fingerprint was found when the file in `folder` was written, and in which repository."""

    folder: Path
    counts: Counter[str] = field(default_factory=Counter)
    repositories: Mapping[str, str] = field(default_factory=dict)

    def held(self, found: Iterable[Found], whole: Iterable[Path]) -> tuple[list[Finding], int]:
        """Those that were there before, each as often as it was; and how many are gone from repositories as a whole."""
        left = Counter(self.counts)
        known: list[Finding] = []
        for each in found:
            fingerprint = each.fingerprint(self.folder)
            if left[fingerprint] > 0:
                left[fingerprint] -= 1
                known.append(each.finding)
        checked = {named_from(self.folder, each) for each in whole}
        return known, sum(count for each, count in left.items() if self.repositories[each] in checked)


def named_from(folder: Path, repository: Path) -> str:
    """A repository as it is seen from a folder, in whichever checkout both lie."""
    return Path(os.path.relpath(os.path.realpath(repository), os.path.realpath(folder))).as_posix()


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file. Raises CoreError where it cannot be read or is none."""
    attempted = f"Read the baseline {path}"
    remedy = f"Write it: trireme check … --write-baseline {path}"
    try:
        data, _mtime_ns = read_unstamped(path, LARGEST, EVERYWHERE)
    except CoreError as failure:
        raise CoreError(attempted, failure.reason, remedy) from failure
    try:
        told = json.loads(data)
        if told["version"] != 1:
            raise CoreError(attempted, f"its version {told['version']} is not known.", "Update Trireme.")
        entries = {str(each["fingerprint"]): each for each in told["findings"]}
        counts = Counter({each: int(entry["count"]) for each, entry in entries.items()})
        repositories = {each: str(entry["repository"]) for each, entry in entries.items()}
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise CoreError(attempted, "it is no baseline of Trireme.", remedy) from error
    return Baseline(path.parent, counts, repositories)


def write_baseline(path: Path, found: Iterable[Found]) -> int:
    """Writes a baseline with all of these, and says how many. Raises CoreError where it cannot be written."""
    counts: Counter[str] = Counter()
    entries: dict[str, dict[str, Any]] = {}
    for each in found:
        fingerprint = each.fingerprint(path.parent)
        counts[fingerprint] += 1
        entries[fingerprint] = each.entry(path.parent)
    told = [{"fingerprint": each, "count": counts[each], **entry} for each, entry in entries.items()]
    told.sort(key=lambda each: (each["repository"], each["model"], each["rule"], each["fingerprint"]))
    text = json.dumps({"version": 1, "findings": told}, indent=2) + "\n"
    # Not the link to it, and no device: /dev/stdout would be a file from then on.
    target = Path(os.path.realpath(path))
    if disk.is_there(target) and not (disk.is_file(target) or disk.is_folder(target)):
        raise CoreError(f"Write the baseline {path}", "it is not a plain file.")
    try:
        with temporary.file(target.parent) as (file, place):
            file.write(text.encode())
            file.flush()
            place.replace(target)
    except OSError as error:
        raise CoreError(f"Write the baseline {path}", f"{disk.reason(error)}.", disk.remedy(error)) from error
    return counts.total()
