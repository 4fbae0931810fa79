"""The GPUs that a server may use, also as a person writes them: none, all, or ids with commas."""

from __future__ import annotations

from studio.core.failure import CoreError
from studio.value_class import dataclass

_ALL = frozenset({"all", "auto"})


@dataclass(frozen=True, slots=True)
class Gpus:
    """Which GPUs a server may use: none, all, or those with these ids."""

    all: bool = False
    ids: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """True where no GPU is passed."""
        return not self.all and not self.ids


def parse_gpus(text: str) -> Gpus:
    """The GPUs that a text names: "none" or nothing, "all" (or "auto"), else ids or UUIDs with commas."""
    words = tuple(word for part in text.split(",") if (word := part.strip()))
    if len(words) == 1 and words[0] in _ALL:
        return Gpus(all=True)
    return Gpus() if words in ((), ("none",)) else Gpus(ids=words)


def gpus_text(gpus: Gpus) -> str:
    """The text of it, which is read back the same."""
    return "all" if gpus.all else ",".join(gpus.ids) or "none"


def numbered(text: str, machine: tuple[int, ...] | None = None) -> tuple[int, ...]:
    """The numbers of the GPUs that a text names; all of them are `machine`'s, where it is known.

    Raises CoreError for what is no number.
    """
    gpus = parse_gpus(text)
    if gpus.all and machine is not None:
        return machine
    if gpus.all or not all(each.isascii() and each.isdecimal() for each in gpus.ids):
        known = "any, none, auto, 0 or 0,1" if machine is not None else "any, none, 0 or 0,1"
        raise CoreError(f"Check for the GPUs “{text}”", "GPUs are numbers.", f"Write {known}.")
    return tuple(int(each) for each in gpus.ids)
