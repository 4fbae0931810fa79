"""The stack of open brackets while a text is parsed, and the tree that grows on it."""

from __future__ import annotations

from studio import TYPE_CHECKING
from studio.named_tuple import NamedTuple
from studio.text import patterns
from studio.text.parser.scan import Scanner
from studio.text.tree import Field, ListValue, Message, Scalar, Span

if TYPE_CHECKING:
    from typing import Final

_CLOSERS: Final = {"{": "}", "<": ">", "[": "]"}


class Name(NamedTuple):
    """The name of a field whose value is being read."""

    text: str
    start: int
    colon: bool


class _Frame(NamedTuple):
    """A bracket that is open, the field it belongs to (none for an item of a list), and what it interrupts."""

    closer: str
    start: int
    name: Name | None
    fields: list[Field]
    items: list[Scalar | Message]


class Builder:
    """Opens and closes messages and lists; never recurses, so any depth is safe."""

    def __init__(self, text: str, max_depth: int) -> None:
        self.text = text
        self.scanner = Scanner(text)
        self.stack: list[_Frame] = []
        self.in_list = False
        self.fields: list[Field] = []
        self.items: list[Scalar | Message] = []
        self._max_depth = max_depth
        self._unbalanced_from = len(text)

    def open(self, bracket: str, start: int, name: Name | None) -> int:
        """Opens a message or a list; where to go on, which is behind all of it if it is too deep."""
        if len(self.stack) >= self._max_depth:
            return self._too_deep(bracket, start, name)
        self.stack.append(_Frame(_CLOSERS[bracket], start, name, self.fields, self.items))
        self.in_list = bracket == "["
        if self.in_list:
            self.items = []
        else:
            self.fields = []
        return start + 1

    def close(self, end: int, after: int) -> int:
        """Closes the message on top, whose bracket ends at `end`; where to go on, `after` if not in a list."""
        frame = self.stack.pop()
        message = Message(tuple(self.fields), frame.start, end)
        self.fields, self.items = frame.fields, frame.items
        if frame.name is None:
            self.in_list = True
            self.items.append(message)
            return self.after_item(end)
        self.fields.append(_field(frame.name, message, end))
        return after

    def close_list(self, end: int) -> int:
        """Closes the list on top, whose bracket ends at `end`; where to go on."""
        self._pop_list(end)
        return self.after_field(end)

    def close_unclosed(self) -> int:
        """Closes what is on top where its bracket was forgotten: behind its last part."""
        frame = self.stack[-1]
        parts = self.items if self.in_list else self.fields
        end = max(parts[-1].end, frame.start + 1) if parts else frame.start + 1
        if self.in_list:
            self._pop_list(end)
            return end
        self.stack.pop()
        message = Message(tuple(self.fields), frame.start, end)
        self.fields, self.items = frame.fields, frame.items
        self.in_list = frame.name is None
        if frame.name is None:
            self.items.append(message)
        else:
            self.fields.append(_field(frame.name, message, end))
        return end

    def close_all(self) -> int:
        """Closes everything at the end of the text; -1."""
        while self.stack:
            self.close_unclosed()
        return -1

    def opened(self, closer: str) -> bool:
        """Whether a bracket is open that this one closes."""
        return any(frame.closer == closer for frame in self.stack)

    def after_field(self, pos: int) -> int:
        """Behind the separator that may follow a field."""
        match = patterns.SEPARATOR.match(self.text, pos)
        return match.end() if match else pos

    def after_item(self, pos: int, *, said: bool = False) -> int:
        """Behind what separates an item from the next."""
        raise NotImplementedError

    def balanced_end(self, start: int) -> int | None:
        """The end of the bracketed text that begins at `start`; None where it never closes."""
        if start >= self._unbalanced_from:
            return None
        depth, pos = 0, start
        while match := patterns.BRACKET.match(self.text, pos):
            pos = match.end()
            depth += 1 if match[1] in "{<[" else -1
            if depth == 0:
                return pos
        # What begins behind here cannot close either, and asking again for each would take forever.
        self._unbalanced_from = start
        return None

    def _pop_list(self, end: int) -> None:
        frame = self.stack.pop()
        value = ListValue(tuple(self.items), frame.start, end)
        self.fields, self.items, self.in_list = frame.fields, frame.items, False
        if frame.name is not None:
            self.fields.append(_field(frame.name, value, end))

    def _too_deep(self, bracket: str, start: int, name: Name | None) -> int:
        message = f"Message is too deep, the parser exceeded the limit of {self._max_depth} levels."
        self.scanner.say(message, Span(start, start + 1))
        end = self.balanced_end(start)
        end = len(self.text) if end is None else end
        if name is None:
            self.items.append(Message((), start, end))
            return self.after_item(end)
        value = ListValue((), start, end) if bracket == "[" else Message((), start, end)
        self.fields.append(_field(name, value, end))
        return self.after_field(end)


def _field(name: Name, value: Message | ListValue, end: int) -> Field:
    return Field(name.text, name.start, value, end, name.colon)
