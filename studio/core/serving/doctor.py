"""What is found before a container is started: each thing as a sentence, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from studio.core.checking.profile import Release
from studio.core.checking.releases import release_in
from studio.core.config.model_config import Config
from studio.core.files.sizes import size_text
from studio.core.serving.launch import Ports
from studio.core.serving.launching.bind import LOOPBACK
from studio.value_class import dataclass

_FEWER_MB_SINCE: Release = (23, 9)
_MB_BEFORE, _MB_SINCE = 64, 1
_LEAST_DISK = 1 << 30
_ANYTHING = "-py3"
# What an image whose tag ends so holds; others, as one that somebody built, are not known.
_VARIANTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("-pyt-python-py3", frozenset({"pytorch", "python"})),
    ("-tf2-python-py3", frozenset({"tensorflow", "python"})),
    ("-trtllm-python-py3", frozenset({"tensorrtllm", "python"})),
    ("-vllm-python-py3", frozenset({"vllm", "python"})),
    ("-py3-min", frozenset()),
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. `remedy` is what to do, empty where all is well."""

    level: Literal["ok", "warning", "error"]
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a repository asks of a server: its Python instances, the backends that it names, by model; which models are
    said to be refused by the release that was checked for; and those that ask for GPUs, each with the last by number.
    """

    python: tuple[tuple[str, int], ...] = ()
    backends: tuple[tuple[str, str], ...] = ()
    refused: tuple[str, ...] = ()
    release: Release = (0, 0)
    gpus: tuple[tuple[str, int], ...] = ()


def needs(configs: Mapping[str, Config], refused: Iterable[str], release: Release) -> Needs:
    """What the models with these configurations need."""
    named = {name: config.named_backend for name, config in configs.items() if not config.is_ensemble}
    python = {
        name: sum(max(1, group.count) for group in configs[name].instance_groups) or 1
        for name, backend in named.items()
        if backend == "python"
    }
    on_gpu = {
        name: max((number for group in on for number in group.gpus), default=0)
        for name in named
        if (on := [group for group in configs[name].instance_groups if group.kind == "KIND_GPU" or group.gpus])
    }
    pairs = tuple((name, backend) for name, backend in named.items() if backend)
    return Needs(tuple(python.items()), pairs, tuple(refused), release, tuple(on_gpu.items()))


def python_memory(asked: Needs, image: str) -> tuple[int, int]:
    """How many Python instances there are, and how many MB of shared memory each takes when it starts."""
    release = release_in(image)
    each = _MB_BEFORE if release is not None and release < _FEWER_MB_SINCE else _MB_SINCE
    return sum(number for _, number in asked.python), each


def shared_memory(asked: Needs, megabytes: int, image: str) -> Diagnosis:
    """Whether Python models have room: each instance takes its part when it starts."""
    count, each = python_memory(asked, image)
    wanted = count * each
    if count == 0:
        return Diagnosis("ok", f"Shared memory of {megabytes} MB; no Python model asks for it.")
    if wanted <= megabytes:
        return Diagnosis("ok", f"Shared memory of {megabytes} MB is enough for {count} Python instances to start.")
    largest = max(asked.python, key=lambda pair: pair[1])
    text = f"Shared memory of {megabytes} MB is too small: {count} Python instances take {wanted} MB when they start"
    return Diagnosis("error", f"{text}, {largest[1]} of them for {largest[0]}.", f"Set it to {2 * wanted} MB.")


def ports(wanted: Ports, taken: Iterable[int], bind: str = LOOPBACK) -> Diagnosis:
    """Whether the wanted ports are free."""
    held = sorted(taken)
    if not held:
        return Diagnosis("ok", f"Ports {wanted.http}, {wanted.grpc} and {wanted.metrics} are free on {bind}.")
    text = ", ".join(str(port) for port in held)
    many = len(held) > 1
    told = f"Port{'s' if many else ''} {text} {'are' if many else 'is'} in use by another program."
    return Diagnosis("warning", told, "Others are taken instead, unless that program ends.")


def disk(free: int, place: str) -> Diagnosis:
    """Whether Docker has room to write."""
    if free >= _LEAST_DISK:
        return Diagnosis("ok", f"{size_text(free)} are free where Docker keeps its data.")
    remedy = "Free some space: docker system df shows what Docker takes."
    return Diagnosis("warning", f"Only {size_text(free)} are free at {place}, where Docker keeps its data.", remedy)


def backends(asked: Needs, image: str) -> list[Diagnosis]:
    """The backends that the repository names and the image lacks; nothing of an image that is not known."""
    tag = image.rpartition(":")[2]
    if tag.endswith("-sdk"):
        told = f"{image} holds clients and no server."
        return [Diagnosis("error", told, f"Take the image whose tag ends in {_ANYTHING}.")]
    held = next((names for ending, names in _VARIANTS if tag.endswith(ending)), None)
    if held is None:
        return []
    lacks: dict[str, list[str]] = {}
    for model, backend in asked.backends:
        if backend not in held:
            lacks.setdefault(backend, []).append(model)
    return [
        Diagnosis(
            "error",
            f"The image has no backend {backend}, which {_some(models)} need{'s' if len(models) == 1 else ''}.",
            f"Take the image whose tag ends in {_ANYTHING} alone.",
        )
        for backend, models in lacks.items()
    ]


def findings(asked: Needs, image: str) -> list[Diagnosis]:
    """What the checker says, and whether it speaks of this image's release."""
    found = [Diagnosis("ok", "The checker refuses no model.")]
    if asked.refused:
        told = f"The checker says that the server refuses {_some(asked.refused)}."
        found = [Diagnosis("warning", told, "Look at the problems first; the other models load all the same.")]
    release = release_in(image)
    if release is not None and release != asked.release:
        told = f"The image is of release {_written(release)}, and what is checked is of {_written(asked.release)}."
        found.append(Diagnosis("warning", told, "Choose that release to check for, at the problems."))
    return found


def processor(image: str, machine: str) -> Diagnosis | None:
    """Whether an image is built for the machine; None where one of them is not told."""
    one, other = (_PROCESSORS.get(name, name) for name in (image, machine))
    if not one or not other or one == other:
        return None
    told = f"The image is built for {one}, and Docker runs on {other}."
    return Diagnosis("error", told, f"Take a tag that is built for {other}.")


_PROCESSORS = {"x86_64": "amd64", "aarch64": "arm64"}


def _some(names: Iterable[str]) -> str:
    first, *rest = names
    return f"{first} and {len(rest)} more" if rest else first


def _written(release: Release) -> str:
    return f"{release[0]}.{release[1]:02}"
