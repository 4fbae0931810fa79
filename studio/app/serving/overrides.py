"""Configurations that are given with a load call and stand in for the file, which stays as it is."""

from __future__ import annotations

import re

from studio.core.config.draft import Draft
from studio.core.inference.model_index import ModelIndex

_MISSING_GPU = re.compile(r"invalid or unsupported gpu id|no GPUs are available|KIND_GPU.*not (?:available|supported)")


def asks_for_missing_gpu(reason: str) -> bool:
    """Whether a model did not load since it asks for a GPU that the server does not have."""
    # Of an ensemble the reason quotes that of the step that did not load.
    return " depends on " not in reason and bool(_MISSING_GPU.search(reason))


def refused_gpu(models: ModelIndex) -> tuple[str, ...]:
    """The models that a server did not load since it lacks the GPU that they ask for."""
    return tuple(name for name, rows in models.items() if any(asks_for_missing_gpu(row.reason) for row in rows))


def as_config(saved: Draft | None) -> str:
    """What is given with a load for the file of a model: an empty configuration where there is none."""
    text = saved.document.text if saved is not None else ""
    return text if text.strip() else "{}"


def on_cpu(config: Draft) -> str:
    """The same configuration with every instance group on the CPU."""
    if not config.has("instance_group"):
        return config.append("instance_group", {"kind": "KIND_CPU"}).document.text
    for index in range(len(config.config.instance_groups)):
        config = config.set("instance_group", index, "kind", "KIND_CPU")
        for field in ("gpus", "profile"):
            if config.has("instance_group", index, field):
                config = config.clear("instance_group", index, field)
    return config.document.text
