"""The options of a container in the launch settings: memory, processors, user, packages, its view of the repository."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from studio.app.session import Session
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.options import ContainerOptions
from studio.ui.server.launch import fields
from studio.ui.server.launch.packages import Packages
from studio.ui.server.launch.rows import Option, OptionRow
from studio.ui.widgets import Label

_USUAL = ContainerOptions()
MEMORY = Option(
    "memory", "Memory", "The most that it may have; 0 is no limit. Over it the system ends it.", "--memory limit"
)
CPUS = Option("cpus", "Processors", "How many it may use, in parts too; 0 is all.", "--cpus cores limit")
USER = Option(
    "user",
    "User",
    "As whom it runs: numbers, as in 1000:1000. Empty is you, who may read the repository.",
    "--user uid gid root",
)
PACKAGES = Option(
    "packages",
    "Python packages",
    "Installed into an image of their own, made from the one above when you ask for it.",
    "pip requirements derived image Dockerfile",
)
MOUNT = Option(
    "mount", "Repository", "The container sees it at /models and cannot write to it.", "mount read-only volume"
)


class ContainerRows:
    """Their rows by key; reads them into a launch, and shows one."""

    def __init__(self, session: Session, changed: Callable[[], object], parent: QWidget) -> None:
        self._changed = changed
        self.memory = fields.number("memory", "Memory limit in MB", 0, 1 << 30, changed, unit="MB", width=84)
        self.cpus = fields.number("cpus", "Limit of processors", 0, 4096, changed, decimals=2)
        self.user = fields.text("user", "User of the container", "1000:1000", changed)
        self.packages = Packages(session, changed)
        rows = (
            OptionRow(MEMORY, self.memory, parent=parent),
            OptionRow(CPUS, self.cpus, parent=parent),
            OptionRow(USER, self.user, wide=True, parent=parent),
            OptionRow(PACKAGES, self.packages, wide=True, parent=parent),
            OptionRow(MOUNT, Label("/models, read-only", "text"), parent=parent),
        )
        self.rows = {row.option.key: row for row in rows}
        self.show(_USUAL)
        self.rows["memory"].reset.connect(lambda: self._show_some(memory_mb=_USUAL.memory_mb))
        self.rows["cpus"].reset.connect(lambda: self._show_some(cpus=_USUAL.cpus))
        self.rows["user"].reset.connect(lambda: self._show_some(user=_USUAL.user))
        self.rows["packages"].reset.connect(lambda: self._show_some(packages=_USUAL.packages))

    def _show_some(self, **values: object) -> None:
        self.show(replace(self.read(), **values))  # type: ignore[arg-type]
        self._changed()

    def read(self) -> ContainerOptions:
        """What the fields say."""
        cpus = self.cpus.value()
        return ContainerOptions(
            fields.whole(self.memory), float(cpus or 0), self.user.text().strip(), self.packages.names()
        )

    def show(self, limits: ContainerOptions) -> None:
        """Shows other options."""
        self.memory.set_value(limits.memory_mb)
        self.cpus.set_value(limits.cpus)
        self.user.setText(limits.user)
        self.packages.show_names(limits.packages)

    def mark(self, spec: LaunchSpec) -> None:
        """Marks what is not as usual."""
        limits = spec.limits
        self.rows["memory"].set_default(limits.memory_mb == _USUAL.memory_mb)
        self.rows["cpus"].set_default(limits.cpus == _USUAL.cpus)
        self.rows["user"].set_default(limits.user == _USUAL.user)
        self.rows["packages"].set_default(limits.packages == _USUAL.packages)
