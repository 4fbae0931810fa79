"""Folders of language models as Hugging Face lays them out, for the vLLM backend."""

from __future__ import annotations

import json
from pathlib import Path

from studio.core.artifacts.artifact import Artifact
from studio.core.artifacts.reading import parsed_json, read_whole, reading
from studio.core.new_model.proposal import Proposal, Written
from studio.core.new_model.proposing import propose
from studio.value_class import replace

_LARGEST = 1 << 20


def is_checkpoint(folder: Path) -> bool:
    """Whether a folder holds the settings and weights of a language model."""
    if not (folder / "config.json").is_file():
        return False
    return any(folder.glob("*.safetensors")) or any(folder.glob("pytorch_model*.bin"))


def propose_checkpoint(folder: Path, name: str) -> Proposal:
    """The weights stay where they are; `model.json` says where. Raises CoreError for settings that are none."""
    with reading(folder, "language model", "Hugging Face"):
        known = parsed_json(read_whole(folder / "config.json", _LARGEST))
    architectures = known.get("architectures")
    kind = str(architectures[0])[:80] if isinstance(architectures, list) and architectures else ""
    kind = kind or str(known.get("model_type", ""))[:80]
    settings = {"model": str(folder), "disable_log_requests": True, "gpu_memory_utilization": 0.9}
    notes = ("The weights stay where they are: the server has to see that folder under the same path.",)
    facts = (("Architecture", kind), ("Data type", str(known.get("torch_dtype", ""))[:40]))
    artifact = Artifact("vLLM", facts=tuple(fact for fact in facts if fact[1]), notes=notes)
    made = propose(artifact, name)
    return replace(made, texts=(Written("1/model.json", json.dumps(settings, indent=2) + "\n"),))
