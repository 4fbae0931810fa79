"""Guesses for fields that the schema refuses: names, values, and fields that stand twice."""

from __future__ import annotations

import re
from collections.abc import Callable

from studio.core.checking.rules.words import change_title
from studio.core.checking.unsound import meanings
from studio.core.checking.unsound.brackets import behind
from studio.core.checking.unsound.guess import Guess, blank
from studio.core.checking.unsound.patch import Slot
from studio.core.checking.unsound.reading import template_at
from studio.core.config.conformance import Fault, FaultKind, conforms
from studio.core.config.schema import FieldSchema, MessageSchema
from studio.named_tuple import NamedTuple
from studio.text.layout import Edit
from studio.text.parse import parse
from studio.text.tree import Field, ListValue, Message, Scalar, Span, Value

_REST = re.compile(r"[^\n{}\[\]<>:]*(?=\n|[}\]>]|\Z)")
_ROUND = re.compile(r"\(([-\d,\s]*)\)")
_SIGN = re.compile(r"([=:]+)[^\S\n]*(?=[-\w\"'.])")
_EQUALS = re.compile(r"\s*(=)")
_BEFORE_COLON = re.compile(r"\s*([^\s\w:{}\[\]<>\"'#]+)(?=\s*:)")
_LARGE = 20_000
"""Characters of a field that is not read again under each name that it may have: it would take seconds."""
_NAMED = re.compile(r"[A-Za-z_]\w*\s*[:{<\[]")


def guess_field(text: str, fault: Fault) -> Guess | None:
    """The guess for a fault that is about a field."""
    return _GUESSES[fault.kind](text, fault)


def _unknown(text: str, fault: Fault) -> Guess | None:
    field = fault.field
    if field is None:
        return None
    message, owner = fault.owners[-1]
    meant = meanings.meant_field(field.name, owner, message)
    is_large = field.end - field.start > _LARGE
    names = () if is_large else meanings.renamed(field.name, owner, message, field.value)
    anything = meanings.anything(owner, message)
    for form in (_plain, _with_colon, _with_bracket):
        written = form(text, field, meant) if meant else None
        if written and (owner.fields[meant].message if form is _with_bracket else _holds(written, owner)):
            old = text[written.start : written.end].strip()
            title = f"Change “{old}” to “{written.text}”"
            others = tuple(each.text for name in names if (each := form(text, field, name)) and _holds(each, owner))
            return Guess(
                Edit(*written[:3]),
                title,
                meanings.is_near(field.name, meant),
                others=(written.text, *others),
                whole=field.span,
                is_last=form is _with_bracket,
            )
    whole = _line(text, field)
    change, rest = blank(text, *whole), text[field.name_span.end : field.end]
    values = [f"{name}{rest}" for name in names if _holds(_plain(text, field, name), owner)]
    return Guess(change, others=(*values, change.text, *anything), whole=whole, is_open=True)


class _Written(NamedTuple):
    """A part of a text in another way, and the whole field then."""

    start: int
    end: int
    text: str
    field: str


def _plain(text: str, field: Field, name: str) -> _Written:
    """The field as it stands, but for its name."""
    span = field.name_span
    return _Written(*span, name, f"{name}{text[span.end : field.end]}")


def _with_colon(text: str, field: Field, name: str) -> _Written | None:
    """The field under another name, with the colon that is missing too."""
    value = field.value
    if field.colon or not isinstance(value, Scalar) or value.kind == "missing":
        return None
    written = f"{name}: {text[value.start : value.end]}"
    return _Written(field.start, value.end, written, written)


def _with_bracket(text: str, field: Field, name: str) -> _Written | None:
    """Under another name, with the bracket that is missing behind it."""
    value = field.value
    if not isinstance(value, Scalar) or value.kind != "missing" or not _NAMED.match(text, value.start):
        return None
    return _Written(*field.name_span, f"{name} {{", "")


