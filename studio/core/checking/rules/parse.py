"""Texts that the server cannot read, and templates that were never filled in.

The server logs that it failed to read the file; its text parser prints each problem on the error stream. The first
finding of a model carries both, a line each, those after it the parser's line alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from studio.core.checking.findings import Finding, Fix, Severity, shortened
from studio.core.checking.profile import release_text, since, version_of
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.words import change_title, nearest
from studio.core.checking.unsound.reading import Mistake, template_at
from studio.core.config.draft import Draft
from studio.core.config.schema import MessageSchema, model_config
from studio.text.tree import Problem, Span
from studio.value_class import dataclass

_MOST = 200
"""A text with more problems than these is no configuration."""
_PARSER = "Error parsing text-format inference.ModelConfig:"
_UNKNOWN_FIELD = r'Message type "(?P<message>[^"]+)" has no field named "(?P<name>[^"]+)"'
_PLACEHOLDER = r"\$\{[^{}\n]*\}"
_TOKENS = r"""#[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\$\{[^{}\n]*\}"""
_MEANT = {
    "TYPE_BYTES": "TYPE_STRING",
    "TYPE_FLOAT": "TYPE_FP32",
    "TYPE_FLOAT16": "TYPE_FP16",
    "TYPE_FLOAT32": "TYPE_FP32",
    "TYPE_FLOAT64": "TYPE_FP64",
    "TYPE_DOUBLE": "TYPE_FP64",
    "TYPE_HALF": "TYPE_FP16",
    "TYPE_INT": "TYPE_INT32",
    "TYPE_LONG": "TYPE_INT64",
}


@dataclass(frozen=True, slots=True)
class _Explanation:
    """A problem in plain words, with what should stand there instead of the text at its place; None where unsure."""

    message: str
    instead: str | None = None


def unreadable(context: Context, model: ModelView) -> Iterator[Finding]:
    """What keeps the server from reading the configuration."""
    if model.draft is None:
        return
    text = model.draft.document.text
    for index, mistake in enumerate(model.text.mistakes[:_MOST]):
        problem = mistake.problem
        logged = f"failed to read text proto from {model.folder.config_path}\n" if index == 0 else ""
        printed = f"{_PARSER} {problem.line}:{problem.column}: {problem.message}"
        rule, told = _newer(context, problem) or _told(mistake) or _explain(problem, text)
        finding = model.problem(
            rule,
            told.message,
            phase="2",
            server=f"{logged}{printed}",
            span=problem.span,
            fixes=[_fix(text, mistake) or _replacing(text, problem.span, told.instead)],
        )
        yield finding


def _told(mistake: Mistake) -> tuple[str, _Explanation] | None:
    return (mistake.rule, _Explanation(mistake.message)) if mistake.rule else None


def _fix(text: str, mistake: Mistake) -> Fix | None:
    """The change that mends the mistake, as long as the text is still the one that it was made for."""
    change = mistake.change
    if change is None:
        return None

    def edit(draft: Draft) -> Draft:
        if draft.document.text != text:
            return draft
        return draft.with_text(f"{text[: change.start]}{change.text}{text[change.end :]}")

    return Fix(shortened(mistake.title), edit=edit, safe=mistake.safe)


def _newer(context: Context, problem: Problem) -> tuple[str, _Explanation] | None:
    """A field that Triton has, but not yet at the release of this server."""
    found = re.match(_UNKNOWN_FIELD, problem.message)
    schema = messages().get(found["message"]) if found else None
    if not found or not schema or found["name"] not in schema.fields:
        return None
    first = since(schema.name, found["name"])
    needs = f"needs Triton {version_of(first)} ({release_text(first)}) or newer"
    return "pbtxt-unknown-field", _Explanation(f"“{found['name']}” {needs}; this server is {context.profile.title}.")


