"""What the values of a configuration can refer to: tensors, models, versions and files, and the words of Triton."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

from studio.core.assist.cursor import Cursor, body, cursor
from studio.core.config import known_names as known
from studio.core.config.model_config import Config
from studio.core.config.parameters import known_parameters
from studio.text.document import occurrences, values
from studio.text.literals import string_value
from studio.text.tree import Message, Scalar
from studio.value_class import dataclass

SuggestionKind = Literal["field", "block", "enum", "bool", "model", "tensor", "file", "number", "word"]
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


Named = tuple[str, SuggestionKind, str]


def texts(text: str, at: Cursor, scope: Scope) -> Iterator[Named]:
    """The texts that a field of strings may hold at a place, each with its kind and a word on it."""
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


def numbers(text: str, at: Cursor, scope: Scope) -> Iterator[tuple[int, str]]:
    """The numbers that a field may hold at a place, each with a word on it."""
    if (at.path[-1:], at.field) == (("specific",), "versions"):
        yield from ((number, "in the folder") for number in scope.versions(scope.name))
    elif (at.path[-1:], at.field) == (("step",), "model_version"):
        model = _text(body(text, at), "model_name")
        yield -1, "the latest that is served"
        yield from ((number, f"version of {model}") for number in scope.versions(model))
    elif at.field == "gpus":
        yield from ((gpu, "GPU of this machine") for gpu in scope.gpus)