def _line(text: str, field: Field) -> Span:
    """The field, or all of a line of prose: not one unknown word after the other."""
    rest = _REST.match(text, field.end) if not field.colon and isinstance(field.value, Scalar) else None
    return Span(field.start, rest.end() if rest else field.end)


def _holds(written: _Written, owner: MessageSchema) -> bool:
    """Whether the field would be sound so."""
    return bool(written.field) and conforms(parse(written.field), owner)


def _again(text: str, fault: Fault) -> Guess | None:
    """The later one goes; which one was meant cannot be told."""
    field = fault.field
    if field is None or fault.known is None:
        return None
    rivals = fault.owners[-1][1].oneofs.get(fault.known.oneof, (field.name,))
    earlier = next((each for each in fault.owners[-1][0].fields if each.name in rivals and each is not field), None)
    if earlier is None or earlier.end > field.start:
        return Guess(blank(text, *field.span), whole=field.span)
    instead = text[field.start : field.end]
    slot = Slot(earlier.span, (instead,))
    return Guess(blank(text, *field.span), slots=(slot,), whole=field.span)


def _colon(text: str, fault: Fault) -> Guess | None:
    field = fault.field
    if field is None:
        return None
    place = field.name_span.end
    if sign := _EQUALS.match(text, place):
        return Guess(Edit(*sign.span(1), ":"), "Change “=” to “:”", True, is_last=True)
    if rubbish := _BEFORE_COLON.match(text, place):
        change = blank(text, *rubbish.span(1))
        return Guess(change, f"Remove the “{rubbish[1]}”", is_last=True)
    message = f"A colon is missing behind “{field.name}”."
    return Guess(Edit(place, place, ":"), "Put a colon there", True, rule="pbtxt-missing-colon", message=message)


def _message(text: str, fault: Fault) -> Guess | None:
    """Something else in the place of a message."""
    value = fault.value
    if value is None or fault.field is None:
        return None
    if text.startswith("]", value.start):
        return comma_before(text, value.start)
    if sign := _EQUALS.match(text, fault.field.name_span.end):
        return Guess(Edit(*sign.span(1), ":"), "Change “=” to “:”", True, is_last=True)
    if isinstance(value, ListValue) and len(value.items) == 1 and isinstance(value.items[0], Message):
        item = value.items[0]
        change = Edit(value.start, value.end, text[item.start : item.end])
        return Guess(change, "Take it out of the list", True)
    if _NAMED.match(text, value.start):
        message = f"A “{{” is missing before “{_word(text, value.start)}”."
        change = Edit(value.start, value.start, "{ ")
        return Guess(change, "Put “{” there", rule="pbtxt-unclosed", message=message, is_last=True)
    end = max(value.end, value.start)
    raw = text[value.start : end]
    if fault.known and fault.known.message and (meant := meanings.message_for(fault.known.message, raw)):
        return Guess(Edit(value.start, end, meant), f"Change “{raw}” to “{meant}”", True)
    return Guess(Edit(value.start, end, " { } "), others=(" { } ",), whole=fault.field.span)


def _word(text: str, start: int) -> str:
    found = re.compile(r"\w+").match(text, start)
    return found[0] if found else text[start : start + 1]


