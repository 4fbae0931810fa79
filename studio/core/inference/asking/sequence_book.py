"""The sequences that requests of ours belong to: which are open, what their next request must say, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST_LANES = 200


@dataclass(slots=True)
class Turn:
    """One request of a sequence; times in seconds of one clock. `refused` is why the server did not take it."""

    began: float
    is_start: bool
    is_end: bool
    ended: float | None = None
    refused: str = ""


@dataclass(slots=True)
class Lane:
    """One correlation id with its requests in their order."""

    name: str
    turns: list[Turn] = field(default_factory=list)

    @property
    def taken(self) -> list[Turn]:
        """Those of the last sequence of this id that the server took, or has not answered yet."""
        taken = [turn for turn in self.turns if not turn.refused]
        starts = [at for at, turn in enumerate(taken) if turn.is_start]
        return taken[starts[-1] :] if starts else taken

    def closes_at(self, idle: float) -> float | None:
        """When the server lets its state go unless another request comes; None where it holds none or is answering."""
        taken = self.taken
        if not taken or taken[-1].is_end or taken[-1].ended is None:
            return None
        return taken[-1].ended + idle

    def is_open(self, now: float, idle: float) -> bool:
        """Whether the server holds state for it."""
        taken = self.taken
        if not taken or taken[-1].is_end:
            return False
        closes = self.closes_at(idle)
        return closes is None or closes > now

    def state(self, now: float, idle: float) -> str:
        """How it stands, in a few words."""
        if self.turns and self.turns[-1].refused and not self.is_open(now, idle):
            return "refused"
        taken = self.taken
        if not taken:
            return "not begun"
        last = taken[-1]
        if last.ended is None:
            return "answering"
        if last.is_end:
            return f"ended {now - last.ended:.0f} s ago"
        closes = last.ended + idle
        return f"closes in {closes - now:.0f} s" if closes > now else f"idle too long, closed {now - closes:.0f} s ago"


class Book:
    """All of them for one model. `idle` is how many seconds the server holds state without a request."""

    def __init__(self, idle: float = 1.0) -> None:
        self.idle = idle
        self.lanes: dict[str, Lane] = {}

    def open_names(self, now: float) -> tuple[str, ...]:
        """The sequences that are open."""
        return tuple(lane.name for lane in self.lanes.values() if lane.is_open(now, self.idle))

    def needs_start(self, name: str, now: float) -> bool:
        """Whether the next request of this id has to begin a sequence."""
        lane = self.lanes.get(name)
        return lane is None or not lane.is_open(now, self.idle)

    def begin(self, name: str, now: float, *, start: bool, end: bool) -> Turn:
        """A request of it goes out."""
        lane = self.lanes.setdefault(name, Lane(name))
        turn = Turn(now, start, end)
        lane.turns.append(turn)
        while len(self.lanes) > _MOST_LANES:
            self.lanes.pop(next(iter(self.lanes)))
        return turn

    def forget(self) -> None:
        """The server holds no state of any of them any more."""
        self.lanes.clear()

    def words(self, name: str, now: float) -> str:
        """What the next request of an id is, and why its flags are as they are."""
        lane = self.lanes.get(name)
        if lane is None or not lane.turns:
            return f"Start is set: {name} is a new sequence. End is yours to set."
        if lane.is_open(now, self.idle):
            number = len(lane.taken) + 1
            return f"Turn {number} of {name}. Start was set by turn 1; End is yours to set."
        if lane.taken and lane.taken[-1].is_end:
            return f"Start is set: {name} was ended, so this begins it anew."
        if lane.taken:
            return f"Start is set: the server let {name} go after {self.idle:g} s without a request."
        return f"Start is set: the server refused {name} before it began."


def new_name(book: Book, first: int = 4101) -> str:
    """An id that no sequence has."""
    number = first
    while str(number) in book.lanes:
        number += 1
    return str(number)


def correlation(text: str) -> int | str:
    """What is sent for an id that was typed: a number where it is one, else text."""
    plain = text.strip()
    return int(plain) if plain.isdecimal() and len(plain) < 20 else plain
