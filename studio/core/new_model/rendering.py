"""The text of a new model's configuration, as a person would write it: only what is needed."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.config.draft import draft
from studio.core.files.repository import CONFIG_NAME
from studio.core.new_model.proposal import Port, Proposal
from studio.text.literals import quote
from studio.text.parse import render


def config_text(proposal: Proposal) -> str:
    """The whole of `config.pbtxt`."""
    if proposal.base is not None:
        return _based(proposal, proposal.base)
    blocks = ["\n".join(_head(proposal))]
    batches = proposal.max_batch_size > 0
    sides = [*_side("input", proposal.inputs, batches), *_side("output", proposal.outputs, batches)]
    blocks += ["\n".join(sides)] if sides else []
    blocks += ["\n".join(block) for block in (_batching(proposal), _instances(proposal), _policy(proposal)) if block]
    blocks += ["\n".join(_parameters(proposal))] if proposal.parameters else []
    return "\n\n".join(blocks) + "\n"


def files(proposal: Proposal) -> list[tuple[str, int]]:
    """What the model's folder will hold: paths within it, in order, and their bytes. Folders end in a slash."""
    found = {source.target: source.size for source in proposal.sources}
    found |= {written.target: len(written.text.encode()) for written in proposal.texts}
    found[CONFIG_NAME] = len(config_text(proposal).encode())
    return sorted(found.items(), key=lambda entry: (entry[0].count("/") > 0, entry[0]))


def _based(proposal: Proposal, base: str) -> str:
    """A configuration that is there, with the new name."""
    made = draft(base)
    if not made.document.ok or not made.has("name"):
        # Without a name in it the folder's is the model's.
        return base
    return render(made.set("name", proposal.name).document).decode("utf-8")


def _head(proposal: Proposal) -> Iterator[str]:
    yield f"name: {quote(proposal.name)}"
    if proposal.platform:
        yield f"platform: {quote(proposal.platform)}"
    if proposal.backend:
        yield f"backend: {quote(proposal.backend)}"
    if proposal.max_batch_size > 0:
        yield f"max_batch_size: {proposal.max_batch_size}"


def _side(word: str, ports: tuple[Port, ...], batches: bool) -> Iterator[str]:
    if not ports:
        return
    yield f"{word} ["
    for place, port in enumerate(ports):
        yield "  {"
        yield f"    name: {quote(port.name)}"
        yield f"    data_type: {port.data_type or 'TYPE_INVALID'}"
        yield f"    dims: [ {', '.join(str(size) for size in port.dims or (1,))} ]"
        if port.is_scalar and batches:
            # Dims of nothing are refused: a request carries one element, which the server takes the dimension of. A
            # model that does not batch may not say so; its backend takes one element for a scalar.
            yield "    reshape { shape: [ ] }"
        if port.optional and word == "input":
            yield "    optional: true"
        yield "  }" if place == len(ports) - 1 else "  },"
    yield "]"


def _batching(proposal: Proposal) -> list[str]:
    return ["dynamic_batching { }"] if proposal.dynamic_batching and proposal.max_batch_size > 0 else []


def _instances(proposal: Proposal) -> list[str]:
    count = [f"count: {proposal.count}"] if proposal.count > 0 else []
    kind = [f"kind: {proposal.kind}"] if proposal.kind else []
    fields = [*count, *kind]
    return ["instance_group [", "  {", *(f"    {each}" for each in fields), "  }", "]"] if fields else []


def _policy(proposal: Proposal) -> list[str]:
    return ["model_transaction_policy { decoupled: true }"] if proposal.decoupled else []


def _parameters(proposal: Proposal) -> Iterator[str]:
    yield "parameters ["
    last = len(proposal.parameters) - 1
    for place, (key, value) in enumerate(proposal.parameters):
        end = "" if place == last else ","
        yield f"  {{ key: {quote(key)} value {{ string_value: {quote(value)} }} }}{end}"
    yield "]"
