"""What a PyTorch package (`model.pt2`) says of itself: its listing."""

from __future__ import annotations

from pathlib import Path

from studio.core.artifacts.archive import Archive, opened
from studio.core.artifacts.artifact import Artifact
from studio.core.artifacts.reading import Malformed, parsed_json, reading, shown

_COMPILED = "data/aotinductor/"
_COMPILE = "Compile it with torch._inductor.aoti_compile_and_package(…)."
_METADATA = 1 << 20


def read_torch_package(path: Path) -> Artifact:
    """What a `.pt2` holds. Names and types of its tensors are in compiled code, so they are not told."""
    with reading(path, "PyTorch package"), opened(path) as archive:
        libraries = [name for name in archive.sizes if name.endswith(".so") and _COMPILED in name]
        programs = [name for name in archive.sizes if "models/" in name and name.endswith(".json")]
        if not libraries and not programs:
            raise Malformed("it holds neither a compiled model nor an exported program", _COMPILE)
        models = sorted({name.split(_COMPILED, 1)[1].split("/", 1)[0] for name in libraries})
        notes = () if libraries else (f"It is an exported program that is not compiled; Triton needs one. {_COMPILE}",)
        facts = {
            "Models": ", ".join(models),
            "Compiled for": _device(archive),
            "Code": f"{sum(archive.sizes[name] for name in libraries):,} bytes" if libraries else "",
        }
        kind = "PyTorch AOTInductor" if libraries else "PyTorch exported program"
        return Artifact(kind, facts=shown(facts), notes=notes)


def _device(archive: Archive) -> str:
    name = next((name for name in archive.sizes if name.endswith("wrapper_metadata.json")), "")
    known = parsed_json(archive.read(name, _METADATA)) if name else {}
    return str(known.get("AOTI_DEVICE_KEY", ""))
