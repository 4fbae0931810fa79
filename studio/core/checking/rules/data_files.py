"""Files with the data of a tensor, which a configuration names: they must be there, and long enough."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from studio.core.checking.findings import Finding
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.pointers import is_elsewhere
from studio.core.checking.rules.view import DATA_TYPES, SIZES, Node
from studio.named_tuple import NamedTuple


class Kind(NamedTuple):
    """One kind of such files: its folder in the model, the field, its two rules, and the server's words."""

    folder: str
    field: str
    short: str
    missing: str
    called: str
    setting: str
    end: str


def data_file(context: Context, model: ModelView, tensor: Node, kind: Kind) -> Iterator[Finding]:
    """The file of one tensor."""
    name = tensor.text(kind.field)
    # The server puts the two together as texts, so that a leading slash leads nowhere else.
    file = model.folder.path / kind.folder / name.lstrip("/")
    path = (*tensor.path, kind.field)
    if not name or not context.files.exists(file):
        text = f"{model.folder.path}/{kind.folder}/{name.lstrip('/')}"
        yield model.problem(
            kind.missing,
            f"The file “{kind.folder}/{name}” is not in the model's folder.",
            phase="4f",
            server=f"failed to open text file for read {text}: No such file or directory",
            path=path,
        )
    needed, size = byte_size(tensor), context.files.size(file)
    if needed is not None and size is not None and size < needed and not is_elsewhere(context, file):
        yield model.problem(
            kind.short,
            f"“{name}” has {size} bytes; {kind.called} needs {needed}.",
            phase="4f",
            server=f"{kind.setting} expects {needed} bytes, but the data provided from {name}only has {size} bytes"
            f"{kind.end}",
            path=path,
        )


def byte_size(tensor: Node) -> int | None:
    """The bytes that a tensor of these dims takes; None for strings and where they are unknown."""
    size = SIZES.get(tensor.word("data_type", DATA_TYPES))
    dims = tensor.numbers("dims")
    return None if size is None or min(dims, default=1) < 0 else prod(dims) * size
