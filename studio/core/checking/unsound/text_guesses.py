"""Guesses for texts whose syntax is not sound: brackets, commas, quotes and rubbish."""

from __future__ import annotations

import re
from collections.abc import Callable

from studio.core.checking.unsound import meanings
from studio.core.checking.unsound.brackets import (
    CLOSERS,
    around,
    behind,
    block,
    closing,
    innermost,
    last_field,
    opened,
    up_to_message,
)
from studio.core.checking.unsound.guess import Guess, blank
from studio.core.checking.unsound.patch import Slot
from studio.core.checking.unsound.reading import template_at
from studio.core.config.conformance import Fault
from studio.core.config.schema import MessageSchema
from studio.text import patterns
from studio.text.document import Document
from studio.text.layout import Edit
from studio.text.parser.scan import Scanner, Token
from studio.text.tree import Scalar, Span

UNCLOSED, EXTRA = "pbtxt-unclosed", "pbtxt-extra-bracket"
_RUN = re.compile(r"[^\n{}\[\]<>]*?(?=\b[A-Za-z_]\w*\s*[:{<\[]|[\n{}\[\]<>]|\Z)")
_SIZES = re.compile(r"-?\d+(?:[ \t]*,?[ \t]*-?\d+)*(?:\s*[\])])?")
_QUOTES = re.compile(r"[“”„‟«»‘’]([^“”„‟«»‘’\"'\n]*)[“”„‟«»‘’]")
_BODY = re.compile(r"[^\s,;{}\[\]]*")
_NUMBER = re.compile(r"[-\w.+]+")


def guess_text(document: Document, schema: MessageSchema, fault: Fault) -> Guess | None:
    """The guess for a fault of the syntax; None where nothing can be made of what follows."""
    text, message = document.text, fault.problem.message
    for start, guess in _LEXICAL:
        if start in message:
            return guess(text, fault.problem.span)
    token = Scanner(text).token(fault.problem.span.start)
    if message.startswith('Expected ","'):
        return _comma(document, schema, token)
    if message.startswith(("Expected identifier", 'Expected "}', 'Expected ">', 'Expected "]')):
        is_bracket = token.kind == "end" or token.text in "}>]"
        return (_bracket if is_bracket else _rubbish)(document, schema, token)
    return None


def guess_end(document: Document, schema: MessageSchema, fault: Fault) -> Guess | None:
    """The guess for a value that is missing because the text ends."""
    text, known = document.text, fault.known
    stack = opened(text, len(text))
    if known is not None and known.kind != "message":
        padded = tuple(f" {each} " for each in meanings.possible(known))
        end = behind(text, len(text))
        return Guess(Edit(end, end, padded[0]), others=padded, is_last=True, is_open=True)
    return _unclosed(document, schema, stack)


def forgotten(text: str, fault: Fault) -> Guess | None:
    """A bracket that was forgotten before a field which belongs further out."""
    field, owners = fault.field, fault.owners
    if field is None:
        return None
    known = (depth for depth in reversed(range(len(owners) - 1)) if field.name in owners[depth][1].fields)
    depth = next(known, None)
    if depth is None:
        return None
    stack = up_to_message(opened(text, field.start), len(owners) - 1 - depth)
    return _closed(text, field.start, stack, f"before “{field.name}”")


def _closed(text: str, place: int, stack: list[str], where: str) -> Guess | None:
    if not stack:
        return None
    end = behind(text, place)
    closers = closing(stack)
    message = f"A “{CLOSERS[stack[-1]]}” is missing {where}."
    change = Edit(end, end, f" {closers}" if end < place or end == len(text) else f"{closers} ")
    return Guess(change, f"Put “{closers}” there", rule=UNCLOSED, message=message, is_last=True)


def _comma(document: Document, schema: MessageSchema, token: Token) -> Guess | None:
    text = document.text
    following = Scanner(text).token(token.end) if token.kind == "identifier" else token
    # A brace itself begins the next item of the list: what lacks before it is a comma.
    begins_field = following.text in (":", "{", "[", "<") and token.text not in ("{", "<")
    if token.kind == "end" or token.text in "}>" or begins_field:
        stack = opened(text, token.start)
        if token.kind == "end":
            return _unclosed(document, schema, stack)
        if following is not token and (extra := _too_early(document, schema, token)):
            return extra
        return _closed(text, token.start, stack[-1:], f"before “{token.text}”")
    if token.kind == "symbol" and token.text not in "-{<":
        return Guess(Edit(token.start, token.end, ","), f"Change “{token.text}” to a comma", is_last=True)
    end = behind(text, token.start)
    return Guess(Edit(end, end, ","), "Put a comma there", True, is_last=True)


