"""Real configurations with a real server's verdict, where they are at hand beside the checkout."""

import json
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpus"


@cache
def _unpacked() -> tempfile.TemporaryDirectory[str] | None:
    if not _SHARED.is_dir():
        return None
    folder = tempfile.TemporaryDirectory(prefix="trireme-corpus-")
    for name in ("probes", "wild"):
        with tarfile.open(_SHARED / f"{name}.tar.gz") as archive:
            # Version folders are empty and some links are broken on purpose: the "tar" filter keeps both.
            archive.extractall(Path(folder.name, name), filter="tar")
    return folder


def corpus() -> Path | None:
    """The folder that holds `probes/` and `wild/`, unpacked for this run; None where the corpus is not at hand."""
    folder = _unpacked()
    return Path(folder.name) if folder else None


def corpus_files(suffix: str = ".pbtxt") -> list[Path]:
    """Every file of the corpus with this suffix, sorted; empty where the corpus is not at hand."""
    root = corpus()
    return sorted(p for p in root.rglob(f"*{suffix}") if p.is_file()) if root else []


def verdicts(name: str) -> dict[str, Any]:
    """The server's verdicts on `probes` or `wild`, by repository."""
    path = _SHARED / f"{name}.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}
