"""Whether a model answers: what was proven of it and when, and how often it is asked. Values and pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from studio.value_class import dataclass, replace

ProofState = Literal["wait", "ok", "fail", "unknown"]
PROBE_ID = "trireme-probe-"
"""The request id of what the studio asks by itself begins so."""
PACE = 3.0
"""Seconds between two requests to a model that answers at once."""
SHARE = 0.01
"""So much of an instance's time may go into being asked."""
BOUND = 3.0
"""Seconds within which a model that has answered before has to answer again."""
FIRST_BOUND = 30.0
AGAIN = 15.0
"""Seconds after which a model that did not answer is asked anew, whatever became of the last request."""
_OLD = 10.0


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a model: `at` is the monotonic time of its last answer, which `took` so many seconds.

    `cost` are the seconds of an instance that an answer takes, 0 until a second one tells it, and `spent` those of all
    answers since the first one, at `since`. Where a request waits in vain, `sent` is when that was sent and
    `executions` what the model had done until then; 0 and -1 where none does.
    """

    state: ProofState = "wait"
    at: float = 0.0
    took: float = 0.0
    why: str = ""
    cost: float = 0.0
    spent: float = 0.0
    since: float = 0.0
    sent: float = 0.0
    executions: int = -1

    def waits_in_vain(self, executions: int, now: float) -> bool:
        """Whether the request that was sent last still waits, so that another would only wait behind it."""
        return 0 <= executions <= self.executions and now - self.sent < AGAIN

    def pace(self, share: float = SHARE) -> float:
        """Seconds until it is asked again, where being asked may take this share of an instance's time."""
        if self.state != "ok":
            return PACE
        return max(PACE, self.cost / share, self.spent / share - (self.at - self.since))

    def answered(self, at: float, took: float, cost: float) -> Proof:
        """The same once it has answered; what the first answer costs counts as what the second does."""
        if not self.at:
            return Proof("ok", at, took, since=at)
        spent = self.spent + cost if self.spent else 2 * cost
        return Proof("ok", at, took, cost=cost, spent=spent, since=self.since)

    def left(self, state: ProofState, why: str) -> Proof:
        """The same where it did not answer; nothing waits."""
        return replace(self, state=state, why=why, sent=0.0, executions=-1)

    def bound(self) -> float:
        """Seconds within which it has to answer now."""
        if not self.at:
            return FIRST_BOUND
        # The first answer prepares much: ten times that is no measure.
        return max(BOUND, 10 * self.took if self.spent else min(10 * self.took, FIRST_BOUND))

    def words(self, now: float) -> str:
        """What a person is told of it; nothing of one that answers all the time."""
        if self.state == "fail":
            return f"does not answer: {self.why}"
        if self.state == "unknown":
            return f"not known whether it answers: {self.why}"
        return f"answered {_ago(now - self.at)}" if self.state == "ok" and now - self.at >= _OLD else ""


def verdict(proofs: Mapping[str, Proof], now: float) -> tuple[ProofState, str]:
    """Whether all models of a server answer, and in words what is known. A model that cannot be asked is not known."""
    dead = [name for name, proof in proofs.items() if proof.state == "fail"]
    if dead:
        others = f", and {len(dead) - 1} more" if len(dead) > 1 else ""
        return "fail", f"{dead[0]} does not answer{others}: {proofs[dead[0]].why}"
    answered = {name: proof for name, proof in proofs.items() if proof.state == "ok"}
    unknown = [name for name, proof in proofs.items() if proof.state == "unknown"]
    if len(answered) + len(unknown) < len(proofs) or not proofs:
        return "wait", f"{len(answered)} of {len(proofs)} models answered"
    told = f"{len(answered)} of {len(proofs)} models answered"
    if unknown:
        return "unknown", f"{told}; {unknown[0]} is not known: {proofs[unknown[0]].why}"
    slowest = max(answered, key=lambda name: now - answered[name].at)
    waited = now - answered[slowest].at
    return "ok", f"{told}, {slowest} {_ago(waited)}" if waited >= _OLD else told


def _ago(seconds: float) -> str:
    # In tens, so that what is shown does not change all the time.
    return f"{seconds // _OLD * _OLD:.0f} s ago"
