"""How a file is written, and how new text is laid out so that it looks the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from studio.text import layout
from studio.text.document import Document
from studio.text.tree import Field, ListValue, Message, Scalar, Value
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """The habits of one file."""

    newline: str
    unit: str
    colon: bool
    list_colon: bool
    message_lists: bool
    padding: str | None
    separator: str
    short: frozenset[str] = frozenset()
    """The fields whose messages stand on one line wherever there are any."""

    def field(self, source: str, field: Field, indent: str, *, one_line: bool) -> str:
        """A field of `source` as this file would write it, its first line without indent."""
        value = field.value
        one_line = one_line or field.name in self.short
        body = self.value(source, value, indent, one_line=one_line)
        if isinstance(value, Message):
            return f"{field.name}{':' if self.colon else ''} {body}"
        if isinstance(value, ListValue) and value.items and isinstance(value.items[0], Message):
            return f"{field.name}{':' if self.list_colon else ''} {body}"
        return f"{field.name}: {body}"

    def value(self, source: str, value: Value, indent: str, *, one_line: bool) -> str:
        """A value of `source` as this file would write it, its first line without indent."""
        raw = source[value.start : value.end]
        if isinstance(value, Scalar):
            return raw
        if "#" in raw or "\n" in raw:
            # Laid out by whoever wrote it, or with comments that a new layout would lose.
            return raw.replace("\r\n", "\n").replace("\n", self.newline)
        if isinstance(value, Message):
            parts = [self.field(source, f, indent + self.unit, one_line=one_line) for f in value.fields]
            return self._bracketed(
                raw[0], raw[-1], parts, self.separator if one_line else "", indent, one_line=one_line
            )
        if not any(isinstance(item, Message) for item in value.items):
            inner = raw[1:-1].strip() if self.padding is not None else ""
            return f"[{self.padding}{inner}{self.padding}]" if inner else raw
        parts = [self.value(source, i, indent + self.unit, one_line=one_line) for i in value.items]
        return self._bracketed("[", "]", parts, ",", indent, one_line=one_line)

    def _bracketed(self, opener: str, closer: str, parts: list[str], comma: str, indent: str, *, one_line: bool) -> str:
        if not parts:
            return f"{opener} {closer}"
        if one_line:
            return f"{opener} {f'{comma} '.join(parts)} {closer}"
        inner = self.newline + indent + self.unit
        return f"{opener}{inner}{f'{comma}{inner}'.join(parts)}{self.newline}{indent}{closer}"


def style(document: Document, short: Collection[str] = ()) -> Style:
    """The habits of a file, from what is in it; Triton's own examples where it does not say.

    `short` are fields whose messages go on one line where the file has none of them.
    """
    text = document.text
    colons = Counter[bool]()
    list_colons = Counter[bool]()
    units = Counter[str]()
    spread: dict[str, bool] = {}
    for field, message in layout.messages(document.root):
        if isinstance(field.value, ListValue):
            list_colons[field.colon] += 1
        else:
            colons[field.colon] += 1
        units[_unit(text, message)] += 1
        if message.fields:
            spread[field.name] = spread.get(field.name, False) or "\n" in text[message.start : message.end]
    del units[""]
    colon = colons[True] > colons[False]
    return Style(
        newline=layout.newline(text),
        unit=units.most_common(1)[0][0] if units else "  ",
        colon=colon,
        list_colon=list_colons[True] > list_colons[False] if list_colons else colon,
        message_lists=bool(list_colons) and _prefers_lists(document),
        padding=_padding(document),
        separator=_separator(document),
        short=frozenset(name for name in (*spread, *short) if not spread.get(name, False)),
    )


def _unit(text: str, message: Message) -> str:
    """By how much the first field of a message is indented, if it stands on a line of its own."""
    if not message.fields or not layout.begins_line(text, message.fields[0].start):
        return ""
    outer, inner = layout.indent(text, message.start), layout.indent(text, message.fields[0].start)
    return inner.removeprefix(outer) if inner.startswith(outer) else ""


def _prefers_lists(document: Document) -> bool:
    """Whether repeated messages at the top stand in lists rather than each with its name."""
    listed = sum(isinstance(f.value, ListValue) for f in document.root.fields)
    names = Counter(f.name for f in document.root.fields if isinstance(f.value, Message))
    return listed >= sum(count for count in names.values() if count > 1)


def _padding(document: Document) -> str | None:
    """What stands inside the brackets of lists of literals; None where there are none to go by."""
    for _, value in layout.lists(document.root):
        if value.items and isinstance(value.items[0], Scalar):
            inside = document.text[value.start + 1 : value.items[0].start]
            if not inside.strip(" "):
                return inside
    return None


def _separator(document: Document) -> str:
    """What stands between fields that share a line."""
    for _, message in layout.messages(document.root):
        if len(message.fields) > 1:
            gap = document.text[message.fields[0].end : message.fields[1].start]
            if "\n" not in gap:
                return gap.strip()
    return ""
