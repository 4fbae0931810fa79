"""What came of saved requests that were sent, for reports."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from studio.value_class import dataclass

if TYPE_CHECKING:
    from studio.core.saved_requests.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Tested:
    """The requests that were sent, of so many that were meant."""

    repository: Path
    outcomes: tuple[Outcome, ...]
    meant: int

    @property
    def is_good(self) -> bool:
        """Whether all were sent, and nothing is wrong with any."""
        return len(self.outcomes) == self.meant and all(each.is_good for each in self.outcomes)

    @property
    def summary(self) -> str:
        """How many came to what, in words."""
        counts = Counter(each.state for each in self.outcomes)
        words = [f"{counts[state]} {state}" for state in ("passed", "written", "failed", "error") if counts[state]]
        rest = self.meant - len(self.outcomes)
        return ", ".join([*words, *([f"{rest} not sent"] if rest else [])]) or "nothing was sent"
