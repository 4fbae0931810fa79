"""Which label file belongs to an output, through the steps of an ensemble as the server does it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from studio import disk
from studio.core.config.model_config import Config
from studio.core.files.bounds import bounds_of

_DEEPEST = 16


def label_file(folders: Mapping[str, Path], configs: Mapping[str, Config], model: str, output: str) -> Path | None:
    """The label file of a model's output; an ensemble without one of its own inherits its step's.

    `folders` are the models' folders by name. None where there is none, or where it would lie outside the folder.
    """
    return _search(folders, configs, model, output, _DEEPEST)


def _search(
    folders: Mapping[str, Path], configs: Mapping[str, Config], model: str, output: str, depth: int
) -> Path | None:
    config, folder = configs.get(model), folders.get(model)
    if config is None or folder is None or depth == 0:
        return None
    tensor = next((t for t in config.outputs if t.name == output), None)
    if tensor is not None and tensor.label_filename:
        path = folder / tensor.label_filename
        # Whatever a configuration may say: a name that no file can have, or a link that leads to itself.
        is_inside = bounds_of(folder).outside(path) is None
        return Path(os.path.realpath(path)) if is_inside and disk.is_file(path) else None
    for step in config.steps:
        for key, value in step.output_map.items():
            if value == output:
                return _search(folders, configs, step.model_name, key, depth - 1)
    return None
