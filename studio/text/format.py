"""A document laid out anew: one indent, one way to separate, every comment and every value as it was written.

What a person put on one line stays on one line where that fits; everything else goes line by line. Fields of a message
have no separators, items of a list have commas, scalars have a colon and messages have none.
"""

from __future__ import annotations

import re
from typing import Final

from studio.named_tuple import NamedTuple
from studio.text import layout, patterns
from studio.text.document import Document
from studio.text.failure import TextError
from studio.text.parse import parse
from studio.text.tree import Field, ListValue, Message, Scalar, Span

UNIT: Final = "  "
WIDTH: Final = 100
_COMMENT: Final = re.compile(r"#[^\n\0]*+")
_MARK: Final = "\ufeff"


class _Note(NamedTuple):
    """A comment of a gap: its text, whether it trails on the line before it, and whether an empty line is above."""

    text: str
    trails: bool
    apart: bool


class _Gap(NamedTuple):
    """What stands between two parts: comments, and whether an empty line is above what follows."""

    notes: tuple[_Note, ...]
    apart: bool
    breaks: bool


def formatted(document: Document, selection: Span | None = None) -> Document:
    """The document in our layout, all of it or the fields that a selection touches. Raises TextError if it is broken.

    The tree says the same, and formatting once more changes nothing.
    """
    if not document.ok:
        first = document.problems[0]
        reason = f"line {first.line} is not sound: {first.message.rstrip(' :.')}."
        raise TextError("Format the text", reason, "Correct that place first.")
    printer = _Printer(document.text)
    text = printer.all(document.root) if selection is None else _part(document, printer, selection)
    return document if text == document.text else parse(text, max_bytes=max(len(text), len(document.text)) * 2)


def _part(document: Document, printer: _Printer, selection: Span) -> str:
    text, message, depth = document.text, document.root, 0
    while inner := _around(message, selection):
        message, depth = inner[0], depth + inner[1]
    touched = [f for f in message.fields if f.start <= selection.end and f.end >= selection.start]
    if not touched:
        return text
    start, end = touched[0].start, touched[-1].end
    if layout.begins_line(text, start):
        start = layout.line_start(text, start)
        start += text.startswith(_MARK, start)
    printer.fields(touched, touched[0].start, end, depth)
    new = printer.text()
    return text[:start] + (new if start < touched[0].start or depth == 0 else new.lstrip(" ")) + text[end:]


def _around(message: Message, selection: Span) -> tuple[Message, int] | None:
    """The message below this one that holds all of the selection, and how much deeper its fields stand."""
    for field in message.fields:
        listed = isinstance(field.value, ListValue)
        for item in field.value.items if isinstance(field.value, ListValue) else (field.value,):
            if isinstance(item, Message) and item.start < selection.start and selection.end < item.end:
                return item, 1 + listed
    return None