def _value(text: str, fault: Fault) -> Guess | None:
    value, known, field = fault.value, fault.known, fault.field
    if value is None or known is None or field is None:
        return None
    if isinstance(value, ListValue) and text[value.end - 1] != "]":
        change = blank(text, value.start, value.start + 1)
        message = f"This “[” does not belong here: “{field.name}” takes one value."
        return Guess(change, "Remove the “[”", rule="pbtxt-extra-bracket", message=message, is_last=True)
    if text[value.start : value.start + 1] in ("}", ">") and isinstance(field.value, ListValue):
        return _open_list(text, value.start, known)
    if text.startswith("]", value.start) and isinstance(field.value, ListValue):
        return comma_before(text, value.start)
    if known.repeated and (round_ := _ROUND.match(text, value.start)):
        change = Edit(*round_.span(), f"[{round_[1]}]")
        return Guess(change, "Put brackets in the place of the parentheses", True, is_last=True)
    if isinstance(value, Scalar) and value.kind == "missing" and (sign := _SIGN.match(text, value.start)):
        return Guess(blank(text, *sign.span(1)), f"Remove the “{sign[1]}”", True, is_last=True)
    span = _place(text, value)
    if isinstance(value, Scalar) and value.kind == "missing" and span.start == span.end:
        return _nothing(text, fault, known, field, span)
    raw = _single(text, value, known) and text[span.start : span.end] if isinstance(value, Scalar) else ""
    raw = raw or _single(text, value, known)
    instead, safe = meanings.value_for(known, raw) if raw else ("", False)
    if instead and meanings.fits(known, instead):
        title = change_title(text[span.start : span.end].strip(), instead)
        others = () if safe else _others(known, instead)
        return Guess(Edit(*span, instead), title, safe, others, None if safe else _gone(field))
    possible = meanings.possible(known)
    padded = tuple(f" {each} " for each in possible)
    return Guess(Edit(*span, padded[0]), others=padded, whole=_gone(field), is_open=known.kind == "string")


def _nothing(text: str, fault: Fault, known: FieldSchema, field: Field, span: Span) -> Guess | None:
    """A value that was forgotten, or a comma too much."""
    if text[span.start : span.start + 1] in (",", ";") and isinstance(field.value, ListValue):
        return Guess(without_comma(text, span.start), "Remove the comma", True)
    padded = tuple(f" {each} " for each in meanings.possible(known))
    return Guess(Edit(*span, padded[0]), others=padded, whole=_gone(field), is_last=fault.problem.kind != "value")


def _open_list(text: str, place: int, known: FieldSchema) -> Guess:
    """A list that is neither filled nor closed."""
    end = behind(text, place)
    possible = [f" {each} ] " for each in meanings.possible(known)]
    message = f"A “]” is missing before “{text[place]}”."
    return Guess(
        Edit(end, end, possible[0]), others=tuple(possible), rule="pbtxt-unclosed", message=message, is_last=True
    )


def _gone(field: Field) -> Span | None:
    """A single value may be gone as a whole; of a list the others stay."""
    return None if isinstance(field.value, ListValue) else field.span


def _others(known: FieldSchema, instead: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((instead, *meanings.possible(known))))


def _place(text: str, value: Value) -> Span:
    """Where the value stands; a template's placeholder is one."""
    found = template_at(text, value.start)
    if found is None and isinstance(value, Scalar) and value.kind == "word":
        # A name with a hyphen or a path, of which the parser takes the first word.
        found = meanings.BARE.match(text, value.start)
    return Span(value.start, max(value.end, found.end() if found else value.start))


def _single(text: str, value: Value, known: FieldSchema) -> str:
    """The text of a value, or of the only one in a list where there may be no list."""
    if isinstance(value, ListValue):
        items = value.items
        return text[items[0].start : items[0].end] if len(items) == 1 and not known.repeated else ""
    if isinstance(value, Scalar) and value.kind == "missing":
        return ""
    return text[value.start : value.end]


def comma_before(text: str, place: int) -> Guess | None:
    """Takes out the comma in front of a bracket."""
    end = behind(text, place)
    if text[end - 1 : end] != ",":
        return None
    return Guess(without_comma(text, end - 1), "Remove the comma", True)


def without_comma(text: str, at: int) -> Edit:
    """Takes out a comma, and the blanks behind it where there are some before it as well."""
    end = at + 1
    while text[at - 1 : at] in (" ", "\t") and text[end : end + 1] in (" ", "\t"):
        end += 1
    return Edit(at, end, "")


_GUESSES: dict[FaultKind, Callable[[str, Fault], Guess | None]] = {
    "unknown": _unknown,
    "again": _again,
    "colon": _colon,
    "message": _message,
    "value": _value,
}
