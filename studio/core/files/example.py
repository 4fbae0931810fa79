"""The example repository: a copy of `resources/example` that a person may change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from studio import disk
from studio.core.failure import CoreError
from studio.resources import resource

PIPELINES: Mapping[str, tuple[str, str]] = {"images": ("image_pipeline", "image"), "texts": ("text_pipeline", "text")}
"""The model and its input that each folder of samples is for."""
_FIRST_VERSION = "1"


def write_example(target: Path, *, torchscript: bool = False) -> Path:
    """Writes the example to `target` (new or empty) and returns its model repository, `target/models`.

    `target/samples` holds files to send. With `torchscript` it is the pipeline of a TorchScript module, which takes
    those samples of the first example that are JPEG files. Raises CoreError where the folder holds something or cannot
    be written.
    """
    attempted = f"Write the example to {target}"
    try:
        if target.exists() and not _is_empty_folder(target):
            raise CoreError(attempted, "it is not an empty folder.", "Choose a new folder, or empty this one.")
        _copy(resource("example-torchscript" if torchscript else "example"), target)
        if torchscript:
            _copy_photographs(target / "samples")
        return _with_versions(target / "models")
    except OSError as error:
        reason = f"{disk.reason(error)}."
        raise CoreError(attempted, reason, "Choose a folder that you can write to.") from error


def expected_labels(example: Path) -> Mapping[str, str]:
    """The right label of each sample, by its path under `example/samples`."""
    labels: dict[str, str] = json.loads((example / "samples" / "expected.json").read_text(encoding="utf-8"))
    return labels


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)


def _copy_photographs(target: Path) -> None:
    """Those samples of the first example that are JPEG files, with the labels that they should get."""
    labels = {name: label for name, label in expected_labels(resource("example")).items() if name.endswith(".jpg")}
    for name in labels:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(resource("example", "samples", name), target / name)
    (target / "expected.json").write_text(f"{json.dumps(labels, indent=2)}\n", "utf-8")


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and next(path.iterdir(), None) is None


def _with_versions(repository: Path) -> Path:
    """Gives an ensemble its version folder: Triton asks for one, and git and wheels keep no empty folder."""
    for model in repository.iterdir():
        if model.is_dir() and not any(entry.is_dir() for entry in model.iterdir()):
            (model / _FIRST_VERSION).mkdir()
    return repository