def _too_early(document: Document, schema: MessageSchema, token: Token) -> Guess | None:
    """A bracket that ends an item of a list although the field behind it belongs into the item."""
    text, end = document.text, behind(document.text, token.start)
    message, owner = around(document.root, schema, token.start)[-1]
    before = next((field for field in reversed(message.fields) if field.start < token.start), None)
    known = owner.fields.get(before.name) if before else None
    if text[end - 1 : end] != "}" or known is None or known.message is None or token.text in owner.fields:
        return None
    if token.text not in known.message.fields:
        return None
    said = f"This “}}” stands too early: “{token.text}” belongs before it."
    return Guess(blank(text, end - 1, end), "Remove the “}”", rule=EXTRA, message=said, is_last=True)


def _unclosed(document: Document, schema: MessageSchema, stack: list[str]) -> Guess | None:
    """The end of a text in which brackets are open: what is not there may be still to come."""
    if not stack:
        return None
    text, closers = document.text, closing(stack)
    lists = len(stack) - len("".join(stack).rstrip("["))
    start, rest = closing(stack[len(stack) - lists :]), closing(stack[: len(stack) - lists])
    newline = "" if text.endswith("\n") else "\n"
    owners = innermost(document.root, schema, stack.count("{") + stack.count("<"))
    more = [meanings.anything(owner, message) or ("",) for message, owner in (owners[-1], owners[0])]
    more[0] = more[0] if len(owners) > 1 else ("",)
    others = tuple(f"{newline}{start} {inner}{rest} {outer}\n" for inner in more[0] for outer in more[1])
    return Guess(
        Edit(len(text), len(text), f"{newline}{closers}\n"),
        f"Put “{closers}” there",
        others=others,
        rule=UNCLOSED,
        message="The file ends before every bracket is closed.",
        is_last=True,
        is_open=True,
    )


def _bracket(document: Document, schema: MessageSchema, token: Token) -> Guess | None:
    """The end of the text, or a bracket that closes something else than what is open."""
    text = document.text
    stack = opened(text, token.start)
    if token.kind == "end":
        return _unclosed(document, schema, stack)
    fitting = [index for index, each in enumerate(stack) if CLOSERS[each] == token.text]
    is_empty = text[: token.start].rstrip().endswith(("{", "<"))
    if fitting and fitting[-1] < len(stack) - 1 and not is_empty:
        return _closed(text, token.start, stack[fitting[-1] + 1 :], f"before “{token.text}”")
    message = f"This “{token.text}” closes nothing."
    title = f"Remove the “{token.text}”"
    return Guess(blank(text, token.start, token.end), title, rule=EXTRA, message=message, is_last=True)


def _rubbish(document: Document, schema: MessageSchema, token: Token) -> Guess | None:
    """Something that begins no field."""
    text, start = document.text, token.start
    if text.startswith("//", start):
        return Guess(Edit(start, start + 2, "#"), "Start the comment with #", True, is_last=True)
    if token.text in "{<" and token.kind == "symbol":
        return _nameless(document, schema, token)
    message, owner = around(document.root, schema, start)[-1]
    before = last_field(message, start)
    sizes = _SIZES.match(text, start)
    if before and sizes and isinstance(before.value, Scalar) and before.value.kind == "number":
        known = owner.fields.get(before.name)
        if known and known.repeated:
            listed = ", ".join(re.findall(r"-?\d+", text[before.value.start : sizes.end()]))
            title = f"Put them in brackets: [ {listed} ]"
            return Guess(Edit(before.value.start, sizes.end(), f"[ {listed} ]"), title, True, is_last=True)
    found = template_at(text, start) or _RUN.match(text, token.end)
    change = blank(text, start, max(token.end, found.end() if found else 0))
    return Guess(change, others=(change.text, *meanings.anything(owner, message)), is_last=True, is_open=True)


