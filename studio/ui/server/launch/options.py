"""All options of a launch: the usual ones, a search, and the others by topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
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
from studio.ui.server.launch.option_texts import (
    ARGUMENTS,
    BIND,
    CACHE,
    CONTROL,
    CONTROL_WORDS,
    DOCKER,
    ENGINES,
    ENVIRONMENT,
    TITLES,
    TOPICS,
    USUAL,
)
from studio.ui.server.launch.rows import OptionRow, Topic
from studio.ui.server.launch.server_options import ServerRows
from studio.ui.server.launch.shared_memory import USUAL_MB, SharedMemoryField
from studio.ui.widgets import ElidedLabel, Label, NumberField, Row, SearchField, Segmented, TextField

if TYPE_CHECKING:
    from studio.app.serving.machine import Machine


class Options(QWidget):
    """The rows by key; the form reads and shows them."""

    def __init__(self, session: Session, changed: Callable[[], object], parent: QWidget) -> None:
        """Nothing yet: what its steps make is put where it belongs, since what is moved later is styled once more."""
        super().__init__(parent)
        self._session, self._changed = session, changed
        self._machine: Machine | None = None
        self._spec = LaunchSpec(EngineKind.EMBEDDED)
        self.rows: dict[str, OptionRow] = {}
        self.topics: tuple[Topic, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def steps(self, note: EngineNote) -> tuple[Callable[[], object], ...]:
        """What makes it whole, in this order; together they would hold up the window."""
        topics = (partial(self._add_topic, *each) for each in TOPICS)
        return (lambda: self._make_usual(note), self._make_others, self._make_rest, self._add_usual, *topics, self._end)

    def _make_usual(self, note: EngineNote) -> None:
        changed = self._changed
        self.engine = self._segmented(ENGINES, names.Serve.ENGINE, "Engine")
        self.image = ImageField(self._session, changed)
        self.gpus = GpuChoice(changed)
        self.shared_memory = SharedMemoryField(changed)
        self.ports = {name: self._number(names.Serve.PORT.format(name), f"{name} port", 1, 65535) for name in TITLES}
        self.control = self._segmented(CONTROL, names.Serve.CONTROL, "Control mode")
        self.control.changed.connect(lambda _key: changed())
        self.load = LoadChoice(changed)
        self.port_words = ElidedLabel("", "dim", 12)
        self.port_words.hide()
        self._make_rows(note)

    def _make_rows(self, note: EngineNote) -> None:
        ports = [part for name, field in self.ports.items() for part in (Label(TITLES[name], "dim", 12), field)]
        controls = {
            "engine": (Row(self.engine, "stretch"), note),
            "image": (self.image, None),
            "gpus": (self.gpus, None),
            "shared_memory": (self.shared_memory, None),
            "ports": (Row(*ports, "stretch"), self.port_words),
            "control": (Row(self.control, "stretch"), None),
            "load": (self.load, None),
        }
        for option in USUAL:
            control, below = controls[option.key]
            row = OptionRow(option, control, wide=True, parent=self)
            if below is not None:
                row.column.insertWidget(1, below)
            self.rows[option.key] = row

    def _make_others(self) -> None:
        self.bind = BindField(self._changed)
        self.cache = self._number(names.Serve.CACHE, "Response cache in MB", 0, 1 << 20)
        self.arguments = self._further(self._changed)
        self.environment = ModelEnvironment()
        self.environment.changed.connect(self._changed)
        self.rows |= {
            "bind": OptionRow(BIND, self.bind, wide=True, parent=self),
            "cache": OptionRow(CACHE, Row(self.cache, Label("MB", "dim")), parent=self),
            "environment": OptionRow(ENVIRONMENT, self.environment, wide=True, parent=self),
            "arguments": OptionRow(ARGUMENTS, self.arguments, wide=True, parent=self),
        }

    def _make_rest(self) -> None:
        self.server = ServerRows(self._changed, self)
        self.container = ContainerRows(self._session, self._changed, self)
        self.rows |= {**self.server.rows, **self.container.rows}

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

    def _add_usual(self) -> None:
        usual, holder = QVBoxLayout(), QVBoxLayout()
        usual.setContentsMargins(16, 4, 12, 8)
        usual.setSpacing(10)
        holder.setContentsMargins(16, 0, 12, 4)
        self._column.addLayout(usual)
        self._column.addLayout(holder)
        for option in USUAL:
            usual.addWidget(self.rows[option.key])
        self.search = SearchField("Find an option")
        self.search.setObjectName(Launch.FIND)
        self.search.textChanged.connect(lambda _text: self._show_rows())
        holder.addWidget(self.search)

    def _add_topic(self, key: str, title: str, options: tuple[str, ...]) -> None:
        topic = Topic(key, title, [self.rows[each] for each in options], self)
        self.topics = (*self.topics, topic)
        self._column.addWidget(topic)

    def _end(self) -> None:
        self.nothing = Label("No option is called so. Further arguments take whatever tritonserver knows.", "dim", 12)
        self.nothing.setContentsMargins(16, 4, 12, 8)
        self._column.addWidget(self.nothing)
        self._resets()

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
        self.rows["control"].set_help(CONTROL_WORDS[spec.control.value], "warn" if poll else "dim")
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
        for option in USUAL:
            fits = option.key not in hidden and option.matches(query)
            self.rows[option.key].show_if(fits)
            found = found or fits
        for topic in self.topics:
            found = topic.narrow(query, hidden) or found
            topic.set_changed(sum(not row.is_default for row in topic.rows if row.option.key not in hidden))
        self.nothing.setVisible(not found)

    def _hidden(self) -> frozenset[str]:
        """Options that the engine has not, or that say nothing as the others are set."""
        of_engine = frozenset() if self._spec.kind is EngineKind.DOCKER else DOCKER
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
