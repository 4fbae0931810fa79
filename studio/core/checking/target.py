"""The profile to check for: that of a server that runs or would be launched, or one that a person chose."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.core.checking.profile import Profile, Release, from_image, preset, release_of
from studio.core.checking.server_flags import of_launch, with_flags
from studio.core.failure import CoreError
from studio.core.serving.gpus import numbered
from studio.core.serving.launch import EngineKind, Gpus, LaunchSpec

EMBEDDED_RELEASE: Release = (24, 10)
EMBEDDED_BACKENDS = frozenset({"onnxruntime", "python"})
"""What the embedded engine has: the release of its wheel, Triton's Python backend and the studio's own for ONNX."""
ANY = "any"


@dataclass(frozen=True, slots=True)
class Choice:
    """A target as a person chooses it, in the words of `trireme check`.

    `server` is a version or release, `backends` "any", names with commas or a variant of NVIDIA's image, `gpus`
    "auto" (those of this machine), "none" or ids with commas, `flags` the server's own, `mount` the folder at which
    it sees the repository.
    """

    server: str = "24.10"
    backends: str = ANY
    gpus: str = "auto"
    flags: str = ""
    mount: str = "/models"


def chosen(choice: Choice, machine: tuple[int, ...]) -> Profile:
    """The profile of a choice. Raises CoreError, naming the part that is wrong."""
    release = release_of(choice.server)
    gpus = numbered(choice.gpus.strip() or "auto", machine)
    names = frozenset(name.strip() for name in choice.backends.split(",") if name.strip())
    if choice.backends.strip() == ANY or not names:
        profile = Profile(gpus, None, release)
    elif len(names) == 1 and choice.backends.strip().endswith("py3"):
        profile = preset(release, choice.backends.strip(), gpus)
    else:
        profile = Profile(gpus, names, release)
    return with_flags(replace(profile, mount=mounted(choice.mount)), choice.flags)


def mounted(path: str) -> str:
    """A mount as the checks take it. Raises CoreError where it is no absolute path."""
    plain = path.strip().rstrip("/")
    if plain and not plain.startswith("/"):
        raise CoreError(f"Check for the mount “{path}”", "it is no absolute path.", "Write it as in /models.")
    return plain


def of_server(spec: LaunchSpec, version: str, machine: tuple[int, ...]) -> Profile:
    """The profile of a server by how it was launched and the version that it tells, "" where it told none yet.

    Nothing tells which backends and GPUs an attached server has, so none is ruled out.
    """
    release = _release(version)
    gpus = machine if spec.kind is EngineKind.ATTACHED else _passed(spec.gpus, machine)
    if spec.kind is EngineKind.EMBEDDED:
        profile = Profile(gpus, EMBEDDED_BACKENDS, release or EMBEDDED_RELEASE, mount="")
    elif spec.kind is EngineKind.DOCKER:
        profile = _of_image(spec.image, gpus)
    else:
        return Profile(gpus or (0,), None, release or EMBEDDED_RELEASE)
    if release is not None:
        profile = replace(profile, release=release)
    return of_launch(spec, profile)


def _of_image(image: str, gpus: tuple[int, ...]) -> Profile:
    try:
        return from_image(image, gpus) or Profile(gpus)
    except CoreError:
        # An image of another release than those that are known.
        return Profile(gpus)


def _release(version: str) -> Release | None:
    try:
        return release_of(version)
    except CoreError:
        return None


def _passed(gpus: Gpus, machine: tuple[int, ...]) -> tuple[int, ...]:
    if gpus.none:
        return ()
    numbers = tuple(int(each) for each in gpus.ids if each.isdecimal())
    # A server numbers what it was given from 0.
    return tuple(range(len(numbers))) if numbers else machine
