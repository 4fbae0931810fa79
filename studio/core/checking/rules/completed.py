"""What a backend completes of a tensor that a configuration writes in part, before the server looks at it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from studio import TYPE_CHECKING
from studio.core.checking.rules.context import Context, ModelView
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds

if TYPE_CHECKING:
    from studio.core.artifacts.python import Completion
    from studio.core.python.source import Source


class Completes(Enum):
    """Whether a backend fills in what is missing. `PERHAPS`: only its own code or an unread engine can tell."""

    NEVER = "never"
    PERHAPS = "perhaps"
    SURELY = "surely"


def completes(context: Context, model: ModelView, side: str, name: str) -> Completes:
    """Whether data type and dims of a tensor that has a name here are filled in; `side` is "input" or "output"."""
    if not context.profile.auto_complete or not name:
        return Completes.NEVER
    if model.deduced.backend == "tensorrt":
        return Completes.PERHAPS if _has_engine(model) else Completes.NEVER
    if model.deduced.backend != "python":
        return Completes.NEVER
    file_name = (model.deduced.filename or "model.py").lstrip("/")
    found = [_by_python(context, version.path / file_name, model, (side, name)) for version in model.served]
    if not found:
        return Completes.NEVER
    return found[0] if len(set(found)) == 1 else Completes.PERHAPS


def _has_engine(model: ModelView) -> bool:
    """Whether there is an engine with something in it, which TensorRT alone can read."""
    name = model.deduced.filename or "model.plan"
    return any(file.name == name and file.size for version in model.served for file in version.files)


def _by_python(context: Context, file: Path, model: ModelView, tensor: tuple[str, str]) -> Completes:
    source = context.files.source(file)
    if source is None or not source.may_complete:
        return Completes.NEVER
    if _adds(source, *tensor):
        return Completes.SURELY
    told = _completion(file, model.folder.bounds)
    if told is None or not told.is_whole:
        return Completes.PERHAPS
    named = told.inputs if tensor[0] == "input" else told.outputs
    return Completes.PERHAPS if any(each.name == tensor[1] for each in named) else Completes.NEVER


def _adds(source: Source, side: str, name: str) -> bool:
    """Whether the tensor is added on every way through `auto_complete_config`."""
    from studio.core.python.flow import Call

    calls = (each for each in source.completes if isinstance(each, Call) and each.method == f"add_{side}")
    return any(isinstance(each.value, dict) and each.value.get("name") == name for each in calls)


def _completion(file: Path, bounds: Bounds) -> Completion | None:
    from studio.core.artifacts.python import python_model

    try:
        return python_model(file, bounds).completes
    except CoreError:
        # A file that is no Python, or lies elsewhere, is told by a rule.
        return None
