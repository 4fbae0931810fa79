"""What to launch: usual options first, the rest folded by topic, and the command that does the same."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.serving.needs import look_at_needs
from studio.app.serving.presets import LaunchPresets
from studio.app.session import Session
from studio.app.settings import Settings, settings
from studio.core.serving.gpus import gpus_text
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, Ports
from studio.core.serving.launching.last import Last
from studio.core.serving.launching.options import Wrong
from studio.core.serving.launching.problems import hints, problems
from studio.ui.server.engine_note import EngineNote
from studio.ui.server.launch.options import Options
from studio.ui.server.launch.preset_bar import PresetBar
from studio.ui.server.same_as import SameAs
from studio.ui.widgets.deletion import unless_deleted


class LaunchForm(QWidget):
    """Edits a `LaunchSpec`; the choices are kept as settings, and as the last launch of the repository."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.repository: Path | None = None
        self.note = EngineNote(session, self)
        self._session = session
        self._settings: Settings = settings()
        self._running = LaunchSpec(EngineKind.EMBEDDED)
        self._named: tuple[str, ...] = ()
        self._served: Ports | None = None
        self._is_touched = False
        self._follows_machine = True
        """Whether another engine may be shown where the machine has a better one: not once a field was changed."""
        self._keeps_engine = False
        """Whether the engine is that of a server that was taken over, whatever is set or this machine has."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.options = Options(session, self._edited, self)
        self._column.addWidget(self.options)
        self._column.addStretch(1)
        self.is_whole = False
        """Whether its steps were taken; before that it has no more than its note."""

    def steps(self) -> tuple[Callable[[], object], ...]:
        """What makes it whole, in this order; all of it at once would hold up the window."""
        return *self.options.steps(self.note), self._make_whole

    def _make_whole(self) -> None:
        self._name_parts()
        self.same_as = SameAs()
        self.presets = PresetBar(LaunchPresets(self), self.spec)
        self._column.insertWidget(0, self.presets)
        self._column.insertWidget(2, self.same_as)
        self._take_settings()
        self._connect()
        self.is_whole = True
        self._refresh()

    def _name_parts(self) -> None:
        """What the page and tests hold on to."""
        parts = self.options
        self.engine, self.control, self.cache = parts.engine, parts.control, parts.cache
        self.image, self.pull = parts.image.chooser, parts.image.pull
        self.gpus, self.gpu_ids = parts.gpus.kind, parts.gpus.ids
        self.shared_memory, self.ports = parts.shared_memory.number, parts.ports
        self.arguments, self.environment = parts.arguments, parts.environment
        self.control_words, self.port_words = parts.rows["control"].help, parts.port_words

    def _take_settings(self) -> None:
        read = self._settings.get
        self._show_engine()
        self.options.image.show_value(read("docker_image"))
        self.options.gpus.show_value(str(read("gpus")))
        self.shared_memory.set_value(read("shared_memory_megabytes"))
        self.cache.set_value(read("cache_megabytes"))
        for name, field in self.ports.items():
            field.set_value(read(f"{name}_port"))
        self.control.set_value("explicit")

    def _connect(self) -> None:
        self.engine.changed.connect(self._choose_engine)
        self._settings.changed.connect(self._take_setting)
        self.note.changed.connect(self._take_machine)
        for made in (self.pull.pulled, self.options.container.packages.built):
            made.connect(self.note.look)
        self.presets.chosen.connect(self._take_preset)
        self.presets.presets.read.connect(self._take_last)

    def showEvent(self, event: QShowEvent) -> None:
        """The models may have changed."""
        super().showEvent(event)
        self._look_at_models()

    def _choose_engine(self, key: str) -> None:
        self._settings.set("engine", key)
        self._edited()

    def _take_setting(self, name: str) -> None:
        """The engine is set, here or in the window's top bar: where it is none, that of the machine is taken again."""
        if name == "engine":
            self._follows_machine = True
            self._show_engine()

    def _show_engine(self) -> None:
        """The engine that is set; where none is, the best that this machine has."""
        best = "docker" if self.note.has_docker else "embedded"
        if not self._follows_machine or self._session.server.status.is_running:
            # What is found later is no reason to change what a person sees, and may have launched.
            best = self.engine.value()
        wanted = str(self._settings.get("engine")) or best
        if wanted != self.engine.value():
            self.engine.set_value(wanted)
            self._refresh()

    def _take_machine(self) -> None:
        machine = self.note.machine
        if machine is not None:
            self.options.image.show_machine(machine)
            self.options.gpus.show_machine(machine.gpus)
            if not self._keeps_engine:
                self._show_engine()
        self._refresh()

    def set_repository(self, repository: Path | None) -> None:
        """Takes the repository that will be served."""
        if repository != self.repository:
            self._is_touched = self._keeps_engine = False
            self._follows_machine = True
        self.repository = repository
        self.presets.presets.set_repository(repository)
        self._look_at_models()
        self._refresh()

    def _look_at_models(self) -> None:
        self.options.load.set_models(sorted(self._session.drafts()))
        look_at_needs(self, self._session, unless_deleted(self, self.options.shared_memory.set_needs))

    def _take_preset(self, spec: LaunchSpec) -> None:
        """The launch that a person chose, with its engine."""
        self._settings.set("engine", spec.kind.value)
        self.show_spec(spec, runs=False)
        self._is_touched = True

    def _take_last(self, last: Last | None) -> None:
        """What was launched last, unless something runs or was changed already; the engine is as it is set."""
        if last is None or self._is_touched or self._session.server.status.is_running:
            return
        self.show_spec(replace(last.spec, kind=EngineKind(self.engine.value())), runs=False)
        self.presets.set_name(last.name)

    def show_spec(self, spec: LaunchSpec, *, runs: bool = True) -> None:
        """Takes a launch: by default that of a server that runs, so that a restart loses nothing of it."""
        if spec.kind is EngineKind.ATTACHED:
            return
        self._running, self._named, self._keeps_engine = spec, self.environment.names(), runs
        self.engine.set_value(spec.kind.value)
        if spec.image:
            self.options.image.show_value(spec.image)
        self.options.gpus.show_value(gpus_text(spec.gpus))
        self.shared_memory.set_value(spec.shared_memory_mb)
        self.cache.set_value(spec.cache_bytes >> 20)
        for name, field in self.ports.items():
            field.set_value(getattr(spec.ports, name))
        self.control.set_value(spec.control.value)
        self.options.load.show_value(spec.load)
        self.arguments.setText(shlex.join(spec.arguments))
        self.options.bind.show_value(spec.bind, confirmed=runs)
        self.options.server.show(spec.options)
        self.options.container.show(spec.limits)
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

    def spec(self) -> LaunchSpec:
        """The specification that the fields describe."""
        kind = EngineKind(self.engine.value())
        parts, names = self.options, self.environment.names()
        cache = int(self.cache.value() or 0)
        kept = self._running if self._running.repository == self.repository else LaunchSpec(kind)
        control = ControlMode(self.control.value())
        return replace(
            kept,
            kind=kind,
            repository=self.repository,
            addresses=Addresses(),
            ports=Ports(**{name: int(field.value() or 0) for name, field in self.ports.items()}),
            gpus=parts.gpus.value(),
            control=control,
            load=parts.load.value() if self._offers_load(control) else (),
            image=parts.image.value() if kind is EngineKind.DOCKER else "",
            shared_memory_mb=int(self.shared_memory.value() or 1),
            cache_bytes=kept.cache_bytes if kept.cache_bytes >> 20 == cache else cache << 20,
            arguments=_split(self.arguments.text()),
            inherited=kept.inherited if kept is self._running and names == self._named else names,
            bind=parts.bind.value(),
            options=parts.server.read(),
            limits=parts.container.read(),
        )

    def _offers_load(self, control: ControlMode) -> bool:
        """Only in explicit mode a server can be told; a container that was taken over keeps what it was told."""
        return control is ControlMode.EXPLICIT or self._running.repository == self.repository

    def problems(self) -> tuple[Wrong, ...]:
        """What keeps it from being launched, by option, the first one first."""
        found = list(problems(self.spec()))
        if unconfirmed := self.options.bind.problem():
            found.append(Wrong("bind", unconfirmed))
        return tuple(found)

    def show_problem(self) -> None:
        """Brings the first option with a problem in front."""
        for wrong in self.problems()[:1]:
            self.options.bring(wrong.option)

    def keep(self) -> None:
        """Keeps the choices for the next time."""
        spec = self.spec()
        values: dict[str, str | int] = {
            "gpus": gpus_text(spec.gpus),
            "shared_memory_megabytes": spec.shared_memory_mb,
            "cache_megabytes": spec.cache_bytes >> 20,
            **{f"{name}_port": int(field.value() or 1) for name, field in self.ports.items()},
        }
        if spec.image:
            values["docker_image"] = spec.image
        for name, value in values.items():
            self._settings.set(name, value)
        self.presets.presets.keep_last(spec, self.presets.name)

    def _edited(self) -> None:
        self._is_touched, self._follows_machine = True, False
        self._refresh()

    def _refresh(self) -> None:
        self.note.set_kind(self.engine.value())
        spec = self.spec()
        self.options.refresh(spec, self.problems(), hints(spec), self.note.machine)
        self.presets.refresh()
        self.same_as.show_launch(spec, self._served, self.note.place)
        self.changed.emit()


def _split(text: str) -> tuple[str, ...]:
    """Words as a shell takes them; an unclosed quote is taken as it is."""
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())
