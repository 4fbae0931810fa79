"""The edits that a merge makes of one text: collected first, then made in an order in which all places hold."""

from __future__ import annotations

from studio.core.config.draft import Draft, draft
from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.core.config.values import field_value
from studio.named_tuple import NamedTuple
from studio.text import edit, layout
from studio.text.document import Document, Element, elements, find, occurrences
from studio.text.tree import Field, ListValue, Message, Scalar
from studio.text.tree import Path as TextPath


class _New(NamedTuple):
    """A field or an element to come, with the comments that stood at it."""

    parent: TextPath
    name: str
    raw: str
    above: tuple[str, ...]
    behind: str


class Edits:
    """Edits of `target`, with what they bring taken from `source`."""

    def __init__(self, target: Draft, source: Draft) -> None:
        self._target = target
        self._text = source.document.text
        self._values: list[tuple[TextPath, str]] = []
        self._wholes: list[tuple[TextPath, object]] = []
        self._new: list[_New] = []
        self._gone: list[TextPath] = []

    def take(
        self,
        path: TextPath,
        source: Message,
        target: Message,
        name: str,
        known: FieldSchema | None,
    ) -> None:
        """The field becomes what it is in the source's message, whose counterpart in the target is at `path`."""
        mine, there = list(occurrences(source, name)), list(occurrences(target, name))
        if not mine:
            if there or any(field.name == name for field in target.fields):
                self._gone.append((*path, name))
        elif not there:
            self._all(path, source, name)
        elif len(mine) == len(there) == 1 and not (known and known.repeated):
            self._values.append(((*path, name), self._raw(mine[0].value)))
        elif known and known.repeated and _is_whole(known, source, mine):
            self._wholes.append(((*path, name), list(_as_tuple(field_value(known, source)))))
        else:
            self._gone.append((*path, name))
            self._all(path, source, name)

    def insert(self, parent: TextPath, name: str, element: Element) -> None:
        """One more element of a repeated field."""
        if element.place is None:
            self._new.append(self._one(parent, element.field))
        else:
            self._new.append(_New(parent, name, self._raw(element.value), (), ""))

    def remove(self, path: TextPath) -> None:
        """Notes that an element of the target is to be removed."""
        self._gone.append(path)

    def applied(self) -> Draft:
        """The target with all of that; what shifts places comes last."""
        document = self._target.document
        for path, raw in self._values:
            document = edit.set_value(document, path, raw)
        for path in sorted(self._gone, key=_rank, reverse=True):
            if len(path) > 1 and isinstance(path[-1], int):
                continue
            document = edit.remove(document, path)
        held = Draft(document)
        for path, value in self._wholes:
            held = held.set(*path, value)
        document = held.document
        for new in self._new:
            document = _inserted(document, new)
        for path in sorted(self._gone, key=_rank, reverse=True):
            if len(path) > 1 and isinstance(path[-1], int):
                document = edit.remove(document, path)
        return self._target if document.text == self._target.document.text else draft(document.text)

    def _all(self, path: TextPath, source: Message, name: str) -> None:
        self._new += [self._one(path, field) for field in source.fields if field.name == name]

    def _one(self, path: TextPath, field: Field) -> _New:
        text = self._text
        end = layout.separator_end(text, field.end)
        above = ""
        if layout.begins_line(text, field.start):
            above = text[layout.lead(text, field.start) : layout.line_start(text, field.start)]
        behind = text[end : layout.tail(text, end)].strip()
        comments = tuple(line.strip() for line in above.split("\n") if line.strip())
        return _New(path, field.name, self._raw(field.value), comments, behind)

    def _raw(self, node: Scalar | Message | ListValue) -> str:
        """A value as written, its further lines without the indent that they have in common with the first."""
        raw = self._text[node.start : node.end]
        indent = layout.indent(self._text, node.start)
        return raw.replace("\n" + indent, "\n") if indent else raw


def _rank(path: TextPath) -> tuple[tuple[int, int, str], ...]:
    return tuple((1, step, "") if isinstance(step, int) else (0, 0, step) for step in path)


def _is_whole(known: FieldSchema, source: Message, mine: list[Element]) -> bool:
    """Whether every element has a value that can be written anew."""
    return len(_as_tuple(field_value(known, source))) == len(mine)


def _as_tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _inserted(document: Document, new: _New) -> Document:
    """A document with one field more, its comments above and behind it."""
    order = tuple(_owner(new.parent).fields)
    count = len(elements(document, (*new.parent, new.name)))
    indent = _indent(document, new.parent)
    raw = new.raw.replace("\n", "\n" + indent)
    after = edit.insert(document, new.parent, new.name, raw, order=order)
    place = find(after, (*new.parent, new.name, count))
    if not (new.above or new.behind) or not isinstance(place, Message | Scalar):
        return after
    return _commented(after, place, new)


def _commented(document: Document, place: Message | Scalar, new: _New) -> Document:
    text = document.text
    field = next((f for f in _fields(document, new.parent) if f.start <= place.start and place.end <= f.end), None)
    if field is None or not layout.begins_line(text, field.start):
        return document
    end, newline = layout.separator_end(text, field.end), layout.newline(text)
    start = layout.line_start(text, field.start)
    indent = layout.indent(text, field.start)
    above = "".join(f"{indent}{comment}{newline}" for comment in new.above)
    if new.behind and layout.tail(text, end) == end and layout.ends_line(text, end):
        text = f"{text[:end]}  {new.behind}{text[end:]}"
    return draft(text[:start] + above + text[start:]).document


def _fields(document: Document, path: TextPath) -> tuple[Field, ...]:
    node = find(document, path)
    value = node.value if isinstance(node, Field) else node
    return value.fields if isinstance(value, Message) else ()


def _indent(document: Document, parent: TextPath) -> str:
    """The indent of the fields of a message, as near as can be told before there is one more."""
    fields = _fields(document, parent)
    return layout.indent(document.text, fields[0].start) if fields and parent else ""


def _owner(path: TextPath) -> MessageSchema:
    owner: MessageSchema = model_config()
    for step in path:
        if isinstance(step, str):
            field = owner.fields.get(step)
            owner = field.message if field and field.message else MessageSchema("", "")
    return owner
