"""The typed read view of a configuration. It reads the sound part of any text and takes defaults for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studio import TYPE_CHECKING
from studio.core.config.schema import model_config
from studio.core.config.step_config import MANY_STEPS, StepConfig, remembered
from studio.named_tuple import NamedTuple
from studio.text.document import Document, values
from studio.text.literals import int_value, string_value
from studio.text.tree import Message, Scalar, Value
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass, field

if TYPE_CHECKING:
    from typing import Literal, TypeAlias, TypeVar

    _T = TypeVar("_T")

Scheduling: TypeAlias = 'Literal["", "dynamic_batching", "sequence_batching", "ensemble_scheduling"]'
_EMPTY = Message((), 0, 0)
_SCHEDULING: dict[str, Scheduling] = {
    "dynamic_batching": "dynamic_batching",
    "sequence_batching": "sequence_batching",
    "ensemble_scheduling": "ensemble_scheduling",
}
_TRUE = frozenset(("true", "True", "t"))


@dataclass(frozen=True, slots=True)
class TensorConfig:
    """An input or output: `data_type` as `TYPE_FP32`, "" where it is missing; `reshape` None where there is none."""

    name: str
    data_type: str
    dims: tuple[int, ...]
    reshape: tuple[int, ...] | None
    optional: bool
    label_filename: str
    path: TextPath


@dataclass(frozen=True, slots=True)
class InstanceGroup:
    """One group of instances; `kind` is "KIND_AUTO" and `count` 0 where the server is to choose."""

    name: str
    kind: str
    count: int
    gpus: tuple[int, ...]
    path: TextPath


class VersionPolicy(NamedTuple):
    """Which versions are served. `numbers`: how many for "latest", which ones for "specific"."""

    kind: Literal["latest", "all", "specific"] = "latest"
    numbers: tuple[int, ...] = (1,)

    # `count` here hides the tuple's own, which nobody needs of a policy.
    @property
    def count(self) -> int:  # type: ignore[override]
        """How many of the latest versions are served."""
        return self.numbers[0] if self.kind == "latest" and self.numbers else 1

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions that are named."""
        return self.numbers if self.kind == "specific" else ()


@dataclass(frozen=True, slots=True)
class Config:
    """A model's configuration as the server would read it before it fills anything in."""

    name: str = ""
    platform: str = ""
    backend: str = ""
    runtime: str = ""
    default_model_filename: str = ""
    max_batch_size: int = 0
    inputs: tuple[TensorConfig, ...] = ()
    outputs: tuple[TensorConfig, ...] = ()
    instance_groups: tuple[InstanceGroup, ...] = ()
    steps: tuple[StepConfig, ...] = ()
    scheduling: Scheduling = ""
    version_policy: VersionPolicy = field(default_factory=VersionPolicy)
    decoupled: bool = False
    response_cache: bool = False
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def is_ensemble(self) -> bool:
        """Whether it is written as an ensemble."""
        return self.platform == "ensemble" or self.scheduling == "ensemble_scheduling"

    @property
    def named_backend(self) -> str:
        """The backend that it names, or that the platform which it names is of."""
        return self.backend or self.platform.partition("_")[0]


def config(document: Document) -> Config:
    """The read view of a document."""
    root = document.root
    first = _first(root)
    steps = _child(first, "ensemble_scheduling")
    return Config(
        name=_text(first, "name"),
        platform=_text(first, "platform"),
        backend=_text(first, "backend"),
        runtime=_text(first, "runtime"),
        default_model_filename=_text(first, "default_model_filename"),
        max_batch_size=_int(first, "max_batch_size"),
        inputs=_each(root, first, ("input",), _tensor),
        outputs=_each(root, first, ("output",), _tensor),
        instance_groups=_each(root, first, ("instance_group",), _group),
        steps=_each(steps, _first(steps), ("ensemble_scheduling", "step"), _steps_reader(document.text, steps)),
        scheduling=_scheduling(root),
        version_policy=_policy(first),
        decoupled=_bool(_first(_child(first, "model_transaction_policy")), "decoupled"),
        response_cache=_bool(_first(_child(first, "response_cache")), "enable"),
        parameters=_parameters(root) if "parameters" in first else {},
    )


def wire_shape(tensor: TensorConfig, max_batch_size: int) -> tuple[int, ...]:
    """The shape that a request has: with batching a first dimension of -1, which stands for any batch."""
    return (-1, *tensor.dims) if max_batch_size > 0 else tensor.dims


def integer(scalar: Scalar) -> int | None:
    """The integer that a literal stands for; None where it is none."""
    try:
        return int_value(scalar)
    except ValueError:
        return None


def text(scalar: Scalar) -> str | None:
    """The text that a string literal stands for, stray bytes as surrogates; None where it is none."""
    if scalar.kind != "string":
        return None
    raw = scalar.raw
    # One literal without escapes, as nearly all are.
    if "\\" not in raw and raw.count(raw[0]) == 2 and raw[-1] == raw[0]:
        return raw[1:-1]
    return string_value(scalar).decode("utf-8", "surrogateescape")


