"""What the Python backend checks of a model's files and parameters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio import TYPE_CHECKING
from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.python.syntax import LARGEST

if TYPE_CHECKING:
    from studio.core.python.source import Source

_FORCE = "FORCE_CPU_ONLY_INPUT_TENSORS"
_ENVIRONMENT = "EXECUTION_ENV_PATH"
_FOLDER = "$$TRITON_MODEL_DIRECTORY"
_FORBIDDEN = frozenset(";|&$`<>()[]{}\\\"'*?~#!")
_NAMES_ARE_CHECKED = (25, 8)
_IMPORT = (
    "".join(
        f"\\n  <frozen importlib.{module}>({line}): {name}"
        for module, line, name in (
            ("_bootstrap", 241, "_call_with_frames_removed"),
            ("_bootstrap_external", 940, "exec_module"),
            ("_bootstrap", 690, "_load_unlocked"),
            ("_bootstrap", 1147, "_find_and_load_unlocked"),
            ("_bootstrap", 1176, "_find_and_load"),
        )
    )
    + "\\n"
)
"""How Python's traceback of an import goes on."""


def name(context: Context, model: ModelView) -> Iterator[Finding]:
    """Names of models that the backend's own process cannot be started with."""
    new = context.profile.release >= _NAMES_ARE_CHECKED
    if not _applies(model):
        if not new and " " in model.name and not model.is_ensemble and _has_no_file(model):
            yield _with_space(model)
        return
    if new and not _FORBIDDEN.isdisjoint(model.name):
        yield model.problem(
            "py-stub-name",
            f"The name “{model.name}” has a character that the Python backend does not take.",
            phase="4d",
            server="Invalid stub name: contains invalid characters",
            file=model.folder.path,
        )
    elif not new and " " in model.name:
        yield _with_space(model)
    elif not new and not _FORBIDDEN.isdisjoint(model.name):
        text = f"The name “{model.name}” has a character that a shell takes for its own: the Python backend may hang."
        yield model.problem("py-stub-name", text, phase="4d", severity=Severity.WARNING, file=model.folder.path)


def _with_space(model: ModelView) -> Finding:
    text = f"The name “{model.name}” has a space, at which a backend in Python crashes in this release."
    return model.problem("py-name-with-space", text, phase="4d", file=model.folder.path)


def _has_no_file(model: ModelView) -> bool:
    """Whether no library would load it either, so that only a backend written in Python can be meant."""
    name = model.deduced.filename
    return not any(file.name == name and file.size for version in model.served for file in version.files)


def parameters(context: Context, model: ModelView) -> Iterator[Finding]:
    """The backend's own parameters: a choice of yes or no, and an environment that must be there."""
    if not _applies(model):
        return
    given = model.config.parameters
    if _FORCE in given and given[_FORCE] not in ("yes", "no"):
        place = model.map_entry(("parameters",), _FORCE)
        yield model.problem(
            "py-force-cpu",
            f"{_FORCE} is “yes” or “no”, not “{given[_FORCE]}”.",
            phase="4d",
            server=f"Incorrect value for {_FORCE}: {given[_FORCE]}'",
            path=place,
            fixes=[_saying(place, "yes"), _saying(place, "no")],
        )
    if given.get(_ENVIRONMENT):
        yield from _environment(context, model, given[_ENVIRONMENT])


def _saying(place: tuple[str | int, ...], word: str) -> Fix:
    return Fix(f"Say “{word}”", edit=lambda draft: draft.set(*place, "value", "string_value", word))


def _environment(context: Context, model: ModelView, written: str) -> Iterator[Finding]:
    path = written.replace(_FOLDER, str(model.folder.path))
    here = context.local(path)
    if context.files.exists(here):
        yield from _activation(context, model, path)
        return
    place = model.map_entry(("parameters",), _ENVIRONMENT)
    yield model.problem(
        "py-env-missing",
        f"The model's environment {written} is not there."
        if _FOLDER in written
        else f"There is no environment {written} here. If the server has it elsewhere, this is not an error.",
        phase="4d",
        server=f"Failed to get the canonical path for {path}.",
        path=place,
        fixes=[removing(place, f"Remove {_ENVIRONMENT}")],
    )


def _activation(context: Context, model: ModelView, path: str) -> Iterator[Finding]:
    script, here = f"{path}/bin/activate", context.local(path)
    if context.files.is_folder(here) and not context.files.exists(here / "bin" / "activate"):
        yield model.problem(
            "py-env-not-one",
            f"The folder {path} is no Python environment: it has no bin/activate.",
            phase="4d",
            server=f"Path {script} does not exist. The Python environment should contain an 'activate' script.",
            path=model.map_entry(("parameters",), _ENVIRONMENT),
        )


