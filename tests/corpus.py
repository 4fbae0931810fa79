"""Configurations with a real server's verdict: our own probes, and those of other projects where they are at hand.

The probes are small repositories, each made to show one thing. Their verdicts are those of Triton 2.51.0 (release
24.10) without a GPU; `flags` are what it ran with, `loads` whether every model loaded, `errors` its words in order,
`parser` what its text parser printed, `config` what it served. `$REPO` stands for the repository's path.
"""

from __future__ import annotations

import gzip
import json
import os
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.fixtures.examples import examples

_DATA = Path(__file__).parent / "data"
WILD = Path(os.environ.get("TRIREME_WILD_CORPUS") or Path(__file__).resolve().parents[2] / "shared" / "corpus")
"""The folder with `wild.tar.gz` and `wild.json`: repositories of other projects, which are never copied into ours."""


@cache
def _unpacked() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="trireme-corpus-")
    for archive in (_DATA / "probes.tar.gz", WILD / "wild.tar.gz"):
        if archive.is_file():
            with tarfile.open(archive) as packed:
                # Version folders are empty and some links are broken on purpose: the "tar" filter keeps both.
                # Python before 3.11.4 has no filters, and keeps both as it is.
                packed.extraction_filter = getattr(tarfile, "tar_filter", None)
                packed.extractall(Path(folder.name, archive.name.partition(".")[0]))  # noqa: S202  # archives of ours
    return folder


def has_wild() -> bool:
    """Whether the repositories of other projects are at hand."""
    return (WILD / "wild.tar.gz").is_file()


def corpus() -> Path:
    """The folder that holds `probes/` and, where they are at hand, `wild/`; unpacked for this run."""
    return Path(_unpacked().name)


def corpus_files(suffix: str = ".pbtxt") -> list[Path]:
    """Every file of the corpus with this suffix, sorted; in the profile `quick` some of them, evenly taken."""
    every = sorted(path for path in corpus().rglob(f"*{suffix}") if path.is_file())
    return every[:: 100 // examples(100)]


@cache
def verdicts(name: str) -> dict[str, Any]:
    """The server's verdicts on `probes` or `wild`, by repository."""
    if name == "probes":
        return dict(json.loads(gzip.decompress((_DATA / "probes.json.gz").read_bytes())))
    return dict(json.loads((WILD / f"{name}.json").read_text("utf-8")))
