"""Which backend runs a model, and whether the server has it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.layout import undeducible
from studio.core.checking.rules.words import nearest
from studio.core.config.draft import Draft

KNOWN = frozenset(
    {"dali", "fil", "identity", "onnxruntime", "openvino", "python", "pytorch", "tensorflow", "tensorrt"}
    | {"tensorrtllm", "vllm"}
)
"""The backends of NVIDIA's images."""
_MEANT = {
    "onnx": "onnxruntime",
    "onnxruntime_onnx": "onnxruntime",
    "ort": "onnxruntime",
    "torch": "pytorch",
    "libtorch": "pytorch",
    "pytorch_libtorch": "pytorch",
    "trt": "tensorrt",
    "tensorrt_plan": "tensorrt",
    "tensorflow_savedmodel": "tensorflow",
    "tensorflow_graphdef": "tensorflow",
    "py": "python",
}


def backend_undeducible(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Neither the configuration nor a file says which backend runs the model."""
    if not model.deduced.undeducible or model.folder.is_stray or model.folder.first is None:
        return
    yield model.problem(
        "backend-undeducible",
        "The configuration names no backend, and no file in the version folder tells which one is meant.",
        phase="2",
        server=undeducible(model),
        path=("backend",),
    )


def platform_unknown(_context: Context, model: ModelView) -> Iterator[Finding]:
    """A platform that no backend belongs to."""
    found = model.deduced
    if found.backend or found.undeducible or found.platform == "ensemble":
        return
    yield model.problem(
        "platform-unknown",
        _platform_message(found.platform),
        phase="2",
        server=f"unexpected platform type '{found.platform}' for {model.config.name or model.name}",
        path=("platform",) if found.platform else ("default_model_filename",),
        fixes=[_platform_fix(found.platform)],
    )


def _platform_message(platform: str) -> str:
    if not platform:
        return "The configuration names neither a backend nor a platform, and the model file's name tells none."
    meant = _backend_of(platform)
    hint = f" “{meant}” is a backend: name it as one." if meant == platform else ""
    return f"Triton knows no platform “{platform}”.{hint}"


@lru_cache(maxsize=1024)
def _backend_of(word: str, known: frozenset[str] = KNOWN) -> str:
    meant = _MEANT.get(word.lower(), "")
    return meant if meant in known else nearest(word, known)


def _platform_fix(platform: str) -> Fix | None:
    if nearest(platform, ["ensemble"]):
        return Fix("Change the platform to “ensemble”", edit=lambda draft: draft.set("platform", "ensemble"))
    meant = _backend_of(platform)
    return Fix(f"Use the backend “{meant}” instead", edit=lambda draft: _with_backend(draft, meant)) if meant else None


def _with_backend(draft: Draft, backend: str) -> Draft:
    return draft.clear("platform").set("backend", backend)


def ensemble_with_backend(_context: Context, model: ModelView) -> Iterator[Finding]:
    """An ensemble runs in Triton itself and takes no backend."""
    if model.deduced.platform != "ensemble" or not model.deduced.backend:
        return
    name = model.config.name or model.name
    is_one = model.config.scheduling == "ensemble_scheduling"
    field = "backend" if is_one else "platform"
    fix = Fix(f"Remove the {field}", edit=lambda draft: draft.clear(field))
    yield model.problem(
        "ensemble-with-backend",
        "An ensemble is run by Triton itself: it must not name a backend.",
        phase="2",
        server=f"Ensemble model '{name}' must have platform type 'ensemble' and empty backend type",
        path=("backend",),
        fixes=[fix] if model.given("backend") else (),
    )


def platform_backend_pair(_context: Context, model: ModelView) -> Iterator[Finding]:
    """A platform that belongs to another backend."""
    found = model.deduced
    if found.is_pair or found.platform == "ensemble":
        return
    yield model.problem(
        "platform-backend-pair",
        f"The platform “{found.platform}” does not belong to the backend “{found.backend}”.",
        phase="2",
        server=f"unexpected 'platform' and 'backend' pair, got:{found.platform}, {found.backend}",
        path=("platform",) if found.platform else ("backend",),
        fixes=[_pair_fix(model)],
    )


def _pair_fix(model: ModelView) -> Fix | None:
    # TensorFlow cannot do without a platform, and only the files tell which of its two is right.
    if model.deduced.backend == "tensorflow" or not model.given("platform"):
        return None
    return Fix("Remove the platform", edit=lambda draft: draft.clear("platform"))


def ensemble_scheduling(_context: Context, model: ModelView) -> Iterator[Finding]:
    """The platform “ensemble” and the block `ensemble_scheduling` belong together."""
    name = model.config.name or model.name
    has_steps = model.config.scheduling == "ensemble_scheduling"
    if model.is_ensemble and not has_steps:
        yield model.problem(
            "ensemble-scheduling-missing",
            "An ensemble needs the block “ensemble_scheduling” with its steps.",
            phase="2",
            server=f"ensemble scheduling must be set for ensemble {name} whose platform is ensemble",
            path=("platform",),
        )
    elif has_steps and not model.is_ensemble and (model.deduced.backend or model.deduced.platform):
        yield model.problem(
            "ensemble-scheduling-without-platform",
            "Only a model with platform “ensemble” can have steps.",
            phase="2",
            server=f"ensemble scheduling cannot be set for model '{name}' whose platform is not ensemble",
            path=("ensemble_scheduling",),
        )


def backend_missing(context: Context, model: ModelView) -> Iterator[Finding]:
    """The server has no backend of that name, and the model brings none along."""
    backend, present = model.deduced.backend, context.profile.backends
    if present is None or not backend or backend in present or not _is_certain(model) or _brings(model, backend):
        return
    meant = _backend_of(backend, present)
    fix = Fix(f"Change the backend to “{meant}”", edit=lambda draft: draft.set("backend", meant))
    yield model.problem(
        "backend-library-missing",
        f"This server has no backend “{backend}”.",
        phase="4b",
        server=f"unable to find backend library for backend '{backend}', try specifying runtime on the model "
        "configuration.",
        path=("backend",),
        fixes=[fix] if meant and model.given("backend") else (),
    )


def _is_certain(model: ModelView) -> bool:
    """Whether the backend is looked up by its name, and that name did not come from a folder nobody looked into."""
    named = model.given("backend") or model.given("platform") or model.given("default_model_filename")
    return not model.given("runtime") and (named or model.folder.first is not None)


def _brings(model: ModelView, backend: str) -> bool:
    library = f"libtriton_{backend}.so"
    folders = (model.folder.files, *(version.files for version in model.folder.versions))
    return any(file.name == library for files in folders for file in files)


POLL_RULES = (backend_undeducible, platform_unknown, ensemble_with_backend, platform_backend_pair)
SCHEDULING_RULES = (ensemble_scheduling,)


LOAD_RULES = (backend_missing,)


def backend_spelled(context: Context, model: ModelView) -> Iterator[Finding]:
    """A name that is nearly that of a usual backend, where nobody said which ones the server has."""
    backend = model.deduced.backend
    if (
        context.profile.backends is not None
        or backend in KNOWN
        or not model.given("backend")
        or _brings(model, backend)
    ):
        return
    meant = _backend_of(backend)
    if meant:
        yield model.problem(
            "backend-spelling",
            f"Is there a backend “{backend}”? Usual is “{meant}”.",
            phase="6",
            severity=Severity.WARNING,
            path=("backend",),
            fixes=[Fix(f"Change the backend to “{meant}”", edit=lambda draft: draft.set("backend", meant))],
        )


LINT_RULES = (backend_spelled,)
