"""What a server's tracer is set to, and what it is to be set to."""

from __future__ import annotations

from studio import TYPE_CHECKING
from studio.value_class import dataclass

if TYPE_CHECKING:
    from typing import TypeAlias

Change: TypeAlias = "tuple[tuple[str, tuple[str, ...]], ...]"
"""Names of settings with their values; none lets a model follow its server again."""

OFF = "OFF"
FOREVER = -1
_SOUND_SINCE = (2, 52)


@dataclass(frozen=True, slots=True)
class TraceSetting:
    """A tracer's setting. It records one request in `rate`, `count` more of them (-1: no end), to `file` when so many
    are complete as `log_frequency` says (0: when the server ends). `mode` is "triton" for a file.
    """

    levels: tuple[str, ...] = (OFF,)
    rate: int = 1000
    count: int = FOREVER
    log_frequency: int = 0
    file: str = ""
    mode: str = "triton"

    @property
    def is_on(self) -> bool:
        """Whether it records now."""
        return self.levels not in ((), (OFF,)) and self.count != 0

    @property
    def is_of_studio(self) -> bool:
        """Whether it is one that `next_requests` makes."""
        return self.levels not in ((), (OFF,)) and self.rate == self.log_frequency == 1 and self.count != FOREVER

    @property
    def changes(self) -> Change:
        """What sets a tracer to this. The file and the mode are given at a server's start alone."""
        return (
            ("trace_level", self.levels or (OFF,)),
            ("trace_rate", (str(self.rate),)),
            ("trace_count", (str(self.count),)),
            ("log_frequency", (str(self.log_frequency),)),
        )


def tensors_risk(version: str) -> str:
    """What may go wrong where a server of a version, as it tells it, records tensors; "" where nothing is known of it.

    The Python backend before 24.11 (Triton 2.52) gives empty outputs with NumPy 2, and ends the server at such a one.
    """
    numbers = [int(part) for part in version.split(".")[:2] if part.isascii() and part.isdigit()]
    if len(numbers) < len(_SOUND_SINCE) or tuple(numbers) >= _SOUND_SINCE:
        return ""
    return f"Triton {version} may crash: its Python models do not get on with NumPy 2 (fixed in 24.11)."


def next_requests(count: int, *, tensors: bool = False) -> Change:
    """What has a tracer record the next so many requests, each to a file of its own at once."""
    levels = ("TIMESTAMPS", "TENSORS") if tensors else ("TIMESTAMPS",)
    return TraceSetting(levels, 1, count, 1).changes


FOLLOW_SERVER: Change = tuple((name, ()) for name, _ in TraceSetting().changes)
"""What has a model follow its server again."""
