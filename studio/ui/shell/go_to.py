"""What one can go to by name: models, and their text files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from studio.ui.room.place import FilePlace, ModelPlace, Place
from studio.ui.widgets.pick_list import Entry

if TYPE_CHECKING:
    from studio.core.files.repository import ModelFolder
    from studio.ui.room.context import Context

GO_TO = "Go to a model or a file, or run a command by >"
"""What the field of the list says."""
_MOST = 5_000
"""A list of more is none that anybody looks through."""


def entries(models: Sequence[ModelFolder], context: Context) -> list[Entry]:
    """The models, then the files that open as text by model and path."""
    found = [Entry(each.name, partial(_go, context, ModelPlace(each.name)), "cube") for each in models]
    for name, folder, path in islice(_files(models), _MOST):
        found.append(Entry(f"{name}/{path}", partial(_go, context, FilePlace(folder / path)), "file-text"))
    return found


def _files(models: Sequence[ModelFolder]) -> Iterator[tuple[str, Path, str]]:
    from studio.app.editing.open_files import is_model_file

    for model in models:
        for file in model.files:
            if not (file.is_folder or file.path == model.config_path or is_model_file(file.path)):
                yield model.name, model.path, file.name
        for version in model.versions:
            for file in version.files:
                if not (file.is_folder or is_model_file(file.path)):
                    yield model.name, model.path, f"{version.path.name}/{file.name}"


def _go(context: Context, place: Place) -> None:
    """Shows a place and gives it the keyboard."""
    page = context.show(place)
    if page is not None:
        page.setFocus()
