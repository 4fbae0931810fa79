"""Whether a model of a server that is not asked answers, by what that server counts of others' requests.

Values and pure functions. What the counts do not prove is not known.
"""

from __future__ import annotations

from studio.core.serving.alive import Proof
from studio.value_class import dataclass, replace

LEAST = 10.0
"""Seconds without an answer, while requests wait, that no model is called dead before."""
FIRST = 30.0
"""The same for one that has never answered: its first request may prepare much."""
SLOW = 3.0
"""So many times its p99 a model may take."""
FRESH = 60.0
"""Seconds for which an answer says that a model lives, where nothing says otherwise."""
_LULL = 5.0
"""Seconds without a request that waits, after which those that come next are others."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server has counted for one model until `at`, in seconds of the monotonic clock.

    `answers` come from the model itself: not from a cache, and each one of a stream. `waiting` None is not told, and so
    is a `p99` of 0, in seconds. `busy` are the seconds that all answers took. Of a model that `streams`, nothing is
    counted before a stream ends.
    """

    at: float
    answers: int
    failures: int = 0
    cached: int = 0
    waiting: int | None = None
    p99: float = 0.0
    busy: float = 0.0
    streams: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """What has been seen of one model so far: when it last answered, and since when requests wait in vain (0: never).

    `failures` and `cached` are those since its last answer.
    """

    seen: Seen | None = None
    answered: float = 0.0
    vain_since: float = 0.0
    waited: float = 0.0
    failures: int = 0
    cached: int = 0
    p99: float = 0.0

    def follow(self, seen: Seen) -> Watch:
        """The same with the next counts."""
        before = self.seen
        if before is None or seen.answers < before.answers or seen.failures < before.failures:
            # It was just found, or loaded anew, which sets its counts to zero.
            since = seen.at if seen.waiting else 0.0
            usual = seen.busy / seen.answers if seen.answers > 0 else 0.0
            return Watch(seen, vain_since=since, waited=since, p99=seen.p99 or max(self.p99, usual))
        if seen.answers > before.answers:
            took = (seen.busy - before.busy) / (seen.answers - before.answers)
            since = seen.at if seen.waiting else 0.0
            return Watch(seen, seen.at, since, since, p99=seen.p99 or max(self.p99, took))
        more = replace(
            self,
            seen=seen,
            failures=self.failures + seen.failures - before.failures,
            cached=self.cached + max(seen.cached - before.cached, 0),
            p99=seen.p99 or self.p99,
        )
        if seen.waiting:
            return replace(more, vain_since=self.vain_since or seen.at, waited=seen.at)
        # One that waits is counted no more once it runs, or was given up.
        return more if seen.at - self.waited <= _LULL else replace(more, vain_since=0.0)

    @property
    def bound(self) -> float:
        """Seconds within which something has to be answered while requests wait."""
        has_answered = self.p99 or (self.seen is not None and self.seen.answers)
        return max(LEAST, SLOW * self.p99) if has_answered else FIRST

    def proof(self, now: float) -> Proof:
        """Whether what was seen up to now shows that the model answers."""
        seen = self.seen
        if seen is None:
            return Proof()
        vain = seen.at - self.vain_since if self.vain_since else 0.0
        if vain >= self.bound and seen.waiting:
            return self._in_vain(vain, seen)
        if self.failures:
            return self._unknown(f"its last {_counted(self.failures, 'request')} failed")
        if self.cached:
            return self._unknown("only its response cache answered")
        if self.answered and now - self.answered <= max(FRESH, self.bound):
            return Proof("ok", self.answered, self.p99)
        return self._unknown(_silence(self, now))

    def _in_vain(self, vain: float, seen: Seen) -> Proof:
        waits = _counted(seen.waiting or 0, "request")
        told = f"nothing answered for {vain:.0f} s while {waits} wait{'s' if seen.waiting == 1 else ''}"
        if seen.streams:
            return self._unknown(f"{told}; it streams, and a stream is counted at its end")
        return Proof("fail", self.answered, self.p99, told)

    def _unknown(self, why: str) -> Proof:
        return Proof("unknown", self.answered, self.p99, why)


def _silence(watch: Watch, now: float) -> str:
    """Why it is not known. A request that runs is counted nowhere before its end: one that hangs looks like none."""
    if watch.answered:
        return f"nobody got an answer for {_long(now - watch.answered)}: at rest, or hung in one that is not counted"
    if watch.seen is not None and watch.seen.waiting:
        return f"{_counted(watch.seen.waiting, 'request')} waiting, none answered yet"
    return "no answer was counted since you attached"


def _long(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min" if minutes else f"{seconds:.0f} s"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