def boolean(scalar: Scalar) -> bool:
    """Whether a literal says true, in any of its spellings."""
    return scalar.raw in _TRUE or integer(scalar) == 1


def _tensor(message: Message, path: TextPath) -> TensorConfig:
    first = _first(message)
    reshape = first.get("reshape")
    return TensorConfig(
        name=_text(first, "name"),
        data_type=_word(first, "data_type"),
        dims=_ints(message, first, "dims"),
        reshape=_ints(reshape, _first(reshape), "shape") if isinstance(reshape, Message) else None,
        optional=_bool(first, "optional"),
        label_filename=_text(first, "label_filename"),
        path=path,
    )


def _group(message: Message, path: TextPath) -> InstanceGroup:
    first = _first(message)
    return InstanceGroup(
        name=_text(first, "name"),
        kind=_word(first, "kind") or "KIND_AUTO",
        count=_int(first, "count"),
        gpus=_ints(message, first, "gpus"),
        path=path,
    )


def _step(message: Message, path: TextPath) -> StepConfig:
    first = _first(message)
    return StepConfig(
        model_name=_text(first, "model_name"),
        model_version=_int(first, "model_version"),
        input_map=_map(message, "input_map"),
        output_map=_map(message, "output_map"),
        path=path,
        model_namespace=_text(first, "model_namespace"),
    )


def _steps_reader(text: str, scheduling: Message) -> Callable[[Message, TextPath], StepConfig]:
    return remembered(text, _step) if len(values(scheduling, "step")) >= MANY_STEPS else _step


def _scheduling(root: Message) -> Scheduling:
    for each in root.fields:
        if each.name in _SCHEDULING:
            return _SCHEDULING[each.name]
    return ""


def _policy(root: Mapping[str, Value]) -> VersionPolicy:
    if not isinstance(root.get("version_policy"), Message):
        return VersionPolicy()
    for each in _child(root, "version_policy").fields:
        message = each.value if isinstance(each.value, Message) else _EMPTY
        if each.name == "latest":
            return VersionPolicy("latest", (_int(_first(message), "num_versions"),))
        if each.name == "specific":
            return VersionPolicy("specific", _ints(message, _first(message), "versions"))
    return VersionPolicy("all", ())


def _parameters(root: Message) -> dict[str, str]:
    entries = [_first(each) for each in values(root, "parameters") if isinstance(each, Message)]
    return {_text(entry, "key"): _text(_first(_child(entry, "value")), "string_value") for entry in entries}


def _map(message: Message, name: str) -> dict[str, str]:
    entries = [_first(each) for each in values(message, name) if isinstance(each, Message)]
    return {_text(entry, "key"): _text(entry, "value") for entry in entries}


def _each(
    message: Message, first: Mapping[str, Value], path: TextPath, read: Callable[[Message, TextPath], _T]
) -> tuple[_T, ...]:
    """Reads every message of the repeated field at the path; its index counts all that stands there."""
    name = str(path[-1])
    if name not in first:
        return ()
    found = enumerate(values(message, name))
    return tuple(read(value, (*path, index)) for index, value in found if isinstance(value, Message))


def _first(message: Message) -> dict[str, Value]:
    """The first value of every field by its name: each message is asked for many.

    Of a scalar the last: the server takes a second one where the first is the field's default.
    """
    found = {each.name: each.value for each in reversed(message.fields)}
    if len(found) < len(message.fields):
        found |= {each.name: each.value for each in message.fields if isinstance(each.value, Scalar)}
    return found


def _child(first: Mapping[str, Value], name: str) -> Message:
    """The message of a field; an empty one where there is none."""
    found = first.get(name)
    return found if isinstance(found, Message) else _EMPTY


def _text(first: Mapping[str, Value], name: str) -> str:
    scalar = first.get(name)
    return (text(scalar) or "") if isinstance(scalar, Scalar) else ""


def _int(first: Mapping[str, Value], name: str) -> int:
    scalar = first.get(name)
    return (integer(scalar) or 0) if isinstance(scalar, Scalar) else 0


def _bool(first: Mapping[str, Value], name: str) -> bool:
    scalar = first.get(name)
    return isinstance(scalar, Scalar) and boolean(scalar)


def _word(first: Mapping[str, Value], name: str) -> str:
    """An enumeration's value as written, known or not; "" for 0, which is as good as missing."""
    scalar = first.get(name)
    if not isinstance(scalar, Scalar) or scalar.kind not in ("word", "number"):
        return ""
    return scalar.raw if scalar.kind == "word" else _enum_name(name, integer(scalar) or 0)


def _enum_name(field_name: str, number: int) -> str:
    """The name of a value that is written as its number, which hardly anybody does."""
    owner = model_config().fields["instance_group" if field_name == "kind" else "input"].message
    enum = owner.fields[field_name].enum if owner else None
    return enum.name_of(number) if enum and number else ""


def _ints(message: Message, first: Mapping[str, Value], name: str) -> tuple[int, ...]:
    if name not in first:
        return ()
    numbers = [integer(each) for each in values(message, name) if isinstance(each, Scalar)]
    return tuple(number for number in numbers if number is not None)
