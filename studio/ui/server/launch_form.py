"""What to launch: engine, image, GPUs, ports and so on, with the command that does the same."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from studio.app.session import Session
from studio.app.settings import Settings, settings
from studio.core.serving.gpus import gpus_text, parse_gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, Ports
from studio.ui.server import names
from studio.ui.server.engine_note import EngineNote
from studio.ui.server.environment import ModelEnvironment
from studio.ui.server.image_pull import ImagePull, image_chooser
from studio.ui.server.same_as import SameAs
from studio.ui.widgets import (
    ElidedLabel,
    Label,
    NumberField,
    Row,
    Segmented,
    TextField,
)

_ENGINES = (("embedded", "Embedded"), ("docker", "Docker"))
_CONTROL = (("none", "None"), ("explicit", "Explicit"), ("poll", "Poll"))
_CONTROL_WORDS = {
    "none": "Every model loads at the start; load and unload are off.",
    "explicit": "You load and unload; saved files wait for you.",
    "poll": "The server looks for changed files every few seconds.",
}
_GPUS = (("none", "None"), ("all", "All"), ("ids", "By id"))


class LaunchForm(QWidget):
    """Edits a `LaunchSpec`; the choices are kept as settings."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.repository: Path | None = None
        self.note = EngineNote(session)
        self._session = session
        self._settings: Settings = settings()
        self._running = LaunchSpec(EngineKind.EMBEDDED)
        self._named: tuple[str, ...] = ()
        self._served: Ports | None = None
        self._make_controls()
        self._build()
        self._take_settings()
        self._connect()
        self._refresh()

    def _make_controls(self) -> None:
        self.engine = self._segmented(_ENGINES, names.Serve.ENGINE, "Engine")
        self.image = image_chooser()
        self.gpus = self._segmented(_GPUS, names.Serve.GPUS, "GPUs")
        self.gpu_ids = self._text(names.Serve.GPU_IDS, "GPU ids", "0,1")
        self.shared_memory = self._number(names.Serve.SHARED_MEMORY, "Shared memory in MB", 1, 1 << 20)
        self.ports = {
            name: self._number(names.Serve.PORT.format(name), f"{name} port", 1, 65535)
            for name in ("http", "grpc", "metrics")
        }
        self.control = self._segmented(_CONTROL, names.Serve.CONTROL, "Control mode")
        self.cache = self._number(names.Serve.CACHE, "Response cache in MB", 0, 1 << 20)
        self.arguments = self._text(names.Serve.ARGUMENTS, "Further arguments", "--log-verbose=1")
        self.environment = ModelEnvironment()
        self.control_words = ElidedLabel("", "dim", 12)
        self.port_words = ElidedLabel("", "dim", 12)
        self.port_words.hide()
        self.gpu_words = ElidedLabel("", "dim", 12)
        self.gpu_words.setObjectName(names.Serve.GPU_NOTE)
        self.same_as = SameAs()
        self.pull = ImagePull(self._session)

    @staticmethod
    def _segmented(items: tuple[tuple[str, str], ...], name: str, title: str) -> Segmented:
        made = Segmented(items)
        made.setObjectName(name)
        made.setAccessibleName(title)
        return made

    @staticmethod
    def _text(name: str, title: str, placeholder: str) -> TextField:
        made = TextField(mono=True)
        made.setObjectName(name)
        made.setAccessibleName(title)
        made.setPlaceholderText(placeholder)
        return made

    @staticmethod
    def _number(name: str, title: str, low: int, high: int) -> NumberField:
        made = NumberField(low, low=low, high=high, width=64)
        made.setObjectName(name)
        made.setAccessibleName(title)
        return made

    def _build(self) -> None:
        self.form = QFormLayout()
        self.form.setContentsMargins(16, 4, 16, 12)
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(10)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        ports = [part for name, field in self.ports.items() for part in (Label(_port_title(name), "dim", 12), field)]
        self._rows: dict[str, QWidget] = {
            "Engine": _above(Row(self.engine, "stretch"), self.note),
            "Image": _above(self.image, self.pull),
            "GPUs": _above(Row(self.gpus, self.gpu_ids, "stretch"), self.gpu_words),
            "Shared memory": Row(self.shared_memory, Label("MB", "dim"), "stretch"),
            "Ports": _above(Row(*ports, "stretch"), self.port_words),
            "Control mode": _above(Row(self.control, "stretch"), self.control_words),
            "Response cache": Row(self.cache, Label("MB, 0 turns it off", "dim"), "stretch"),
            "Environment": self.environment,
            "Arguments": self.arguments,
        }
        for title, row in self._rows.items():
            label = Label(title, "dim")
            label.setFixedHeight(28)
            self.form.addRow(label, row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.form)
        column.addWidget(self.same_as)
        column.addStretch(1)

    def _take_settings(self) -> None:
        read = self._settings.get
        self._show_engine("engine")
        self.image.setCurrentText(read("docker_image"))
        self._show_gpus(str(read("gpus")))
        self.shared_memory.set_value(read("shared_memory_megabytes"))
        self.cache.set_value(read("cache_megabytes"))
        for name, field in self.ports.items():
            field.set_value(read(f"{name}_port"))
        self.control.set_value("explicit")

    def _connect(self) -> None:
        self.engine.changed.connect(self._choose_engine)
        self._settings.changed.connect(self._show_engine)
        for choice in (self.gpus, self.control):
            choice.changed.connect(lambda _key: self._refresh())
        for number in (self.shared_memory, self.cache, *self.ports.values()):
            number.edited.connect(lambda _value: self._refresh())
        self.image.currentTextChanged.connect(lambda _text: self._refresh())
        for line in (self.gpu_ids, self.arguments):
            line.textEdited.connect(lambda _text: self._refresh())
        self.environment.changed.connect(self._refresh)
        self.note.changed.connect(self._take_machine)
        self.pull.pulled.connect(self.note.look)

    def _choose_engine(self, key: str) -> None:
        self._settings.set("engine", key)
        self._refresh()

    def _show_engine(self, name: str) -> None:
        """The engine that is set, here or in the window's top bar; where none is, the best that this machine has."""
        if name != "engine":
            return
        wanted = str(self._settings.get("engine")) or ("docker" if self.note.has_docker else "embedded")
        if wanted != self.engine.value():
            self.engine.set_value(wanted)
            self._refresh()

    def _take_machine(self) -> None:
        machine = self.note.machine
        if machine is not None:
            self._offer_images(tuple(str(image.name) for image in machine.images))
            names_ = ", ".join(f"{place}: {gpu.name}" for place, gpu in enumerate(machine.gpus))
            self.gpu_words.setText(names_ or "No NVIDIA GPU here: models run on the CPU.")
            self._show_engine("engine")
        self._refresh()

    def _offer_images(self, images: tuple[str, ...]) -> None:
        """The images that Docker has; what was typed stands."""
        typed = self.image.currentText()
        self.image.blockSignals(True)
        self.image.clear()
        self.image.addItems(list(images))
        self.image.setCurrentText(typed or (images[0] if images else ""))
        self.image.blockSignals(False)

    def set_repository(self, repository: Path | None) -> None:
        """Takes the repository that will be served."""
        self.repository = repository
        self._refresh()

    def show_spec(self, spec: LaunchSpec) -> None:
        """Takes what a server that runs was launched with, so that a restart loses nothing of it."""
        if spec.kind is EngineKind.ATTACHED:
            return
        self._running, self._named = spec, self.environment.names()
        self.engine.set_value(spec.kind.value)
        self.image.setCurrentText(spec.image or self.image.currentText())
        self._show_gpus(gpus_text(spec.gpus))
        self.shared_memory.set_value(spec.shared_memory_mb)
        self.cache.set_value(spec.cache_bytes >> 20)
        for name, field in self.ports.items():
            field.set_value(getattr(spec.ports, name))
        self.control.set_value(spec.control.value)
        self.arguments.setText(shlex.join(spec.arguments))
        self._refresh()

    def show_ports(self, served: Ports | None) -> None:
        """Takes the ports that a server with these settings has; None where none runs."""
        if served == self._served:
            return
        self._served, wanted = served, self.spec().ports
        self.port_words.setVisible(served is not None and served != wanted)
        if served is not None:
            self.port_words.setText(f"Taken by others; it has {served.http}, {served.grpc} and {served.metrics}.")
        self.same_as.show_launch(self.spec(), served, self.note.place)

    def _show_gpus(self, gpus: str) -> None:
        self.gpus.set_value(gpus if gpus in ("none", "all") else "none" if gpus == "auto" else "ids")
        self.gpu_ids.setText("" if gpus in ("none", "all", "auto") else gpus)

    def spec(self) -> LaunchSpec:
        """The specification that the fields describe."""
        kind = EngineKind(self.engine.value())
        chosen = self.gpus.value()
        names_ = self.environment.names()
        cache = int(self.cache.value() or 0)
        kept = self._running if self._running.repository == self.repository else LaunchSpec(kind)
        return replace(
            kept,
            kind=kind,
            repository=self.repository,
            addresses=Addresses(),
            ports=Ports(**{name: int(field.value() or 0) for name, field in self.ports.items()}),
            gpus=parse_gpus(self.gpu_ids.text() if chosen == "ids" else chosen),
            control=ControlMode(self.control.value()),
            image=self.image.currentText().strip() if kind is EngineKind.DOCKER else "",
            shared_memory_mb=int(self.shared_memory.value() or 1),
            cache_bytes=kept.cache_bytes if kept.cache_bytes >> 20 == cache else cache << 20,
            arguments=_split(self.arguments.text()),
            inherited=kept.inherited if kept is self._running and names_ == self._named else names_,
        )

    def keep(self) -> None:
        """Keeps the choices for the next time."""
        spec = self.spec()
        gpus = gpus_text(spec.gpus)
        values: dict[str, str | int] = {
            "gpus": gpus,
            "shared_memory_megabytes": spec.shared_memory_mb,
            "cache_megabytes": spec.cache_bytes >> 20,
            **{f"{name}_port": int(field.value() or 1) for name, field in self.ports.items()},
        }
        if spec.image:
            values["docker_image"] = spec.image
        for name, value in values.items():
            self._settings.set(name, value)

    def _refresh(self) -> None:
        docker = self.engine.value() == "docker"
        for title in ("Image", "Shared memory"):
            self.form.setRowVisible(self._rows[title], docker)
        self.gpu_ids.setVisible(self.gpus.value() == "ids")
        self.control_words.setText(_CONTROL_WORDS[self.control.value()])
        self.note.set_kind(self.engine.value())
        self.pull.set_image(self.image.currentText().strip(), self.note.machine)
        self.environment.set_container(docker)
        self.same_as.show_launch(self.spec(), self._served, self.note.place)
        self.changed.emit()


def _above(control: QWidget, words: QWidget) -> QWidget:
    """A control with words below it."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(control)
    column.addWidget(words)
    return holder


def _port_title(name: str) -> str:
    return {"http": "HTTP", "grpc": "gRPC"}.get(name, name.capitalize())


def _split(text: str) -> tuple[str, ...]:
    """Words as a shell takes them; an unclosed quote is taken as it is."""
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())
