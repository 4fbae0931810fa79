"""What of a check fails it: errors, also less, or nothing."""

from __future__ import annotations

from collections.abc import Iterable

from studio.core.checking.findings import Finding
from studio.core.failure import CoreError

UNDECIDED, NEVER = "undecided", "never"
_ORDER = ("error", "warning", "hint")
FAIL_ON = (*_ORDER, UNDECIDED, NEVER)
"""What may be said; a severity includes those above it."""


def fail_on(text: str) -> frozenset[str]:
    """What fails a check, as words of `FAIL_ON` with commas between. Raises CoreError."""
    words = [word for part in text.split(",") if (word := part.strip())]
    unknown = next((word for word in words if word not in FAIL_ON), None)
    if unknown is not None or not words or (NEVER in words and len(words) > 1):
        reason = f"there is no “{unknown}”." if unknown else "it is one or more words, and “never” stands alone."
        raise CoreError(f"Fail on “{text}”", reason, f"Write {', '.join(FAIL_ON)}.")
    found: set[str] = set(words) - {NEVER}
    for word in words:
        found.update(_ORDER[: _ORDER.index(word) + 1] if word in _ORDER else ())
    # Whoever fails on what may be wrong fails on what is.
    return frozenset(found | {"error"} if found else found)


def fails(findings: Iterable[Finding], wanted: frozenset[str]) -> bool:
    """Whether any of the findings is what fails a check."""
    return any(each.severity.value in wanted or (each.undecided and UNDECIDED in wanted) for each in findings)
