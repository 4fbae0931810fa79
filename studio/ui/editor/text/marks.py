"""A problem as the text shows it."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.checking.findings import Severity


@dataclass(frozen=True, slots=True)
class ProblemMark:
    """A problem in the text: editor positions, how bad it is, and what it says."""

    start: int
    end: int
    severity: Severity
    message: str
