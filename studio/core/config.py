"""The typed read view of a configuration. It reads the sound part of any text and takes defaults for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from studio.core.schema import model_config
from studio.text.document import Document, occurrences
from studio.text.literals import int_value, string_value
from studio.text.tree import Field, Message, Scalar
from studio.text.tree import Path as TextPath

Scheduling: TypeAlias = Literal["", "dynamic_batching", "sequence_batching", "ensemble_scheduling"]
_T = TypeVar("_T")
_EMPTY = Message((), 0, 0)
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
class StepConfig:
    """One step of an ensemble. The maps go from the step model's tensor to the ensemble's."""

    model_name: str
    model_version: int
    input_map: dict[str, str]
    output_map: dict[str, str]
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
    has_warmup: bool = False
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def is_ensemble(self) -> bool:
        """Whether it is written as an ensemble."""
        return self.platform == "ensemble" or self.scheduling == "ensemble_scheduling"


def config(document: Document) -> Config:
    """The read view of a document."""
    root = document.root
    return Config(
        name=_text(root, "name"),
        platform=_text(root, "platform"),
        backend=_text(root, "backend"),
        runtime=_text(root, "runtime"),
        default_model_filename=_text(root, "default_model_filename"),
        max_batch_size=_int(root, "max_batch_size"),
        inputs=_each(root, ("input",), _tensor),
        outputs=_each(root, ("output",), _tensor),
        instance_groups=_each(root, ("instance_group",), _group),
        steps=_each(_message(root, "ensemble_scheduling") or _EMPTY, ("ensemble_scheduling", "step"), _step),
        scheduling=_scheduling(root),
        version_policy=_policy(root),
        decoupled=_bool(_message(root, "model_transaction_policy") or _EMPTY, "decoupled"),
        response_cache=_bool(_message(root, "response_cache") or _EMPTY, "enable"),
        has_warmup=any(occurrences(root, "model_warmup")),
        parameters=_parameters(root),
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
    return string_value(scalar).decode("utf-8", "surrogateescape") if scalar.kind == "string" else None


def boolean(scalar: Scalar) -> bool:
    """Whether a literal says true, in any of its spellings."""
    return scalar.raw in _TRUE or integer(scalar) == 1


def _tensor(message: Message, path: TextPath) -> TensorConfig:
    reshape = _message(message, "reshape")
    return TensorConfig(
        name=_text(message, "name"),
        data_type=_word(message, "data_type"),
        dims=_ints(message, "dims"),
        reshape=None if reshape is None else _ints(reshape, "shape"),
        optional=_bool(message, "optional"),
        label_filename=_text(message, "label_filename"),
        path=path,
    )


def _group(message: Message, path: TextPath) -> InstanceGroup:
    return InstanceGroup(
        name=_text(message, "name"),
        kind=_word(message, "kind") or "KIND_AUTO",
        count=_int(message, "count"),
        gpus=_ints(message, "gpus"),
        path=path,
    )


def _step(message: Message, path: TextPath) -> StepConfig:
    return StepConfig(
        model_name=_text(message, "model_name"),
        model_version=_int(message, "model_version"),
        input_map=_map(message, "input_map"),
        output_map=_map(message, "output_map"),
        path=path,
    )


def _scheduling(root: Message) -> Scheduling:
    for each in root.fields:
        if each.name in ("dynamic_batching", "sequence_batching", "ensemble_scheduling"):
            return each.name  # type: ignore[return-value]
    return ""


def _policy(root: Message) -> VersionPolicy:
    policy = _message(root, "version_policy")
    if policy is None:
        return VersionPolicy()
    for each in policy.fields:
        value = each.value if isinstance(each.value, Message) else _EMPTY
        if each.name == "latest":
            return VersionPolicy("latest", (_int(value, "num_versions"),))
        if each.name == "specific":
            return VersionPolicy("specific", _ints(value, "versions"))
    return VersionPolicy("all", ())


def _parameters(root: Message) -> dict[str, str]:
    messages = (e.value for e in occurrences(root, "parameters") if isinstance(e.value, Message))
    return {_text(m, "key"): _text(_message(m, "value") or _EMPTY, "string_value") for m in messages}


def _map(message: Message, name: str) -> dict[str, str]:
    messages = (e.value for e in occurrences(message, name) if isinstance(e.value, Message))
    return {_text(m, "key"): _text(m, "value") for m in messages}


def _each(message: Message, path: TextPath, read: Callable[[Message, TextPath], _T]) -> tuple[_T, ...]:
    """Reads every message of the repeated field at the path; its index counts all that stands there."""
    found = occurrences(message, str(path[-1]))
    return tuple(read(e.value, (*path, i)) for i, e in enumerate(found) if isinstance(e.value, Message))


def _first(message: Message, name: str) -> Field | None:
    for each in message.fields:
        if each.name == name:
            return each
    return None


def _scalar(message: Message, name: str) -> Scalar | None:
    found = _first(message, name)
    return found.value if found and isinstance(found.value, Scalar) else None


def _message(message: Message, name: str) -> Message | None:
    found = _first(message, name)
    return found.value if found and isinstance(found.value, Message) else None


def _text(message: Message, name: str) -> str:
    scalar = _scalar(message, name)
    return (text(scalar) or "") if scalar else ""


def _int(message: Message, name: str) -> int:
    scalar = _scalar(message, name)
    return (integer(scalar) or 0) if scalar else 0


def _bool(message: Message, name: str) -> bool:
    scalar = _scalar(message, name)
    return scalar is not None and boolean(scalar)


def _word(message: Message, name: str) -> str:
    """An enumeration's value as written, known or not; "" for 0, which is as good as missing."""
    scalar = _scalar(message, name)
    if scalar is None or scalar.kind not in ("word", "number"):
        return ""
    return scalar.raw if scalar.kind == "word" else _enum_name(name, integer(scalar) or 0)


def _enum_name(field_name: str, number: int) -> str:
    """The name of a value that is written as its number, which hardly anybody does."""
    owner = model_config().fields["instance_group" if field_name == "kind" else "input"].message
    enum = owner.fields[field_name].enum if owner else None
    return enum.name_of(number) if enum and number else ""


def _ints(message: Message, name: str) -> tuple[int, ...]:
    scalars = (e.value for e in occurrences(message, name) if isinstance(e.value, Scalar))
    return tuple(number for number in map(integer, scalars) if number is not None)
