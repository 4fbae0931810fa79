"""Taking a field or an item out of a text with the comments that belong to it."""

from __future__ import annotations

from studio.text import layout
from studio.text.layout import Edit
from studio.text.tree import Field, ListValue, Message


def remove_field(text: str, parent: Message, field: Field) -> list[Edit]:
    """The edits that take a field out of its message."""
    end = layout.separator_end(text, field.end)
    if layout.begins_line(text, field.start) and layout.ends_line(text, end):
        return [_lines(text, field.start, end)]
    place = next(i for i, f in enumerate(parent.fields) if f is field)
    following = parent.fields[place + 1] if place + 1 < len(parent.fields) else None
    if following and "\n" not in text[end : following.start]:
        return [Edit(field.start, following.start, "")]
    if place == 0:
        start = max(parent.start + 1, layout.line_start(text, field.start))
        start = field.start if start > field.start or text[start : field.start].strip() else start
        return [Edit(start, layout.tail(text, end), "")]
    previous = parent.fields[place - 1]
    before = layout.separator_end(text, previous.end)
    if text[before : field.start].strip() or "\n" in text[before : field.start]:
        return [Edit(field.start, end, "")]
    # The last one takes the separator before it along, unless it has one of its own.
    start = previous.end if end == field.end and following is None else before
    return [Edit(start, end, "")]


def remove_item(text: str, value: ListValue, place: int) -> list[Edit]:
    """The edits that take an item out of a list, and the comma that is then one too many."""
    item, last = value.items[place], len(value.items) - 1
    end = item.end if place == last else layout.comma(text, item.end) + 1
    edits = []
    if place == last and place > 0:
        at = layout.comma(text, value.items[place - 1].end)
        edits.append(Edit(at, at + 1, ""))
    if layout.begins_line(text, item.start) and layout.ends_line(text, end):
        return [*edits, _lines(text, item.start, end)]
    if last == 0:
        return [_emptied(text, value)]
    if place < last:
        start, gap = value.items[place + 1].start, text[end : value.items[place + 1].start]
        return [Edit(item.start, start if not gap.strip() else layout.tail(text, end), "")]
    gap = text[edits[0].end : item.start]
    if gap.strip() or "\n" in gap:
        return [*edits, Edit(item.start, end, "")]
    return [Edit(edits[0].start, end, "")]


def _emptied(text: str, value: ListValue) -> Edit:
    """A list whose only item goes: its brackets stay, and the comments in it."""
    item = value.items[0]
    before, after = text[value.start + 1 : item.start], text[item.end : value.end - 1]
    if before.strip() or after.strip():
        return Edit(item.start, item.end, "")
    return Edit(value.start + 1, value.end - 1, " " if before or after else "")


def _lines(text: str, start: int, end: int) -> Edit:
    """The whole lines of something that shares them with nothing, and its comments."""
    start = layout.lead(text, start)
    end = layout.after_line(text, layout.tail(text, end))
    if start and text[start - 1] != "\n":
        return Edit(start, end, "")
    above = layout.line_start(text, start - 1) if start else 0
    if not start or layout.is_blank(text, above):
        if layout.is_blank(text, end):
            end = text.find("\n", end) + 1 or len(text)
        elif start and (end == len(text) or text[end:].lstrip()[:1] in ("}", ">", "]", "")):
            start = above
    if start == 0 and text.startswith("\ufeff"):
        start = 1
    return Edit(start, end, "")
