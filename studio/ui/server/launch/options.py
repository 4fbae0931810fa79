"""All options of a launch: the usual ones, a search, and the others by topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from studio.app.session import Session
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.bind import LOOPBACK
from studio.core.serving.launching.options import Wrong
from studio.ui.server import names
from studio.ui.server.engine_note import EngineNote
from studio.ui.server.environment import ModelEnvironment
from studio.ui.server.launch.bind import BindField
from studio.ui.server.launch.container_options import ContainerRows
from studio.ui.server.launch.gpu_choice import GpuChoice
from studio.ui.server.launch.image import ImageField
from studio.ui.server.launch.loading import LoadChoice
from studio.ui.server.launch.names import Launch
from studio.ui.server.launch.rows import Option, OptionRow, Topic
from studio.ui.server.launch.server_options import ServerRows
from studio.ui.server.launch.shared_memory import USUAL_MB, SharedMemoryField
from studio.ui.widgets import ElidedLabel, Label, NumberField, Row, SearchField, Segmented, TextField

if TYPE_CHECKING:
    from studio.app.serving.machine import Machine

_ENGINES = (("embedded", "Embedded"), ("docker", "Docker"))
_CONTROL = (("none", "None"), ("explicit", "Explicit"), ("poll", "Poll"))
_CONTROL_WORDS = {
    "none": "Every model loads at the start; load and unload are off.",
    "explicit": "You load and unload; saved files wait for you.",
    "poll": "The server looks for changed files every few seconds: each save reloads at once, half-written files too, "
    "and load and unload are off.",
}
_TITLES = {"http": "HTTP", "grpc": "gRPC", "metrics": "Metrics"}
_DOCKER = frozenset({"image", "shared_memory", "memory", "cpus", "user", "packages", "mount"})
"""Options that a container alone has."""
_USUAL = (
    Option("engine", "Engine", "", "embedded docker container"),
    Option("image", "Image", "", "tag digest release pull registry"),
    Option("gpus", "GPUs", "", "cuda nvidia uuid device"),
    Option("shared_memory", "Shared memory", "", "shm-size python"),
    Option("ports", "Ports", "", "http grpc metrics"),
    Option("control", "Control mode", "", "explicit poll none model-control-mode"),
    Option("load", "Load at start", "", "models load-model"),
)
_BIND = Option(
    "bind", "Address", "Where it is reached: this machine alone, unless you say otherwise.", "bind network 0.0.0.0 ip"
)
_CACHE = Option(
    "cache", "Response cache", "Answers the same request again without the model; 0 turns it off.", "--cache-config"
)
_ENVIRONMENT = Option("environment", "Environment", "", "variables env")
_ARGUMENTS = Option("arguments", "Arguments", "Words that tritonserver gets besides.", "flags extra further")


class Options(QWidget):
    """The rows by key; the form reads and shows them."""

    def __init__(self, session: Session, note: EngineNote, changed: Callable[[], object]) -> None:
        super().__init__()
        self._changed = changed
        self._machine: Machine | None = None
        self._spec = LaunchSpec(EngineKind.EMBEDDED)
        self.engine = self._segmented(_ENGINES, names.Serve.ENGINE, "Engine")
        self.image = ImageField(session, changed)
        self.gpus = GpuChoice(changed)
        self.shared_memory = SharedMemoryField(changed)
        self.ports = {name: self._number(names.Serve.PORT.format(name), f"{name} port", 1, 65535) for name in _TITLES}
        self.control = self._segmented(_CONTROL, names.Serve.CONTROL, "Control mode")
        self.control.changed.connect(lambda _key: changed())
        self.load = LoadChoice(changed)
        self.bind = BindField(changed)
        self.cache = self._number(names.Serve.CACHE, "Response cache in MB", 0, 1 << 20)
        self.arguments = self._further(changed)
        self.environment = ModelEnvironment()
        self.environment.changed.connect(changed)
        self.port_words = ElidedLabel("", "dim", 12)
        self.port_words.hide()
        self.server = ServerRows(changed)
        self.container = ContainerRows(session, changed)
        self.rows = self._rows(note)
        self._build()
        self._resets()

    @staticmethod
    def _further(changed: Callable[[], object]) -> TextField:
        made = TextField(mono=True)
        made.setObjectName(names.Serve.ARGUMENTS)
        made.setAccessibleName("Further arguments")
        made.setPlaceholderText("--http-thread-count=16")
        made.textEdited.connect(lambda _text: changed())
        return made

    @staticmethod
    def _segmented(items: tuple[tuple[str, str], ...], name: str, title: str) -> Segmented:
        made = Segmented(items)
        made.setObjectName(name)
        made.setAccessibleName(title)
        return made

    def _number(self, name: str, title: str, low: int, high: int) -> NumberField:
        made = NumberField(low, low=low, high=high, width=64)
        made.setObjectName(name)
        made.setAccessibleName(title)
        made.edited.connect(lambda _value: self._changed())
        return made

    def _rows(self, note: EngineNote) -> dict[str, OptionRow]:
        ports = [part for name, field in self.ports.items() for part in (Label(_TITLES[name], "dim", 12), field)]
        controls = {
            "engine": (Row(self.engine, "stretch"), note),
            "image": (self.image, None),
            "gpus": (self.gpus, None),
            "shared_memory": (self.shared_memory, None),
            "ports": (Row(*ports, "stretch"), self.port_words),
            "control": (Row(self.control, "stretch"), None),
            "load": (self.load, None),
        }
        rows = {}
        for option in _USUAL:
            control, below = controls[option.key]
            row = OptionRow(option, control, wide=True)
            if below is not None:
                row.column.insertWidget(1, below)
            rows[option.key] = row
        rows |= {
            "bind": OptionRow(_BIND, self.bind, wide=True),
            "cache": OptionRow(_CACHE, Row(self.cache, Label("MB", "dim"))),
            "environment": OptionRow(_ENVIRONMENT, self.environment, wide=True),
            "arguments": OptionRow(_ARGUMENTS, self.arguments, wide=True),
        }
        return {**rows, **self.server.rows, **self.container.rows}

    def _build(self) -> None:
        usual = QVBoxLayout()
        usual.setContentsMargins(16, 4, 12, 8)
        usual.setSpacing(10)
        for option in _USUAL:
            usual.addWidget(self.rows[option.key])
        self.search = SearchField("Find an option")
        self.search.setObjectName(Launch.FIND)
        self.search.textChanged.connect(lambda _text: self._show_rows())
        holder = QVBoxLayout()
        holder.setContentsMargins(16, 0, 12, 4)
        holder.addWidget(self.search)
        self.nothing = Label("No option is called so. Further arguments take whatever tritonserver knows.", "dim", 12)
        self.nothing.setContentsMargins(16, 4, 12, 8)
        self.topics = tuple(self._topics())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(usual)
        column.addLayout(holder)
        for topic in self.topics:
            column.addWidget(topic)
        column.addWidget(self.nothing)

    def _topics(self) -> Iterator[Topic]:
        for key, title, keys in (
            ("models", "Models", ("strict", "cache", "rate_limit", "resources", "environment")),
            (
                "log",
                "Log, metrics, trace",
                ("verbose", "metrics_interval", "summaries", "trace", "trace_level", "trace_rate", "trace_to"),
            ),
            ("network", "Network and clients", ("bind", "client_shared_memory")),
            ("container", "Container", ("memory", "cpus", "user", "packages", "mount")),
            ("arguments", "Arguments", ("arguments",)),
        ):
            yield Topic(key, title, [self.rows[each] for each in keys])

    def _resets(self) -> None:
        def to(act: Callable[[], object]) -> Callable[[], None]:
            def reset() -> None:
                act()
                self._changed()

            return reset

        def ports() -> None:
            for name, field in self.ports.items():
                field.set_value(getattr(Ports(), name))

        for key, act in (
            ("gpus", lambda: self.gpus.show_value("none")),
            ("shared_memory", lambda: self.shared_memory.number.set_value(USUAL_MB)),
            ("ports", ports),
            ("control", lambda: self.control.set_value("explicit")),
            ("load", lambda: self.load.show_value(())),
            ("bind", lambda: self.bind.show_value(LOOPBACK)),
            ("cache", lambda: self.cache.set_value(0)),
            ("arguments", lambda: self.arguments.setText("")),
        ):
            self.rows[key].reset.connect(to(act))

    # What is shown

    def refresh(
        self, spec: LaunchSpec, wrong: Sequence[Wrong], told: Mapping[str, str], machine: Machine | None
    ) -> None:
        """Shows the options that the engine has, what is not as usual, what is wrong and what is to be known."""
        self._spec, self._machine = spec, machine
        self.image.refresh()
        self.gpus.refresh()
        self.shared_memory.refresh(spec.image)
        self.bind.refresh()
        self.environment.set_container(spec.kind is EngineKind.DOCKER)
        self.container.packages.show_image(self.image.value(), machine)
        self._mark(spec)
        first = {each.option: each.text for each in reversed(wrong)}
        for key, row in self.rows.items():
            row.set_problem(first.get(key, ""))
        for key in ("client_shared_memory", "user"):
            row = self.rows[key]
            row.set_help(told.get(key, row.option.help), "warn" if key in told else "dim")
        self._show_rows()

    def _mark(self, spec: LaunchSpec) -> None:
        poll = spec.control is ControlMode.POLL
        self.rows["control"].set_help(_CONTROL_WORDS[spec.control.value], "warn" if poll else "dim")
        self.server.mark(spec)
        self.container.mark(spec)
        for key, is_default in (
            ("gpus", spec.gpus == Gpus()),
            ("shared_memory", spec.shared_memory_mb == USUAL_MB),
            ("ports", spec.ports == Ports()),
            ("control", spec.control is ControlMode.EXPLICIT),
            ("load", spec.load == ()),
            ("bind", spec.bind == LOOPBACK),
            ("cache", spec.cache_bytes == 0),
            ("arguments", spec.arguments == ()),
        ):
            self.rows[key].set_default(is_default)

    def _show_rows(self) -> None:
        query = self.search.text().strip()
        hidden = self._hidden()
        found = False
        for option in _USUAL:
            fits = option.key not in hidden and option.matches(query)
            self.rows[option.key].setVisible(fits)
            found = found or fits
        for topic in self.topics:
            found = topic.narrow(query, hidden) or found
            topic.set_changed(sum(not row.is_default for row in topic.rows if row.option.key not in hidden))
        self.nothing.setVisible(not found)

    def _hidden(self) -> frozenset[str]:
        """Options that the engine has not, or that say nothing as the others are set."""
        of_engine = frozenset() if self._spec.kind is EngineKind.DOCKER else _DOCKER
        load = frozenset() if self._spec.control is ControlMode.EXPLICIT else frozenset({"load"})
        return of_engine | load | self.server.hidden()

    def bring(self, key: str) -> None:
        """Shows an option, unfolds its topic and gives it the keyboard."""
        self.search.clear()
        row = self.rows[key]
        for topic in self.topics:
            if row in topic.rows:
                topic.head.set_open(True)
        # It has its place once the topic is laid out.
        QTimer.singleShot(0, row, lambda: self._focus(row))

    @staticmethod
    def _focus(row: OptionRow) -> None:
        first = next(
            (
                each
                for each in row.findChildren(QWidget)
                if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible()
            ),
            row,
        )
        first.setFocus(Qt.FocusReason.TabFocusReason)
        area = row.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(row)
