"""Which brackets are open at a place, and where a forgotten one belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.core.config.schema import MessageSchema
from studio.text import patterns
from studio.text.tree import Field, ListValue, Message

CLOSERS = {"{": "}", "<": ">", "[": "]"}
_NEXT_BLOCK = re.compile(r"\s*,?\s*[{<]")
_LIST_END = re.compile(r"\s*,?\s*\]")


def opened(text: str, upto: int) -> list[str]:
    """The brackets before a place that nothing has closed; one that fits nothing is passed over."""
    stack: list[str] = []
    pos = 0
    while (match := patterns.BRACKET.match(text, pos)) and match.start(1) < upto:
        if match[1] in CLOSERS:
            stack.append(match[1])
        elif stack and CLOSERS[stack[-1]] == match[1]:
            stack.pop()
        pos = match.end()
    return stack


def block(text: str, start: int) -> int:
    """The end of bracketed texts that begin here, one after the other, with the bracket that closes their list.

    That of the first bracket alone where it is never closed.
    """
    end = _balanced(text, start)
    while end is not None:
        more = _NEXT_BLOCK.match(text, end)
        following = _balanced(text, more.end() - 1) if more else None
        if following is None:
            closed = _LIST_END.match(text, end)
            return closed.end() if closed else end
        end = following
    return start + 1


def _balanced(text: str, start: int) -> int | None:
    depth, pos = 0, start
    while match := patterns.BRACKET.match(text, pos):
        pos = match.end()
        depth += 1 if match[1] in CLOSERS else -1
        if depth == 0:
            return pos
    return None


def closing(stack: list[str]) -> str:
    """What closes these brackets, the last one first."""
    return " ".join(CLOSERS[each] for each in reversed(stack))


def up_to_message(stack: list[str], levels: int) -> list[str]:
    """The open brackets to close so that the field which follows stands that many messages further out."""
    count = len(stack)
    while levels and count:
        count -= 1
        levels -= stack[count] in "{<"
    while count and stack[count - 1] == "[":
        count -= 1
    return stack[count:]


def behind(text: str, place: int) -> int:
    """The end of what stands before a place, unless that is a comment."""
    end = len(text[:place].rstrip())
    line = text[text.rfind("\n", 0, end) + 1 : end]
    return place if "#" in line else end


def around(message: Message, schema: MessageSchema, place: int) -> list[tuple[Message, MessageSchema]]:
    """The messages around a place, the outermost first."""
    found = [(message, schema)]
    while True:
        here, known = found[-1]
        inner = next((each for each in _messages(here, known) if each[0].start < place < each[0].end), None)
        if inner is None:
            return found
        found.append(inner)


def _messages(message: Message, schema: MessageSchema) -> Iterator[tuple[Message, MessageSchema]]:
    for field in message.fields:
        known = schema.fields.get(field.name)
        if known and known.message:
            items = field.value.items if isinstance(field.value, ListValue) else (field.value,)
            yield from ((item, known.message) for item in items if isinstance(item, Message))


def last_field(message: Message, place: int) -> Field | None:
    """The last field of a message that ends before a place."""
    return next((field for field in reversed(message.fields) if field.end <= place), None)


def innermost(message: Message, schema: MessageSchema, levels: int) -> list[tuple[Message, MessageSchema]]:
    """The last messages of a text, so many levels deep: those that are open where its brackets are."""
    found = [(message, schema)]
    for _ in range(levels):
        inner = list(_messages(*found[-1]))
        if not inner:
            break
        found.append(inner[-1])
    return found
