"""What a check of a repository finds: a severity, a place, the server's own words, and a way to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path

from studio.core.config.draft import Draft
from studio.text.tree import Path as TextPath
from studio.text.tree import Span
from studio.value_class import dataclass, field

_LONGEST = 4000
"""Characters of a message; a window that lays out a megabyte stands still for a second."""


class Severity(Enum):
    """Whether the server would refuse the model, warn or do something unintended, or merely may be helped."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class FileMove:
    """A rename inside or out of a repository; `target` None means the trash."""

    source: Path
    target: Path | None


@dataclass(frozen=True, slots=True)
class MakeFolder:
    """A folder to make, such as a model's first version."""

    path: Path


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to mend a finding: an edit of the model's configuration, a move of a file, or a folder to make.

    `read` is no mending but a leave: the real path of what lies out of the repository and is to be read all the same.
    `safe`: it can be made without a look at it, since there is no choice and nothing that the server would have
    accepted means anything else afterwards. Never so where files are moved, made or removed.
    """

    title: str
    edit: Callable[[Draft], Draft] | None = None
    move: FileMove | None = None
    make: MakeFolder | None = None
    read: Path | None = None
    safe: bool = False

    @property
    def touches(self) -> tuple[Path, ...]:
        """The files and folders that it moves, makes or removes: a person is asked first."""
        if self.move is not None:
            return (self.move.source, self.move.target) if self.move.target else (self.move.source,)
        return (self.make.path,) if self.make is not None else ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `line` and `column` count from 1; 0 where the finding has no place in a text.

    `server_text` is what the server would print, empty for what only the studio says. `phase` orders findings as
    the server meets them ("1", "2", "3", "4a" … "4f", "5"). `undecided`: whether the model loads cannot be told here,
    as it hangs on what nobody can read before the server runs; never an error.
    """

    rule: str
    severity: Severity
    message: str
    model: str = ""
    server_text: str = ""
    file: Path | None = None
    span: Span | None = None
    line: int = 0
    column: int = 0
    path: TextPath = ()
    phase: str = ""
    fixes: tuple[Fix, ...] = field(default=())
    undecided: bool = False


def count_findings(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """How many findings there are by model and severity."""
    return Counter((finding.model, finding.severity.value) for finding in findings)


def shortened(text: str) -> str:
    """A text as long as anybody reads it: what a file holds may be in it, and that may be a number of a megabyte."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"
