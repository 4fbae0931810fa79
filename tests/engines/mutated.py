"""Configurations with a change or three that a person might make by mistake, ensembles among them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from studio.core.config.draft import draft
from studio.text.tree import Field, ListValue, Message, Scalar

MODEL = """\
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [pb_utils.InferenceResponse([]) for _ in requests]
"""
_PLAIN = """\
name: "NAME"
backend: "python"
max_batch_size: 8
input [
  { name: "x" data_type: TYPE_FP32 dims: [ 3 ] },
  { name: "n" data_type: TYPE_INT64 dims: [ 1 ] reshape { shape: [ ] } optional: true }
]
output [ { name: "y" data_type: TYPE_FP32 dims: [ -1, 2 ] } ]
instance_group [ { count: 1 kind: KIND_CPU } ]
BLOCK
"""
_BLOCKS = (
    "dynamic_batching { preferred_batch_size: [ 2, 8 ] max_queue_delay_microseconds: 100 }",
    "dynamic_batching { priority_levels: 2 default_priority_level: 1 }",
    "dynamic_batching { preserve_ordering: true default_queue_policy { timeout_action: REJECT } }",
    'sequence_batching { control_input { name: "START" control { kind: CONTROL_SEQUENCE_START '
    "fp32_false_true: [ 0, 1 ] } } }",
    'sequence_batching { oldest { max_candidate_sequences: 2 } control_input { name: "ID" control { '
    "kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_UINT64 } } }",
    "sequence_batching { direct { minimum_slot_utilization: 0.5 } }",
    'sequence_batching { state { input_name: "si" output_name: "so" data_type: TYPE_FP32 dims: [ 2 ] '
    'initial_state { name: "i" data_type: TYPE_FP32 dims: [ 2 ] zero_data: true } } }',
    "version_policy { specific { versions: [ 1 ] } }",
    "version_policy { latest { num_versions: 2 } }",
    "version_policy { all { } }",
    "response_cache { enable: true }",
    "model_transaction_policy { decoupled: true }",
    'parameters { key: "FORCE_CPU_ONLY_INPUT_TENSORS" value { string_value: "yes" } }',
    "optimization { input_pinned_memory { enable: false } }",
    'model_warmup { name: "w" batch_size: 1 inputs { key: "x" value { data_type: TYPE_FP32 dims: [ 3 ] '
    'zero_data: true } } inputs { key: "n" value { data_type: TYPE_INT64 dims: [ 1 ] zero_data: true } } }',
    'batch_input { kind: BATCH_ELEMENT_COUNT target_name: "c" data_type: TYPE_INT32 source_input: "x" }',
    'batch_output { target_name: "y" kind: BATCH_SCATTER_WITH_INPUT_SHAPE source_input: "x" }',
    "",
)
_ENSEMBLE = """\
name: "NAME"
platform: "ensemble"
max_batch_size: 8
input [ { name: "a" data_type: TYPE_FP32 dims: [ 3 ] }, { name: "k" data_type: TYPE_INT64 dims: [ 1 ] } ]
output [ { name: "d" data_type: TYPE_FP32 dims: [ 2 ] }, { name: "m" data_type: TYPE_INT64 dims: [ 1 ] } ]
ensemble_scheduling {
  step [
    { model_name: "first" model_version: -1 input_map { key: "x" value: "a" } output_map { key: "y" value: "b" } },
    {
      model_name: "second"
      model_version: -1
      input_map { key: "x" value: "b" }
      input_map { key: "n" value: "k" }
      output_map { key: "y" value: "d" }
      output_map { key: "m" value: "m" }
    }
  ]
}
"""
_STEPS = {
    "first": ("x:FP32:3", "y:FP32:-1", 8),
    "second": ("x:FP32:4 n:INT64:1", "y:FP32:2 m:INT64:1", 8),
    "small": ("x:FP32:3", "y:FP32:3", 4),
    "single": ("x:FP32:3", "y:FP32:3", 0),
}
_WORDS = {
    "number": ("0", "-1", "1", "2", "3", "4", "8", "16"),
    "string": ('""', '"x"', '"y"', '"a"', '"b"', '"k"', '"first"', '"small"', '"single"', '"python"', '"none"'),
    "word": ("true", "false", "TYPE_FP32", "TYPE_INT64", "TYPE_INVALID", "KIND_CPU", "KIND_GPU", "KIND_MODEL"),
}
_KEPT = frozenset({"default_model_filename", "runtime", "batch_size"})
"""Fields that make the server wait for minutes, or start any number of processes."""


def base(root: Path) -> None:
    """The models that the ensembles use."""
    for name, (inputs, outputs, batch) in _STEPS.items():
        listed = [f"input {{ {_tensor(each)} }}" for each in inputs.split()]
        listed += [f"output {{ {_tensor(each)} }}" for each in outputs.split()]
        write(root, name, f'backend: "python"\nmax_batch_size: {batch}\n' + "\n".join(listed) + "\n")


def _tensor(text: str) -> str:
    name, kind, size = text.split(":")
    return f'name: "{name}" data_type: TYPE_{kind} dims: [ {size} ]'


def write(root: Path, name: str, text: str, *, ensemble: bool = False) -> None:
    """One model, with a model.py that does nothing unless it is an ensemble."""
    folder = root / name / "1"
    folder.mkdir(parents=True)
    (folder.parent / "config.pbtxt").write_text(text, "utf-8")
    if not ensemble:
        (folder / "model.py").write_text(MODEL)


Case = tuple[str, str, bool]
"""Name and text of a model, and whether it is an ensemble."""


def mutations(seed: int, count: int) -> Iterator[Case]:
    """So many models, the same for the same seed."""
    chance = random.Random(seed)
    for index in range(count):
        ensemble = chance.random() < 0.35
        name = f"{'e' if ensemble else 'c'}{seed:02}{index:04}"
        while True:
            text = _ENSEMBLE if ensemble else _PLAIN.replace("BLOCK", chance.choice(_BLOCKS))
            text = text.replace("NAME", name)
            for _ in range(chance.choice((1, 1, 2, 3))):
                text = chance.choice(_CHANGES)(text, chance)
            if _is_cheap(text):
                break
        yield name, text, ensemble


def _is_cheap(text: str) -> bool:
    groups = draft(text).config.instance_groups
    if "decoupled: true" in text and "model_warmup" in text:
        # The model.py of these tests answers in the plain way.
        return False
    return len(groups) < 3 and all(group.count < 3 for group in groups)


def _fields(message: Message) -> Iterator[Field]:
    for field in message.fields:
        if field.name not in _KEPT:
            yield field
            for item in field.value.items if isinstance(field.value, ListValue) else (field.value,):
                if isinstance(item, Message):
                    yield from _fields(item)


def _value(text: str, chance: random.Random) -> str:
    """Another value in the place of one."""
    scalars = [
        item
        for field in _fields(draft(text).document.root)
        for item in (field.value.items if isinstance(field.value, ListValue) else (field.value,))
        if isinstance(item, Scalar) and item.end > item.start
    ]
    if not scalars:
        return text
    scalar = chance.choice(scalars)
    kind = scalar.kind if chance.random() < 0.9 else chance.choice(list(_WORDS))
    return text[: scalar.start] + chance.choice(_WORDS.get(kind, ("1",))) + text[scalar.end :]


def _without(text: str, chance: random.Random) -> str:
    fields = list(_fields(draft(text).document.root))
    if not fields:
        return text
    field = chance.choice(fields)
    return text[: field.start] + text[field.end :]


def _twice(text: str, chance: random.Random) -> str:
    fields = list(_fields(draft(text).document.root))
    if not fields:
        return text
    field = chance.choice(fields)
    return f"{text[: field.end]} {text[field.start : field.end]}{text[field.end :]}"


def _block(text: str, chance: random.Random) -> str:
    return f"{text}{chance.choice(_BLOCKS)}\n"


def _letter(text: str, chance: random.Random) -> str:
    """A letter or a bracket gone."""
    place = chance.randrange(len(text))
    return text[:place] + text[place + 1 :]


_CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    _value,
    _value,
    _value,
    _value,
    _without,
    _without,
    _twice,
    _block,
    _letter,
)
