"""The tensors of an ensemble's step as its model will have them once its backend has completed it."""

from __future__ import annotations

from studio.core.checking.completion import effective
from studio.core.checking.rules.context import Context, ModelView
from studio.value_class import replace

_NEED_A_FILE = frozenset({"onnxruntime", "tensorrt", "openvino", "tensorflow", "dali", "fil"})


def interface(context: Context, model: ModelView) -> tuple[ModelView, bool]:
    """The model with its configuration as completed, and whether that is all that there will be to it."""
    if model.config.inputs and model.config.outputs and not _is_open(model):
        return model, True
    key = f"{__name__} {model.name}"
    known = context.memory.get(key)
    if known is None:
        known = _completed(context, model)
        context.memory[key] = known
    view, is_certain = known if isinstance(known, tuple) else (model, False)
    return view, is_certain


def _is_open(model: ModelView) -> bool:
    """Whether a backend may change what is written: tensors in part, or the batch size of a Python model."""
    tensors = (*model.config.inputs, *model.config.outputs)
    return model.deduced.backend == "python" or not all(each.data_type and each.dims for each in tensors)


def _completed(context: Context, model: ModelView) -> tuple[ModelView, bool]:
    if not _may_be_completed(context, model):
        return model, True
    found = effective(model.folder, model.draft, context.profile, context.files)
    config = found.draft.config
    return replace(model, config=config), bool(config.inputs and config.outputs)


def _may_be_completed(context: Context, model: ModelView) -> bool:
    """Whether the backend may list tensors that the configuration leaves out. For a file it needs one with content."""
    backend = model.deduced.backend
    if not context.profile.auto_complete or backend == "pytorch" or model.is_ensemble:
        return False
    if backend == "python":
        return any(_completes(context, model, version.path.name) for version in model.served)
    if backend in _NEED_A_FILE:
        return any(file.size or file.is_folder for version in model.served for file in version.files)
    return True


def _completes(context: Context, model: ModelView, version: str) -> bool:
    name = (model.deduced.filename or "model.py").lstrip("/")
    source = context.files.source(model.folder.path / version / name)
    return source is not None and source.may_complete
