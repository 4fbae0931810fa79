"""Instance groups against the GPUs of the server."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.profile import Profile
from studio.core.checking.rules.applicability import needs
from studio.core.checking.rules.context import Context, ModelView
from studio.core.config.draft import Draft
from studio.core.config.model_config import InstanceGroup
from studio.text.tree import Path as TextPath

_NUMBER = r"\s*[+-]?\d+"
_GPU_ONLY = frozenset({"tensorrt"})
_KINDS = {"": "KIND_AUTO", "0": "KIND_AUTO", "1": "KIND_GPU", "2": "KIND_CPU", "3": "KIND_MODEL"}
"""What stands for a kind when it is left out or, as the parser allows, written as a number."""
_KNOWN = frozenset(_KINDS.values())


@needs("instance_group")
def instance_groups(context: Context, model: ModelView) -> Iterator[Finding]:
    """Each group in order, with the kind that the server settles on."""
    if model.config.scheduling == "ensemble_scheduling":
        return
    for index, group in enumerate(model.config.instance_groups):
        kind = _kind(group, context.profile)
        name = group.name or f"{model.name}_{index}"
        text = f"instance group {name} of model {model.title}"
        if kind == "KIND_GPU":
            yield from _on_gpu(context, model, group, text)
        elif kind not in _KNOWN:
            yield _unknown(model, group, text)
        elif group.gpus:
            yield _without_gpu(model, group, kind, text)
        yield from _profiles(model, group, text)


def _kind(group: InstanceGroup, profile: Profile) -> str:
    """KIND_AUTO means the GPUs where there are any and all those listed exist, else the CPU."""
    written = _KINDS.get(group.kind, group.kind)
    if written != "KIND_AUTO":
        return written
    return "KIND_GPU" if profile.usable_gpus and not profile.lacking(group.gpus) else "KIND_CPU"


def uses_gpu(context: Context, model: ModelView) -> bool:
    """Whether any instance of the model would run on a GPU of the server."""
    gpus = context.profile.usable_gpus
    kinds = [_kind(group, context.profile) for group in model.config.instance_groups]
    return bool(gpus) and (not kinds or "KIND_GPU" in kinds)


def _on_gpu(context: Context, model: ModelView, group: InstanceGroup, text: str) -> Iterator[Finding]:
    gpus = context.profile.usable_gpus
    missing = context.profile.lacking(group.gpus)
    fixes = [_cpu_fix(model, group.path)] if not gpus else []
    if not group.gpus and not gpus:
        yield model.problem(
            "ig-gpu-none-available",
            "This group asks for a GPU, but the server has none.",
            phase="4c",
            server=f"{text} has kind KIND_GPU but no GPUs are available",
            path=(*group.path, "kind"),
            fixes=fixes,
        )
    elif missing:
        least = f"{context.profile.compute_capability:f}"
        yield model.problem(
            "ig-gpu-id-invalid",
            _missing_message(missing, gpus),
            phase="4c",
            server=f"{text} specifies invalid or unsupported gpu id {missing[0]}. GPUs with at least the minimum "
            f"required CUDA compute compatibility of {least} are: {', '.join(map(str, sorted(gpus)))}",
            path=(*group.path, "gpus"),
            fixes=fixes,
        )


def _unknown(model: ModelView, group: InstanceGroup, text: str) -> Finding:
    """A kind that is a number without a name, which the server keeps and then finds to be none."""
    path = (*group.path, "kind")
    return model.problem(
        "ig-auto-unresolved",
        f"There is no kind {group.kind} of instances.",
        phase="4c",
        server=f"{text} has unexpected kind KIND_AUTO",
        path=path,
        fixes=[Fix("Let the server choose", edit=lambda draft: draft.clear(*path))],
    )


def _missing_message(missing: list[int], gpus: tuple[int, ...]) -> str:
    asked = f"GPU {missing[0]}" if len(missing) == 1 else f"the GPUs {', '.join(map(str, missing))}"
    there = f"only {', '.join(map(str, sorted(gpus)))}" if gpus else "none"
    return f"This group asks for {asked}, but the server has {there}."


def _cpu_fix(model: ModelView, group: TextPath) -> Fix | None:
    # A TensorRT engine runs on a GPU or not at all.
    if model.deduced.backend in _GPU_ONLY:
        return None
    return Fix("Run it on the CPU", edit=lambda draft: _on_cpu(draft, group))


def _on_cpu(draft: Draft, group: TextPath) -> Draft:
    changed = draft.set(*group, "kind", "KIND_CPU")
    return changed.clear(*group, "gpus") if changed.has(*group, "gpus") else changed


def _without_gpu(model: ModelView, group: InstanceGroup, kind: str, text: str) -> Finding:
    auto = _KINDS.get(group.kind, group.kind) == "KIND_AUTO"
    why = "the server lacks some of them" if auto else f"{kind} takes none"
    fix = Fix("Remove the list of GPUs", edit=lambda draft: draft.clear(*group.path, "gpus"))
    return model.problem(
        "ig-model-with-gpus" if kind == "KIND_MODEL" else "ig-cpu-with-gpus",
        f"This group lists GPUs, but {why}.",
        phase="4c",
        server=f"{text} has kind {kind} but specifies one or more GPUs",
        path=(*group.path, "gpus"),
        fixes=[fix],
    )


def _profiles(model: ModelView, group: InstanceGroup, text: str) -> Iterator[Finding]:
    """The optimisation profiles of a TensorRT engine."""
    if not model.given(*group.path, "profile"):
        return
    given = model.draft.get(*group.path, "profile") if model.draft else ()
    profiles = [str(each) for each in given] if isinstance(given, tuple) else []
    platform = model.deduced.platform
    if profiles and platform != "tensorrt_plan":
        path = (*group.path, "profile")
        yield model.problem(
            "ig-profile-non-trt",
            "Profiles are for TensorRT models only.",
            phase="4c",
            server=f"{text} and platform {platform}specifies profile field which is only supported for TensorRT models",
            path=path,
            fixes=[Fix("Remove the profile", edit=lambda draft: draft.clear(*path))],
        )
        return
    for index, profile in enumerate(profiles):
        yield from _profile(model, (*group.path, "profile", index), profile, f"{text} and platform {platform}")


def _profile(model: ModelView, path: TextPath, profile: str, text: str) -> Iterator[Finding]:
    # As C++ stoi: a number at the start is enough.
    number = re.match(_NUMBER, profile)
    if not profile:
        yield model.problem(
            "ig-profile-empty",
            "This profile is empty.",
            phase="4c",
            server="profile name must not be empty",
            path=path,
            fixes=[Fix("Remove it", edit=lambda draft: draft.clear(*path))],
        )
    elif not number:
        yield model.problem(
            "ig-profile-nonint",
            f'A profile is the number of one in quotes, such as "0"; “{profile}” is none.',
            phase="4c",
            server=f"unable to parse '{profile}': stoi",
            path=path,
        )
    elif int(number[0]) < 0:
        yield model.problem(
            "ig-profile-negative",
            "A profile's number is 0 or more.",
            phase="4c",
            server=f"{text} specifies invalid profile {int(number[0])}. The field should contain the string "
            "representation of a non-negative integer.",
            path=path,
        )


RULES = (instance_groups,)
