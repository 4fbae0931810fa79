"""What the Python backend's own `ModelConfig` refuses of `auto_complete_config`, as far as its text tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.words import short_type
from studio.core.config.model_config import TensorConfig
from studio.core.python.flow import Call, RaisedError
from studio.core.python.source import Source

_LINES = {
    "set_max_batch_size": 340,
    "set_dynamic_batching": 370,
    "add_input": 405,
    "add_output": 493,
    "set_model_transaction_policy": 580,
}
"""Where these methods raise their exceptions in the backend's triton_python_backend_utils.py of release 24.10."""
_SIDES = {
    "input": (("name", "data_type", "dims", "optional"), "'name', 'data_type', 'dims' and 'optional'"),
    "output": (("name", "data_type", "dims"), "'name', 'data_type' and 'dims'"),
}
_Refusal = tuple[str, str, str, tuple[Fix, ...]]
"""The rule, the exception's text, the message, and the fixes."""


def completion(context: Context, model: ModelView, file: Path, found: Source) -> Iterator[Finding]:
    """The first thing that makes `auto_complete_config` fail: the server goes no further."""
    label = f"“{file.parent.name}/{file.name}”"
    if found.refuses:
        message = f"The server cannot call auto_complete_config in {label}: it is a static method with one argument."
        yield model.problem("py-auto-signature", message, phase="4d", server=found.refuses, file=file)
        return
    for event in found.completes:
        place = f"\\n  {file}({event.line}): auto_complete_config\\n"
        if isinstance(event, RaisedError):
            kind = event.text.partition(":")[0]
            message = f"auto_complete_config in {label} always raises {kind} (line {event.line})."
            server = f"{event.text}\\n\\nAt:{place}"
            yield model.problem("py-auto-raises", message, phase="4d", server=server, file=file, line=event.line)
            return
        refusal = _refused(model, event)
        if refusal:
            rule, text, message, fixes = refusal
            utils = f"{context.profile.backend_directory}/python/triton_python_backend_utils.py"
            server = f"ValueError: {text}\\n\\nAt:\\n  {utils}({_LINES[event.method]}): {event.method}{place}"
            told = f"auto_complete_config in {label} (line {event.line}) {message}"
            yield model.problem(rule, told, phase="4d", server=server, file=file, line=event.line, fixes=fixes)
            return


def _refused(model: ModelView, event: Call) -> _Refusal | None:
    if event.method == "set_max_batch_size":
        return _max_batch_size(model, event.value)
    if event.method == "set_dynamic_batching":
        return _scheduler(model)
    if event.method == "set_model_transaction_policy" and isinstance(event.value, dict):
        return _policy(model, event.value)
    if event.method in ("add_input", "add_output") and isinstance(event.value, dict):
        side = event.method.removeprefix("add_")
        return _properties(model, event, side) or _tensor(model, event.value, side)
    return None


def _max_batch_size(model: ModelView, size: object) -> _Refusal | None:
    ours = model.config.max_batch_size
    if not isinstance(size, int) or ours <= size:
        return None
    fix = Fix(f"Set max_batch_size to {size}", edit=lambda draft: draft.set("max_batch_size", size))
    text = (
        f"configuration specified max_batch_size {ours}, but in auto-complete-config function for model '{model.title}'"
        f" specified max_batch_size {size}"
    )
    message = f"sets max_batch_size to {size}, below the {ours} of the configuration."
    return "py-auto-max-batch", text, message, (fix,) if size >= 0 else ()


def _scheduler(model: ModelView) -> _Refusal | None:
    if not model.root.has("sequence_batching"):
        return None
    text = (
        "Configuration specified scheduling_choice as 'sequence_batching', but auto-complete-config function for model "
        f"'{model.title}' tries to set scheduling_choice as 'dynamic_batching'"
    )
    return "py-auto-scheduler", text, "turns on dynamic batching, but the configuration has sequence_batching.", ()


