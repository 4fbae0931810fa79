"""The label files of outputs."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from pathlib import PurePosixPath

from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.pointers import is_elsewhere
from studio.core.checking.rules.words import nearest
from studio.core.config.model_config import TensorConfig

_STAY_INSIDE = (26, 2)
_MOST = 1 << 20


def labels(context: Context, model: ModelView) -> Iterator[Finding]:
    """Each label file in the order of the outputs: inside the folder, there, and only one for an output."""
    seen: set[str] = set()
    for tensor in model.config.outputs:
        if not tensor.label_filename:
            continue
        if context.profile.release >= _STAY_INSIDE and _escapes(tensor.label_filename):
            yield _escaping(model, tensor)
            continue
        is_folder = _is_folder(context, model, tensor.label_filename)
        if is_folder is None:
            yield _missing(model, tensor)
        elif is_folder:
            yield model.problem(
                "label-is-directory",
                f"“{tensor.label_filename}” is a folder. The server stops at once when it reads labels from it.",
                phase="4e",
                path=(*tensor.path, "label_filename"),
                fixes=[removing((*tensor.path, "label_filename"), "Do without labels")],
            )
        elif tensor.name in seen:
            yield model.problem(
                "label-twice",
                f"There are two outputs “{tensor.name}” with labels.",
                phase="4e",
                server=f"multiple label files for '{tensor.name}'",
                path=(*tensor.path, "label_filename"),
                fixes=[removing((*tensor.path, "label_filename"), "Remove the second label file")],
            )
        seen.add(tensor.name)


def _is_folder(context: Context, model: ModelView, name: str) -> bool | None:
    """Whether what the name leads to is a folder; None where there is nothing."""
    if "/" not in name:
        return next((file.is_folder for file in model.folder.files if file.name == name), None)
    # The server puts the two together as texts, so that a leading slash leads nowhere else.
    path = model.folder.path / name.lstrip("/")
    return context.files.is_folder(path) if context.files.exists(path) else None


def _escapes(name: str) -> bool:
    depth = 0
    for part in PurePosixPath(name.lstrip("/")).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False


def _escaping(model: ModelView, tensor: TensorConfig) -> Finding:
    return model.problem(
        "label-escapes",
        f"The labels of the output “{tensor.name}” lie outside the model's folder.",
        phase="4e",
        server=f"label file path '{tensor.label_filename}' for output '{tensor.name}' in model '{model.title}' is "
        "outside model directory",
        path=(*tensor.path, "label_filename"),
    )


def _missing(model: ModelView, tensor: TensorConfig) -> Finding:
    name, path = tensor.label_filename, (*tensor.path, "label_filename")
    texts = [file.name for file in model.folder.files if file.name.endswith((".txt", ".labels", ".names"))]
    meant = nearest(name, texts) or (texts[0] if len(texts) == 1 else "")
    fix = Fix(f"Change it to “{meant}”", edit=lambda draft: draft.set(*path, meant))
    return model.problem(
        "label-missing",
        f"The output “{tensor.name}” has its labels in “{name}”, which is not in the model's folder.",
        phase="4e",
        server=f"failed to open text file for read {model.folder.path / name.lstrip('/')}: No such file or directory",
        path=path,
        fixes=[fix if meant else None, removing(path, "Do without labels")],
    )


def label_count(context: Context, model: ModelView) -> Iterator[Finding]:
    """Label files with another number of lines than the output has values; the server does not count them."""
    for tensor in model.config.outputs:
        wanted = prod(tensor.dims)
        if not tensor.label_filename or not tensor.dims or min(tensor.dims) < 1:
            continue
        file = model.folder.path / tensor.label_filename.lstrip("/")
        data = context.files.start(file, _MOST)
        # As `std::getline` counts them.
        count = data.count(b"\n") + (not data.endswith(b"\n"))
        if data and len(data) < _MOST and count != wanted and not is_elsewhere(context, file):
            yield model.problem(
                "label-count",
                f"“{tensor.label_filename}” has {count} labels, the output “{tensor.name}” {wanted} values.",
                phase="6",
                severity=Severity.WARNING,
                path=(*tensor.path, "label_filename"),
            )


RULES = (labels,)
LINT_RULES = (label_count,)
