"""A small repository on disk, for tests of the window."""

from __future__ import annotations

from pathlib import Path

CONFIG = """# Asks for nothing.
name: "{name}"
backend: "identity"
max_batch_size: 8
input [ {{ name: "x" data_type: TYPE_FP32 dims: [ 4 ] }} ]
output [ {{ name: "y" data_type: TYPE_FP32 dims: [ 4 ] }} ]
"""


def write_model(repository: Path, name: str, text: str = CONFIG) -> Path:
    """Writes one model with one version."""
    folder = repository / name
    (folder / "1").mkdir(parents=True)
    (folder / "config.pbtxt").write_text(text.format(name=name) if text is CONFIG else text)
    return folder


def write_repository(root: Path, *models: str) -> Path:
    """Writes a repository with these models."""
    repository = root / "models"
    repository.mkdir(parents=True)
    for name in models or ("alpha", "beta", "gamma"):
        write_model(repository, name)
    return repository