def _nameless(document: Document, schema: MessageSchema, token: Token) -> Guess | None:
    """A message without a name before it: the next item of a list, or what is left of a field."""
    text, start = document.text, token.start
    template = template_at(text, start)
    if template is None and not text[:start].strip():
        # A file of JSON, of which every line is wrong.
        return None
    if text[:start].rstrip().endswith(token.text):
        said = f"This “{token.text}” is one too many."
        change, title = blank(text, start, token.end), f"Remove the “{token.text}”"
        return Guess(change, title, rule=EXTRA, message=said, is_last=True)
    if opened(text, start)[-2:] == ["[", "{"] and template is None:
        end = behind(text, start)
        change = Edit(end, end, " }," if end < start else "}, ")
        said = f"A “}}” is missing before this “{token.text}”."
        return Guess(change, "Put “},” there", rule=UNCLOSED, message=said, is_last=True)
    message, owner = around(document.root, schema, start)[-1]
    change = blank(text, start, template.end() if template else block(text, start))
    others = (change.text, *meanings.anything(owner, message))
    said = f"A name is missing before this “{token.text}”."
    rule = "" if template else "pbtxt-nameless"
    return Guess(change, others=others, rule=rule, message=said, is_last=True, is_open=True)


def _quote(text: str, span: Span) -> Guess | None:
    """A text in quotes that is not closed on its line."""
    mark = text[span.start]
    line = text.find("\n", span.start)
    line = len(text) if line < 0 else line
    body = _BODY.match(text, span.start + 1)
    rest = text[body.end() : line].strip() if body else ""
    below = re.compile(rf"\s*{mark}").match(text, line)
    if body and not rest and below:
        # The end of the line came between a text and its closing mark.
        change = Edit(span.start, below.end(), f"{mark}{body[0]}{mark}")
        return Guess(change, "Close the quotes on this line", others=(f"{mark}?{mark}",), is_last=True, is_open=True)
    end = body.end() if body and (not rest or rest[0] in ",;}]" or ":" in rest) else line
    whole = text[span.start : end].rstrip()
    end = span.start + len(whole)
    if whole.endswith("\\"):
        whole += "\\"
    first = text.rfind("\n", 0, span.start) + 1
    # What else stands on the line may have been part of the text, or the other way round.
    rest_of_line = (Slot(Span(first, span.start)), Slot(Span(end, line)))
    return Guess(
        Edit(span.start, end, whole + mark),
        "Close the quotes",
        others=(f"{mark}?{mark}",),
        slots=rest_of_line,
        is_last=True,
        is_open=True,
    )


def _escape(text: str, span: Span) -> Guess | None:
    """Backslashes that begin no escape are doubled."""
    pieces, pos = [], span.start
    while pos < span.end:
        match = patterns.ESCAPE.match(text, pos)
        end = match.end() if match else pos + 1
        pieces.append("\\\\" if text[pos] == "\\" and not match else text[pos:end])
        pos = end
    return Guess(Edit(*span, "".join(pieces)), "Write the backslash twice", others=('"?"',), is_last=True)


def _number(text: str, span: Span) -> Guess | None:
    """A number with something glued to it."""
    found = _NUMBER.match(text, span.start)
    end = max(found.end() if found else span.end, span.end)
    raw = text[span.start : end]
    digits = re.match(r"-?\d+", raw)
    number = str(int(digits[0])) if digits else "0"
    is_octal = raw.isdigit()
    return Guess(
        Edit(span.start, end, number),
        f"Change it to {number}" if is_octal else "",
        others=(number, "1", "1048576"),
        is_last=True,
    )


def _strange(text: str, span: Span) -> Guess | None:
    """Characters that are not ASCII, or no characters for people at all."""
    if text[span.start] == "\ufeff":
        return Guess(Edit(span.start, span.start + 1, ""), "Remove the mark", True, is_last=True)
    quotes = _QUOTES.match(text, span.start)
    if quotes:
        return Guess(Edit(*quotes.span(), f'"{quotes[1]}"'), "Use plain quotes", True, is_last=True)
    part = text[span.start : span.end]
    if part.isspace() or not part.isprintable():
        change = Edit(*span, " " * len(part))
        return Guess(change, "Replace it by a space", True, is_last=True)
    change = blank(text, *span)
    return Guess(change, others=(change.text,), is_last=True)


_LEXICAL: tuple[tuple[str, Callable[[str, Span], Guess | None]], ...] = (
    ("cannot cross line boundaries", _quote),
    ("Unexpected end of string", _quote),
    ("escape sequence", _escape),
    ("hex digits for", _escape),
    ("hex digits up to", _escape),
    ("followed by hex digits", _number),
    ("leading zero must be", _number),
    ("followed by exponent", _number),
    ("Need space between", _number),
    ("Already saw decimal point", _number),
    ("numbers must be integers", _number),
    ("non ascii codepoint", _strange),
    ("Invalid control characters", _strange),
)
