"""The header of the tester: model, version, protocol, and Send."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.core.inference.asking.model_traits import Traits, sequence_words
from studio.core.serving.launch import Addresses
from studio.ui.tester import names
from studio.ui.widgets import Chooser, DangerButton, ElidedLabel, KeyHint, Pill, PrimaryButton, Segmented

LATEST = "Latest version"
_ROOM_FOR_KEY = 1000


class Header(QWidget):
    """Says to whom the request goes; 48 high."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(48)
        self.model = self._chooser(names.Tester.MODEL, "Model", 190)
        self.version = self._chooser(names.Tester.VERSION, "Version", 130)
        self.model.setPlaceholderText("No model")
        self.version.setPlaceholderText("No version")
        self.protocol = Segmented([("grpc", "gRPC"), ("http", "HTTP")])
        self.protocol.setObjectName(names.Tester.PROTOCOL)
        self.protocol.setAccessibleName("Protocol")
        self.status = ElidedLabel("", "dim", 12)
        self.status.setObjectName(names.Tester.STATUS)
        self._is_stream = False
        self.cancel = DangerButton("Cancel", "stop-fill")
        self.cancel.setObjectName(names.Tester.CANCEL)
        self._escape = KeyHint("Esc")
        for widget in (self.cancel, self._escape):
            widget.hide()
        self.send = PrimaryButton("Send", "paper-plane-right-fill")
        self.send.setObjectName(names.Tester.SEND)
        self._build()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        for choice in (self.model, self.version, self.protocol):
            row.addWidget(choice)
        self.decoupled = Pill("decoupled", "accent")
        self.decoupled.setToolTip("It answers a request any number of times, as a stream.")
        self.sequences = Pill("sequences", "accent")
        for pill in (self.decoupled, self.sequences):
            pill.hide()
            row.addWidget(pill)
        row.addSpacing(8)
        row.addWidget(self.status, 1)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(8)
        row.addLayout(self._tools)
        self._hint = KeyHint("Ctrl+Enter")
        ends: tuple[QWidget, ...] = (self.cancel, self._escape, self.send, self._hint)
        for widget in ends:
            row.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What came of the request is worth more room than the key that sends it."""
        super().resizeEvent(event)
        self._hint.setVisible(self.width() >= _ROOM_FOR_KEY)

    def add_tool(self, widget: QWidget) -> None:
        """Puts a control before Send."""
        self._tools.addWidget(widget)

    @staticmethod
    def _chooser(name: str, title: str, width: int) -> Chooser:
        chooser = Chooser()
        chooser.setObjectName(name)
        chooser.setAccessibleName(title)
        chooser.setMinimumWidth(width)
        return chooser

    def show_models(self, models: Sequence[str], wanted: str) -> bool:
        """Offers these models; true where the choice may have changed with them."""
        shown = [self.model.itemText(i) for i in range(self.model.count())]
        if list(models) == shown:
            return False
        current = wanted if wanted in models else self.model.currentText()
        self.model.blockSignals(True)
        self.model.clear()
        self.model.addItems(list(models))
        self.model.setCurrentText(current if current in models else next(iter(models), ""))
        self.model.blockSignals(False)
        return True

    def show_versions(self, versions: Sequence[str]) -> None:
        """Offers these versions beside the latest."""
        chosen = self.version.currentText()
        self.version.clear()
        self.version.addItems([LATEST, *versions])
        self.version.setCurrentText(chosen if chosen in versions else LATEST)

    def chosen_version(self) -> str:
        """The version that is asked; empty lets the server choose."""
        text = self.version.currentText()
        return "" if text == LATEST else text

    def show_protocols(self, addresses: Addresses) -> None:
        """Greys the protocol that the server does not answer, and takes the other; neither where none is known."""
        has = {"grpc": bool(addresses.grpc), "http": bool(addresses.http), "generate": bool(addresses.http)}
        if not any(has.values()):
            has = dict.fromkeys(has, True)
        offered = self.protocol.offered()
        for key in offered:
            self.protocol.set_enabled(key, has[key])
        answering = [key for key in offered if has[key]]
        if self.protocol.value() not in answering:
            self.protocol.set_value(next(iter(answering), offered[0]))
        lacks = [title for key, title in (("grpc", "gRPC"), ("http", "HTTP")) if not has[key]]
        self.protocol.setToolTip(f"The server does not answer {lacks[0]}" if lacks else "")

    def show_ways(self, traits: Traits, *, generates: bool) -> None:
        """Offers the ways to ask a model; `generates` says whether it takes and gives text."""
        if traits.is_decoupled:
            ways = [("grpc", "gRPC stream"), ("generate", "HTTP generate_stream")]
        else:
            ways = [("grpc", "gRPC"), ("http", "HTTP"), *([("generate", "generate")] if generates else [])]
        if tuple(key for key, _ in ways) != self.protocol.offered() or traits.is_decoupled != self._is_stream:
            self._is_stream = traits.is_decoupled
            self.protocol.set_items(ways)

    def show_traits(self, traits: Traits) -> None:
        """Says what is special about the model."""
        self.decoupled.setVisible(traits.is_decoupled)
        self.sequences.setVisible(traits.sequences is not None)
        self.sequences.setToolTip(sequence_words(traits.sequences) if traits.sequences else "")

    def why_not(self, reason: str) -> None:
        """Why nothing can be sent, said at Send; nothing where it can."""
        self.send.setToolTip(reason)
        self.send.setAccessibleDescription(reason)

    def set_ready(self, serving: bool, busy: bool, known: bool) -> None:
        """Enables what makes sense now; `known` says whether the model's inputs are."""
        self.send.setEnabled(serving and known and not busy)
        self.cancel.setText("Stop" if self._is_stream else "Cancel")
        self.cancel.setAccessibleName(self.cancel.text())
        for widget in (self.cancel, self._escape):
            widget.setVisible(busy)
        for choice in (self.model, self.version, self.protocol):
            choice.setEnabled(serving)
