"""What this machine has to serve models with: Docker, images, GPUs, the embedded engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import tasks
from studio.app.tasks import Task, TaskContext
from studio.core.config.draft import Draft
from studio.core.serving.devices.suitable import GpuMachine
from studio.core.serving.doctor import Diagnosis, Needs
from studio.core.serving.kinds import ON_DEMAND, StandIn
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.image_names import as_docker_lists
from studio.core.serving.series import GpuReading
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.engines.docker.connection import DockerInfo as DockerInfo
    from studio.engines.docker.engine import Image
    from studio.engines.install import EngineInfo as EngineInfo


@dataclass(frozen=True, slots=True)
class Machine:
    """What was found. `docker.problem` and `engine.problem` say why one cannot be used, empty where it can."""

    docker: DockerInfo
    images: tuple[Image, ...]
    gpus: tuple[GpuReading, ...]
    driver: str
    engine: EngineInfo
    image_names: frozenset[str] = frozenset()
    """All that Docker has, Triton or not."""
    gpu_problem: str = ""
    """Why NVIDIA's driver, which is installed, does not answer; empty where it does, and where there is none."""

    def has_image(self, image: str) -> bool:
        """Whether Docker has an image of that name."""
        return as_docker_lists(image) in self.image_names


def inspect_machine() -> Machine:
    """Look at this machine. Blocks for as long as Docker takes to answer: for a task."""
    from studio.engines import install
    from studio.engines.docker import connection, engine
    from studio.metrics import nvml

    info, driver = connection.available(), nvml.driver()
    return Machine(
        docker=info,
        images=() if info.problem else _listed(engine.images, ()),
        gpus=nvml.gpus(),
        driver=driver.version,
        gpu_problem=driver.problem,
        engine=install.info(),
        image_names=frozenset() if info.problem else _listed(engine.image_names, frozenset()),
    )


def gpu_numbers() -> tuple[int, ...]:
    """The numbers of this machine's GPUs, which a server launched here would have."""
    from studio.metrics import nvml

    return tuple(gpu.index for gpu in nvml.gpus() if gpu.index >= 0)


def _gpu_machine() -> GpuMachine:
    from studio.metrics import nvml

    return GpuMachine(nvml.gpus(), nvml.driver())


def _listed(read: Callable[[], tasks.T], nothing: tasks.T) -> tasks.T:
    try:
        return read()
    except Failure:
        # It answered a moment ago: the next look tells what is wrong.
        return nothing


class LocalMachine(QObject):
    """What the window asks of this machine: what it has to serve with, and its embedded engine."""

    docker_came = Signal()
    """A Docker engine answers that did not before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._docker_answers = True

    def machine(self, done: Callable[[Machine], object]) -> Task[Machine]:
        """Look what this machine has to serve with."""

        def found(machine: Machine) -> None:
            before, self._docker_answers = self._docker_answers, not machine.docker.problem
            done(machine)
            if self._docker_answers and not before:
                self.docker_came.emit()

        return tasks.run(self, lambda _: inspect_machine(), found, key="machine")

    def docker(self, done: Callable[[DockerInfo], object]) -> Task[DockerInfo]:
        """Look whether a Docker engine answers, and no more."""
        from studio.engines.docker import connection

        return tasks.run(self, lambda _: connection.available(), done, key="docker")

    def examine(
        self, spec: LaunchSpec, asked: Needs, own: Ports | None, done: Callable[[tuple[Diagnosis, ...]], object]
    ) -> Task[tuple[Diagnosis, ...]]:
        """Look whether a container could be started; `own` are the ports that a server of ours gives back for it."""
        from studio.engines.docker import doctor

        return tasks.run(self, lambda _: doctor.examine(spec, asked, _gpu_machine(), own), done, key="examine")

    def pull(
        self,
        image: str,
        progress: Callable[[float, str], object],
        done: Callable[[str], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Task[str]:
        """Pull an image that the person asked for."""
        from studio.engines.docker import pull

        def work(context: TaskContext) -> str:
            return pull.pull(image, context.progress, context.cancelled)

        return tasks.run(self, work, done, failed, progress, key="pull")

    def build(
        self,
        image: str,
        packages: tuple[str, ...],
        progress: Callable[[float, str], object],
        done: Callable[[str], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Task[str]:
        """Make the image with further Python packages that the person asked for."""
        from studio.engines.docker import build

        def work(context: TaskContext) -> str:
            return build.build(image, packages, context.progress, context.cancelled)

        return tasks.run(self, work, done, failed, progress, key="build")

    def digest(
        self, image: str, done: Callable[[str], object], failed: Callable[[Failure], object] | None = None
    ) -> Task[str]:
        """Find the digest of an image, on this machine or in its registry."""
        from studio.engines.docker import digest

        return tasks.run(self, lambda _: digest.digest(image), done, failed, key="digest")

    def engine_info(self, done: Callable[[EngineInfo], object]) -> Task[EngineInfo]:
        """Look whether the embedded engine is installed."""
        from studio.engines import install

        return tasks.run(self, lambda _: install.info(), done)

    def install_engine(
        self,
        progress: Callable[[float, str], object],
        done: Callable[[EngineInfo], object],
        failed: Callable[[Failure], object] | None = None,
        backends: Sequence[str] = (),
    ) -> Task[EngineInfo]:
        """Install the embedded engine, and backends on demand; cancelling leaves what is there for the next time."""
        from studio.engines import install

        def work(context: TaskContext) -> EngineInfo:
            return install.install(context.progress, context.cancelled, backends)

        return tasks.run(self, work, done, failed, progress, key="install")

    def needed_backends(self, drafts: Mapping[str, Draft], done: Callable[[tuple[StandIn, ...]], object]) -> None:
        """Look which backends that are installed on demand these configurations name."""

        def work(_: TaskContext) -> tuple[StandIn, ...]:
            named = {draft.config.named_backend for draft in drafts.values()}
            return tuple(each for name, each in ON_DEMAND.items() if name in named)

        tasks.run(self, work, done, key="needed")
