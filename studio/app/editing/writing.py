"""Writing the file of an open text."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from studio.core.files.bounds import Bounds
from studio.core.files.reading import Stamp
from studio.core.files.repository import ModelFolder
from studio.core.files.saving import Elsewhere, save
from studio.core.operations.moving import made_again
from studio.locking import QUICK


def write(folder: ModelFolder, path: Path, data: bytes, expected: Stamp | None, agreed: Collection[Path]) -> Stamp:
    """Save a file of a model, in its folder, which is made again where it is gone. Raises what `save` raises.

    What lies out of the repository is written where the person `agreed` to it.
    """
    repository = Bounds(folder.bounds.roots[:1])
    with made_again(path.parent, folder.path, expected is None):
        try:
            return save(path, data, expected, repository, QUICK)
        except Elsewhere as doubt:
            if doubt.target not in agreed:
                raise
            return save(path, data, expected, patience=QUICK)
