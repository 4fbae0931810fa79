"""A server that somebody else runs, reached by its address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from studio.core.serving.address import GRPC_PORT, METRICS_PORT, Address, AddressError, parse_address
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, Exit, LaunchSpec, LogLine
from studio.engines.answering import PROTOCOLS, Problem, Protocol, answers, metrics_place
from studio.engines.failure import EngineError

_ATTEMPT = "Attach to a server"
_REMEDY = "Check the address, and that the server runs."
_EACH = 3.0
"""Seconds for one question."""
_ALL = 15.0
"""Seconds for all of them."""
_CHECK_EVERY = 2.0
_MISSES, _PATIENCE = 3, 10.0
"""One that does not answer is gone after so many questions in a row, or so many seconds: anything is slow once."""
_OFFSETS: dict[Protocol, int] = {"HTTP": 0, "gRPC": 1, "metrics": 2}
"""How Triton numbers its ports."""


def addresses(text: str) -> Addresses:
    """One address as a person wrote it; what answers there and beside it is found when it is attached to."""
    place = _parse(text)
    return Addresses(grpc=place.text) if place.scheme == "grpcs" else Addresses(http=text.strip())


def _parse(text: str, scheme: str = "http", port: int = 0) -> Address:
    try:
        return parse_address(text, scheme, port)
    except AddressError as error:
        raise EngineError(_ATTEMPT, str(error), "Write host:port, or a URL with http or grpc.") from error


@dataclass(frozen=True, slots=True)
class AttachedEngine:
    """Attaches to servers; it neither starts nor stops any."""

    kind: EngineKind = EngineKind.ATTACHED

    def start(self, spec: LaunchSpec) -> AttachedServer:
        """Look what answers at the addresses; raises where no server does."""
        search = _Search(spec.addresses)
        search.run()
        if "HTTP" not in search.found and "gRPC" not in search.found:
            problem = search.verdict()
            raise EngineError(_ATTEMPT, problem.reason, problem.remedy or _REMEDY)
        return AttachedServer(spec, search.addresses(), search.lacks())


@dataclass
class AttachedServer:
    """A server that is not ours: no log, and stopping only lets go of it. `lacks` says what does not answer."""

    spec: LaunchSpec
    addresses: Addresses
    lacks: tuple[str, ...] = ()
    _stopped: bool = False
    _checked: float = 0.0
    _misses: int = 0
    _silent_since: float = 0.0
    _gone: Exit | None = None

    @property
    def description(self) -> str:
        """What is shown for it: the address it was attached at."""
        return f"Server at {self.addresses.http or self.addresses.grpc}"

    def processes(self) -> frozenset[int]:
        """Not known: it may run anywhere."""
        return frozenset()

    def poll(self) -> Exit | None:
        """Why it is gone; looks at most every two seconds. A server that is back is None again.

        One that has missed a question or two is not said to be gone.
        """
        if self._stopped:
            return Exit(0, "Detached.")
        now = time.monotonic()
        if now - self._checked >= _CHECK_EVERY:
            protocol: Protocol = "HTTP" if self.addresses.http else "gRPC"
            place = _parse(self.addresses.http or self.addresses.grpc, "http" if self.addresses.http else "grpc")
            problem = answers(protocol, place, self.addresses.access, _EACH)
            self._gone = self._judged(problem, now)
            self._checked = time.monotonic()
        return self._gone

    def _judged(self, problem: Problem | None, asked: float) -> Exit | None:
        if problem is None:
            self._misses = 0
            return None
        self._silent_since = self._silent_since if self._misses else asked
        self._misses += 1
        is_over = self._misses >= _MISSES or time.monotonic() - self._silent_since >= _PATIENCE
        return Exit(-1, problem.reason) if is_over else None

    def read_log(self) -> list[LogLine]:
        """Nothing: the log stays where the server runs."""
        return []

    def ask_to_end(self) -> bool:
        """It is not ours to end."""
        return False

    def stop(self, timeout: float = 10.0) -> None:  # noqa: ARG002 — the protocol's
        """Let go of it; it goes on running."""
        self._stopped = True


@dataclass
class _Search:
    """Looks for a server's three protocols: at what was written, whichever port it is, then where Triton has them."""

    wanted: Addresses
    found: dict[Protocol, Address] = field(default_factory=dict)
    _known: dict[tuple[Protocol, Address], Problem | None] = field(default_factory=dict)
    _first: dict[Protocol, Problem] = field(default_factory=dict)
    _last: dict[Protocol, Problem] = field(default_factory=dict)
    _end: float = field(default_factory=lambda: time.monotonic() + _ALL)

    def run(self) -> None:
        """All of it; raises EngineError for what is no address."""
        places = self._written()
        if not places:
            raise EngineError(_ATTEMPT, "no address was given.", "Write host:port.")
        for protocol in PROTOCOLS:
            self._look(protocol, _own_first(protocol, places))
        for protocol in PROTOCOLS:
            self._look(protocol, self._beside(protocol, places))

    def addresses(self) -> Addresses:
        """Where the server answers."""
        metrics = self.found.get("metrics")
        where = metrics_place(metrics) if metrics is not None and metrics.path else metrics
        texts = [place.text if place else "" for place in (self.found.get("HTTP"), self.found.get("gRPC"), where)]
        return Addresses(*texts, access=self.wanted.access)

    def lacks(self) -> tuple[str, ...]:
        """What does not answer, and why."""
        own = {protocol for protocol, _ in self._written()}
        missing = [each for each in PROTOCOLS if each not in self.found and each in self._first]
        return tuple(f"{each}: {(self._first if each in own else self._last)[each].reason}" for each in missing)

    def verdict(self) -> Problem:
        """Why no server is there, in the words that say most."""
        if "metrics" in self.found:
            where = self.found["metrics"].text
            told = f"{where} gives a Triton's metrics, and neither its HTTP nor its gRPC address was found"
            return Problem(f"{told}: {self._first['HTTP'].reason}", "Give its HTTP or gRPC address too.")
        problems = [self._first[each] for each in PROTOCOLS if each in self._first]
        telling = [each for each in problems if each.remedy]
        return (telling or problems)[0]

    def _written(self) -> list[tuple[Protocol, Address]]:
        given = (self.wanted.http, self.wanted.grpc, self.wanted.metrics)
        schemes = (("http", 0), ("grpc", 0), ("http", METRICS_PORT))
        return [
            (protocol, _parse(text, *scheme))
            for protocol, text, scheme in zip(PROTOCOLS, given, schemes, strict=True)
            if text
        ]

    def _look(self, protocol: Protocol, places: Iterator[Address]) -> None:
        """Asks one place after the other until one answers."""
        for place in places:
            if protocol in self.found:
                return
            problem = self._ask(protocol, place)
            if problem is None:
                self.found[protocol] = place
            else:
                self._first.setdefault(protocol, problem)
                self._last[protocol] = problem

    def _ask(self, protocol: Protocol, place: Address) -> Problem | None:
        left = min(_EACH, self._end - time.monotonic())
        if left <= 0:
            return Problem(f"the {_ALL:.0f} s for attaching were over before {place.text} could be asked.")
        silent = next((p for (_, at), p in self._known.items() if _same(at, place) and p and p.is_silent), None)
        if silent is not None:
            return silent
        key = (protocol, place)
        if key not in self._known:
            self._known[key] = answers(protocol, place, self.wanted.access, left)
        other = next((name for name, found in self.found.items() if _same(found, place)), None)
        if self._known[key] is not None and other is not None:
            return Problem(f"{place.text} is its {other} address.")
        return self._known[key]

    def _beside(self, protocol: Protocol, written: list[tuple[Protocol, Address]]) -> Iterator[Address]:
        """Where Triton would have a protocol, counted from what was found, or from what was written."""
        anchors = [*self.found.items()] or [(_assumed(field_, place), place) for field_, place in written]
        for known, place in anchors:
            # Behind a proxy, or by TLS, nothing can be said of other ports, and TLS is never given up unasked.
            port = place.port + _OFFSETS[protocol] - _OFFSETS[known]
            if not place.is_secure and not place.path and 0 < port < 1 << 16:
                yield Address("grpc" if protocol == "gRPC" else "http", place.host, port)


def _own_first(protocol: Protocol, written: list[tuple[Protocol, Address]]) -> Iterator[Address]:
    """The written addresses that may be a protocol's, the one that was written for it first."""
    for _, place in sorted(written, key=lambda each: each[0] != protocol):
        if protocol == "gRPC":
            secure = "grpcs" if place.is_secure else "grpc"
            if not place.path:
                yield Address(secure, place.host, place.port)
        elif place.scheme != "grpcs":
            yield Address("https" if place.is_secure else "http", place.host, place.port, place.path)


def _assumed(written_as: Protocol, place: Address) -> Protocol:
    """What an address most likely is, where it says nothing."""
    if place.scheme in ("grpc", "grpcs") or place.port == GRPC_PORT:
        return "gRPC"
    return "metrics" if place.port == METRICS_PORT else written_as


def _same(one: Address, other: Address) -> bool:
    return (one.host, one.port) == (other.host, other.port)
