"""What is found of GPUs before a container starts: which are here and free, and whether the driver suits the image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from studio.core.checking.profile import release_text
from studio.core.checking.releases import driver_fits, facts, newest_for_driver, release_in
from studio.core.serving.devices.use import Driver, flat
from studio.core.serving.doctor import Diagnosis, Needs
from studio.core.serving.gpus import Gpus
from studio.core.serving.series import GpuReading
from studio.value_class import dataclass, field

_LEAST_FREE = 1 << 30
_CONDITION = re.compile(r"(cuda|driver)(>=|<=|=|<|>)([\d.]+)")
_ON_CPU = "choose no GPU: models then run on the CPU"


@dataclass(frozen=True, slots=True)
class GpuMachine:
    """The GPUs of this machine and their driver."""

    gpus: tuple[GpuReading, ...] = ()
    driver: Driver = field(default_factory=Driver)

    def find(self, name: str) -> GpuReading | None:
        """The GPU with that number ("1"; "1:0" is a part of one by MIG) or UUID."""
        return next((each for each in flat(self.gpus) if name in (each.uuid, each.title.removeprefix("GPU "))), None)

    def chosen(self, asked: Gpus) -> tuple[GpuReading, ...]:
        """Those of the GPUs that are asked for that are here."""
        if asked.all:
            return self.gpus
        return tuple(found for each in asked.ids if (found := self.find(each)) is not None)


def examine(asked: Gpus, machine: GpuMachine, wanted: Needs, can_pass: bool, engine: str = "Docker") -> list[Diagnosis]:
    """Whether the GPUs that are asked for are here, can be passed, have room, and are enough for the models."""
    if asked.none:
        return [_without(wanted)]
    if machine.driver.problem:
        told = f"GPUs are asked for, and {machine.driver.problem}."
        return [Diagnosis("error", told, f"Run nvidia-smi to see why, or {_ON_CPU}.")]
    if not machine.gpus:
        told = "GPUs are asked for, and this machine has none, or no NVIDIA driver."
        return [Diagnosis("error", told, f"Run nvidia-smi to see why, or {_ON_CPU}.")]
    if missing := [each for each in asked.ids if machine.find(each) is None]:
        return [Diagnosis("error", f"There is no GPU {', '.join(missing)}.", "Choose one that nvidia-smi -L lists.")]
    chosen = machine.chosen(asked)
    return [_passed(asked, chosen, can_pass, engine), *_room(chosen), *_enough(wanted, len(chosen))]


def _without(wanted: Needs) -> Diagnosis:
    names = [name for name, _ in wanted.gpus]
    if not names:
        return Diagnosis("ok", "No GPU is asked for: models run on the CPU.")
    told = f"{_some(names)} ask{'s' if len(names) == 1 else ''} for a GPU, and the container gets none."
    return Diagnosis("warning", told, "Choose GPUs; or load on the CPU when that is offered, which leaves the file.")


def _passed(asked: Gpus, chosen: Sequence[GpuReading], can_pass: bool, engine: str) -> Diagnosis:
    if engine == "Podman":
        told = "Podman accepts a request for GPUs made in Docker's way, and may pass none."
        remedy = 'Set devices = ["nvidia.com/gpu=all"] in containers.conf; the ladder says what is inside.'
        return Diagnosis("warning", told, remedy)
    if not can_pass:
        told = "Docker knows no NVIDIA runtime: it may not be able to pass a GPU."
        return Diagnosis("warning", told, "Install nvidia-container-toolkit and restart Docker, or choose no GPU.")
    names = "all GPUs" if asked.all else ", ".join(f"{gpu.title} ({gpu.name})" for gpu in chosen)
    return Diagnosis("ok", f"Docker can pass {names}.")


def _room(chosen: Iterable[GpuReading]) -> list[Diagnosis]:
    found = []
    for gpu in chosen:
        free = gpu.memory_total - gpu.memory_used
        if gpu.problem:
            found.append(Diagnosis("error", f"{gpu.title}: {gpu.problem}.", "Choose another one."))
        elif free < _LEAST_FREE:
            told = f"{gpu.title} is nearly full: {free / 2**30:.1f} of {gpu.memory_total / 2**30:.0f} GB are free."
            found.append(Diagnosis("warning", told, "nvidia-smi shows who holds its memory; or choose another one."))
    return found


def _enough(wanted: Needs, count: int) -> list[Diagnosis]:
    """A server numbers its GPUs from 0, whichever they are."""
    more = [(name, number) for name, number in wanted.gpus if number >= count]
    if not more:
        return []
    name, number = max(more, key=lambda pair: pair[1])
    told = f"{name} asks for GPU {number}, and a server with {count} GPU{'s' if count > 1 else ''} has 0"
    upto = f" to {count - 1}" if count > 1 else ""
    return [Diagnosis("warning", f"{told}{upto}.", "Choose more GPUs, or other numbers in instance_group.")]


def driver(machine: GpuMachine, image: str, environment: Iterable[str] = ()) -> Diagnosis | None:
    """Whether the driver suits the image, by the variables that NVIDIA's images carry, else by the release in its tag.

    None where nothing is known of one of them.
    """
    here = machine.driver
    values = dict(each.split("=", 1) for each in environment if "=" in each)
    release = release_in(image)
    known = facts(release) if release else None
    cuda = values.get("CUDA_VERSION") or (known.cuda if known else "")
    least = values.get("CUDA_DRIVER_VERSION") or (known.driver if known else "")
    if not here.version:
        return None
    requirement = values.get("NVIDIA_REQUIRE_CUDA", "")
    if values.get("NVIDIA_DISABLE_REQUIRE", "") in ("", "0", "false") and not may_start(requirement, here):
        told = f"{_driver(here)} is too old for this image, which needs {requirement.split()[0]}: it will not start."
        return Diagnosis("error", told, _older(here, least))
    if not least or not cuda:
        return None
    fits = _numbers(here.version) >= _numbers(least) or (release is not None and driver_fits(here.version, release))
    if fits:
        return Diagnosis("ok", f"{_driver(here)} suits the image, which is built for {least} and CUDA {cuda}.")
    told = f"The image is built for driver {least} and CUDA {cuda}, and {_lower(_driver(here))} is here."
    return Diagnosis("warning", f"{told} {_compatible(here, cuda)}", _older(here, least))


def _compatible(here: Driver, cuda: str) -> str:
    major = _numbers(cuda)[:1]
    if here.cuda[:1] == major:
        return (
            f"Within CUDA {here.cuda[0]} that works by minor version compatibility, but for what is compiled as it "
            "starts (PTX) and for features of newer drivers."
        )
    return "Another major version of CUDA works on data-centre GPUs alone, by NVIDIA's forward compatibility."


def _older(here: Driver, least: str) -> str:
    newest = newest_for_driver(here.version)
    older = f", or take an image of {release_text(newest)} or older" if newest else ""
    return f"Update the driver{f' to {least} or later' if least else ''}{older}."


def may_start(requirement: str, here: Driver) -> bool:
    """Whether NVIDIA's toolkit lets a container with this NVIDIA_REQUIRE_CUDA start; true where it cannot be told.

    Words are alternatives, of which each condition between commas has to hold; those of a brand hold for some boards.
    """
    words = requirement.split()
    return not words or any(_holds(word, here) for word in words)


def _holds(word: str, here: Driver) -> bool:
    known = {"cuda": here.cuda, "driver": _numbers(here.version)}
    return all(
        _compare(known[name], sign, _numbers(number))
        for name, sign, number in _CONDITION.findall(word)
        if any(known[name])
    )


def _compare(here: tuple[int, ...], sign: str, other: tuple[int, ...]) -> bool:
    size = min(len(here), len(other))
    one, two = here[:size], other[:size]
    return {">=": one >= two, "<=": one <= two, "=": one == two, "<": one < two, ">": one > two}[sign]


def _driver(here: Driver) -> str:
    cuda = f" (CUDA {here.cuda[0]}.{here.cuda[1]})" if here.cuda[0] else ""
    return f"The NVIDIA driver {here.version}{cuda}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _some(names: Sequence[str]) -> str:
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0]
