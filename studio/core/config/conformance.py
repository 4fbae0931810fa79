"""What the server's own text parser says of a document: C++ protobuf's `TextFormat`, in its order and its words.

It stops at its first problem, so the first one here is what the server prints, behind
`Error parsing text-format inference.ModelConfig:`; those after it are what it would say once that is mended.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio import TYPE_CHECKING
from studio.core.config.literal_rules import LiteralProblem, first_text, is_default, judge, next_token, plainly_fits
from studio.core.config.schema import FieldSchema, MessageSchema
from studio.text.document import Document
from studio.text.tree import Field, ListValue, Message, Problem, Scalar, Span, Value
from studio.value_class import dataclass

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

FaultKind: TypeAlias = 'Literal["text", "unknown", "again", "colon", "message", "value"]'


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem with what the schema knows about its place.

    `kind`: "text" is the syntax's own, all others are about `field`, the field as written: it is not known here, stands
    here again, lacks its colon, should be a message, or has a `value` that `known` cannot hold. `owners` are the
    messages around it, the outermost first, each as written and by the schema. `at` is where the parser stands then.
    """

    problem: Problem
    at: int
    kind: FaultKind = "text"
    field: Field | None = None
    value: Scalar | Message | ListValue | None = None
    known: FieldSchema | None = None
    owners: tuple[tuple[Message, MessageSchema], ...] = ()


def conforms(document: Document, schema: MessageSchema) -> bool:
    """Whether the server reads the text."""
    return document.ok and not _walked(document, schema).found


def conformance(document: Document, schema: MessageSchema) -> tuple[Problem, ...]:
    """The problems of syntax and of the schema together; empty where the server reads the text."""
    return tuple(fault.problem for fault in faults(document, schema))


def faults(document: Document, schema: MessageSchema, most: int | None = None) -> tuple[Fault, ...]:
    """The same problems with what is known about the place of each; the first ones where `most` says how many."""
    walk = _walked(document, schema)
    return _ordered(document, walk, most) if walk.found or not document.ok else ()


def _walked(document: Document, schema: MessageSchema) -> _Walk:
    walk = _Walk(document)
    walk.message(document.root, schema)
    return walk


def _ordered(document: Document, walk: _Walk, most: int | None) -> tuple[Fault, ...]:
    # What the syntax alone cannot word is worded here by the field's type.
    kept = [p for p in document.problems if p.kind != "value"]
    # A value that is missing is told before what stands in its place; an item that a recovery made up, after it.
    said: list[tuple[int, int, int]] = [
        (at.at, 2 if where[0] == "message" else 0, index) for index, (at, where) in enumerate(walk.found)
    ]
    said += [(p.span.start, -1 if p.kind == "lexical" else 1, ~index) for index, p in enumerate(kept)]
    if not said:
        return tuple(Fault(problem, problem.span.start) for problem in document.problems[:most])
    # Stable in each of the two; a line and a column take time, so that they are for those only that are told.
    first = sorted(said, key=lambda one: one[:2])[:most]
    return tuple(
        _fault(document, *walk.found[index]) if index >= 0 else Fault(kept[~index], at) for at, _rank, index in first
    )


_Where: TypeAlias = tuple[FaultKind, Field, Value | None, FieldSchema | None, tuple[tuple[Message, MessageSchema], ...]]


def _fault(document: Document, complaint: LiteralProblem, where: _Where) -> Fault:
    line, column = document.line_column(complaint.at)
    return Fault(Problem(complaint.message, complaint.span, line, column, "value"), complaint.at, *where)