def unfilled(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Placeholders that the parser did not come to, or takes for the text of a string."""
    if model.draft is None:
        return
    document = model.draft.document
    if "${" not in document.text:
        return
    told = {document.text.find("${", each.problem.span.start) for each in model.text.mistakes}
    for token in re.finditer(_TOKENS, document.text):
        in_string = token[0][0] in "\"'"
        for place in re.finditer(_PLACEHOLDER, token[0]) if token[0][0] != "#" else ():
            start = token.start() + place.start()
            if start not in told:
                yield model.problem(
                    "pbtxt-template-placeholder",
                    f"The template's placeholder {place[0]} was not filled in.",
                    phase="2",
                    severity=Severity.WARNING if in_string else Severity.ERROR,
                    span=Span(start, start + len(place[0])),
                )


def _replacing(text: str, span: Span, instead: str | None) -> Fix | None:
    old = text[span.start : span.end]
    if instead is None:
        return None

    def edit(draft: Draft) -> Draft:
        now = draft.document.text
        if now[span.start : span.end] != old:
            return draft
        return draft.with_text(now[: span.start] + instead + now[span.end :])

    return Fix(shortened(change_title(old, instead)) if instead else "Remove the mark", edit=edit)


def _explain(problem: Problem, text: str) -> tuple[str, _Explanation]:
    placeholder = template_at(text, problem.span.start)
    if placeholder:
        return "pbtxt-template-placeholder", _Explanation(
            f"The template's placeholder {placeholder[0]} was not filled in."
        )
    for pattern, rule, explain in _KINDS:
        # The module `re` keeps what it compiled: here nothing is before there is a problem.
        found = re.match(pattern, problem.message)
        if found:
            return rule, explain(found)
    return "pbtxt-parse-failed", _Explanation(f"{problem.message.rstrip('.')}.")


def _unknown_field(found: re.Match[str]) -> _Explanation:
    message, name = found["message"], found["name"]
    schema = messages().get(message)
    meant = nearest(name, schema.fields) if schema else ""
    hint = f" Did you mean “{meant}”?" if meant else ""
    return _Explanation(f"There is no field “{name}” here.{hint}", meant or None)


def _unknown_value(found: re.Match[str]) -> _Explanation:
    value, field = found["value"], found["field"]
    known = {name for schema in messages().values() for name in _values(schema, field)}
    meant = _MEANT.get(value, "")
    instead = meant if meant in known else nearest(value, known)
    hint = f" Did you mean {instead}?" if instead else ""
    return _Explanation(f"“{value}” is no value of {field}.{hint}", instead or None)


def _quoted(found: re.Match[str]) -> _Explanation:
    return _Explanation(f"{found['value']} is written without quotes here.", found["value"])


def _boolean(found: re.Match[str]) -> _Explanation:
    instead = {"true": "true", "yes": "true", "on": "true"}.get(found["value"].lower(), "")
    instead = instead or {"false": "false", "no": "false", "off": "false"}.get(found["value"].lower(), "")
    return _Explanation(f"“{found['value']}” is neither true nor false.", instead or None)


def _twice(found: re.Match[str]) -> _Explanation:
    return _Explanation(f"“{found['name']}” is written twice, but may stand here once only.")


def _oneof(found: re.Match[str]) -> _Explanation:
    return _Explanation(f"“{found['second']}” and “{found['first']}” exclude each other: remove one of them.")


def _mark(_found: re.Match[str]) -> _Explanation:
    return _Explanation("The file starts with a byte order mark, which the server does not take.", "")


def _plain(message: str) -> Callable[[re.Match[str]], _Explanation]:
    return lambda found: _Explanation(message.format(**found.groupdict()))


_KINDS: tuple[tuple[str, str, Callable[[re.Match[str]], _Explanation]], ...] = (
    (
        r'Message type "(?P<message>[^"]+)" has no field named "(?P<name>[^"]+)"',
        "pbtxt-unknown-field",
        _unknown_field,
    ),
    (
        r'Unknown enumeration value of "(?P<value>[^"]*)" for field "(?P<field>[^"]+)"',
        "pbtxt-unknown-enum",
        _unknown_value,
    ),
    (r"""Expected integer or identifier, got: ["'](?P<value>\w+)["']""", "pbtxt-enum-quoted", _quoted),
    (r'Non-repeated field "(?P<name>[^"]+)" is specified multiple', "pbtxt-dup-singular", _twice),
    (
        r'Field "(?P<second>[^"]+)" is specified along with field "(?P<first>[^"]+)"',
        "pbtxt-oneof-conflict",
        _oneof,
    ),
    (r'Invalid value for boolean field "[^"]+"\. Value: "(?P<value>[^"]*)"', "pbtxt-bool-spelling", _boolean),
    (
        r"Integer out of range \((?P<value>[^)]*)\)",
        "pbtxt-int-range",
        _plain("{value} is out of this field's range."),
    ),
    (r"Expected integer, got: (?P<got>[\]}])", "pbtxt-trailing-comma", _plain("A comma stands before “{got}”.")),
    (r'Expected "\{", found "(?P<got>\])"', "pbtxt-trailing-comma", _plain("A comma stands before “{got}”.")),
    (
        r"Expected integer, got: (?P<got>.+)",
        "pbtxt-int-expected",
        _plain("A whole number belongs here, not “{got}”."),
    ),
    (
        r"Expected string, got: (?P<got>.+)",
        "pbtxt-string-expected",
        _plain("A text in quotes belongs here, not “{got}”."),
    ),
    (r'Expected ",", found ""', "pbtxt-unclosed", _plain("The file ends before every bracket is closed.")),
    (r'Expected ",", found "(?P<got>[^"]*)"', "pbtxt-missing-comma", _plain("A comma is missing before “{got}”.")),
    (r"Interpreting non ascii codepoint 239", "pbtxt-bom", _mark),
    (r"Expected identifier, got: /", "pbtxt-comment-style", _plain("A comment starts with #, not with //.")),
    (
        r"Expected identifier, got: \{",
        "pbtxt-json",
        _plain("This is not JSON: no braces go around the whole file."),
    ),
    (r"Invalid escape sequence", "pbtxt-bad-escape", _plain("This backslash has no meaning: write two of them.")),
    (
        r"String literals cannot cross line",
        "pbtxt-newline-in-string",
        _plain("The text in quotes is not closed on its line."),
    ),
)


@cache
def messages() -> dict[str, MessageSchema]:
    """Every message of the schema by its full name."""
    found: dict[str, MessageSchema] = {}
    waiting = [model_config()]
    while waiting:
        schema = waiting.pop()
        if schema.full_name not in found:
            found[schema.full_name] = schema
            waiting += [field.message for field in schema.fields.values() if field.message]
    return found


def _values(schema: MessageSchema, field: str) -> tuple[str, ...]:
    known = schema.fields.get(field)
    return tuple(known.enum.values) if known and known.enum else ()


RULES = (unreadable, unfilled)