class _Printer:
    """Writes lines; every method that takes a part of the text writes all comments in it."""

    def __init__(self, text: str) -> None:
        self._source = text
        self._newline = layout.newline(text)
        self._lines: list[str] = []
        self._closed = True
        """Whether nothing more fits on the last line: it ends in a comment, or there is none."""

    def all(self, root: Message) -> str:
        """Formats the whole text."""
        mark = _MARK if self._source.startswith(_MARK) else ""
        self.fields(root.fields, len(mark), root.end, 0)
        text = self.text()
        return mark + text + (self._newline if text else "")

    def text(self) -> str:
        """What was written so far, without an end of the last line."""
        return self._newline.join(self._lines)

    def fields(self, fields: tuple[Field, ...] | list[Field], start: int, end: int, depth: int) -> None:
        """The fields of a message that stand between two places, each on lines of its own."""
        first = True
        for field in fields:
            self._notes(self._gap(start, field.start), depth, first=first)
            self._field(field, depth)
            start, first = field.end, False
        self._notes(self._gap(start, end), depth, first=first, last=True)

    def _field(self, field: Field, depth: int) -> None:
        name_end = field.start + len(field.name)
        for note in (*self._gap(name_end, field.value.start).notes, *self._signs(field.value)):
            self._line(UNIT * depth + note.text)
        if isinstance(field.value, Scalar) and self._breaks(field.value):
            self._line(f"{UNIT * depth}{field.name}:")
            self._strings(field.value, depth + 2)
            return
        flat = self._flat_field(field)
        if flat is not None and len(UNIT * depth + flat) <= WIDTH:
            self._line(UNIT * depth + flat)
            return
        self._value(f"{UNIT * depth}{field.name}{_colon(field.value)} ", field.value, depth)

    def _value(self, head: str, value: Scalar | Message | ListValue, depth: int) -> None:
        """A value that takes more than a line, behind what stands before it on its first."""
        if isinstance(value, Scalar):
            self._line(head + self._flat_scalar(value))
            return
        opener, closer = "[]" if isinstance(value, ListValue) else "{}"
        self._line(head + opener)
        if isinstance(value, Message):
            self.fields(value.fields, value.start + 1, value.end - 1, depth + 1)
        elif any(isinstance(item, Message) for item in value.items):
            self._messages(value, depth + 1)
        else:
            self._items(value, depth + 1)
        self._line(UNIT * depth + closer)

    def _messages(self, value: ListValue, depth: int) -> None:
        start = value.start + 1
        for place, item in enumerate(value.items):
            self._notes(self._gap(start, item.start), depth, first=place == 0)
            flat = self._flat(item)
            if flat is not None and len(UNIT * depth + flat) < WIDTH:
                self._line(UNIT * depth + flat)
            else:
                self._value(UNIT * depth, item, depth)
            if place < len(value.items) - 1:
                self._add(",")
            start = item.end
        self._notes(self._gap(start, value.end - 1), depth, last=True)

    def _items(self, value: ListValue, depth: int) -> None:
        """Literals keep the lines on which they stand together, and go on a new one where they do not fit."""
        start, fresh = value.start + 1, True
        for place, item in enumerate(value.items):
            gap = self._gap(start, item.start)
            self._notes(gap, depth, first=place == 0)
            own = isinstance(item, Scalar) and self._breaks(item)
            comma = "," if place < len(value.items) - 1 else ""
            raw = self._flat_scalar(item) if isinstance(item, Scalar) else ""
            for note in self._signs(item):
                self._line(UNIT * depth + note.text)
                fresh = True
            if own and isinstance(item, Scalar):
                self._strings(item, depth)
                self._add(comma)
            elif fresh or gap.breaks or gap.notes or len(self._lines[-1]) + len(raw) + 2 > WIDTH:
                self._line(UNIT * depth + raw + comma)
            else:
                self._add(f" {raw}{comma}")
            start, fresh = item.end, own
        self._notes(self._gap(start, value.end - 1), depth, last=True)

    def _strings(self, scalar: Scalar, depth: int) -> None:
        """Adjacent strings, one on each line, with the comments between them."""
        pos = scalar.start
        while pos < scalar.end and (match := patterns.PIECE.match(self._source, pos)):
            self._notes(self._gap(pos, match.start(1)), depth, first=True)
            self._line(UNIT * depth + match[1])
            pos = match.end()

    # On one line

    def _flat(self, value: Scalar | Message | ListValue) -> str | None:
        """A value on one line; None where it stands on more, or has comments."""
        if isinstance(value, Scalar):
            return None if self._breaks(value) else self._flat_scalar(value)
        if not (value.fields if isinstance(value, Message) else value.items):
            inside = self._source[value.start + 1 : value.end - 1]
            opener, closer = "[]" if isinstance(value, ListValue) else "{}"
            return None if inside.strip() else f"{opener} {closer}"
        if "\n" in self._source[value.start : value.end]:
            return None
        if isinstance(value, Message):
            parts = [self._flat_field(field) for field in value.fields]
            return f"{{ {' '.join(part for part in parts if part)} }}"
        items = [self._flat(item) for item in value.items]
        return f"[ {', '.join(item for item in items if item)} ]"

    def _flat_field(self, field: Field) -> str | None:
        flat = self._flat(field.value)
        return None if flat is None else f"{field.name}{_colon(field.value)} {flat}"

    def _breaks(self, value: Scalar) -> bool:
        """Whether adjacent strings stand on more than one line."""
        return value.kind == "string" and "\n" in value.raw

    def _flat_scalar(self, value: Scalar) -> str:
        if value.kind == "string":
            return " ".join(match[1] for match in patterns.PIECE.finditer(value.raw))
        if value.raw.startswith("-") and (rest := value.raw[1:]):
            literal = rest[patterns.TRIVIA.match(rest).end() :]  # type: ignore[union-attr]  # matches nothing as well
            return f"- {literal}" if len(literal) < len(rest) else value.raw
        return value.raw

    def _signs(self, value: Scalar | Message | ListValue) -> tuple[_Note, ...]:
        """Comments between a minus and its number."""
        if not isinstance(value, Scalar) or value.kind == "string" or "#" not in value.raw:
            return ()
        return self._gap(value.start + 1, value.end).notes

    # Comments and lines

    def _gap(self, start: int, end: int) -> _Gap:
        text = self._source[start:end]
        if "#" not in text:
            return _Gap((), text.count("\n") > 1, "\n" in text)
        notes: list[_Note] = []
        done = 0
        for match in _COMMENT.finditer(text):
            between = text[done : match.start()]
            trails = not notes and "\n" not in between
            notes.append(_Note(match[0].rstrip(), trails, between.count("\n") > 1))
            done = match.end()
        return _Gap(tuple(notes), text.count("\n", done) > 1, breaks=True)

    def _notes(self, gap: _Gap, depth: int, *, first: bool = False, last: bool = False) -> None:
        """Writes what stands in a gap; empty lines only between two things."""
        for note in gap.notes:
            if note.trails and not self._closed:
                self._add(f"  {note.text}", closes=True)
            else:
                self._blank(note.apart and not first)
                self._line(UNIT * depth + note.text, closes=True)
            first = False
        self._blank(gap.apart and not first and not last)

    def _blank(self, wanted: bool) -> None:
        if wanted and self._lines:
            self._line("")

    def _line(self, line: str, *, closes: bool = False) -> None:
        self._lines.append(line)
        self._closed = closes or not line

    def _add(self, more: str, *, closes: bool = False) -> None:
        self._lines[-1] += more
        self._closed = closes


def _colon(value: Scalar | Message | ListValue) -> str:
    """Messages and lists of them stand without a colon, as Triton's own examples write them."""
    if isinstance(value, ListValue):
        return "" if value.items and isinstance(value.items[0], Message) else ":"
    return ":" if isinstance(value, Scalar) else ""
