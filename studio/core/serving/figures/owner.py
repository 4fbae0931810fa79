"""Where the time of a model's requests goes, and which layer owns most of it, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping

from studio.core.serving.figures.batching import Batching
from studio.core.serving.series import GAP
from studio.value_class import dataclass

STAGES = ("client", "network", "queue", "input", "compute", "output")
_LAYERS = {
    "client": "this program: it packs and unpacks the tensors",
    "network": "the way between here and the server, its front end included",
    "queue": "the scheduler: requests wait for a free instance",
    "input": "the batcher: it puts the inputs of a run together and copies them",
    "compute": "the backend, which is the model itself",
    "output": "the batcher: it takes the outputs apart and copies them",
}
_MOST = 0.5
_CLEAR = 1.5


@dataclass(frozen=True, slots=True)
class Stages:
    """Mean milliseconds of a request by stage; NaN where that is not known."""

    client: float = GAP
    network: float = GAP
    queue: float = GAP
    input: float = GAP
    compute: float = GAP
    output: float = GAP

    def known(self) -> dict[str, float]:
        """Those that are known, in order."""
        found = {name: float(getattr(self, name)) for name in STAGES}
        return {name: value for name, value in found.items() if math.isfinite(value)}

    @property
    def whole(self) -> float:
        """All that is known together; NaN where nothing is."""
        known = self.known()
        return sum(known.values()) if known else GAP


def told(stages: Stages, asked: Batching | None = None) -> str:
    """Which layer owns the time, and what would change that; "" where nothing is known."""
    known, whole = stages.known(), stages.whole
    if not known or not whole > 0:
        return ""
    first, second, *_ = [*sorted(known, key=lambda name: -known[name]), ""]
    share = known[first] / whole
    said = f"{share:.0%} of {_ms(whole)} is {first}: {_LAYERS[first]}."
    if share < _MOST and second and known[first] < known[second] * _CLEAR:
        said = (
            f"No layer owns it alone: {first} takes {share:.0%} of {_ms(whole)}, {second} {known[second] / whole:.0%}."
        )
    advice = _advice(first, asked)
    rest = "" if math.isfinite(stages.network) else " What lies outside the server is known of own requests only."
    return f"{said}{' ' if advice else ''}{advice}{rest}"


def slowest(steps: Mapping[str, float]) -> str:
    """Which step of an ensemble takes most, by mean milliseconds of each that is known; "" where fewer than two are."""
    known = {name: each for name, each in steps.items() if math.isfinite(each)}
    whole = sum(known.values())
    if len(known) < 2 or not whole > 0:
        return ""
    first = max(known, key=lambda name: known[name])
    return f"Of its steps {first} takes longest: {_ms(known[first])}, {known[first] / whole:.0%} of all steps together."


def _advice(first: str, asked: Batching | None) -> str:
    if first == "queue" and asked is not None:
        one = f"With {asked.instances} instance{'s' if asked.instances > 1 else ''}"
        if asked.most > 1 and not asked.is_dynamic:
            why = "each request waits for those before it: more instances or dynamic_batching help."
            return f"{one} and no dynamic batching {why}"
        wait = f" The batcher itself waits up to {asked.delay_us:,} µs." if asked.delay_us else ""
        return f"{one} requests come faster than they are run: more instances help where the device has room.{wait}"
    if first == "compute":
        return "A faster model or device shortens it; more instances do not, they shorten the queue."
    if first == "network":
        return "Binary tensors, gRPC or shared memory shorten it."
    return ""


def _ms(value: float) -> str:
    return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f} ms"
