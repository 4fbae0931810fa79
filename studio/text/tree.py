"""The immutable tree of a protobuf text document: every node knows its place in the text.

Nodes are named tuples, not dataclasses, since a repository of thousands of files makes millions of them and a frozen
dataclass takes three times as long to make. Offsets count characters of the document's text.
"""

from __future__ import annotations

from studio import TYPE_CHECKING
from studio.named_tuple import NamedTuple
from studio.value_class import dataclass

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

ScalarKind: TypeAlias = 'Literal["string", "number", "word", "missing"]'
ProblemKind: TypeAlias = 'Literal["lexical", "syntax", "value"]'
Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]
"""A field name, then for one occurrence of a repeated field its index over all its elements, and so on:
`("input", 0, "dims", 2)`. Elements of lists and of repeated occurrences are counted through."""


class Span(NamedTuple):
    """A half-open range of characters of the document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is not sound. `line` and `column` count from 1 as the server's parser prints them.

    `span.start` is the token at which the parser stands when it says so: problems sort by it, the lexical ones first.
    `kind`: "lexical" for what the tokenizer says, "syntax" for what holds whatever the schema, "value" where a value
    is missing or misplaced and the server's words depend on the type of the field.
    """

    message: str
    span: Span
    line: int
    column: int
    kind: ProblemKind = "syntax"


class Scalar(NamedTuple):
    """One literal as written; adjacent strings are one scalar whose `raw` spans them all, and so is `- 5`.

    `kind` "missing": no literal stands where one should. `raw` is then the text of the token that stands at
    `start` instead (`$`, `}`, "" at the end; with its `-` if there is one), and the span what was skipped as the
    value: all of `${name}`, or nothing where the token belongs to what follows.
    """

    kind: ScalarKind
    raw: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the literal stands."""
        return Span(self.start, self.end)


class Message(NamedTuple):
    """The fields between a pair of brackets, or of the whole document. The span includes the brackets."""

    fields: tuple[Field, ...]
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the message stands, brackets included."""
        return Span(self.start, self.end)


class ListValue(NamedTuple):
    """A bracketed list of scalars or messages. The span includes the brackets."""

    items: tuple[Scalar | Message, ...]
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the list stands, brackets included."""
        return Span(self.start, self.end)


Value: TypeAlias = Scalar | Message | ListValue


class Field(NamedTuple):
    """One `name: value` or `name { … }` as written. The span has no trivia and no separator.

    `name` of an extension or of an `Any` keeps its square brackets. `colon` is false where none was written.
    """

    name: str
    start: int
    value: Value
    end: int
    colon: bool

    @property
    def span(self) -> Span:
        """From the name to the end of the value."""
        return Span(self.start, self.end)

    @property
    def name_span(self) -> Span:
        """Where the name stands."""
        return Span(self.start, self.start + len(self.name))
