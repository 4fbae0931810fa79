"""The profile to check for: that of a server that runs or would be launched, or one that a person chose."""

from __future__ import annotations

from pathlib import PurePosixPath

from studio import TYPE_CHECKING
from studio.core.checking.images import PRESETS, Server, from_image, preset, read_server
from studio.core.checking.profile import Profile, Release, release_of
from studio.core.checking.server_flags import of_launch, with_flags
from studio.core.failure import CoreError
from studio.core.serving.gpus import Gpus, numbered
from studio.core.serving.kinds import EMBEDDED_RELEASE, EngineKind
from studio.value_class import dataclass, replace

if TYPE_CHECKING:
    from studio.core.serving.launch import LaunchSpec

EMBEDDED_BACKENDS = frozenset({"onnxruntime", "python", "pytorch"})
"""What the embedded engine has or gets on demand: Triton's Python backend and the studio's own for ONNX and PyTorch."""
ANY = "any"
HERE, ELSEWHERE = "here", "elsewhere"
MOUNT = "/models"
"""Where NVIDIA's documentation mounts a repository, and nearly everybody."""
WEIGHTS = ("", HERE, ELSEWHERE)
"""Where versions and model files are, and "" where nobody says so."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A target as a person chooses it, in the words of `trireme check`.

    `server` is a version, a release or an image, `backends` and `agents` "any", names with commas, "none", or "" for
    those of the image, `backends` also a variant of NVIDIA's image; `gpus` "any", "auto" (those of this machine),
    "none" or ids with commas, `flags` the server's own, `weights` "here", "elsewhere" or "" where nobody
    says so, `mount` the folder as which the server sees the repository, "" where it sees it at its own path.
    """

    server: str = "24.10"
    backends: str = ANY
    gpus: str = "auto"
    flags: str = ""
    mount: str = MOUNT
    agents: str = ""
    weights: str = ""


TARGET_WORDS: tuple[str, ...] = Choice.__match_args__
"""The parts of a choice, as options and a project's file name them."""


def chosen(choice: Choice, machine: tuple[int, ...] | None = None) -> Profile:
    """The profile of a choice; `machine` are the GPUs for "auto", None where they are not known.

    Raises CoreError, naming the part that is wrong.
    """
    server = read_server(choice.server)
    profile = _with_gpus(_of_names(server, choice.backends.strip()), choice.gpus.strip(), machine)
    if choice.agents.strip():
        profile = replace(profile, agents=_names(choice.agents))
    if choice.weights not in WEIGHTS:
        raise CoreError(f"Check with the weights “{choice.weights}”", "they are here or elsewhere.")
    profile = replace(profile, weights=choice.weights, mount=mounted(choice.mount))
    return with_flags(profile, choice.flags)


def mounted(path: str) -> str:
    """A mount as the checks take it. Raises CoreError where it is no absolute path."""
    plain = PurePosixPath(path.strip())
    if path.strip() and (not plain.is_absolute() or ".." in plain.parts):
        raise CoreError(f"Check for the mount “{path}”", "it is no absolute path.", f"Write it as in {MOUNT}.")
    return str(plain) if path.strip() else ""


def _of_names(server: Server, backends: str) -> Profile:
    """The server of a release with what is said of its backends."""
    if not backends and server.variant:
        return preset(server.release, server.variant)
    if backends in PRESETS:
        return preset(server.release, backends)
    names = _names(backends) if backends else None
    # Who lists what the server has lists all of it.
    agents = None if names is None else frozenset[str]()
    if not server.variant:
        return Profile(backends=names, release=server.release, agents=agents)
    return replace(preset(server.release, server.variant), backends=names)


def _with_gpus(profile: Profile, gpus: str, machine: tuple[int, ...] | None) -> Profile:
    if gpus == ANY:
        return replace(profile, any_gpu=True)
    return replace(profile, gpus=numbered(gpus or "auto", machine))


def _names(text: str) -> frozenset[str] | None:
    if text.strip() == ANY:
        return None
    return frozenset(part.strip() for part in text.split(",") if part.strip() not in ("", "none"))


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