class _Walk:
    """Goes through the tree as the parser goes through the text."""

    def __init__(self, document: Document) -> None:
        self.found: list[tuple[LiteralProblem, _Where]] = []
        self._text = document.text
        self._owners: list[tuple[Message, MessageSchema]] = []
        self._field: Field | None = None

    def message(self, message: Message, schema: MessageSchema) -> None:
        """Every field of a message. `seen` are those that the parser has been through, with what it found."""
        seen: dict[str, Value | None] = {}
        fields, text = schema.fields, self._text
        self._owners.append((message, schema))
        for field in message.fields:
            name, value = field.name, field.value
            self._field = field
            known = fields.get(name)
            if known is None:
                self._unknown(field, schema)
                continue
            if not known.repeated and (known.oneof or name in seen):
                self._again(field, known, schema, seen)
            if not known.message:
                if not field.colon:
                    self._expected(":", value, "colon", known)
                    continue
                if type(value) is Scalar and plainly_fits(known, value, text):
                    if not known.repeated:
                        seen[name] = value
                    continue
            before = len(self.found)
            self._value(value, known)
            if not known.repeated:
                # What is unsound counts as found.
                seen[name] = value if len(self.found) == before else None
        self._owners.pop()

    def _say(self, complaint: LiteralProblem, kind: FaultKind, value: Value | None, known: FieldSchema | None) -> None:
        if self._field is not None:
            self.found.append((complaint, (kind, self._field, value, known, tuple(self._owners))))

    def _unknown(self, field: Field, schema: MessageSchema) -> None:
        message = f'Message type "{schema.full_name}" has no field named "{field.name}".'
        if field.name.startswith("["):
            name = "".join(field.name[1:-1].split())
            message = f'Extension "{name}" is not defined or is not an extension of "{schema.full_name}".'
        self._at_name(field, message, "unknown", None)

    def _again(self, field: Field, known: FieldSchema, schema: MessageSchema, seen: Mapping[str, Value | None]) -> None:
        if _is_set(schema, known.name, seen):
            self._at_name(field, f'Non-repeated field "{known.name}" is specified multiple times.', "again", known)
            return
        members = schema.oneofs.get(known.oneof, ())
        other = next((name for name in members if _is_set(schema, name, seen)), "")
        if other:
            along = f'Field "{known.name}" is specified along with field "{other}"'
            self._at_name(field, f'{along}, another member of oneof "{known.oneof}".', "again", known)

    def _at_name(self, field: Field, message: str, kind: FaultKind, known: FieldSchema | None) -> None:
        """A complaint about a name, which the parser has gone past when it says so."""
        span = field.name_span
        self._say(LiteralProblem(message, next_token(self._text, span.end), span), kind, field.value, known)

    def _value(self, value: Scalar | Message | ListValue, known: FieldSchema) -> None:
        if isinstance(value, ListValue) and known.repeated:
            text = self._text
            for item in value.items:
                if not (type(item) is Scalar and plainly_fits(known, item, text)):
                    self._element(item, known)
        else:
            self._element(value, known)

    def _element(self, value: Scalar | Message | ListValue, known: FieldSchema) -> None:
        if known.message:
            if isinstance(value, Message):
                field = self._field
                self.message(value, known.message)
                self._field = field
            else:
                self._expected("{", value, "message", known)
            return
        complaint = judge(known, self._as_scalar(value), self._text)
        if complaint:
            self._say(complaint, "value", value, known)

    def _as_scalar(self, value: Scalar | Message | ListValue) -> Scalar:
        """What stands in a scalar's place: a bracket is as good as a literal that is missing."""
        if isinstance(value, Scalar):
            return value
        return Scalar("missing", self._text[value.start], value.start, value.start + 1)

    def _expected(self, token: str, value: Value, kind: FaultKind, known: FieldSchema) -> None:
        there = first_text(self._as_scalar(value))
        span = Span(value.start, value.start + len(there))
        self._say(LiteralProblem(f'Expected "{token}", found "{there}".', value.start, span), kind, value, known)


def _is_set(schema: MessageSchema, name: str, seen: Mapping[str, Value | None]) -> bool:
    """Whether the parser takes a field for set: not one that was given the zero of its type, without presence."""
    if name not in seen:
        return False
    value = seen[name]
    return value is None or _sets(schema.fields[name], value)


def _sets(known: FieldSchema, value: Scalar | Message | ListValue) -> bool:
    """Whether a value makes the parser find the field set, if it comes again."""
    return known.presence or not (isinstance(value, Scalar) and is_default(known, value))
