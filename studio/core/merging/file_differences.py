"""What a model file says against what its configuration says, and the edits that bring the two together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from studio.core.artifacts.artifact import Artifact
from studio.core.checking.findings import Fix
from studio.core.config.datatypes import data_type
from studio.core.config.draft import Draft
from studio.core.config.model_config import Config, TensorConfig
from studio.core.merging.comparison import ANY, SIDES, Difference, Port, PortRow, Side, configured, of_artifact, words
from studio.text.tree import Path as TextPath
from studio.value_class import replace

_PLACE = re.compile(r".*__(\d+)")
_BY_PLACE = ("pytorch", "fil")
_CHOICES = 3
"""As many names are offered where none is surely meant."""
_Pairs = list[tuple[Port | None, TensorConfig | None]]


def against_config(file: Artifact, config: Config, backend: str = "") -> tuple[PortRow, ...]:
    """The tensors of a model file, each with the one in the configuration, and what would bring the two together.

    A side that the configuration leaves out has no differences: the backend may fill it in.
    """
    told = of_artifact(file)
    rows: list[PortRow] = []
    batches = config.max_batch_size > 0
    for side in SIDES:
        theirs, ours = list(told.ports(side)), list(config.inputs if side == "input" else config.outputs)
        pairs = list(_paired(theirs, ours, backend))
        for port, tensor in pairs:
            mine = configured(tensor, batches) if tensor else None
            row = PortRow(side, port, mine)
            judged = _judge(row, tensor, config, (backend, pairs)) if ours and theirs else ()
            rows.append(replace(row, differences=tuple(judged)))
    return tuple(rows)


def _paired(
    theirs: list[Port], ours: list[TensorConfig], backend: str
) -> Iterator[tuple[Port | None, TensorConfig | None]]:
    """Which tensor of the configuration stands for which of the file: by name, and for PyTorch and forests by place."""
    by_name = {tensor.name: tensor for tensor in ours}
    left = [tensor for tensor in ours if tensor.name not in {port.name for port in theirs}]
    by_place = backend in _BY_PLACE
    for index, port in enumerate(theirs):
        tensor = by_name.get(port.name)
        if tensor is None and by_place:
            tensor = _at(index, left, len(ours))
            left = [each for each in left if each is not tensor]
        yield port, tensor
    for tensor in left:
        yield None, tensor


def _at(index: int, left: list[TensorConfig], count: int) -> TensorConfig | None:
    """The tensor that the backend takes for the one at that place: `NAME__0` says the place, else the order does."""
    for tensor in left:
        found = _PLACE.fullmatch(tensor.name)
        if found and int(found[1][:6]) == index:
            return tensor
    unnamed = [tensor for tensor in left if not _PLACE.fullmatch(tensor.name)]
    return unnamed[0] if unnamed and len(unnamed) <= count else None


def _judge(
    row: PortRow, tensor: TensorConfig | None, config: Config, around: tuple[str, _Pairs]
) -> Iterator[Difference]:
    port, (backend, pairs) = row.left, around
    if port is None and tensor is not None:
        yield _unknown(row.side, tensor, pairs)
    elif tensor is None and port is not None:
        if backend not in ("python", "") and not port.optional and row.side == "input":
            yield _lacking(port, config, pairs)
    elif port is not None and tensor is not None:
        yield from _types(port, tensor)
        yield from _shapes(port, tensor, config)


def _unknown(side: Side, tensor: TensorConfig, pairs: _Pairs) -> Difference:
    from studio.core.checking.rules.words import nearest

    free = [port.name for port, mine in pairs if port is not None and mine is None]
    surely = nearest(tensor.name, free)
    meant = [surely] if surely else free if len(free) <= _CHOICES else []
    path = (*tensor.path, "name")
    fixes = tuple(Fix(f"Change it to “{name}”", edit=_setting(path, name)) for name in meant)
    return Difference("name", f"the file has no {side} of this name", path, fixes)


def _lacking(port: Port, config: Config, pairs: _Pairs) -> Difference:
    """An input of the file that the configuration leaves out; certain to be meant only where none is misspelt."""
    batches = config.max_batch_size > 0
    dims = (port.shape or ())[1:] if batches else (port.shape or ())
    whole = bool(port.data_type) and port.shape is not None and bool(dims)
    misspelt = any(theirs is None for theirs, _ in pairs)
    value = {"name": port.name, "data_type": f"TYPE_{port.data_type}", "dims": list(dims)}
    fix = Fix(f"Add the input “{port.name}”", edit=lambda draft: draft.append("input", value))
    return Difference(
        "name", "the configuration has no input of this name", ("input",), (fix,) if whole and not misspelt else ()
    )


def _types(port: Port, tensor: TensorConfig) -> Iterator[Difference]:
    ours = data_type(tensor.data_type)
    theirs = data_type(port.data_type) if port.data_type else None
    if ours is None or theirs is None or ours is theirs:
        return
    path = (*tensor.path, "data_type")
    fix = Fix(f"Use {theirs.config}", edit=_setting(path, theirs.config))
    yield Difference("data_type", f"{theirs.short} in the file, {ours.short} in the configuration", path, (fix,))


def _shapes(port: Port, tensor: TensorConfig, config: Config) -> Iterator[Difference]:
    theirs = port.shape
    if theirs is None or not tensor.dims:
        return
    batches = config.max_batch_size > 0
    if batches and (not theirs or theirs[0] != ANY):
        yield _cannot_batch(theirs)
        return
    ours = tensor.dims if tensor.reshape is None else tensor.reshape
    full = (ANY, *ours) if batches else ours
    if (not theirs and ours == (1,)) or _fits(full, theirs):
        return
    dims = theirs[1:] if batches else theirs
    path = (*tensor.path, "dims")
    fixes = (Fix(f"Set dims to [ {', '.join(map(str, dims))} ]", edit=_setting(path, list(dims))),) if dims else ()
    text = f"{words(theirs, batches=batches)} in the file, {words(full, batches=batches)} in the configuration"
    yield Difference("dims", text, path, fixes if tensor.reshape is None else ())


def _cannot_batch(shape: tuple[int, ...]) -> Difference:
    fix = Fix("Set max_batch_size to 0", edit=_setting(("max_batch_size",), 0))
    text = f"the file’s shape is {words(shape)}: its first dim does not vary, so it cannot batch"
    return Difference("batch", text, ("max_batch_size",), (fix,))


def _fits(ours: Sequence[int], theirs: Sequence[int]) -> bool:
    """What varies in the file takes any size; what varies in the configuration alone would promise too much."""
    return len(ours) == len(theirs) and all(b in (a, ANY) for a, b in zip(ours, theirs, strict=True))


def _setting(path: TextPath, value: object) -> Callable[[Draft], Draft]:
    return lambda draft: draft.set(*path, value)
