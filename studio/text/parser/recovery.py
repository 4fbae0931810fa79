"""How the parser goes on where text is not sound: what it says, and where it takes up again.

The first problem is worded as the C++ parser words it. Then the parser guesses what was meant: a forgotten value, comma
or bracket, a template's placeholder, a line of rubbish. Every step moves forward, so that it ends on any
text; after a thousand problems it gives up.
"""

from __future__ import annotations

from studio import TYPE_CHECKING
from studio.text import patterns
from studio.text.literals import magnitude
from studio.text.parser.builder import Builder, Name
from studio.text.parser.scan import Token
from studio.text.tree import Field, Scalar, ScalarKind, Span

if TYPE_CHECKING:
    from typing import Final

__all__ = ["Name", "Recovery"]

_LITERALS: Final[dict[str, ScalarKind]] = {"number": "number", "string": "string", "identifier": "word"}


class Recovery(Builder):
    """The slow way: one field or one item, token by token."""

    def recover_field(self, pos: int) -> int:
        """Reads one field, closing bracket or piece of rubbish; where to go on, or -1 at the end."""
        if self.scanner.full:
            return self.close_all()
        token = self.scanner.token(pos)
        if token.kind == "end":
            if self.stack:
                self._expected("identifier", token)
            return self.close_all()
        if token.kind == "identifier":
            return self._named(token)
        if token.text == "[":
            match = patterns.EXTENSION.match(self.text, token.start)
            if match:
                return self._named(Token("identifier", match[0], token.start, match.end()))
            return self._bad_extension(token)
        if token.text in "}>]":
            return self._bracket(token)
        return self._rubbish(token)

    def recover_item(self, pos: int) -> int:
        """Reads one item of a list, or notes that it is missing."""
        if self.scanner.full:
            return self.close_all()
        token = self.scanner.token(pos)
        if token.text in ("{", "<"):
            return self.open(token.text, token.start, None)
        if token.text == "]" and not self.items:
            return self.close_list(token.end)
        value = self._literal(token)
        self.items.append(value)
        if value.kind != "missing":
            return self.after_item(value.end)
        self._expected_value(token, value)
        return self.after_item(value.end, said=True)

    def after_item(self, pos: int, *, said: bool = False) -> int:
        """Goes past the comma or the end of the list behind an item; says so if neither is there."""
        match = patterns.AFTER_ITEM.match(self.text, pos)
        if match:
            return match.end() if match[1] == "," else self.close_list(match.end())
        token = self.scanner.token(pos)
        if token.text == ",":
            return token.end
        if token.text == "]":
            return self.close_list(token.end)
        if not said:
            self.scanner.say(f'Expected ",", found "{token.text}".', Span(token.start, token.end))
        if token.kind == "end":
            return self.close_all()
        if (token.text in "}>" and self.opened(token.text)) or self._begins_field(token):
            return self.close_unclosed()
        return token.start if token.kind != "symbol" or token.text in "-{<[" else token.end

    def _named(self, name: Token) -> int:
        """A field whose name has been read."""
        token = self.scanner.token(name.end)
        colon = token.text == ":"
        end = name.end
        if colon:
            end = token.end
            token = self.scanner.token(end)
        given = Name(name.text, name.start, colon)
        if token.kind == "symbol" and token.text in "{<[":
            return self.open(token.text, token.start, given)
        value = self._literal(token)
        if not colon:
            value = self._without_colon(name, token, value)
        elif value.kind == "missing":
            self._expected_value(token, value)
        if value.end > value.start:
            end = value.end
        self.fields.append(Field(name.text, name.start, value, end, colon))
        return self.after_field(max(end, value.end))

    def _without_colon(self, name: Token, token: Token, value: Scalar) -> Scalar:
        self.scanner.say(f'Expected ":", found "{token.text}".', Span(token.start, token.end), "value")
        # A word on another line is more likely the next name than this field's value.
        if value.kind == "word" and "\n" in self.text[name.end : token.start]:
            return Scalar("missing", token.text, token.start, token.start)
        return value

    def _literal(self, token: Token) -> Scalar:
        """The literal at a token, or the missing one with what is to be skipped in its place."""
        first, start = token, token.start
        if token.text == "-" and token.kind == "symbol":
            token = self.scanner.token(token.end)
        kind = _LITERALS.get(token.kind)
        if token is not first and kind in (None, "string"):
            return Scalar("missing", self.text[start : token.end], start, first.end)
        if kind == "string":
            return Scalar(kind, self.text[start : (end := self._strings_end(token))], start, end)
        if kind is not None and not self._begins_field(token):
            return Scalar(kind, self.text[start : token.end], start, token.end)
        raw = self.text[start : token.start] + token.text
        if token is not first:
            return Scalar("missing", raw, start, first.end)
        return Scalar("missing", raw, start, self._skipped(token) if kind is None else start)

    def _strings_end(self, token: Token) -> int:
        end = token.end
        while (following := self.scanner.token(end)).kind == "string":
            end = following.end
        return end

    def _skipped(self, token: Token) -> int:
        """Where the rubbish ends that stands in a value's place: nothing of it, if it belongs to what follows."""
        if token.kind == "end" or token.text in "}>],;:":
            return token.start
        if token.text in "{<[":
            end = self.balanced_end(token.start)
            return token.end if end is None else end
        match = patterns.PLACEHOLDER.match(self.text, token.start)
        return match.end() if match else token.end

    def _begins_field(self, token: Token) -> bool:
        """Whether an identifier is followed by what follows a field's name."""
        if token.kind != "identifier":
            return False
        return self.scanner.token(token.end).text in (":", "{", "<", "[")

    def _bracket(self, token: Token) -> int:
        """A closing bracket that is not the one expected."""
        if self.stack and self.stack[-1].closer == token.text:
            return self.close(token.end, self.after_field(token.end))
        span = Span(token.start, token.end)
        if not self.stack or token.text == "]":
            self._expected("identifier", token)
        else:
            self.scanner.say(f'Expected "{self.stack[-1].closer}", found "{token.text}".', span)
        if self.opened(token.text):
            while self.stack[-1].closer != token.text:
                self.close_unclosed()
            return token.start
        if self.stack and token.text != "]":
            return self.close(token.end, self.after_field(token.end))
        return self.after_field(token.end)

    def _bad_extension(self, token: Token) -> int:
        """A bracket where a name should be that does not hold the name of an extension."""
        here, wanted = self.scanner.token(token.end), "identifier"
        while here.kind == "identifier" if wanted == "identifier" else here.text in (".", "/"):
            wanted = "]" if wanted == "identifier" else "identifier"
            here = self.scanner.token(here.end)
        if wanted == "identifier":
            self._expected("identifier", here)
        else:
            self.scanner.say(f'Expected "]", found "{here.text}".', Span(here.start, here.end))
        return self._line_end(token.end)

    def _rubbish(self, token: Token) -> int:
        """Something that begins no field."""
        if token.text != "\ufffd":
            self._expected("identifier", token)
        if token.text in "{<" and token.kind == "symbol":
            end = self.balanced_end(token.start)
            return self.after_field(token.end if end is None else end)
        if token.kind != "symbol" or token.text in ",;:\ufffd":
            return self.after_field(token.end)
        match = patterns.PLACEHOLDER.match(self.text, token.start)
        if token.text == "$" and match and match.end() > token.end:
            return self.after_field(match.end())
        return self._line_end(token.end)

    def _line_end(self, pos: int) -> int:
        """The end of the line, or the bracket before it that closes what is open."""
        match = patterns.LINE.match(self.text, pos)
        return match.end() if match else pos

    def _expected(self, what: str, token: Token) -> None:
        self.scanner.say(f"Expected {what}, got: {token.text}", Span(token.start, token.end))

    def _expected_value(self, token: Token, value: Scalar) -> None:
        if token.text == "\ufffd":
            return
        text, start = magnitude(value)
        self.scanner.say(f"Expected a value, got: {text}", Span(start, max(start, token.end, value.end)), "value")
