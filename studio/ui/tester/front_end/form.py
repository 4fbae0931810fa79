"""What is asked of an OpenAI-compatible front end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.core.failure import CoreError
from studio.core.inference.streams import EventRequest, chat, completions
from studio.ui.tester.front_end.names import FrontEndNames
from studio.ui.widgets import Chooser, Label, NumberField, SectionHeader, Segmented, Switch

Headers = tuple[tuple[str, str], ...]


class FrontEndForm(QWidget):
    """Chat with a system message, or completions of a prompt."""

    def __init__(self) -> None:
        super().__init__()
        self.head = SectionHeader("Request", line=True)
        self.kind = Segmented([("chat", "Chat"), ("completions", "Completions")], dense=True)
        self.model = Chooser(dense=True)
        self.model.setEditable(True)
        self.system = self._text("You are a helpful assistant.", 52)
        self.prompt = self._text("What is asked", 140)
        self.most = NumberField(128, width=72, low=1, high=1 << 20, dense=True)
        self.temperature = NumberField(None, width=72, low=0, high=100, decimals=3, dense=True)
        self.stream = Switch()
        self.stream.setChecked(True)
        self._system_label = Label("System", "dim", 12)
        rows: tuple[tuple[Label, QWidget, str], ...] = (
            (Label("Call", "dim", 12), self.kind, FrontEndNames.KIND),
            (Label("Model", "dim", 12), self.model, FrontEndNames.MODEL),
            (self._system_label, self.system, FrontEndNames.SYSTEM),
            (Label("Prompt", "dim", 12), self.prompt, FrontEndNames.PROMPT),
            (Label("max_tokens", "dim", 12), self.most, FrontEndNames.MOST),
            (Label("temperature", "dim", 12), self.temperature, FrontEndNames.TEMPERATURE),
            (Label("As it comes", "dim", 12), self.stream, FrontEndNames.STREAM),
        )
        grid = QGridLayout()
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for line, (label, widget, name) in enumerate(rows):
            widget.setObjectName(name)
            widget.setAccessibleName(label.text())
            grid.addWidget(label, line, 0)
            grid.addWidget(widget, line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(grid)
        column.addStretch(1)
        self.setMinimumWidth(300)
        self.kind.changed.connect(self._switch)

    @staticmethod
    def _text(hint: str, height: int) -> QPlainTextEdit:
        field = QPlainTextEdit()
        field.setProperty("kind", "field")
        field.setPlaceholderText(hint)
        field.setFixedHeight(height)
        field.setTabChangesFocus(True)
        return field

    def _switch(self, kind: str) -> None:
        for widget in (self._system_label, self.system):
            widget.setVisible(kind == "chat")

    def show_models(self, models: tuple[str, ...]) -> None:
        """Offers these; the choice stays where it is among them."""
        chosen = self.model.currentText()
        self.model.clear()
        self.model.addItems(list(models))
        self.model.setCurrentText(chosen if chosen in models else next(iter(models), ""))

    def request(self, headers: Headers) -> EventRequest:
        """The request that stands there. Raises CoreError."""
        model, prompt = self.model.currentText().strip(), self.prompt.toPlainText()
        attempted = "Asking the front end"
        if not model:
            raise CoreError(attempted, "no model is chosen.", "Attach to the front end, or type a model's name.")
        if not prompt:
            raise CoreError(attempted, "the prompt is empty.", "Type one.")
        fields: dict[str, Any] = {"model": model, "max_tokens": int(self.most.value() or 1)}
        if (temperature := self.temperature.value()) is not None:
            fields["temperature"] = temperature
        if self.stream.isChecked():
            fields["stream"] = True
        if self.kind.value() == "completions":
            return replace(completions({**fields, "prompt": prompt}), headers=headers)
        system = self.system.toPlainText()
        messages = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": prompt})
        return replace(chat({**fields, "messages": messages}), headers=headers)
