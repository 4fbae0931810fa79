"""Several files that are dropped at once: one batch, or a request for each, as a person asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.file_tensor import tensor_from_file
from studio.core.inference.requests import Array

_MOST_IN_BATCH = 4096


def ask(
    parent: QWidget, at: QPoint, count: int, *, batches: bool, batch: Callable[[], object], run: Callable[[], object]
) -> QMenu:
    """Asks at the pointer what several files are to become."""
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    one = menu.addAction(f"One batch of {count:,}")
    one.setEnabled(batches and count <= _MOST_IN_BATCH)
    one.triggered.connect(batch)
    menu.addAction(f"A run: one request for each of the {count:,} files").triggered.connect(run)
    menu.addSeparator()
    menu.addAction("Neither")
    menu.popup(at)
    return menu


def batch_of(info: TensorInfo, paths: Sequence[Path]) -> Array:
    """The files as members of one batch, in the order of their names. Blocks. Raises CoreError, naming the file."""
    parts: list[Array] = []
    for path in sorted(paths):
        part = tensor_from_file(info, path)
        if parts and part.shape[1:] != parts[0].shape[1:]:
            shapes = f"{path.name} is {list(part.shape[1:])}, those before are {list(parts[0].shape[1:])}"
            raise CoreError(f"Making a batch of {len(paths)} files", f"{shapes}.", "Send them as a run.")
        parts.append(part)
    return np.concatenate(parts)


def common_folder(paths: Sequence[Path]) -> tuple[Path, tuple[str, ...]]:
    """The folder that holds all files, and their paths in it."""
    folder = Path(os.path.commonpath([path.parent for path in paths]))
    return folder, tuple(sorted(str(path.relative_to(folder)) for path in paths))
