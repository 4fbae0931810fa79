"""Batch sizes and dynamic batching, as far as one configuration tells."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.applicability import needs
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.view import Node
from studio.core.config.draft import Draft
from studio.text.tree import Path as TextPath

_ACTIONS = ("REJECT", "DELAY")
_TOO_LARGE = {"dyn-preferred": "le-max", "seq-oldest-preferred": "max"}


def max_batch_size(_context: Context, model: ModelView) -> Iterator[Finding]:
    """A batch size below 0."""
    if model.config.max_batch_size < 0:
        yield model.problem(
            "mbs-negative",
            "max_batch_size is 0 (no batching) or more.",
            phase="2",
            server=f"'max_batch_size' must be non-negative value for {model.title}",
            path=("max_batch_size",),
            fixes=[Fix("Set it to 0", edit=lambda draft: draft.set("max_batch_size", 0))],
        )


@needs("dynamic_batching")
def dynamic_batching(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Preferred sizes, priorities and the order of responses."""
    if not model.root.has("dynamic_batching"):
        return
    block = model.root.child("dynamic_batching")
    yield from preferred(model, block, ("dynamic batching preferred size", "dyn-preferred"))
    levels = block.number("priority_levels")
    if levels:
        yield from _priorities(model, block, levels)
    if block.flag("preserve_ordering"):
        yield from _ordering(model, block, levels)


def preferred(model: ModelView, block: Node, words: tuple[str, str]) -> Iterator[Finding]:
    """The preferred sizes of a scheduler. `words` are what the server calls them, and how the rules' names start."""
    called, rule = words
    most = model.config.max_batch_size
    for index, size in enumerate(block.numbers("preferred_batch_size")):
        path = (*block.path, "preferred_batch_size", index)
        if size <= 0:
            yield model.problem(
                f"{rule}-positive",
                f"A preferred batch size is 1 or more, not {size}.",
                phase="2",
                server=f"{called} must be positive for {model.title}",
                path=path,
                fixes=[removing(path, f"Remove {size}")],
            )
        elif size > most:
            yield model.problem(
                f"{rule}-{_TOO_LARGE[rule]}",
                f"The preferred batch size {size} is above max_batch_size, which is {most}.",
                phase="2",
                server=f"{called} must be <= max batch size for {model.title}",
                path=path,
                fixes=[removing(path, f"Remove {size}"), raising(size)],
            )


def removing(path: TextPath, title: str) -> Fix:
    """A fix that takes out what stands at a path."""
    return Fix(title, edit=lambda draft: draft.clear(*path))


def raising(size: int) -> Fix:
    """A fix that lets the model take batches of this size."""
    return Fix(f"Set max_batch_size to {size}", edit=lambda draft: draft.set("max_batch_size", size))


def _priorities(model: ModelView, block: Node, levels: int) -> Iterator[Finding]:
    default = block.number("default_priority_level")
    if not 1 <= default <= levels:
        path = (*block.path, "default_priority_level")
        yield model.problem(
            "dyn-default-priority",
            f"With {levels} priority levels the default_priority_level must be 1 to {levels}.",
            phase="2",
            server=f"default priority level must be in range [1, {levels}] for {model.title}",
            path=path,
            fixes=[Fix("Set it to 1", edit=lambda draft: draft.set(*path, 1))],
        )
    for entry in block.each("priority_queue_policy"):
        if not 1 <= entry.number("key") <= levels:
            yield model.problem(
                "dyn-priority-policy-key",
                f"There are {levels} priority levels: a queue policy is for one of 1 to {levels}.",
                phase="2",
                server=f"priority queue policy must have priority level in range [1, {levels}] for {model.title}",
                path=(*entry.path, "key"),
                fixes=[removing(entry.path, "Remove this queue policy")],
            )


def _ordering(model: ModelView, block: Node, levels: int) -> Iterator[Finding]:
    if levels > 1:
        yield model.problem(
            "dyn-ordering-priority",
            "Responses in the order of requests and more than one priority level exclude each other.",
            phase="2",
            server=f"Only one priority level is allowed when 'preserve_ordering' is true for {model.title}",
            path=(*block.path, "preserve_ordering"),
            fixes=[removing((*block.path, "preserve_ordering"), "Remove preserve_ordering")],
        )
    policies = [block.child("default_queue_policy"), *block.entries("priority_queue_policy").values()]
    for policy in policies:
        delays = policy.word("timeout_action", _ACTIONS) == "DELAY"
        if delays and policy.number("default_timeout_microseconds"):
            yield model.problem(
                "dyn-ordering-delay",
                "A request that is delayed after its timeout would break the order that preserve_ordering asks for.",
                phase="2",
                server=f"Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for "
                f"{model.title}",
                path=(*policy.path, "timeout_action"),
                fixes=[_rejecting((*policy.path, "timeout_action"))],
            )


def _rejecting(path: TextPath) -> Fix:
    def edit(draft: Draft) -> Draft:
        return draft.set(*path, "REJECT")

    return Fix("Reject such requests instead", edit=edit)


RULES = (max_batch_size, dynamic_batching)
