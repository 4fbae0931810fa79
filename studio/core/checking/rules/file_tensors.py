"""Tensors of a configuration against those of the model's file, as several backends compare them alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import ModelView
from studio.core.checking.rules.view import DATA_TYPES
from studio.core.checking.rules.words import nearest, quoted, sizes
from studio.core.config.model_config import TensorConfig
from studio.core.config.tensor_info import TensorInfo
from studio.named_tuple import NamedTuple

_WILDCARD = -1


class Family(NamedTuple):
    """Whose file it is: what people call it, and the names of the rules."""

    called: str
    number: str
    unknown: str
    dtype: str
    first_dim: str
    dims_batch: str
    dims: str


def counted(model: ModelView, family: Family, count: int, theirs: Sequence[str]) -> Finding:
    """Another number of inputs than the file has."""
    return model.problem(
        family.number,
        f"The {family.called} has {len(theirs)} inputs ({quoted(theirs)}), the configuration {count}.",
        phase="4f",
        server=f"unable to load model '{model.title}', configuration expects {count} inputs, model provides "
        f"{len(theirs)}",
        path=("input",),
    )


def unknown(model: ModelView, family: Family, side: tuple[str, TensorConfig], known: Sequence[str]) -> Finding:
    """A tensor that the file does not have."""
    word, tensor = side
    taken = {each.name for each in (*model.config.inputs, *model.config.outputs)}
    free = [name for name in known if name not in taken]
    meant = nearest(tensor.name, free) or (free[0] if len(free) == 1 else "")
    path = (*tensor.path, "name")
    fix = Fix(f"Change it to “{meant}”", edit=lambda draft: draft.set(*path, meant))
    return model.problem(
        family.unknown.format(side=word),
        f"The {family.called} has no {word} “{tensor.name}”. It has {quoted(known)}.",
        phase="4f",
        server=f"unexpected inference {word} '{tensor.name}', allowed {word}s are: {', '.join(sorted(known))}",
        path=path,
        fixes=[fix if meant else None, removing(tensor.path, f"Remove the {word}") if not meant else None],
    )


def data_type(
    model: ModelView, family: Family, side: tuple[str, TensorConfig], theirs: TensorInfo
) -> Iterator[Finding]:
    """Another data type than the file's."""
    word, tensor = side
    wanted = theirs.data_type.config
    if tensor.data_type in DATA_TYPES and tensor.data_type != wanted:
        path = (*tensor.path, "data_type")
        yield model.problem(
            family.dtype,
            f"The {word} “{tensor.name}” is {theirs.data_type.short} in the {family.called}.",
            phase="4f",
            server=f"unable to load model '{model.title}', configuration expects datatype {tensor.data_type} for "
            f"{word} '{tensor.name}', model provides {wanted}",
            path=path,
            fixes=[Fix(f"Use {wanted}", edit=lambda draft: draft.set(*path, wanted))],
        )


def shape(model: ModelView, family: Family, side: tuple[str, TensorConfig], theirs: TensorInfo) -> Iterator[Finding]:
    """Another shape than the file's: with the batch dimension, where the model batches."""
    word, tensor = side
    batches = model.config.max_batch_size > 0
    start = f"model '{model.title}', tensor '{tensor.name}': "
    if batches and (not theirs.shape or theirs.shape[0] != _WILDCARD):
        yield model.problem(
            family.first_dim,
            f"“{tensor.name}” has the shape {sizes(theirs.shape)} in the {family.called}: its first dim does not vary, "
            "so the model cannot batch.",
            phase="4f",
            server=f"{start}for the model to support batching the shape should have at least 1 dimension and the first "
            f"dimension must be -1; but shape expected by the model is {sizes(theirs.shape)}",
            path=("max_batch_size",),
            fixes=[Fix("Set max_batch_size to 0", edit=lambda draft: draft.set("max_batch_size", 0))],
        )
        return
    ours = tensor.dims if tensor.reshape is None else tensor.reshape
    full = (_WILDCARD, *ours) if batches else ours
    if not _fits(full, theirs.shape, exact=word == "output"):
        yield _mismatch(model, family, (tensor, theirs), (start, full, batches))


