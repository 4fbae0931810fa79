"""What this machine has to serve models with, with a button for what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.app import notices
from studio.ui.start import names
from studio.ui.widgets import ElidedLabel, HairLine, IconLabel, Label, LinkButton, QuietButton
from studio.ui.widgets.installation import Installation
from studio.ui.widgets.structure import Row

if TYPE_CHECKING:
    from studio.app.serving.machine import Machine
    from studio.app.session import Session
    from studio.core.serving.series import GpuReading

_LOOK_AFTER_MS = 500


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the machine has or lacks."""

    key: str
    has: bool
    title: str
    detail: str


def facts(machine: Machine) -> list[Fact]:
    """What was found, in the order in which it matters."""
    found = [_docker(machine), *_gpus(machine)]
    if not machine.docker.problem:
        found.append(_image(machine))
    return [*found, _engine(machine)]


def _docker(machine: Machine) -> Fact:
    info = machine.docker
    if info.problem:
        return Fact("docker", False, "Docker", info.problem[:1].upper() + info.problem[1:])
    return Fact("docker", True, f"Docker {info.version}", info.endpoint)


def _gpus(machine: Machine) -> list[Fact]:
    if not machine.gpus:
        why = f"{_sentence(machine.gpu_problem)}. " if machine.gpu_problem else ""
        return [Fact("gpu", False, "No NVIDIA GPU", f"{why}Models run on the CPU.")]
    driver = f", driver {machine.driver}" if machine.driver else ""
    return [
        Fact(f"gpu{place}", not gpu.problem, gpu.title, _sentence(gpu.problem) or f"{_gpu(gpu)}{driver}")
        for place, gpu in enumerate(machine.gpus)
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _gpu(gpu: GpuReading) -> str:
    parts = f" in {len(gpu.instances)} parts by MIG" if gpu.instances else ""
    return f"{gpu.name}, {gpu.memory_total / 2**30:.0f} GB{parts}"


def _image(machine: Machine) -> Fact:
    if not machine.images:
        return Fact("image", False, "No Triton image", "Pull one with Docker, for example nvcr.io/nvidia/tritonserver")
    count = len(machine.images)
    more = f" and {count - 1} more" if count > 1 else ""
    return Fact("image", True, "Triton image", f"{machine.images[0].name}{more}")


def _engine(machine: Machine) -> Fact:
    info = machine.engine
    if info.installed:
        return Fact("engine", True, f"Embedded Triton {info.version}".rstrip(), "Installed, runs on the CPU.")
    return Fact("engine", False, "Embedded Triton", info.problem or "Not installed; runs on the CPU.")


class _FactRow(QWidget):
    """One fact: a sign, a title, a detail, and room for a button."""

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self.setObjectName(names.Start.MACHINE.format(fact.key))
        self.setAccessibleName(f"{fact.title}: {fact.detail}")
        self.setMinimumHeight(44)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 0, 8, 0)
        self.row.setSpacing(12)
        words = QVBoxLayout()
        words.setContentsMargins(0, 5, 0, 5)
        words.setSpacing(0)
        words.addWidget(ElidedLabel(fact.title, weight=500))
        self.detail = Label(fact.detail, "dim", 11)
        self.detail.setWordWrap(True)
        words.addWidget(self.detail)
        sign, role = ("check-circle-fill", "ok") if fact.has else ("circle", "faint")
        self.row.addWidget(IconLabel(sign, role))
        self.row.addLayout(words, 1)


class MachineList(QWidget):
    """Docker, GPUs, images and the embedded engine of this machine."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: list[QWidget] = []
        self._looked = False
        self.is_known = False
        check = LinkButton("Check again")
        check.setObjectName(names.Start.CHECK)
        check.clicked.connect(self.refresh)
        head = Row(Label("This machine", weight=600), "stretch", check)
        head.setFixedHeight(28)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(head)
        self._column.addWidget(HairLine())
        self.installing = Installation(
            lambda *told: session.server.install_engine(*told),
            "the embedded engine",
            names.Start.PROGRESS,
            names.Start.CANCEL_INSTALL,
        )
        self.installing.box.setContentsMargins(36, 4, 8, 4)
        self.installing.ended.connect(self._installed)
        self._column.addWidget(self.installing)
        self._show([_Wait()])

    def showEvent(self, event: object) -> None:
        # Where a repository opens at once nobody reads this, and the look would load much for it.
        QTimer.singleShot(_LOOK_AFTER_MS, self, self._look_once)

    def _look_once(self) -> None:
        if self.isVisible() and not self._looked:
            self._looked = True
            self.refresh()

    def refresh(self) -> None:
        """Looks at the machine again."""
        self._session.server.machine(self._take)

    def _take(self, machine: Machine) -> None:
        self.is_known = True
        rows = []
        for fact in facts(machine):
            row = _FactRow(fact)
            if fact.key == "engine" and not fact.has and not self.installing.is_running:
                install = QuietButton("Install", size="dense")
                install.setObjectName(names.Start.INSTALL)
                install.setAccessibleName("Install the embedded engine")
                install.clicked.connect(self._install)
                row.row.addWidget(install)
            rows.append(row)
        self._show(rows)

    def _show(self, rows: Sequence[QWidget]) -> None:
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = list(rows)
        for row in rows:
            self._column.insertWidget(self._column.count() - 1, row)

    def _install(self) -> None:
        button = self.findChild(QuietButton, names.Start.INSTALL)
        if isinstance(button, QuietButton):
            button.hide()
        self.installing.begin()

    def _installed(self, engine: object) -> None:
        if engine is not None:
            notices.post("success", "The embedded engine is installed", "F5 launches it on the open repository.")
        self.refresh()


class _Wait(Label):
    """What stands in the list until the machine was looked at."""

    def __init__(self) -> None:
        super().__init__("Looking at this machine…", "dim")
        self.setFixedHeight(44)
