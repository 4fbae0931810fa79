"""Files and folders of a model that lie out of the repository: named as that, and not opened unless a person says so.

What Triton does with each was asked of a real 2.51.0 (24.10): it follows links and ".." wherever they lead, and puts a
path that begins with a slash behind the model's folder, so that such a one leads nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.view import Node
from studio.core.files.repository import Link
from studio.named_tuple import NamedTuple
from studio.text.tree import Path as TextPath

_ENVIRONMENT = "EXECUTION_ENV_PATH"
_FOLDER = "$$TRITON_MODEL_DIRECTORY"


class _Named(NamedTuple):
    """A file that a configuration names. `is_read`: the studio would open it, not only look whether it is there."""

    file: Path
    called: str
    path: TextPath
    server: str
    is_read: bool = True


def folders(context: Context, model: ModelView) -> Iterator[Finding]:
    """The model's folder or a version's is a link out of the repository."""
    for note in model.folder.problems:
        target = context.files.outside(note.path) if note.link is Link.OUTSIDE else None
        if target is not None:
            said = "Triton takes it for a folder like any other."
            what = "the model" if note.path == model.folder.path else "what lies in it"
            told = f"{said} Trireme did not follow it, so {what} was not read."
            yield _finding(model, note.path, target, told)


def config(context: Context, model: ModelView) -> Iterator[Finding]:
    """The configuration is a link out of the repository."""
    path = model.folder.config_path
    target = context.files.outside(path) if path is not None and model.lacks_text else None
    if path is not None and target is not None:
        told = "Triton reads it there. Trireme did not, so this model was not checked."
        yield _finding(model, path, target, told, rule="config-outside")


def code(context: Context, model: ModelView) -> Iterator[Finding]:
    """The file of a Python model is a link out of the repository, or named by way of ".."."""
    if model.deduced.backend != "python" or model.config.runtime == "model.py":
        return
    name = model.deduced.filename or "model.py"
    for version in model.served:
        listed = next((file for file in version.files if file.name == name), None)
        is_odd = "/" in name or (listed is not None and listed.link is Link.OUTSIDE)
        target = context.files.outside(version.path / name.lstrip("/")) if is_odd else None
        if target is not None:
            told = "Triton runs it from there. Trireme did not read it, so its code was not checked."
            field = ("default_model_filename",) if "/" in name else ()
            yield _finding(model, version.path / name.lstrip("/"), target, told, field=field)


def named(context: Context, model: ModelView) -> Iterator[Finding]:
    """Other files that the configuration names."""
    for each in (*_labels(model), *_data(model), *_sums(model), *_by_capability(model), *_environment(context, model)):
        target = context.files.outside(each.file)
        if target is not None:
            told = f"{each.server} Trireme did not read it." if each.is_read else each.server
            severity = Severity.WARNING if each.is_read else Severity.HINT
            yield _finding(model, each.file, target, told, called=each.called, field=each.path, severity=severity)


def _finding(
    model: ModelView,
    file: Path,
    target: Path,
    told: str,
    *,
    rule: str = "leads-outside",
    called: str = "",
    field: TextPath = (),
    severity: Severity = Severity.WARNING,
) -> Finding:
    shown = called or f"“{file.relative_to(model.folder.path)}”" if file != model.folder.path else f"“{file.name}”"
    reads = "Trireme did not" in told
    return model.problem(
        rule,
        f"{shown} leads out of the repository {_way(model, file)}, to {target}. {told}",
        phase="2" if not field else "4d",
        severity=severity,
        path=field,
        file=None if field else file,
        fixes=[Fix("Read it anyway", read=target)] if reads else (),
    )


def _way(model: ModelView, file: Path) -> str:
    if not file.is_relative_to(model.folder.path):
        return "by an absolute path"
    return "by “..”" if ".." in file.relative_to(model.folder.path).parts else "by a link"


def _labels(model: ModelView) -> Iterator[_Named]:
    for tensor in model.config.outputs:
        name = tensor.label_filename
        listed = next((file for file in model.folder.files if file.name == name), None)
        if "/" in name or (listed is not None and listed.link is Link.OUTSIDE):
            called = f"The label file “{name}” of the output “{tensor.name}”"
            path = (*tensor.path, "label_filename")
            yield _Named(model.folder.path / name.lstrip("/"), called, path, "Triton 24.10 reads it there.")


def _data(model: ModelView) -> Iterator[_Named]:
    for sample in model.root.each("model_warmup"):
        for tensor in sample.entries("inputs").values():
            yield from _tensor(model, tensor, "warmup", "input_data_file")
    if model.root.has("sequence_batching"):
        for state in model.root.child("sequence_batching").each("state"):
            for initial in state.each("initial_state"):
                yield from _tensor(model, initial, "initial_state", "data_file")


def _tensor(model: ModelView, tensor: Node, folder: str, field: str) -> Iterator[_Named]:
    name = tensor.text(field)
    if name:
        file = model.folder.path / folder / name.lstrip("/")
        path = (*tensor.path, field)
        yield _Named(file, f"The data file “{name}”", path, "Triton reads it there.", is_read=False)


def _sums(model: ModelView) -> Iterator[_Named]:
    for agent in model.root.child("model_repository_agents").each("agents"):
        for key in agent.values("parameters") if agent.text("name") == "checksum" else ():
            name = key.removeprefix("MD5:")
            if name != key:
                path = model.map_entry((*agent.path, "parameters"), key)
                yield _Named(model.folder.path / name, f"“{name}”", path, "Triton's agent sums it up there.")


def _by_capability(model: ModelView) -> Iterator[_Named]:
    for key, name in model.root.values("cc_model_filenames").items():
        for version in model.served if "/" in name else ():
            path = model.map_entry(("cc_model_filenames",), key)
            said = f"Triton loads it there on a GPU of compute capability {key}."
            yield _Named(version.path / name.lstrip("/"), f"The model file “{name}”", path, said, is_read=False)


def _environment(context: Context, model: ModelView) -> Iterator[_Named]:
    written = model.config.parameters.get(_ENVIRONMENT, "")
    if written and model.deduced.backend == "python":
        path = model.map_entry(("parameters",), _ENVIRONMENT)
        file = context.local(written.replace(_FOLDER, str(model.folder.path)))
        said = "Triton takes the model's environment from there."
        if file.is_absolute():
            yield _Named(file, f"The environment “{written}”", path, said, is_read=False)


FOLDER_RULES = (folders, config)
RULES = (code, named)