def source(context: Context, model: ModelView) -> Iterator[Finding]:
    """The model's file in each version that is served: there, named right, and of a syntax that can be imported."""
    if not _applies(model):
        return
    file_name = model.deduced.filename or "model.py"
    for version in model.served:
        # The server puts the two together as texts, so that a leading slash leads nowhere else.
        file = version.path / file_name.lstrip("/")
        found = context.files.source(file)
        if found is None:
            yield _missing(model, file)
        elif file_name[-1] not in ".py":
            yield model.problem(
                "py-file-suffix",
                f"The Python backend takes only files whose name ends in .py; this one is “{file_name}”.",
                phase="4d",
                server=f"Model name must end with '.py'. Model name is \"{file_name}\".",
                path=("default_model_filename",),
            )
        elif not file_name.endswith(".py"):
            text = f"ModuleNotFoundError: No module named '{file.parent.name}.{_module(file_name)}'"
            message = f"Python cannot import “{file_name}”: its name must end in .py."
            path = ("default_model_filename",)
            yield model.problem("py-import-error", message, phase="4d", server=text, path=path)
        elif "." in file.stem:
            text = f"ModuleNotFoundError: No module named '{file.parent.name}.{file.stem.partition('.')[0]}'"
            message = f"Python cannot import “{file_name}”: a module's name has no dots."
            yield model.problem("py-import-error", message, phase="4d", server=text, path=("default_model_filename",))
        else:
            yield from _contents(context, model, file, found)


def _module(name: str) -> str:
    """The name of a module as the backend makes it from a file's: three letters less, if there are as many."""
    return name if len(name) < len(".py") else name[: -len(".py")]


def _missing(model: ModelView, file: Path) -> Finding:
    return model.problem(
        "py-file-missing",
        f"“{file.parent.name}/{file.name}” is missing. The server waits for minutes and does not load the model.",
        phase="4d",
        server=f"Python model file not found in '{file}'",
        file=file.parent,
        path=("default_model_filename",) if model.given("default_model_filename") else (),
    )


def _contents(context: Context, model: ModelView, file: Path, found: Source) -> Iterator[Finding]:
    yield from _imported(model, file, found)
    if found.error or found.has_class is False:
        return
    if context.profile.auto_complete:
        yield from _completed(context, model, file, found)
    yield from _started(model, file, found)


def _imported(model: ModelView, file: Path, found: Source) -> Iterator[Finding]:
    label = f"“{file.parent.name}/{file.name}”"
    if found.is_unread:
        message = f"{label} has more than {LARGEST >> 10} kB, which is not read: what it says is not checked."
        yield model.problem("py-file-large", message, phase="4d", severity=Severity.HINT, file=file)
    elif found.error:
        message = f"{label} is not sound Python: {found.error.partition(': ')[2]}."
        if found.stops:
            message = f"{label} always raises {found.error.partition(':')[0]} when it is imported (line {found.line})."
        server = f"{found.error}\\n\\nAt:\\n  {file}({found.line}): <module>{_IMPORT}" if found.stops else found.error
        yield model.problem("py-import-error", message, phase="4d", server=server, file=file, line=found.line)
    elif found.has_class is False:
        server = f"AttributeError: module '{file.parent.name}.{file.stem}' has no attribute 'TritonPythonModel'"
        message = f"{label} has no class TritonPythonModel."
        yield model.problem("py-no-class", message, phase="4d", server=server, file=file)


def _completed(context: Context, model: ModelView, file: Path, found: Source) -> Iterator[Finding]:
    from studio.core.checking.rules.python_completion import completion

    yield from completion(context, model, file, found)
    if found.returns_nothing and not found.refuses:
        server = f"auto_complete_config function in model '{model.title}' must return a valid pb.ModelConfig object."
        message = f"auto_complete_config in “{file.parent.name}/{file.name}” must give the configuration back "
        yield model.problem("py-auto-no-return", f"{message}(“return config”).", phase="4d", server=server, file=file)


def _started(model: ModelView, file: Path, found: Source) -> Iterator[Finding]:
    label = f"“{file.parent.name}/{file.name}”"
    if found.raises:
        server = f"{found.raises}\\n\\nAt:\\n  {file}({found.line}): initialize\\n" if found.line else found.raises
        where = f" (line {found.line})" if found.line else ""
        message = f"initialize in {label} always raises {found.raises.partition(':')[0]}{where}."
        yield model.problem("py-initialize-raises", message, phase="4f", server=server, file=file, line=found.line)
    elif not found.has_execute:
        yield model.problem(
            "py-no-execute",
            f"TritonPythonModel in {label} has no “execute”: the model loads, and every request fails.",
            phase="4f",
            severity=Severity.WARNING,
            file=file,
        )


def _applies(model: ModelView) -> bool:
    return model.deduced.backend == "python"


RULES = (name, parameters, source)
