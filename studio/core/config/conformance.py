"""What the server's own text parser says of a document: C++ protobuf's `TextFormat`, in its order and its words.

It stops at its first problem, so the first one here is what the server prints, behind
`Error parsing text-format inference.ModelConfig:`; those after it are what it would say once that is mended.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio.core.config.literal_rules import LiteralProblem, first_text, is_default, judge, next_token, plainly_fits
from studio.core.config.schema import FieldSchema, MessageSchema
from studio.text.document import Document
from studio.text.tree import Field, ListValue, Message, Problem, Scalar, Span, Value


def conformance(document: Document, schema: MessageSchema) -> tuple[Problem, ...]:
    """The problems of syntax and of the schema together; empty where the server reads the text."""
    walk = _Walk(document)
    walk.message(document.root, schema)
    if not walk.found and document.ok:
        return ()
    # What the syntax alone cannot word is worded here by the field's type.
    kept = [p for p in document.problems if p.kind != "value"]
    placed = [(p.span.start, p.kind != "lexical", p) for p in kept]
    placed += [(complaint.at, True, _problem(document, complaint)) for complaint in walk.found]
    if not placed:
        return document.problems
    return tuple(problem for _at, _rank, problem in sorted(placed, key=lambda one: one[:2]))


def _problem(document: Document, complaint: LiteralProblem) -> Problem:
    line, column = document.line_column(complaint.at)
    return Problem(complaint.message, complaint.span, line, column, "value")


class _Walk:
    """Goes through the tree as the parser goes through the text."""

    def __init__(self, document: Document) -> None:
        self.found: list[LiteralProblem] = []
        self._text = document.text

    def message(self, message: Message, schema: MessageSchema) -> None:
        """Every field of a message. `seen` are those that the parser has been through, with what it found."""
        seen: dict[str, Value | None] = {}
        fields, text = schema.fields, self._text
        for field in message.fields:
            name, value = field.name, field.value
            known = fields.get(name)
            if known is None:
                self._unknown(field, schema)
                continue
            if not known.repeated and (known.oneof or name in seen):
                self._again(field, known, schema, seen)
            if not known.message:
                if not field.colon:
                    self._expected(":", value)
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

    def _unknown(self, field: Field, schema: MessageSchema) -> None:
        message = f'Message type "{schema.full_name}" has no field named "{field.name}".'
        if field.name.startswith("["):
            name = "".join(field.name[1:-1].split())
            message = f'Extension "{name}" is not defined or is not an extension of "{schema.full_name}".'
        self._at_name(field, message)

    def _again(self, field: Field, known: FieldSchema, schema: MessageSchema, seen: Mapping[str, Value | None]) -> None:
        if _is_set(schema, known.name, seen):
            self._at_name(field, f'Non-repeated field "{known.name}" is specified multiple times.')
            return
        members = schema.oneofs.get(known.oneof, ())
        other = next((name for name in members if _is_set(schema, name, seen)), "")
        if other:
            along = f'Field "{known.name}" is specified along with field "{other}"'
            self._at_name(field, f'{along}, another member of oneof "{known.oneof}".')

    def _at_name(self, field: Field, message: str) -> None:
        """A complaint about a name, which the parser has gone past when it says so."""
        span = field.name_span
        self.found.append(LiteralProblem(message, next_token(self._text, span.end), span))

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
                self.message(value, known.message)
            else:
                self._expected("{", value)
            return
        complaint = judge(known, self._as_scalar(value), self._text)
        if complaint:
            self.found.append(complaint)

    def _as_scalar(self, value: Scalar | Message | ListValue) -> Scalar:
        """What stands in a scalar's place: a bracket is as good as a literal that is missing."""
        if isinstance(value, Scalar):
            return value
        return Scalar("missing", self._text[value.start], value.start, value.start + 1)

    def _expected(self, token: str, value: Scalar | Message | ListValue) -> None:
        there = first_text(self._as_scalar(value))
        span = Span(value.start, value.start + len(there))
        self.found.append(LiteralProblem(f'Expected "{token}", found "{there}".', value.start, span))


def _is_set(schema: MessageSchema, name: str, seen: Mapping[str, Value | None]) -> bool:
    """Whether the parser takes a field for set: not one that was given the zero of its type, without presence."""
    if name not in seen:
        return False
    value = seen[name]
    return value is None or _sets(schema.fields[name], value)


def _sets(known: FieldSchema, value: Scalar | Message | ListValue) -> bool:
    """Whether a value makes the parser find the field set, if it comes again."""
    return known.presence or not (isinstance(value, Scalar) and is_default(known, value))
