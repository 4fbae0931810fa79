"""Sequence batching: its controls and strategies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.applicability import needs
from studio.core.checking.rules.batching import preferred, removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.view import DATA_TYPES, Node
from studio.core.config.draft import Draft
from studio.text.tree import Path as TextPath

KINDS = ("CONTROL_SEQUENCE_START", "CONTROL_SEQUENCE_READY", "CONTROL_SEQUENCE_END", "CONTROL_SEQUENCE_CORRID")
_BOOLEANS = ("CONTROL_SEQUENCE_START", "CONTROL_SEQUENCE_END", "CONTROL_SEQUENCE_READY")
_VALUES = ("int32_false_true", "fp32_false_true", "bool_false_true")
_IDENTIFIERS = frozenset({"TYPE_UINT64", "TYPE_INT64", "TYPE_UINT32", "TYPE_INT32", "TYPE_STRING"})


@needs("sequence_batching")
def sequence_batching(_context: Context, model: ModelView) -> Iterator[Finding]:
    """The cache, then the controls kind by kind, then the strategy."""
    if not model.root.has("sequence_batching"):
        return
    block = model.root.child("sequence_batching")
    if model.config.response_cache:
        yield _with_cache(model)
    inputs = list(block.each("control_input"))
    told: set[str] = set()
    for kind in (*_BOOLEANS, "CONTROL_SEQUENCE_CORRID"):
        yield from _controls(model, inputs, kind, told)
    yield from _oldest(model, block.child("oldest"))
    yield from _direct(model, block)


def _with_cache(model: ModelView) -> Finding:
    return model.problem(
        "seq-cache",
        "Responses of a model that keeps sequences cannot be cached.",
        phase="2",
        server=f"Response Cache does not currently support model {model.title} with sequence batching scheduler. "
        "Please disable the response cache.",
        path=("response_cache",),
        fixes=[removing(("response_cache",), "Remove the response cache")],
    )


def _controls(model: ModelView, inputs: Sequence[Node], kind: str, told: set[str]) -> Iterator[Finding]:
    """One pass for a kind, as the server makes it. The names are looked at in each pass, and told once."""
    seen: set[str] = set()
    found = False
    for tensor in inputs:
        name = tensor.text("name")
        complaint = _name(model, tensor, name, seen)
        if complaint and f"{tensor.path}" not in told:
            told.add(f"{tensor.path}")
            yield complaint
        seen.add(name)
        for control in tensor.each("control"):
            if control.word("kind", KINDS) != kind:
                continue
            if found:
                yield _twice(model, control, kind)
            found = True
            yield from _identifier(model, control) if kind not in _BOOLEANS else _boolean(model, control, kind)
    if kind not in _BOOLEANS:
        yield from _identifier_types(model, inputs)


def _name(model: ModelView, tensor: Node, name: str, seen: set[str]) -> Finding | None:
    if not name:
        return model.problem(
            "seq-control-name",
            "This control input has no name.",
            phase="2",
            server=f"sequence batching control tensor must have a name for {model.title}",
            path=tensor.path,
        )
    if name in seen:
        return model.problem(
            "seq-control-tensor-dup",
            f"The tensor “{name}” stands in two control inputs: put all its controls into one.",
            phase="2",
            server=f"sequence batching control tensor '{name}' is specified for multiple control kinds for "
            f"{model.title}",
            path=(*tensor.path, "name"),
        )
    return None


def _twice(model: ModelView, control: Node, kind: str) -> Finding:
    return model.problem(
        "seq-control-kind-dup",
        f"The control {kind} is given to two tensors; there may be one.",
        phase="2",
        server=f"sequence batching specifies multiple {kind} tensors for {model.title}",
        path=(*control.path, "kind"),
        fixes=[removing(control.path, "Remove this one")],
    )


def _boolean(model: ModelView, control: Node, kind: str) -> Iterator[Finding]:
    given = [name for name in _VALUES if control.count(name)]
    either = "'int32_false_true', 'fp32_false_true' or 'bool_false_true'"
    if not given:
        yield model.problem(
            "seq-control-value-missing",
            f"{kind} needs the values that stand for false and true, such as int32_false_true: [ 0, 1 ].",
            phase="2",
            server=f"sequence batching must specify either {either} for {kind} for {model.title}",
            path=control.path,
            fixes=[_values_fix(control, name) for name in _VALUES],
        )
    elif len(given) > 1:
        yield model.problem(
            "seq-control-value-multiple",
            f"{kind} has values for false and true in more than one type.",
            phase="2",
            server=f"sequence batching specifies more than one from {either.replace(' or ', ' and ')} for {kind} for "
            f"{model.title}",
            path=(*control.path, given[1]),
            fixes=[_only(control, name, given) for name in given],
        )
    elif control.count(given[0]) != 2:
        yield model.problem(
            "seq-control-value-count",
            f"{given[0]} has two values: the one for false and the one for true.",
            phase="2",
            server=f"sequence batching control '{given[0]}' must have exactly 2 entries for {kind} for {model.title}",
            path=(*control.path, given[0]),
            fixes=[_values_fix(control, given[0])],
        )


def _only(control: Node, kept: str, given: Sequence[str]) -> Fix:
    def edit(draft: Draft) -> Draft:
        for name in given:
            draft = draft if name == kept else draft.clear(*control.path, name)
        return draft

    return Fix(f"Keep {kept} alone", edit=edit)


def _values_fix(control: Node, name: str) -> Fix:
    pairs: dict[str, list[object]] = {
        "int32_false_true": [0, 1],
        "fp32_false_true": [0.0, 1.0],
        "bool_false_true": [False, True],
    }
    shown = {"int32_false_true": "[ 0, 1 ]", "fp32_false_true": "[ 0.0, 1.0 ]", "bool_false_true": "[ false, true ]"}
    pair = pairs[name]
    return Fix(f"Write {name}: {shown[name]}", edit=lambda draft: draft.set(*control.path, name, pair))


def _identifier(model: ModelView, control: Node) -> Iterator[Finding]:
    kind = "CONTROL_SEQUENCE_CORRID"
    given = [name for name in _VALUES if control.count(name)]
    if given:
        yield model.problem(
            "seq-corrid-values",
            "The sequence's number is no false or true: it takes a data_type instead.",
            phase="2",
            server="sequence batching must not specify either 'int32_false_true', 'fp32_false_true' or "
            f"'bool_false_true' for {kind} for {model.title}",
            path=(*control.path, given[0]),
            fixes=[removing((*control.path, given[0]), f"Remove {given[0]}")],
        )


def _identifier_types(model: ModelView, inputs: Sequence[Node]) -> Iterator[Finding]:
    """Looked at when all controls were gone through."""
    kind = "CONTROL_SEQUENCE_CORRID"
    for control in (each for tensor in inputs for each in tensor.each("control")):
        if control.word("kind", KINDS) != kind or control.word("data_type", DATA_TYPES) in _IDENTIFIERS:
            continue
        path = (*control.path, "data_type")
        yield model.problem(
            "seq-corrid-dtype",
            "The sequence's number needs a data_type: an integer of 32 or 64 bits, or a string.",
            phase="2",
            server=f"unexpected data type for control {kind} for {model.title}. Allowed data types are TYPE_UINT64, "
            "TYPE_INT64, TYPE_UINT32, TYPE_INT32 and TYPE_STRING",
            path=path,
            fixes=[_typed(path)],
        )


def _typed(path: TextPath) -> Fix:
    return Fix("Use TYPE_UINT64", edit=lambda draft: draft.set(*path, "TYPE_UINT64"))


def _oldest(model: ModelView, block: Node) -> Iterator[Finding]:
    yield from preferred(model, block, ("sequence batching preferred batch size", "seq-oldest-preferred"))


def _direct(model: ModelView, block: Node) -> Iterator[Finding]:
    from ctypes import c_float

    # A float of 32 bits, and NaN is neither too small nor too large.
    share = c_float(block.child("direct").real("minimum_slot_utilization")).value
    if share < 0.0 or share > 1.0:
        yield model.problem(
            "seq-direct-slot-util",
            f"minimum_slot_utilization is a share from 0 to 1, not {share:g}.",
            phase="2",
            server=f"sequence batching minimum slot utilization must be in range (0.0, 1.0] for {model.title}",
            path=(*block.path, "direct", "minimum_slot_utilization"),
        )


def controls(model: ModelView) -> Iterator[tuple[str, str, TextPath]]:
    """The control tensors with the data type that each has, and where they are written."""
    for tensor in model.root.child("sequence_batching").each("control_input"):
        for control in tensor.each("control"):
            given = next((name for name in _VALUES if control.count(name)), "")
            kind = control.word("data_type", DATA_TYPES)
            if given:
                kind = {"int32": "TYPE_INT32", "fp32_": "TYPE_FP32", "bool_": "TYPE_BOOL"}[given[:5]]
            yield tensor.text("name"), kind, tensor.path


RULES = (sequence_batching,)
