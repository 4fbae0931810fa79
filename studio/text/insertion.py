"""Putting a field or an item where a person would, written as the file is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from studio.text import layout
from studio.text.document import Document
from studio.text.layout import Edit
from studio.text.style import Style, style
from studio.text.tree import Field, ListValue, Message


class Insertion:
    """One insertion into one document: `source` holds the new field, which was parsed as `piece`."""

    def __init__(self, document: Document, source: str, piece: Field, short: Collection[str] = ()) -> None:
        self.text = document.text
        self.document = document
        self.style: Style = style(document, short)
        self.source = source
        self.piece = piece

    def item(self, value: ListValue, place: int) -> list[Edit]:
        """The edits that put the value into a list before the item at `place`."""
        if not value.items:
            return [self._first_item(value)]
        if place == 0:
            return [self._item_before(value)]
        previous, last = value.items[place - 1], place == len(value.items)
        end = previous.end if last else layout.comma(self.text, previous.end) + 1
        if layout.begins_line(self.text, previous.start) and layout.ends_line(self.text, end):
            indent = layout.indent(self.text, previous.start)
            new = self.style.newline + indent + self._value(indent, like=self._written(previous))
            at = layout.tail(self.text, end)
            return [Edit(end, end, ","), Edit(at, at, new)] if last else [Edit(at, at, new + ",")]
        indent = layout.indent(self.text, previous.end)
        new = self._value(indent, like=self._written(previous))
        return [Edit(previous.end, previous.end, f",{self._gap(value)}{new}")]

    def _first_item(self, value: ListValue) -> Edit:
        inner = self.text[value.start + 1 : value.end - 1]
        indent = layout.indent(self.text, value.start)
        deeper = indent + self.style.unit
        if "\n" in inner or isinstance(self.piece.value, Message):
            new = self.style.newline + deeper + self._value(deeper, like="")
            if "\n" in inner:
                at = layout.tail(self.text, value.start + 1)
                return Edit(at, at, new)
            return Edit(value.start + 1, value.end - 1, f"{new}{self.style.newline}{indent}")
        new = self._value(indent, like="")
        return Edit(value.start + 1, value.end - 1, f" {new} " if inner else new)

    def _item_before(self, value: ListValue) -> Edit:
        first = value.items[0]
        indent = layout.indent(self.text, first.start)
        new = self._value(indent, like=self._written(first))
        if layout.begins_line(self.text, first.start):
            at = layout.lead(self.text, first.start)
            return Edit(at, at, f"{indent}{new},{self.style.newline}")
        return Edit(first.start, first.start, f"{new},{self._gap(value)}")

    def _gap(self, value: ListValue) -> str:
        """The white space between items that share a line."""
        if len(value.items) > 1:
            first, second = value.items[:2]
            gap = self.text[layout.comma(self.text, first.end) + 1 : second.start]
            if not gap.strip(" "):
                return gap
        return " "

    def field(self, parent: Message, order: Sequence[str]) -> list[Edit]:
        """The edits that put a field of a new name into a message."""
        if not parent.fields:
            return [self._only_field(parent)]
        rank = {name: place for place, name in enumerate(order)}
        mine = rank.get(self.piece.name, len(rank))
        before = [f for f in parent.fields if rank.get(f.name, len(rank)) <= mine]
        if not before and not layout.has_header(self.text, parent.fields[0].start):
            return [self.before(parent.fields[0])]
        nearest = max((rank.get(f.name, len(rank)) for f in before), default=None)
        anchors = [f for f in before if rank.get(f.name, len(rank)) == nearest] or parent.fields[:1]
        return self.after(parent, anchors[-1])

    def after(self, parent: Message, anchor: Field, *, sibling: Field | None = None) -> list[Edit]:
        """The edits that put the field behind another one; a sibling is one of the same name, to be written like."""
        end = layout.separator_end(self.text, anchor.end)
        separator = self.text[end - 1] if end > anchor.end else ""
        if layout.begins_line(self.text, anchor.start) and layout.ends_line(self.text, end):
            indent = layout.indent(self.text, anchor.start)
            blank = self.style.newline * self._blank_lines(parent, anchor) if sibling else ""
            new = self._field(indent, sibling) + separator
            at = layout.tail(self.text, end)
            return [Edit(at, at, blank + self.style.newline + indent + new)]
        new = self._field(layout.indent(self.text, anchor.start), sibling, one_line=True)
        place = next(i for i, f in enumerate(parent.fields) if f is anchor)
        if not separator and place > 0:
            previous = parent.fields[place - 1].end
            used = self.text[previous : layout.separator_end(self.text, previous)].strip()
            return [Edit(end, end, f"{used} {new}")]
        return [Edit(end, end, f" {new}{separator}")]

    def before(self, anchor: Field, *, sibling: Field | None = None) -> Edit:
        """The edit that puts the field before another one."""
        end = layout.separator_end(self.text, anchor.end)
        separator = self.text[end - 1] if end > anchor.end else ""
        indent = layout.indent(self.text, anchor.start)
        if layout.begins_line(self.text, anchor.start):
            one_line = not layout.ends_line(self.text, end)
            at = max(layout.lead(self.text, anchor.start), int(self.text.startswith("\ufeff")))
            new = self._field(indent, sibling, one_line=one_line)
            return Edit(at, at, f"{indent}{new}{separator}{self.style.newline}")
        new = self._field(indent, sibling, one_line=True)
        return Edit(anchor.start, anchor.start, f"{new}{separator} ")

    def _only_field(self, parent: Message) -> Edit:
        """Into an empty message."""
        text = self.text
        if parent is self.document.root:
            start = "" if not text or text.endswith(("\n", "\ufeff")) else self.style.newline
            return Edit(len(text), len(text), f"{start}{self._field('', None)}{self.style.newline}")
        inner = text[parent.start + 1 : parent.end - 1]
        indent = layout.indent(text, parent.start)
        deeper = indent + self.style.unit
        if "\n" in inner:
            at = layout.line_start(text, parent.end - 1)
            if layout.begins_line(text, parent.end - 1):
                return Edit(at, at, f"{deeper}{self._field(deeper, None)}{self.style.newline}")
            return Edit(parent.end - 1, parent.end - 1, f"{self._field(deeper, None, one_line=True)} ")
        if self._shares_line(parent):
            return Edit(parent.start + 1, parent.end - 1, f" {self._field(indent, None, one_line=True)} ")
        nl = self.style.newline
        return Edit(parent.start + 1, parent.end - 1, f"{nl}{deeper}{self._field(deeper, None)}{nl}{indent}")

    def _shares_line(self, parent: Message) -> bool:
        """Whether other fields stand on the line of a message."""
        start = layout.line_start(self.text, parent.start)
        for field, message in layout.messages(self.document.root):
            if message is parent:
                begins = field.start if isinstance(field.value, Message) else message.start
                after = layout.separator_end(self.text, parent.end)
                return bool(self.text[start:begins].strip()) or not layout.ends_line(self.text, after)
        return False

    def _blank_lines(self, parent: Message, anchor: Field) -> int:
        """How many empty lines keep fields of the anchor's name apart."""
        same = [f for f in parent.fields if f.name == anchor.name]
        if len(same) < 2:
            return 0
        gap = self.text[same[0].end : same[1].start]
        return 0 if gap.strip(" \t\r\n,;") else max(0, gap.count("\n") - 1)

    def _written(self, node: Message | tuple[object, ...]) -> str:
        return self.text[node.start : node.end] if isinstance(node, Message) else ""

    def _value(self, indent: str, *, like: str) -> str:
        one_line = bool(like) and "\n" not in like
        return self.style.value(self.source, self.piece.value, indent, one_line=one_line)

    def _field(self, indent: str, sibling: Field | None, *, one_line: bool = False) -> str:
        if sibling is not None and isinstance(sibling.value, Message):
            one_line = one_line or "\n" not in self.text[sibling.start : sibling.end]
            colon = ":" if sibling.colon or not isinstance(self.piece.value, Message) else ""
            value = self.style.value(self.source, self.piece.value, indent, one_line=one_line)
            return f"{self.piece.name}{colon} {value}"
        return self.style.field(self.source, self.piece, indent, one_line=one_line)