def _fits(ours: Sequence[int], theirs: Sequence[int], *, exact: bool) -> bool:
    """An input of the file that varies takes any size; for outputs both must say the same."""
    varies = () if exact else (_WILDCARD,)
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(theirs_ in (ours_, *varies) for ours_, theirs_ in pairs)


def _mismatch(
    model: ModelView, family: Family, pair: tuple[TensorConfig, TensorInfo], said: tuple[str, tuple[int, ...], bool]
) -> Finding:
    (tensor, theirs), (start, full, batches) = pair, said
    how = f"dimensions (shape {sizes(full)})"
    if batches:
        how = (
            "dimensions (an initial batch dimension because max_batch_size > 0 followed by the explicit tensor shape, "
            f"making complete shape {sizes(full)})"
        )
    return model.problem(
        family.dims_batch if batches else family.dims,
        f"“{tensor.name}” has the dims {sizes(tensor.dims)} here, but the shape {sizes(theirs.shape)} in the "
        f"{family.called}.",
        phase="4f",
        server=f"{start}the model expects {len(theirs.shape)} dimensions (shape {sizes(theirs.shape)}) but the model "
        f"configuration specifies {len(full)} {how}",
        path=(*tensor.path, "dims"),
        fixes=[*_dims_fixes(model, tensor, theirs.shape)],
    )


def _dims_fixes(model: ModelView, tensor: TensorConfig, theirs: tuple[int, ...]) -> Iterator[Fix | None]:
    """The file's own dims; where only the batch dimension is in the way, that one is folded in or out."""
    batches = model.config.max_batch_size > 0
    dims, path = list(theirs[1:] if batches else theirs), (*tensor.path, "dims")
    if dims and tensor.reshape is None:
        yield Fix(f"Set dims to {sizes(dims)}", edit=lambda draft: draft.set(*path, dims))
    if not batches and theirs[:1] == (_WILDCARD,) and theirs[1:] == tensor.dims:
        yield Fix("Let the model batch: set max_batch_size to 8", edit=lambda draft: draft.set("max_batch_size", 8))
    if batches and theirs == tensor.dims:
        yield Fix("Keep the dims, set max_batch_size to 0", edit=lambda draft: draft.set("max_batch_size", 0))


def optional(model: ModelView) -> Iterator[Finding]:
    """Backends that know no inputs that may be left out."""
    for tensor in model.config.inputs:
        if tensor.optional:
            path = (*tensor.path, "optional")
            yield model.problem(
                "io-optional-backend",
                f"The input “{tensor.name}” cannot be optional with this backend.",
                phase="4d",
                server=f"'optional' is set to true for input '{tensor.name}' while the backend model doesn't support "
                "optional input",
                path=path,
                fixes=[removing(path, "Remove optional")],
            )


def parameter(model: ModelView, rule: str, name: str, server: str, *words: str) -> Finding:
    """A parameter whose value the backend does not take; `words` are those that it may be."""
    place = model.map_entry(("parameters",), name)
    return model.problem(
        rule,
        f"The backend does not take this value of “{name}”.",
        phase="4d",
        server=server,
        path=place,
        fixes=[*(_saying(place, word) for word in words), removing(place, f"Remove {name}")],
    )


def _saying(place: tuple[str | int, ...], word: str) -> Fix:
    return Fix(f"Say “{word}”", edit=lambda draft: draft.set(*place, "value", "string_value", word))


def by_name(tensors: Sequence[TensorInfo]) -> Mapping[str, TensorInfo]:
    """The tensors of a file by their names."""
    return {each.name: each for each in tensors}


def is_integer(text: str) -> bool:
    """Whether the backends read a parameter as a whole number."""
    return text.lstrip("+-").isdecimal()


def is_boolean(text: str) -> bool:
    """Whether the backends read a parameter as yes or no."""
    return text.lower() in ("0", "1", "true", "false")
