"""How a request goes: its id, priority, time limits, headers, compression, and shared memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.core.failure import CoreError
from studio.core.inference.asking.model_traits import Traits, priority_words, timeout_words
from studio.core.inference.requests import InferRequest
from studio.ui.look import theme
from studio.ui.tester.options.names import Options
from studio.ui.widgets import Label, NumberField, SectionHeader, Segmented, Switch, TextField

_SECONDS = 10.0
_NOT_HERE = "Only with a server on this machine; this one is elsewhere."
_HERE = "Inputs go through this machine's memory (/dev/shm), not through the connection."


class Delivery(QWidget):
    """Folded until a person wants other than the defaults; what is set stands in the head."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.request_id = TextField(dense=True, mono=True)
        self.request_id.setPlaceholderText("none")
        self.priority = NumberField(None, width=72, low=0, high=2**32 - 1, dense=True)
        self.timeout = NumberField(None, "µs", width=96, low=0, high=2**63 - 1, dense=True)
        self.deadline = NumberField(_SECONDS, "s", width=72, low=0.001, high=86_400, decimals=3, dense=True)
        self.compression = Segmented([("", "None"), ("gzip", "gzip"), ("deflate", "deflate")], dense=True)
        self.shared_memory = Switch()
        self.headers = QPlainTextEdit()
        self._priority_words, self._timeout_words, self._shared_words = (Label("", "dim", 11) for _ in range(3))
        self._build()
        self._name()
        self._connect()
        self._tell()

    def _build(self) -> None:
        self.headers.setProperty("kind", "field")
        self.headers.setFont(theme.mono_font())
        self.headers.setPlaceholderText("name: value, a line each")
        self.headers.setFixedHeight(52)
        self.headers.setTabChangesFocus(True)
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(20, 0, 0, 8)
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget, Label | None], ...] = (
            ("Request id", self.request_id, None),
            ("Priority", self.priority, self._priority_words),
            ("Queue timeout", self.timeout, self._timeout_words),
            ("Deadline", self.deadline, Label("How long the whole call may take; the studio then ends it.", "dim", 11)),
            ("Compression", self.compression, None),
            ("Shared memory", self.shared_memory, self._shared_words),
            ("Headers", self.headers, None),
        )
        at = 0
        for title, widget, words in rows:
            is_high = widget is self.headers
            side = Qt.AlignmentFlag.AlignTop if is_high else Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(Label(title, "dim", 12), at, 0, side)
            grid.addWidget(widget, at, 1)
            if words is not None:
                at += 1
                words.setWordWrap(True)
                grid.addWidget(words, at, 1)
            at += 1
        self.head = SectionHeader("Id, priority, time limits, headers", body=body, height=32)
        self.head.box.setContentsMargins(0, 0, 0, 0)
        self.head.set_open(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(body)

    def _name(self) -> None:
        named: tuple[tuple[QWidget, str, str], ...] = (
            (self.head, Options.DELIVERY, "Id, priority, time limits, headers"),
            (self.request_id, Options.REQUEST_ID, "Request id"),
            (self.priority, Options.PRIORITY, "Priority"),
            (self._priority_words, Options.PRIORITY_WORDS, "What the server makes of the priority"),
            (self.timeout, Options.TIMEOUT, "Queue timeout in microseconds"),
            (self._timeout_words, Options.TIMEOUT_WORDS, "What the server makes of the queue timeout"),
            (self.deadline, Options.DEADLINE, "Deadline in seconds"),
            (self.compression, Options.COMPRESSION, "Compression"),
            (self.shared_memory, Options.SHARED_MEMORY, "Shared memory"),
            (self.headers, Options.HEADERS, "Headers"),
        )
        for widget, name, title in named:
            widget.setObjectName(name)
            widget.setAccessibleName(title)

    def _connect(self) -> None:
        for line in (self.request_id, self.priority.field, self.timeout.field, self.deadline.field):
            line.textChanged.connect(lambda _text: self._tell())
        self.headers.textChanged.connect(self._tell)
        self.compression.changed.connect(lambda _key: self._tell())
        self.shared_memory.toggled.connect(lambda _on: self._tell())

    def show_traits(self, traits: Traits, *, is_here: bool) -> None:
        """Says what the server makes of priority and timeout, and whether it shares this machine's memory."""
        self._priority_words.setText(priority_words(traits))
        self._timeout_words.setText(timeout_words(traits))
        self._shared_words.setText(_HERE if is_here else _NOT_HERE)
        self.shared_memory.setEnabled(is_here)
        if not is_here:
            self.shared_memory.setChecked(False)

    def _tell(self) -> None:
        given = {
            "id": self.request_id.text().strip(),
            "priority": self.priority.value(),
            "timeout": self.timeout.value(),
            "deadline": self.deadline.value() != _SECONDS,
            "headers": self.headers.toPlainText().strip(),
            "shared memory": self.shared_memory.isChecked(),
        }
        said = [name for name, value in given.items() if value]
        if self.compression.value():
            said.append(self.compression.value())
        self.head.detail.setText(", ".join(said) or "defaults")
        self.changed.emit()

    @property
    def seconds(self) -> float:
        """How long the whole call may take."""
        return float(self.deadline.value() or _SECONDS)

    def fill(self, request: InferRequest) -> InferRequest:
        """The request with what stands here. Raises CoreError."""
        return replace(
            request,
            request_id=self.request_id.text().strip(),
            priority=int(self.priority.value() or 0),
            timeout_us=int(self.timeout.value() or 0),
            compression=cast(Literal["", "gzip", "deflate"], self.compression.value()),
            shared_memory=self.shared_memory.isChecked(),
            headers=_headers(self.headers.toPlainText()),
            seconds=0.0 if self.seconds == _SECONDS else self.seconds,
        )

    def show_request(self, request: InferRequest) -> None:
        """Shows what another request has."""
        self.request_id.setText(request.request_id)
        self.priority.set_value(request.priority or None)
        self.timeout.set_value(request.timeout_us or None)
        self.deadline.set_value(request.seconds or _SECONDS)
        self.compression.set_value(request.compression)
        self.shared_memory.setChecked(request.shared_memory and self.shared_memory.isEnabled())
        self.headers.setPlainText("\n".join(f"{name}: {value}" for name, value in request.headers))
        self._tell()


def _headers(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or " " in name.strip():
            raise CoreError("Reading the headers", f"“{line}” is not name: value.", "Mend the line.")
        found.append((name.strip(), value.strip()))
    return tuple(found)
