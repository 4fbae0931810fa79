"""Libraries that a model brings along or names: a backend's runtime, and a batching strategy of its own."""

from __future__ import annotations

import os.path
from collections.abc import Iterator
from pathlib import Path

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.applicability import needs
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView

_PYTHON_RUNTIME = "model.py"
_STRATEGY = "TRITON_BATCH_STRATEGY_PATH"
_STRATEGY_FILE = "batchstrategy.so"
_STRATEGY_STAYS_INSIDE = (26, 6)
_HEADER = 64
"""The bytes of an ELF file's header: the loader calls a file that has fewer too short."""


@needs("runtime")
def runtime(context: Context, model: ModelView) -> Iterator[Finding]:
    """The library or Python file that the configuration names as the backend's runtime."""
    name = model.config.runtime
    if not name or not model.deduced.backend:
        return
    for folder in (*_folders(model), Path(context.profile.backend_directory, model.deduced.backend)):
        path = _joined(folder, name)
        if _is_there(context, path):
            if not path.is_relative_to(folder):
                yield _escaping(model, name, folder)
            return
    if context.profile.backends is not None:
        yield _missing(context, model, name)


def _folders(model: ModelView) -> Iterator[Path]:
    """The folders of the model in which the server looks for a library."""
    yield from (version.path for version in model.served[:1])
    yield model.folder.path


def _joined(folder: Path, name: str) -> Path:
    """The server puts the two together as texts, so that a leading slash leads nowhere else."""
    return Path(os.path.normpath(f"{folder}/{name}"))


def _is_there(context: Context, path: Path) -> bool:
    """Whether there is such a file. Those of the server's backends are taken for granted where they cannot be seen."""
    root, present = Path(context.profile.backend_directory), context.profile.backends or frozenset()
    if context.files.exists(path):
        return True
    if not path.is_relative_to(root) or context.files.is_folder(root):
        return False
    owner, *rest = path.relative_to(root).parts or ("",)
    usual = [f"libtriton_{owner}.so", *([_PYTHON_RUNTIME] if owner != "python" else [])]
    return owner in present and (not rest or (len(rest) == 1 and rest[0] in usual))


def _escaping(model: ModelView, name: str, folder: Path) -> Finding:
    return model.problem(
        "runtime-escapes",
        f"The runtime “{name}” leads out of the folder in which the server looks for it.",
        phase="4b",
        server=f"backend library name '{name}' escapes backend directory '{folder}', for model '{model.title}', check "
        "model config runtime field",
        path=("runtime",),
        fixes=[_own_runtime()],
    )


def _missing(context: Context, model: ModelView, name: str) -> Finding:
    directory = f"{context.profile.backend_directory}/{model.deduced.backend}"
    if name == _PYTHON_RUNTIME:
        server = f"unable to find Python backend based backend library '{name}' for model '{model.title}', searched: "
        server += f"'{directory}/{name}'"
    else:
        searched = " ".join(f"'{folder}'" for folder in (*_folders(model), directory))
        server = f"unable to find backend library '{name}' for model '{model.title}', searched: {searched} "
    return model.problem(
        "runtime-python-lib-missing" if name == _PYTHON_RUNTIME else "runtime-library-missing",
        f"Neither the model nor the backend “{model.deduced.backend}” of this server has the runtime “{name}”.",
        phase="4b",
        server=server,
        path=("runtime",),
        fixes=[_own_runtime()],
    )


def _own_runtime() -> Fix:
    return Fix("Use the backend's own", edit=lambda draft: draft.clear("runtime"))


def library(context: Context, model: ModelView) -> Iterator[Finding]:
    """A backend that the model brings along and that cannot be loaded."""
    name = model.config.runtime or f"libtriton_{model.deduced.backend}.so"
    if not model.deduced.backend or name.rpartition("/")[2] == _PYTHON_RUNTIME:
        return
    for folder in _folders(model):
        if "/" not in name and not _lists(model, folder, name):
            continue
        path = _joined(folder, name)
        if not context.files.exists(path):
            continue
        if path.is_relative_to(folder):
            yield from _unloadable(context, model, f"{folder}/{name}", "4b")
        return


def _lists(model: ModelView, folder: Path, name: str) -> bool:
    """Whether the scan saw the file, which spares a look at the disk."""
    if name in (".", ".."):
        return True
    entries = model.folder.files if folder == model.folder.path else model.served[0].files
    return any(file.name == name for file in entries)


def _unloadable(context: Context, model: ModelView, file: str, phase: str) -> Iterator[Finding]:
    path = Path(file)
    said = _fault(context, path)
    if said:
        why = {"file too short": "is too short to be one", "invalid ELF header": "is none"}.get(said, "is a folder")
        yield model.problem(
            "shared-library-unloadable",
            f"“{path.name}” should be a library, but {why}.",
            phase=phase,
            server=f"unable to load shared library: {file}: {said}",
            file=path,
        )


def _fault(context: Context, path: Path) -> str:
    """Why the system would not load a file as a library, as far as its start tells."""
    if context.files.is_folder(path):
        return "cannot read file data: Is a directory"
    size = context.files.size(path)
    if size is None:
        return ""
    if size < _HEADER:
        return "file too short"
    start = context.files.start(path, 4)
    return "invalid ELF header" if start and start != b"\x7fELF" else ""


def strategy(context: Context, model: ModelView) -> Iterator[Finding]:
    """A custom batching strategy: not for sequences, and its library must be there."""
    if model.is_ensemble:
        return
    if _STRATEGY in model.config.parameters:
        yield from _named_strategy(context, model, model.config.parameters[_STRATEGY])
    elif not model.root.has("sequence_batching"):
        for folder in _folders(model):
            if _lists(model, folder, _STRATEGY_FILE):
                yield from _unloadable(context, model, f"{folder}/{_STRATEGY_FILE}", "4f")
                return


def _named_strategy(context: Context, model: ModelView, path: str) -> Iterator[Finding]:
    place = model.map_entry(("parameters",), _STRATEGY)
    file = context.local(path)
    inside = (model.folder.path / file).is_relative_to(model.folder.path) and ".." not in file.parts
    if model.root.has("sequence_batching"):
        rule = "batch-strategy-with-sequence"
        message = "A batching strategy of one's own does not go with sequence batching."
        server = f"{_STRATEGY} cannot be specified with sequence batcher, using default batching strategy"
    elif context.profile.release >= _STRATEGY_STAYS_INSIDE and not inside:
        rule, message = "batch-strategy-escapes", "The batching library lies outside the model's folder."
        server = "Batching library path escapes model repository."
    elif not path or not Path(path).is_absolute() or not context.files.exists(file):
        # A relative path is one from the folder in which the server was started.
        here = f"There is no batching library {path} here. If the server has it elsewhere, this is not an error."
        rule, message = "batch-strategy-missing", here if path else "The path of the batching library is empty."
        server = f"Batching library path not found: {path}"
    else:
        yield from _unloadable(context, model, str(file), "4f")
        return
    removal = removing(place, "Remove the batching strategy")
    yield model.problem(rule, message, phase="4f", server=server, path=place, fixes=[removal])


RUNTIME_RULES = (runtime, library)
STRATEGY_RULES = (strategy,)
