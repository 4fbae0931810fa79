"""What may be written at a place of a configuration: fields, values, models, tensors. Works on text being typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from studio.core.assist.cursor import Cursor, body, cursor, field_at, names_in, schema_at
from studio.core.config import known_names as known
from studio.core.config.model_config import Config
from studio.core.config.parameters import known_parameters
from studio.core.config.schema import FieldSchema
from studio.text import layout
from studio.text.document import Document, occurrences, values
from studio.text.literals import string_value
from studio.text.tree import Message, Scalar, Span

SuggestionKind = Literal["field", "block", "enum", "bool", "model", "tensor", "file", "number", "word"]
_UNIT: Final = "  "
_MOST: Final = 200
_MAPS: Final = {"input_map": "input", "output_map": "output"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a configuration can refer to: its own tensors, the other models with theirs, versions, files."""

    name: str
    own: Config
    models: tuple[str, ...]
    config: Callable[[str], Config | None]
    versions: Callable[[str], tuple[int, ...]]
    files: tuple[str, ...] = ()
    gpus: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to write: what it is called, what goes into `span`, and where the cursor stands in that afterwards.

    `path` is the field that it is about, for its help; `more` says that something else can be suggested right after.
    """

    label: str
    insert: str
    caret: int
    kind: SuggestionKind
    detail: str
    span: Span
    path: tuple[str, ...] = ()
    more: bool = False
    rank: int = 0


def suggestions(text: str, offset: int, scope: Scope, document: Document | None = None) -> tuple[Suggestion, ...]:
    """What may stand at a place, the likeliest first. `document` is the text as it was last parsed, if it is large."""
    at = cursor(text, offset)
    if at.kind == "none" or (at.quote and at.kind == "field"):
        return ()
    if at.kind == "field":
        found = _fields(text, at, document)
    else:
        field = field_at(at.path, at.field)
        found = _values(text, at, field, scope) if field else iter(())
    return _ranked(list(found), text[at.start : offset])[:_MOST]


def _ranked(found: Iterable[Suggestion], typed: str) -> tuple[Suggestion, ...]:
    """Those that fit what was typed: beginnings first, then beginnings of words, then anywhere."""
    wanted = typed.lower()
    fitting = []
    for place, each in enumerate(found):
        label = each.label.lower()
        if label.startswith(wanted):
            fit = 0
        elif f"_{wanted}" in label or f".{wanted}" in label:
            fit = 1
        elif wanted in label:
            fit = 2
        else:
            continue
        fitting.append((each.rank, fit, place, each))
    return tuple(each for *_, each in sorted(fitting, key=lambda entry: entry[:3]))


# Fields


def _fields(text: str, at: Cursor, document: Document | None) -> Iterator[Suggestion]:
    owner = schema_at(at.path)
    if owner is None:
        return
    there = set(names_in(text, at, document))
    has_value = text[at.end : at.end + 40].lstrip(" \t")[:1] in (":", "{", "[", "<")
    indent = _indent(text, at.start)
    for field in owner.fields.values():
        if field.name in there and not (field.repeated and field.message):
            continue
        rivals = [name for name in owner.oneofs.get(field.oneof, ()) if name in there]
        insert, caret = (field.name, len(field.name)) if has_value else _template(field, indent)
        yield Suggestion(
            field.name,
            insert,
            caret,
            "block" if field.message else "field",
            f"instead of {rivals[0]}" if rivals else _type_name(field),
            Span(at.start, at.end),
            (*at.path, field.name),
            more=not has_value and _has_choices(field),
            rank=2 if rivals else 0,
        )


def _template(field: FieldSchema, indent: str) -> tuple[str, int]:
    """How a new field is written, and where its value goes."""
    name = field.name
    if field.map and field.message:
        value = field.message.fields["value"]
        tail = ' { string_value: "" }' if value.message else ': ""'
        head = f'{name} {{\n{indent}{_UNIT}key: "'
        return f'{head}"\n{indent}{_UNIT}value{tail}\n{indent}}}', len(head)
    if field.message:
        head = f"{name} {{\n{indent}{_UNIT}"
        return f"{head}\n{indent}}}", len(head)
    quote = '"' if field.kind == "string" else ""
    head, tail = (f"{name}: [ ", " ]") if field.repeated else (f"{name}: ", "")
    return f"{head}{quote}{quote}{tail}", len(head) + len(quote)


def _indent(text: str, pos: int) -> str:
    return layout.indent(text, pos)


def _type_name(field: FieldSchema) -> str:
    name = field.enum.name if field.enum else field.message.name if field.message else field.kind
    if field.map:
        return "map"
    if field.kind in ("int", "uint", "float"):
        name = f"{field.kind}{field.bits}"
    return f"list of {name}" if field.repeated else name


def _has_choices(field: FieldSchema) -> bool:
    return field.kind in ("enum", "bool", "string") or field.message is not None


# Values


def _values(text: str, at: Cursor, field: FieldSchema, scope: Scope) -> Iterator[Suggestion]:
    path = (*at.path, at.field)
    if field.message:
        if not at.quote:
            indent = _indent(text, at.start)
            head = f"{{\n{indent}{_UNIT}"
            yield _made(at, "{ }", f"{head}\n{indent}}}", len(head), ("block", field.message.name), path)
        return
    if field.kind == "string":
        for name, kind, detail in _texts(text, at, scope):
            insert = name if at.quote else f'"{name}"'
            yield _made(at, name, insert, len(insert), (kind, detail), path)
    elif not at.quote:
        yield from _words_of(at, field, path)
        for number, detail in _numbers(text, at, scope):
            yield _plain(at, str(number), ("number", detail), path)


def _words_of(at: Cursor, field: FieldSchema, path: tuple[str, ...]) -> Iterator[Suggestion]:
    """The values of an enumeration or of a boolean; the first of an enumeration, which says nothing, comes last."""
    for name in ("true", "false") if field.kind == "bool" else ():
        yield _plain(at, name, ("bool", ""), path)
    for name, number in field.enum.values.items() if field.enum else ():
        yield _plain(at, name, ("enum", ""), path, rank=int(number == 0 and name.endswith("INVALID")))


def _made(
    at: Cursor, label: str, insert: str, caret: int, about: tuple[SuggestionKind, str], path: tuple[str, ...]
) -> Suggestion:
    return Suggestion(label, insert, caret, about[0], about[1], Span(at.start, at.end), path)


def _plain(
    at: Cursor, word: str, about: tuple[SuggestionKind, str], path: tuple[str, ...], rank: int = 0
) -> Suggestion:
    return replace(_made(at, word, word, len(word), about, path), rank=rank)


Named = tuple[str, SuggestionKind, str]


def _texts(text: str, at: Cursor, scope: Scope) -> Iterator[Named]:
    """Texts that a field of strings may hold."""
    parent = at.path[-1] if at.path else ""
    if at.path[-2:-1] == ("step",) and parent in _MAPS:
        yield from _mapped(text, at, scope, _MAPS[parent])
        return
    yield from _STRINGS.get((parent, at.field), _none)(scope)


def _none(_around: Scope) -> Iterator[Named]:
    yield from ()


def _words(words: Sequence[str]) -> Callable[[Scope], Iterator[Named]]:
    return lambda _around: ((word, "word", "") for word in words)


def _backends(scope: Scope) -> Iterator[Named]:
    used = (scope.config(name) for name in scope.models[:_MOST])
    here = {config.backend for config in used if config and config.backend}
    for name in dict.fromkeys((*known.BACKENDS, *sorted(here))):
        yield name, "word", "used here" if name in here else ""


def _model_files(scope: Scope) -> Iterator[Named]:
    usual = known.MODEL_FILES.get(scope.own.backend, "")
    for name in dict.fromkeys((*((usual,) if usual else ()), *scope.files)):
        yield name, "file", "" if name in scope.files else "usual name"


def _labels(scope: Scope) -> Iterator[Named]:
    yield from ((name, "file", "") for name in scope.files if name.endswith((".txt", ".csv")))


def _models(scope: Scope) -> Iterator[Named]:
    for name in scope.models:
        if name != scope.name:
            config = scope.config(name)
            yield name, "model", ("ensemble" if config.is_ensemble else config.backend) if config else ""


def _inputs(scope: Scope) -> Iterator[Named]:
    yield from ((t.name, "tensor", t.data_type.removeprefix("TYPE_")) for t in scope.own.inputs if t.name)


def _outputs(scope: Scope) -> Iterator[Named]:
    yield from ((t.name, "tensor", t.data_type.removeprefix("TYPE_")) for t in scope.own.outputs if t.name)


def _parameters(scope: Scope) -> Iterator[Named]:
    yield from ((key, "word", scope.own.backend) for key in known_parameters(scope.own.backend))


_STRINGS: Final[dict[tuple[str, str], Callable[[Scope], Iterator[Named]]]] = {
    ("", "name"): lambda scope: iter(((scope.name, "word", "the folder’s name"),)),
    ("", "backend"): _backends,
    ("", "platform"): _words(known.PLATFORMS),
    ("", "default_model_filename"): _model_files,
    ("input", "label_filename"): _labels,
    ("output", "label_filename"): _labels,
    ("step", "model_name"): _models,
    ("parameters", "key"): _parameters,
    ("inputs", "key"): _inputs,
    ("batch_input", "source_input"): _inputs,
    ("batch_input", "target_name"): _inputs,
    ("batch_output", "source_input"): _inputs,
    ("batch_output", "target_name"): _outputs,
    ("control_input", "name"): _words(("START", "READY", "END", "CORRID")),
    ("state", "input_name"): _inputs,
    ("state", "output_name"): _outputs,
    ("gpu_execution_accelerator", "name"): _words(known.GPU_ACCELERATORS),
    ("cpu_execution_accelerator", "name"): _words(known.CPU_ACCELERATORS),
    ("agents", "name"): _words(known.AGENTS),
}


def _mapped(text: str, at: Cursor, scope: Scope, side: str) -> Iterator[Named]:
    """A step's map: the tensors of its model for keys, those of the ensemble for values."""
    step = _step(text, at)
    model = _text(step, "model_name")
    config = scope.config(model) if model else None
    tensors = (config.inputs if side == "input" else config.outputs) if config else ()
    if at.field == "key":
        there = {_text(each, "key") for each in values(step, at.path[-1]) if isinstance(each, Message)}
        for tensor in tensors:
            if tensor.name and tensor.name not in there:
                yield tensor.name, "tensor", f"{model} · {tensor.data_type.removeprefix('TYPE_')}"
        return
    own = scope.own.inputs if side == "input" else scope.own.outputs
    word = "input" if side == "input" else "output"
    said = {t.name: f"the ensemble’s {word} · {t.data_type.removeprefix('TYPE_')}" for t in own if t.name}
    for other in scope.own.steps:
        found = other.output_map if side == "input" else other.input_map
        for tensor_name in found.values():
            said.setdefault(tensor_name, f"{'made' if side == 'input' else 'read'} by {other.model_name}")
    yield from ((name, "tensor", detail) for name, detail in said.items() if name)


def _step(text: str, at: Cursor) -> Message:
    """The step around a map's entry."""
    outer = cursor(text, at.opening)
    scope = outer if outer.path[-1:] == ("step",) else cursor(text, max(0, outer.opening))
    return body(text, scope._replace(start=at.opening, end=at.opening, quote=""))


def _text(message: Message, name: str) -> str:
    found = next((element.value for element in occurrences(message, name)), None)
    if not isinstance(found, Scalar) or found.kind != "string":
        return ""
    try:
        return string_value(found).decode("utf-8", "replace")
    except ValueError:
        return ""


def _numbers(text: str, at: Cursor, scope: Scope) -> Iterator[tuple[int, str]]:
    if (at.path[-1:], at.field) == (("specific",), "versions"):
        yield from ((number, "in the folder") for number in scope.versions(scope.name))
    elif (at.path[-1:], at.field) == (("step",), "model_version"):
        model = _text(body(text, at), "model_name")
        yield -1, "the latest that is served"
        yield from ((number, f"version of {model}") for number in scope.versions(model))
    elif at.field == "gpus":
        yield from ((gpu, "GPU of this machine") for gpu in scope.gpus)
