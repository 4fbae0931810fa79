"""The response cache, metrics and repository agents."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.applicability import needs
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.ensemble import renaming
from studio.core.checking.rules.view import Node
from studio.core.checking.rules.words import nearest
from studio.text.tree import Path as TextPath

_LARGEST = 64 << 20
"""Larger files are not read for their checksum."""


@needs("model_repository_agents")
def agents(context: Context, model: ModelView) -> Iterator[Finding]:
    """Repository agents that the server lacks, and the empty block that ends it."""
    if not model.root.has("model_repository_agents"):
        return
    block = model.root.child("model_repository_agents")
    names = [each.text("name") for each in block.each("agents")]
    if not names:
        yield model.problem(
            "agent-empty-list",
            "“model_repository_agents” lists no agent. The server crashes when it reads that.",
            phase="2",
            path=("model_repository_agents",),
            fixes=[removing(("model_repository_agents",), "Remove the empty block")],
        )
    present = context.profile.agents
    lacking = next((index for index, name in enumerate(names) if present is not None and name not in present), None)
    if lacking is not None:
        yield _no_agent(context, model, block, names, lacking)
        return
    for each in block.each("agents"):
        if each.text("name") == "checksum":
            yield from _checksums(context, model, each)


def _no_agent(context: Context, model: ModelView, block: Node, names: list[str], index: int) -> Finding:
    """The server stops at the first agent that it lacks."""
    name, path = names[index], (*block.path, "agents", index)
    return model.problem(
        "agent-library-missing",
        f"This server has no repository agent “{name}”.",
        phase="2",
        server=f"unable to find 'libtritonrepoagent_{name}.so' for repo agent '{name}', searched: "
        f"{context.profile.agent_directory}",
        path=(*path, "name"),
        fixes=[
            renaming(path, "name", nearest(name, context.profile.agents or ())),
            # A list without agents makes the server crash.
            removing(path if len(names) > 1 else block.path, f"Remove the agent “{name}”"),
        ],
    )


def _checksums(context: Context, model: ModelView, agent: Node) -> Iterator[Finding]:
    """The agent that compares files with their MD5, and keeps a model from loading where one differs."""
    for key, wanted in agent.values("parameters").items():
        name = key.removeprefix("MD5:")
        path = model.folder.path / name
        size = context.files.size(path)
        if name == key or size is None or size > _LARGEST or context.files.outside(path):
            continue
        # Few models have such an agent, and to load this takes longer than to check one.
        from hashlib import md5

        found = md5(context.files.start(path, _LARGEST), usedforsecurity=False).hexdigest()
        if found != wanted:
            entry = model.map_entry((*agent.path, "parameters"), key)
            yield model.problem(
                "agent-checksum-mismatch",
                f"“{name}” is not the file whose checksum is written here.",
                phase="2",
                server=f"Mismatched MD5 hash for file {name}, expect: {wanted}, got: {found}",
                path=entry,
                fixes=[_summed(entry, found)],
            )


def _summed(entry: TextPath, found: str) -> Fix:
    return Fix("Write the checksum of the file that is there", edit=lambda draft: draft.set(*entry, "value", found))


@needs("response_cache")
def cache(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Responses of a decoupled model cannot be cached."""
    if model.config.response_cache and model.config.decoupled:
        yield cache_and_decoupled(model, "2")


def cache_and_decoupled(model: ModelView, phase: str) -> Finding:
    """The finding for a model, or an ensemble with a step, that answers a request more than once."""
    rule = "cache-decoupled" if phase == "2" else "ens-cache-decoupled"
    return model.problem(
        rule,
        "Responses of a decoupled model cannot be cached."
        if phase == "2"
        else "One of the steps is decoupled, so the ensemble's responses cannot be cached.",
        phase=phase,
        server=f"Response Cache does not currently support model {model.title} with 'decoupled' transaction policy. "
        "Please disable the response cache.",
        path=("response_cache",),
        fixes=[removing(("response_cache",), "Remove the response cache")],
    )


@needs("model_metrics")
def metrics(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Metric controls: a family, and buckets for its histogram."""
    if not model.root.has("model_metrics"):
        return
    for control in model.root.child("model_metrics").each("metric_control"):
        for rule, missing, server, message in _metric(control):
            if missing:
                yield model.problem(rule, message, phase="2", server=server, path=control.path)
                break


def _metric(control: Node) -> Iterator[tuple[str, bool, str, str]]:
    yield (
        "metrics-identifier",
        not control.has("metric_identifier"),
        "metric control must specify 'metric_identifier'",
        "This metric control does not say which metric it is for.",
    )
    yield (
        "metrics-family",
        not control.child("metric_identifier").text("family"),
        "metric identifier must specify non-empty 'family'",
        "The metric identifier names no family.",
    )
    yield (
        "metrics-options",
        not control.has("histogram_options"),
        "metric control must specify 'histogram_options'",
        "This metric control has no histogram_options.",
    )
    yield (
        "metrics-buckets",
        not control.child("histogram_options").count("buckets"),
        "histogram options must specify non-empty 'buckets'",
        "The histogram has no buckets.",
    )


POLL_RULES = (cache, metrics)
AGENT_RULES = (agents,)
