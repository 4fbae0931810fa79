"""What a check found, for whatever writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio import TYPE_CHECKING
from studio.value_class import dataclass

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding
    from studio.core.checking.profile import Profile
    from studio.core.checking.project.project_file import ProjectFile
    from studio.core.checking.repositories import ModelVerdict, Verdict

UNREAD = frozenset({"config-unread", "config-outside"})
"""The rules that tell of a model that was not checked."""
_COMMANDS = r"^(?=\s*::)\s*:|##(?=\[)|[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""What a terminal obeys in place of showing it, or cannot be written; a name in a repository may be full of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """One repository: its verdict, for which server, and by which project's file.

    `note` says how the server's name was taken, "" if plainly. `wanted` is what fails the check, in the words of
    `--fail-on`; `known` are the findings of the baseline, by identity.
    """

    verdict: Verdict
    profile: Profile
    project: ProjectFile | None = None
    note: str = ""
    wanted: frozenset[str] = frozenset({"error"})
    known: frozenset[int] = frozenset()

    def is_known(self, finding: Finding) -> bool:
        """Whether a finding was there when the baseline was written."""
        return id(finding) in self.known

    def findings(self) -> Iterator[Finding]:
        """All of them: of the repository its own, then model by model."""
        yield from self.verdict.findings
        for model in self.verdict.models:
            yield from model.findings

    def new(self) -> Iterator[Finding]:
        """Those that are not in the baseline."""
        return (each for each in self.findings() if not self.is_known(each))


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """All that one run checked, and how many findings of the baseline are gone."""

    repositories: tuple[Checked, ...]
    gone: int = 0

    def findings(self) -> Iterator[Finding]:
        """All of them, repository by repository."""
        for each in self.repositories:
            yield from each.findings()


def was_read(model: ModelVerdict) -> bool:
    """Whether the configuration of a model could be read; of one that could not, nothing is known."""
    return all(finding.rule not in UNREAD for finding in model.findings)


def state(model: ModelVerdict) -> str:
    """Whether a model loads, in words."""
    if not was_read(model):
        return "was not checked"
    if model.loads and not model.decided:
        return "may load, which cannot be told here"
    return "loads" if model.loads else "does not load"


def harmless(line: str) -> str:
    """A line in which nothing commands a terminal or the runner of a workflow, whatever is in it."""
    # Nearly all lines are, and to compile the expression takes as long as to write the report of a sound model.
    if line.isprintable() and "::" not in line and "##[" not in line:
        return line
    return re.sub(_COMMANDS, _escaped, line)


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    # GitHub's runner obeys lines that begin with two colons, and “##[” anywhere.
    if text[-1] in ":#":
        return f"{text[:-1]}\\x{ord(text[-1]):02x}"
    return text.encode("unicode_escape").decode("ascii")
