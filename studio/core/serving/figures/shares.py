"""What of a GPU's memory each model has, and how the ledger's entries lead up to what is in use now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from studio.core.serving.figures.ledger import Entry
from studio.value_class import dataclass

Source: TypeAlias = Literal["estimate", "by process", "not known", "before"]
_LEAST = 1 << 20


@dataclass(frozen=True, slots=True)
class Share:
    """Bytes of one model, or of what no model is known to have."""

    name: str
    bytes: float
    source: Source


@dataclass(frozen=True, slots=True)
class Step:
    """A bar from `low` to `high`, in bytes. `entry` is -1 where it stands for none, or for several."""

    name: str
    word: str
    low: float
    high: float
    entry: int = -1
    at: float = 0.0

    @property
    def change(self) -> float:
        """What it took; below zero what it gave back."""
        return self.high - self.low


def shares(entries: Sequence[Entry], gpu: str, used: float, processes: Mapping[str, float]) -> tuple[Share, ...]:
    """They add up to what is in use: what is left over is "not known", never spread.

    `processes` are the bytes that a model's own processes hold by the driver's word, which goes before an estimate.
    """
    mine = [entry for entry in entries if entry.gpu == gpu]
    sums: dict[str, float] = {}
    for entry in mine:
        if entry.kind != "growth":
            sums[entry.model] = sums.get(entry.model, 0.0) + entry.change
    found = [Share(name, size, "by process") for name, size in processes.items() if size >= _LEAST]
    found += [Share(name, size, "estimate") for name, size in sums.items() if size >= _LEAST and name not in processes]
    found.sort(key=lambda share: -share.bytes)
    if mine:
        found.append(Share("in use before the first load seen", mine[0].before, "before"))
    rest = used - sum(share.bytes for share in found)
    if abs(rest) >= _LEAST:
        found.append(Share("not known", rest, "not known"))
    return tuple(found)


def steps(entries: Sequence[Entry], gpu: str, most: int) -> tuple[Step, ...]:
    """The entries of a GPU as bars on a line that runs on, after what was in use before; the oldest fold into one."""
    mine = [(place, entry) for place, entry in enumerate(entries) if entry.gpu == gpu]
    if not mine:
        return ()
    folded, shown = mine[: max(0, len(mine) - most)], mine[max(0, len(mine) - most) :]
    first = shown[0][1].before
    words = f"and {len(folded)} earlier" if folded else "in use"
    made = [Step("before", words, 0.0, first)]
    for place, entry in shown:
        name = entry.model or "requests, others"
        made.append(Step(name, _WORDS[entry.kind], entry.before, entry.after, place, entry.at))
    return tuple(made)


_WORDS = {"load": "load", "unload": "unload", "growth": "growth"}
