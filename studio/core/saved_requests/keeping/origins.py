"""Where the tensors of a request came from, written so that its file says that, and not what came of it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.bounds import bounds_of
from studio.core.files.reading import read
from studio.core.inference.images import ImageSettings
from studio.core.inference.requests import Tensor
from studio.core.saved_requests.building import generated, in_file
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.keeping.same import is_same
from studio.core.saved_requests.saved import Generated, TensorFile
from studio.value_class import dataclass, field

_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class FromFile:
    """A file of this machine; `image` where its pixels are the tensor."""

    path: Path
    image: ImageSettings | None = None


@dataclass(frozen=True, slots=True)
class FromOutput:
    """An output of another request, in words."""

    words: str


Origin: TypeAlias = Generated | FromFile | FromOutput


@dataclass(frozen=True, slots=True)
class Origins:
    """Those of the inputs of a request that is kept in a folder, by input.

    A file of the folder is named where it is; one from elsewhere is copied beside the request where `copies` is set.
    """

    folder: RequestFolder
    of: Mapping[str, Origin] = field(default_factory=dict)
    copies: bool = True

    def written(self, name: str, tensor: Tensor, files: dict[str, bytes]) -> dict[str, Any] | None:
        """What the file of the request `name` says of an input, `files` with what is copied in.

        None where that would not give this very tensor, and its values have to be kept.
        """
        origin = self.of.get(tensor.name)
        if isinstance(origin, Generated):
            return _generator(tensor, origin)
        return self._file(name, tensor, origin, files) if isinstance(origin, FromFile) else None

    def noted(self, input_: str) -> dict[str, str]:
        """What is said of a tensor whose values are kept."""
        origin = self.of.get(input_)
        return {"from": origin.words} if isinstance(origin, FromOutput) else {}

    def outside(self) -> tuple[Path, ...]:
        """The files that are not in the folder."""
        paths = [each.path for each in self.of.values() if isinstance(each, FromFile)]
        return tuple(path for path in paths if bounds_of(self.folder.root).outside(path) is not None)

    def _file(self, name: str, tensor: Tensor, origin: FromFile, files: dict[str, bytes]) -> dict[str, Any] | None:
        path, shape = origin.path, tuple(tensor.array.shape)
        source = TensorFile(path.name, tensor.data_type, shape, origin.image)
        try:
            made = in_file(path, source, tensor.data_type)
            if not is_same(Tensor(tensor.name, tensor.data_type, made), tensor):
                return None
            reference = self._reference(name, path)
            if reference is None:
                if not self.copies or path.suffix.lower() == ".json":
                    # Each *.json in the folder is a request.
                    return None
                reference = own_file(name, tensor.name, "", path.suffix.lower(), files)
                files[reference] = read(path, _MOST_BYTES)[0]
        except (CoreError, OSError, ValueError, TypeError, OverflowError):
            return None
        told: dict[str, Any] = {"file": reference, "shape": list(shape), "type": tensor.data_type.wire}
        return {**told, "image": _image(origin.image)} if origin.image is not None else told

    def _reference(self, name: str, path: Path) -> str | None:
        """The path of a file of the folder from the request, None for one from elsewhere or of another request."""
        if bounds_of(self.folder.root).outside(path) is not None:
            return None
        parts = path.name.split(".")
        stems = [".".join(parts[:count]) for count in range(1, len(parts))]
        if any(disk.is_file(path.parent / f"{stem}.json") for stem in stems):
            # It goes where its request goes.
            return None
        return os.path.relpath(path.resolve(), self.folder.path(name).parent.resolve())


def own_file(name: str, tensor: str, mark: str, ending: str, files: Mapping[str, bytes]) -> str:
    """The name of a file that is a request's own, for one of its tensors; another than those in `files`."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", tensor) or "tensor"
    file = f"{name.rpartition('/')[2]}.{mark}{plain}{ending}"
    while file in files:
        file = f"{file.removesuffix(ending)}_{ending}"
    return file


def _generator(tensor: Tensor, origin: Generated) -> dict[str, Any] | None:
    shape = tuple(tensor.array.shape)
    made = generated(origin, tensor.data_type, shape)
    if not is_same(Tensor(tensor.name, tensor.data_type, made), tensor):
        return None
    return {"generate": origin.how, "shape": list(shape), **dict(origin.options)}


def _image(settings: ImageSettings) -> dict[str, str]:
    return {
        "resize": settings.resize,
        "layout": settings.layout,
        "colour": settings.colour,
        "normalisation": settings.normalisation,
    }
