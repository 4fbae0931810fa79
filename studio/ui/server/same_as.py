"""What does the same as a launch from here: a command, a script or a Compose file, to read and to copy."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from studio.core.serving.command import command_line, serve_line
from studio.core.serving.compose import compose_file
from studio.core.serving.container import Place, container
from studio.core.serving.docker_run import shell_script
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.ui.server import names
from studio.ui.server.code_block import CodeBlock
from studio.ui.widgets import QuietButton, SectionHeader, Segmented

_FORMS = (("command", "Command"), ("script", "Script"), ("compose", "Compose"), ("trireme", "Trireme"))
_NOTHING = "Open a repository to serve it."


class SameAs(QWidget):
    """Shows one launch; a container as each of the three."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[LaunchSpec, Ports | None, Place | None] | None = None
        self.block = CodeBlock()
        self.block.setObjectName(names.Serve.SAME_AS)
        self.block.setAccessibleName("The same as a command")
        self.copy = QuietButton("Copy", "copy", "dense")
        self.copy.setObjectName(names.Serve.COPY)
        self.form = Segmented(_FORMS)
        self.form.setObjectName(names.Serve.SAME_AS_FORM)
        self.form.setAccessibleName("Shown as")
        head = SectionHeader("The same as", height=32)
        head.add_action(self.form)
        head.add_action(self.copy)
        holder = QVBoxLayout()
        holder.setContentsMargins(12, 0, 12, 12)
        holder.addWidget(self.block)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(holder)
        self.form.changed.connect(lambda _key: self._show())
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.command()))

    def command(self) -> str:
        """The text as it is copied."""
        return self.block.command()

    def show_launch(self, spec: LaunchSpec, ports: Ports | None = None, place: Place | None = None) -> None:
        """Shows a launch on the ports that it wants, or has; `place` is the Docker engine that takes it."""
        if self._shown != (spec, ports, place):
            self._shown = (spec, ports, place)
            self._show()

    def _show(self) -> None:
        if self._shown is None:
            return
        spec, ports, place = self._shown
        is_container = spec.kind is EngineKind.DOCKER
        self.form.setVisible(is_container)
        self.block.set_command(self._text(spec, ports, place) if spec.repository is not None else _NOTHING)

    def _text(self, spec: LaunchSpec, ports: Ports | None, place: Place | None) -> str:
        chosen = self.form.value()
        if spec.kind is EngineKind.DOCKER and chosen == "script":
            return shell_script(container(spec, ports, place), place.host if place else "")
        if spec.kind is EngineKind.DOCKER and chosen == "compose":
            return compose_file(container(spec, ports, place))
        return serve_line(spec, ports) if chosen == "trireme" else command_line(spec, ports, place)
