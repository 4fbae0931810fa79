"""The implicit state of a sequence model, which the server sets up when the model's instances are there."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.applicability import needs
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.data_files import Kind, data_file
from studio.core.checking.rules.view import DATA_TYPES, SIZES, Node
from studio.core.checking.rules.words import short_type, sizes

_WILDCARD = -1
_SIZES_ARE_CHECKED = (26, 3)
_DATA = Kind(
    folder="initial_state",
    field="data_file",
    short="seq-state-initial-bytes",
    missing="seq-state-initial-file",
    called="the initial state",
    setting="initial_state setting",
    end=".",
)


@needs("sequence_batching")
def states(context: Context, model: ModelView) -> Iterator[Finding]:
    """Each state in turn, as the scheduler takes them."""
    if not model.root.has("sequence_batching"):
        return
    seen: set[str] = set()
    for state in model.root.child("sequence_batching").each("state"):
        count = state.count("initial_state")
        name = state.text("input_name")
        if count > 1:
            yield model.problem(
                "seq-state-initial-count",
                f"The state “{name}” has {count} initial states; there may be one.",
                phase="4f",
                server=f"initial_state field for state input '{name}' must contain exactly one or zero element. Found "
                f"'{count}' elements.",
                path=(*state.path, "initial_state", 1),
                fixes=[removing((*state.path, "initial_state", 1), "Remove the second one")],
            )
        elif count:
            for initial in state.each("initial_state"):
                yield from _initial(context, model, (state, initial, name), seen)


def _initial(context: Context, model: ModelView, given: tuple[Node, Node, str], seen: set[str]) -> Iterator[Finding]:
    state, initial, name = given
    yield from _type_and_name(model, given)
    if name in seen:
        yield model.problem(
            "seq-state-initial-dup",
            f"Two states read the input “{name}”.",
            phase="4f",
            server=f"State input name '{name}' specified more than once.",
            path=(*state.path, "input_name"),
        )
    seen.add(name)
    yield from _dims(model, given)
    if not initial.has("zero_data") and not initial.has("data_file"):
        yield model.problem(
            "seq-state-initial-nodata",
            f"The initial state of “{name}” says neither zero_data nor data_file.",
            phase="4f",
            server=f"initial_state setting expects state'{name}' to have state_data set",
            path=initial.path,
            fixes=[Fix("Start with zeros", edit=lambda draft: draft.set(*initial.path, "zero_data", True))],
        )
    else:
        yield from _sizes(context, model, name, initial)
        if initial.has("data_file"):
            yield from data_file(context, model, initial, _DATA)


def _type_and_name(model: ModelView, given: tuple[Node, Node, str]) -> Iterator[Finding]:
    state, initial, name = given
    wanted, written = state.word("data_type", DATA_TYPES), initial.word("data_type", DATA_TYPES)
    path = (*initial.path, "data_type")
    if wanted != written:
        fix = Fix(f"Use {wanted}", edit=lambda draft: draft.set(*path, wanted))
        yield model.problem(
            "seq-state-initial-dtype",
            f"The state “{name}” is {short_type(wanted)}, its initial state {short_type(written)}.",
            phase="4f",
            server=f"The data type used for 'initial_state' field of state '{name}' does not match the state data "
            "type.",
            path=path,
            fixes=[fix] if wanted in SIZES or wanted == "TYPE_STRING" else (),
        )
    if not initial.text("name"):
        yield model.problem(
            "seq-state-initial-name",
            f"The initial state of “{name}” has no name.",
            phase="4f",
            server=f"Field 'name' must be set when using initial_state for state input '{name}'.",
            path=initial.path,
            fixes=[Fix("Name it “initial”", edit=lambda draft: draft.set(*initial.path, "name", "initial"))],
        )


def _dims(model: ModelView, given: tuple[Node, Node, str]) -> Iterator[Finding]:
    state, initial, name = given
    wanted, written = state.numbers("dims"), initial.numbers("dims")
    path = (*initial.path, "dims")
    if len(wanted) != len(written):
        text = (
            "Number of dimensions in 'initial_state' doesn't match the size of 'state' dimensions for state input "
            f"'{name}'. {len(written)} != {len(wanted)}"
        )
        message = f"The state “{name}” has {len(wanted)} dims, its initial state {len(written)}."
        yield model.problem("seq-state-initial-ndims", message, phase="4f", server=text, path=path)
        return
    for ours, theirs in zip(written, wanted, strict=True):
        if ours == _WILDCARD:
            text = f"'initial_state' field for state input name '{name}' contains variable dimensions."
            message = f"The initial state of “{name}” needs the size of every dimension: -1 is none."
            yield model.problem("seq-state-initial-wildcard", message, phase="4f", server=text, path=path)
        elif theirs not in (_WILDCARD, ours):
            text = (
                f"'initial_state' dim for input name '{name}' doesn't match 'state' dim description. {ours} != {theirs}"
            )
            message = f"The initial state of “{name}” has the size {ours} where the state has {theirs}."
            yield model.problem("seq-state-initial-dim", message, phase="4f", server=text, path=path)


def _sizes(context: Context, model: ModelView, name: str, initial: Node) -> Iterator[Finding]:
    """Sizes below -1: the memory for them cannot be had."""
    dims = initial.numbers("dims")
    if min(dims, default=0) >= _WILDCARD or prod(dims) >= 0 or _WILDCARD in dims:
        return
    told = context.profile.release >= _SIZES_ARE_CHECKED
    yield model.problem(
        "seq-state-initial-invalid-dim",
        f"The initial state of “{name}” has the dims {sizes(dims)}"
        + ("." if told else ": the server crashes when it makes room for it."),
        phase="4f",
        server=f"tensor '{name}' contains an invalid dimension {sizes(dims)}" if told else "",
        path=(*initial.path, "dims"),
    )


RULES = (states,)
