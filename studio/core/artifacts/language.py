"""What the settings of language models say: TensorRT-LLM engine folders and vLLM's `model.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.core.artifacts.artifact import Artifact
from studio.core.artifacts.reading import Malformed, inside, parsed_json, read_whole, reading, shown

_SIZE = 4 << 20


def read_engine_folder(path: Path) -> Artifact:
    """What `config.json` of a TensorRT-LLM engine folder says, and which engines lie beside it."""
    with reading(path, "TensorRT-LLM engine", "TensorRT-LLM"):
        file = inside(path, "config.json") if path.is_dir() else path
        known = parsed_json(read_whole(file, _SIZE))
        model, build = _object(known, "pretrained_config"), _object(known, "build_config")
        if not model and not build:
            raise Malformed("it describes no engine", "Build the engine again with trtllm-build.")
        ranks = _whole(_object(model, "mapping").get("world_size", 1))
        facts = {
            "Architecture": model.get("architecture"),
            "Data type": model.get("dtype"),
            "GPUs": ranks,
            "Max batch size": build.get("max_batch_size"),
            "Max input": build.get("max_input_len"),
            "Max sequence": build.get("max_seq_len"),
            "TensorRT-LLM": known.get("version"),
        }
        return Artifact("TensorRT-LLM engine", facts=_plain(facts), notes=tuple(_missing(file.parent, ranks)))


def read_vllm(path: Path) -> Artifact:
    """What vLLM's `model.json` says. The model that it names is never fetched or opened."""
    with reading(path, "vLLM settings", "vLLM"):
        known = parsed_json(read_whole(path, _SIZE))
        if not isinstance(known.get("model"), str):
            raise Malformed("it names no model", 'Write the model as "model": "<name or folder>".')
        return Artifact("vLLM", facts=_plain({_title(name): value for name, value in known.items()}))


def _object(known: dict[str, Any], name: str) -> dict[str, Any]:
    value = known.get(name)
    return value if isinstance(value, dict) else {}


def _whole(value: object) -> int:
    if not isinstance(value, int) or not 0 < value <= 4096:
        raise Malformed("its number of GPUs is none")
    return value


def _missing(folder: Path, ranks: int) -> list[str]:
    lacking = [name for name in (f"rank{rank}.engine" for rank in range(ranks)) if not (folder / name).is_file()]
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    return [f"{', '.join(lacking[:3])}{more} is missing beside it."] if lacking else []


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()[:60]


def _plain(facts: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Only single values are shown, and no more than a person reads."""
    single = {name: value for name, value in facts.items() if isinstance(value, str | int | float)}
    return tuple((name, value[:200]) for name, value in shown(single)[:40])