def _policy(model: ModelView, value: Mapping[str, object]) -> _Refusal | None:
    if any(key != "decoupled" for key in value):
        text = f"model transaction property in auto-complete-config function for model '{model.title}' contains "
        return "py-auto-policy-key", f"{text}property other than 'decoupled'.", "may only set “decoupled”.", ()
    wanted, ours = value.get("decoupled"), model.config.decoupled
    if not model.root.has("model_transaction_policy") or not isinstance(wanted, bool) or wanted == ours:
        return None
    path = ("model_transaction_policy", "decoupled")
    text = f"trying to change decoupled property in auto-complete-config for model '{model.title}', which is already "
    message = f"sets decoupled to {str(wanted).lower()}, the configuration to {str(ours).lower()}."
    fix = Fix(f"Set decoupled to {str(wanted).lower()}", edit=lambda draft: draft.set(*path, wanted))
    return "py-auto-policy-change", f"{text}set to '{ours}'.", message, (fix,)


def _properties(model: ModelView, event: Call, side: str) -> _Refusal | None:
    """Keys that there must not be, and those that there must be."""
    value = event.value if isinstance(event.value, dict) else {}
    known, listed = _SIDES[side]
    middle = f"in auto-complete-config function for model '{model.title}'"
    name = value.get("name")
    if any(key not in known for key in value):
        if "name" not in value:
            return None
        text = f"{side} '{name}' {middle} contains property other than {listed}."
        return "py-auto-io-property", text, f"gives the {side} “{name}” a property that is none of {listed}.", ()
    missing = next((key for key in ("name", "data_type", "dims") if key not in value), "")
    if not missing or not event.is_whole:
        return None
    called = f"{side} " if missing == "name" else f"{side} '{name}' "
    return (
        "py-auto-io-missing",
        f"{called}{middle} is missing '{missing}' property.",
        f"adds an {side} without “{missing}”.",
        (),
    )


def _tensor(model: ModelView, value: Mapping[str, object], side: str) -> _Refusal | None:
    """A tensor that the configuration describes otherwise."""
    tensors = model.config.inputs if side == "input" else model.config.outputs
    ours = next((each for each in tensors if each.name == value.get("name")), None)
    if ours is None:
        return None
    return _type(model, ours, value, side) or _dims(model, ours, value) or _optional(model, ours, value, side)


def _type(model: ModelView, ours: TensorConfig, value: Mapping[str, object], side: str) -> _Refusal | None:
    theirs = value.get("data_type")
    written = ours.data_type if ours.data_type.startswith("TYPE_") else "TYPE_INVALID"
    if not isinstance(theirs, str) or written in ("TYPE_INVALID", theirs):
        return None
    path = (*ours.path, "data_type")
    text = f"unable to load model '{model.title}', configuration expects datatype {written} for {side} '{ours.name}', "
    message = f"makes the {side} “{ours.name}” {short_type(theirs)}, the configuration {short_type(written)}."
    fix = Fix(f"Use {theirs}", edit=lambda draft: draft.set(*path, theirs))
    return "py-auto-io-dtype", f"{text}model provides {theirs}", message, (fix,)


def _dims(model: ModelView, ours: TensorConfig, value: Mapping[str, object]) -> _Refusal | None:
    theirs = value.get("dims")
    if not isinstance(theirs, list) or not ours.dims or list(ours.dims) == theirs:
        return None
    path = (*ours.path, "dims")
    text = f"model '{model.title}', tensor '{ours.name}': the model expects dims {theirs} but the model configuration "
    message = f"gives “{ours.name}” the dims {theirs}, the configuration {list(ours.dims)}."
    fix = Fix(f"Set dims to {theirs}", edit=lambda draft: draft.set(*path, theirs))
    return "py-auto-io-dims", f"{text}specifies dims {list(ours.dims)}", message, (fix,)


def _optional(model: ModelView, ours: TensorConfig, value: Mapping[str, object], side: str) -> _Refusal | None:
    theirs = value.get("optional")
    if side != "input" or not isinstance(theirs, bool) or theirs == ours.optional:
        return None
    path = (*ours.path, "optional")
    text = f"model '{model.title}', tensor '{ours.name}': the model expects optional {theirs} but the model "
    message = f"makes “{ours.name}” {'' if theirs else 'not '}optional, other than the configuration."
    fix = Fix(f"Set optional to {str(theirs).lower()}", edit=lambda draft: draft.set(*path, theirs))
    return "py-auto-optional", f"{text}configuration specifies optional {ours.optional}", message, (fix,)
